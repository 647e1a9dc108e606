// A programme that was started: what it gave, and what came back.

import type { Programme } from "../api/perks";
import { useMay } from "../bridge/may";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { type Fact, Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { Notice } from "../parts/Notice";
import { hasDiscount } from "./fields";
import { ProgrammeActions } from "./ProgrammeActions";
import { programmeWords, spanWords } from "./words";
import { say } from "../words/say";

export function ProgrammeCard({ programme }: { programme: Programme }) {
  const { format } = useShop();
  const mayChange = useMay("MANAGE_DISCOUNTS");
  const { label, tone, icon } = programmeWords(programme.state);
  const { counts } = programme;
  const { count } = format;
  const facts: Fact[] = [
    { label: say("perks.fact.what"), value: programme.summary, note: programme.binding },
    {
      label: say(programme.segment === null ? "perks.fact.conditions" : "perks.fact.segment"),
      value: programme.whom,
    },
    { label: say("perks.fact.when"), value: spanWords(programme, format) },
    { label: say("perks.given"), value: count(counts.given) },
    { label: say("perks.fact.coming"), value: count(counts.on_their_way) },
    { label: say("perks.heldout"), value: count(counts.held_out) },
    { label: say("perks.used"), value: count(programme.uses) },
    {
      label: say("perks.fact.others"),
      value: count(programme.uses_by_others),
      note: say(
        hasDiscount(programme.kind) && programme.bind === "soft"
          ? "perks.fact.others.referral"
          : "perks.fact.others.none",
      ),
    },
    { label: say("perks.cost"), value: format.money(programme.cost) },
  ];
  if (programme.seed !== null) {
    facts.push({
      label: say("perks.fact.seed"),
      value: programme.seed,
      note: say("perks.fact.seed.note"),
    });
  }
  return (
    <Card
      title={say("perks.programme")}
      wide
      action={
        <Chip tone={tone} icon={icon}>
          {label}
        </Chip>
      }
    >
      {programme.state === "running" && counts.members === 0 && (
        <Muted>{say("perks.drawing")}</Muted>
      )}
      {programme.error !== null && (
        <Notice tone="critical" title={say("perks.failed", { count: count(counts.failed) })}>
          {programme.error}
        </Notice>
      )}
      {programme.leaks > 0 && (
        <Notice tone="warning" title={say("perks.leaks", { count: count(programme.leaks) })}>
          {say("perks.leaks.what")}
        </Notice>
      )}
      {programme.loss_seen_at !== null && (
        <Notice tone="warning" title={say("perks.loss")}>
          {say("perks.loss.what", { day: format.day(programme.loss_seen_at) })}
        </Notice>
      )}
      {programme.result !== null && (
        <Notice tone="info" title={say("perks.brought")}>
          {programme.result}
        </Notice>
      )}
      <Facts facts={facts} />
      <Muted>{programme.naive}</Muted>
      {mayChange && <ProgrammeActions programme={programme} />}
    </Card>
  );
}
