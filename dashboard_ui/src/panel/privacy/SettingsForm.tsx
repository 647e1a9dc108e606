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
    setLacks(given ? found : [...found, "Your word for it: the tick above."]);
    if (!given || found.length > 0 || confirming.isPending) return;
    confirming.mutate(inputOf(draft), {
      onSuccess: (kept) => {
        setDraft(draftOf(kept));
        setGiven(false);
      },
    });
  };
  return (
    <Card title="Settings">
      <form className="stack" noValidate onSubmit={confirm}>
        <Tick
          checked={draft.enabled}
          onTick={(enabled) => {
            onChange({ enabled });
          }}
        >
          Social profiles are switched on
        </Tick>
        <Responsible {...{ draft, onChange }} />
        <NamedInPapers {...{ draft, onChange }} />
        <Limits {...{ draft, onChange }} />
        <Storefronts {...{ draft, onChange }} />
        <NetworkFields {...{ draft, onChange }} />
        <div className="import">
          <Tick checked={given} onTick={setGiven}>
            I, {address}, confirm these settings for the shop. My account and this moment are stored
            with them.
          </Tick>
          {given && lacksOf(draft).length === 0 && <AskedAgainByThese draft={draft} />}
          {lacks.length > 0 && (
            <Notice tone="critical" title="This is missing">
              {lacks.join(" ")}
            </Notice>
          )}
          {confirming.isError && <TroubleNotice trouble={confirming.error} />}
          <Button type="submit">{confirming.isPending ? "Confirming" : "Confirm"}</Button>
        </div>
      </form>
    </Card>
  );
}
