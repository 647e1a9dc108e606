// Currency, rates, times, and what is written into Saleor.

import { type SyntheticEvent, useState } from "react";

import { type Preferences, useChangeSettings } from "../api/settings";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { Muted } from "../parts/Muted";
import { TextField } from "../parts/TextField";
import { TroubleNotice } from "../parts/TroubleNotice";
import { OtherFields } from "./OtherFields";
import { RatesField } from "./RatesField";
import { RuleField } from "./RuleField";
import { FairServiceField } from "./FairServiceField";
import { SurveyFields } from "./SurveyFields";
import { type Draft, asksForRun, draftOf, lacksOf, preferencesOf } from "./draft";
import { say } from "../words/say";

interface Props {
  settings: Preferences;
  mayChange: boolean;
}

export function SettingsForm({ settings, mayChange }: Props) {
  const [draft, setDraft] = useState(() => draftOf(settings));
  const changing = useChangeSettings();
  const lacks = lacksOf(draft);
  const isChanged = JSON.stringify(draft) !== JSON.stringify(draftOf(settings));
  const change = (part: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...part }));
  };
  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    if (lacks.size > 0 || changing.isPending) return;
    changing.mutate(preferencesOf(draft), {
      onSuccess: (stored) => {
        setDraft(draftOf(stored));
      },
    });
  };
  return (
    <Card title={say("settings.form")}>
      <form className="stack" noValidate onSubmit={save}>
        <fieldset className="group group-first" disabled={!mayChange}>
          <legend>{say("settings.money")}</legend>
          <TextField
            label={say("settings.currency")}
            value={draft.currency}
            error={lacks.get("currency")}
            placeholder={say("settings.currency.usual")}
            narrow
            onWrite={(currency) => {
              change({ currency });
            }}
          />
          <RatesField
            rates={draft.rates}
            error={lacks.get("rates")}
            onWrite={(rates) => {
              change({ rates });
            }}
          />
        </fieldset>
        <RuleField
          rule={draft.ledgerRule}
          mayChange={mayChange}
          onChoose={(ledgerRule) => {
            change({ ledgerRule });
          }}
        />
        <SurveyFields {...{ draft, lacks, mayChange }} onChange={change} />
        <FairServiceField {...{ draft, mayChange }} onChange={change} />
        <OtherFields {...{ draft, lacks, mayChange }} onChange={change} />
        {changing.isError && <TroubleNotice trouble={changing.error} />}
        {mayChange ? (
          <div className="line line-wrap">
            <Button type="submit" disabled={!isChanged || lacks.size > 0}>
              {say(changing.isPending ? "settings.saving" : "settings.save")}
            </Button>
            <Button
              variant="secondary"
              type="button"
              disabled={!isChanged}
              onClick={() => {
                setDraft(draftOf(settings));
              }}
            >
              {say("settings.discard")}
            </Button>
            <span role="status">
              <Muted>
                {asksForRun(draft, settings)
                  ? say("settings.run")
                  : changing.isSuccess && !isChanged
                    ? say("settings.saved")
                    : ""}
              </Muted>
            </span>
          </div>
        ) : (
          <Muted>{say("settings.readonly")}</Muted>
        )}
      </form>
    </Card>
  );
}
