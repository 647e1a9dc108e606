// How many ties are known, of which kinds, and what the ledger could not use.

import type { Influence } from "../api/questions";
import { useShop } from "../bridge/shop";
import { sentenceCase } from "../format/format";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { tieName } from "../ties/words";
import type { Key } from "../words/keys";
import { say } from "../words/say";

/** Of the reasons for which an order line is set aside, those that have words. */
const ASIDE: Record<string, Key> = {
  unpaid: "overview.aside.unpaid",
  future: "overview.aside.future",
  "unknown customer or product": "overview.aside.unknown",
  gift: "overview.aside.gift",
};

function asideName(reason: string): string {
  const word = ASIDE[reason];
  return word ? say(word) : sentenceCase(reason);
}

export function TiesCard({ ties, set_aside: aside }: Pick<Influence, "ties" | "set_aside">) {
  const { format } = useShop();
  const kinds = Object.entries(ties);
  const left = Object.entries(aside);
  return (
    <Card
      title={say("parts.place.ties")}
      action={<PlaceLink to="/ties">{say("overview.ties.all")}</PlaceLink>}
    >
      <Muted>{say("ties.what")}</Muted>
      {kinds.length === 0 ? (
        <Empty title={say("ties.none")}>{say("overview.ties.none.how")}</Empty>
      ) : (
        <Facts
          facts={kinds.map(([kind, count]) => ({
            label: tieName(kind),
            value: format.count(count),
          }))}
        />
      )}
      {left.length > 0 && (
        <div className="drift stack-small">
          <Muted>{say("overview.aside")}</Muted>
          <Facts
            facts={left.map(([reason, count]) => ({
              label: asideName(reason),
              value: format.count(count),
            }))}
          />
        </div>
      )}
    </Card>
  );
}
