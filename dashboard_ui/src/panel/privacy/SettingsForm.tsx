// All settings in one form, sent only with the admin's word for it.

import { type SyntheticEvent, useState } from "react";

import { type PrivacySettings, useConfirmPrivacy } from "../api/privacy";
import { useOwnAddress } from "../bridge/may";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { Notice } from "../parts/Notice";
import { Tick } from "../parts/Tick";
import { TroubleNotice } from "../parts/TroubleNotice";
import { AskedAgainByThese } from "./AskedAgain";
import { type Draft, draftOf, inputOf } from "./draft";
import { lacksOf } from "./lacks";
import { NetworkFields } from "./NetworkFields";
import { Limits, NamedInPapers, Responsible, Storefronts } from "./SettingsFields";
import { say } from "../words/say";

export function SettingsForm({ settings }: { settings: PrivacySettings }) {
  const address = useOwnAddress();
  const [draft, setDraft] = useState(() => draftOf(settings));
  const [given, setGiven] = useState(false);
  const [lacks, setLacks] = useState<readonly string[]>([]);
  const confirming = useConfirmPrivacy();
  const onChange = (part: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...part }));
    setGiven(false);
    setLacks([]);
  };
  const confirm = (event: SyntheticEvent) => {
    event.preventDefault();
    const found = lacksOf(draft);
    setLacks(given ? found : [...found, say("privacy.lacks.word")]);
    if (!given || found.length > 0 || confirming.isPending) return;
    confirming.mutate(inputOf(draft), {
      onSuccess: (kept) => {
        setDraft(draftOf(kept));
        setGiven(false);
      },
    });
  };
  return (
    <Card title={say("parts.place.settings")}>
      <form className="stack" noValidate onSubmit={confirm}>
        <Tick
          checked={draft.enabled}
          onTick={(enabled) => {
            onChange({ enabled });
          }}
        >
          {say("privacy.form.on")}
        </Tick>
        <Responsible {...{ draft, onChange }} />
        <NamedInPapers {...{ draft, onChange }} />
        <Limits {...{ draft, onChange }} />
        <Storefronts {...{ draft, onChange }} />
        <NetworkFields {...{ draft, onChange }} />
        <div className="import">
          <Tick checked={given} onTick={setGiven}>
            {say("privacy.form.word", { address })}
          </Tick>
          {given && lacksOf(draft).length === 0 && <AskedAgainByThese draft={draft} />}
          {lacks.length > 0 && (
            <Notice tone="critical" title={say("privacy.form.missing")}>
              {lacks.join(" ")}
            </Notice>
          )}
          {confirming.isError && <TroubleNotice trouble={confirming.error} />}
          <Button type="submit">
            {say(confirming.isPending ? "privacy.form.confirming" : "privacy.form.confirm")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
