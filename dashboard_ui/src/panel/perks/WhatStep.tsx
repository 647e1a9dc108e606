// What a programme gives: the kind, how hard it binds, and its terms.

import type { PerkKind } from "../api/perks";
import type { Channel } from "../api/operations";
import { TASKS } from "../outreach/words";
import { Choice } from "../parts/Choice";
import { TextField } from "../parts/TextField";
import { AppApplies } from "./AppApplies";
import { BetaFields } from "./BetaFields";
import { type Discount, type Field, usesOf } from "./draft";
import { Channels } from "./Channels";
import { GoodsFields } from "./GoodsFields";
import { KindNotes } from "./KindNotes";
import { DISCOUNTS, hasDiscount, linesOf } from "./fields";
import type { StepProps } from "./Steps";
import { say } from "../words/say";

const WIDE: readonly Field[] = ["method", "link", "brief"];

export function WhatStep(
  props: StepProps & { kinds: readonly PerkKind[]; channels: readonly Channel[] },
) {
  const { draft, lacks, onChange, kinds, channels } = props;
  const kind = kinds.find((one) => one.kind === draft.kind);
  const currencies = [...new Set(channels.map(({ currency }) => currency))];
  const write = (field: Field) => (value: string) => {
    onChange({ [field]: value });
  };
  const lines = linesOf(draft);
  const isDiscount = hasDiscount(draft.kind);
  return (
    <>
      <TextField
        label={say("plan.title")}
        value={draft.title}
        error={lacks.get("title")}
        onWrite={write("title")}
      />
      <Choice
        label={say("plan.kind")}
        options={kinds.map((one): [string, string] => [one.kind, one.title])}
        value={draft.kind}
        onChoose={(chosen) => {
          onChange({ kind: chosen, usesEach: usesOf(chosen) });
        }}
      />
      {kind && !(draft.kind === "discount_code" && draft.appApplies) && <KindNotes kind={kind} />}
      {draft.kind === "discount_code" && (
        <AppApplies
          checked={draft.appApplies}
          onTick={(appApplies) => {
            onChange({ appApplies });
          }}
        />
      )}
      {isDiscount && (
        <Choice
          label={say(draft.kind === "referral" ? "plan.discount.friends" : "plan.discount")}
          options={DISCOUNTS.map((one): [Discount, string] => [one, say(`plan.discount.${one}`)])}
          value={draft.discount}
          onChoose={(discount) => {
            onChange({ discount });
          }}
        />
      )}
      {draft.kind === "outreach" && (
        <Choice
          label={say("plan.task")}
          options={TASKS}
          value={draft.task}
          onChoose={(task) => {
            onChange({ task });
          }}
        />
      )}
      <Choice
        label={say("plan.currency")}
        options={[
          ["", say("plan.currency.choose")],
          ...currencies.map((one): [string, string] => [one, one]),
        ]}
        value={draft.currency}
        error={lacks.get("currency")}
        onChoose={write("currency")}
      />
      {!isDiscount && <GoodsFields {...props} />}
      {lines.map(({ field, label, note }) => (
        <TextField
          key={field}
          label={say(label)}
          note={note && say(note)}
          narrow={!WIDE.includes(field)}
          value={draft[field]}
          error={lacks.get(field)}
          onWrite={write(field)}
        />
      ))}
      {isDiscount && <GoodsFields {...props} />}
      <Channels {...props} />
      {draft.kind === "beta_invite" && <BetaFields {...props} />}
    </>
  );
}
