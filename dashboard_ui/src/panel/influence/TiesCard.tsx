// How many ties are known, of which kinds, and what the ledger could not use.

import type { Influence } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { Empty } from "../parts/Empty";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { tieName } from "../ties/words";
import { asideName } from "./words";
import { say } from "../words/say";

export function TiesCard({ ties, set_aside: aside }: Pick<Influence, "ties" | "set_aside">) {
  const { format } = useShop();
  const kinds = Object.entries(ties);
  const left = Object.entries(aside);
  return (
    <Card title="Ties" action={<PlaceLink to="/ties">See and import ties</PlaceLink>}>
      <Muted>{say("ties.what")}</Muted>
      {kinds.length === 0 ? (
        <Empty title="No ties yet">
          Redeemed personal codes and gifts give them; a list of yours can be imported.
        </Empty>
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
          <Muted>Order lines set aside, since they say nothing about who follows whom:</Muted>
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
