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
import { programmeWords } from "./words";

export function ProgrammeCard({ programme }: { programme: Programme }) {
  const { format } = useShop();
  const mayChange = useMay("MANAGE_DISCOUNTS");
  const { label, tone, icon } = programmeWords(programme.state);
  const { counts } = programme;
  const { count } = format;
  const facts: Fact[] = [
    { label: "What", value: programme.summary, note: programme.binding },
    { label: programme.segment === null ? "Conditions" : "Segment", value: programme.whom },
    {
      label: "From when to when",
      value: `${format.day(programme.starts_at)} to ${format.day(programme.ended_at ?? programme.ends_at)}`,
    },
    { label: "Given", value: count(counts.given) },
    { label: "On their way to Saleor", value: count(counts.on_their_way) },
    { label: "Held out", value: count(counts.held_out) },
    { label: "Used", value: count(programme.uses) },
    {
      label: "Of these, by somebody else",
      value: count(programme.uses_by_others),
      note:
        hasDiscount(programme.kind) && programme.bind === "soft"
          ? "Each is a referral of the owner's."
          : "Not theirs: nothing is credited for them.",
    },
    { label: "Cost", value: format.money(programme.cost) },
  ];
  if (programme.seed !== null) {
    facts.push({
      label: "Seed of the lots",
      value: programme.seed,
      note: "With it anybody can repeat the draw.",
    });
  }
  return (
    <Card
      title="Programme"
      wide
      action={
        <Chip tone={tone} icon={icon}>
          {label}
        </Chip>
      }
    >
      {programme.state === "running" && counts.members === 0 && (
        <Muted>The customers are being drawn.</Muted>
      )}
      {programme.error !== null && (
        <Notice tone="critical" title={`Saleor refused for ${count(counts.failed)}`}>
          {programme.error}
        </Notice>
      )}
      {programme.leaks > 0 && (
        <Notice tone="warning" title={`Leaks: ${count(programme.leaks)}`}>
          Codes were redeemed by more strangers than explains their owner&apos;s circle. Crediting
          of them is paused since; replace them below.
        </Notice>
      )}
      {programme.loss_seen_at !== null && (
        <Notice tone="warning" title="Paused: it loses money">
          Seen on {format.day(programme.loss_seen_at)}, by a rule that stops at most one programme
          in twenty that loses nothing. You may resume it: then you decide when it ends.
        </Notice>
      )}
      {programme.result !== null && (
        <Notice tone="info" title="What it brought">
          {programme.result}
        </Notice>
      )}
      <Facts facts={facts} />
      <Muted>{programme.naive}</Muted>
      {mayChange && <ProgrammeActions programme={programme} />}
    </Card>
  );
}
