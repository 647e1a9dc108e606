// A customer's perks on the page about them.

import { Card } from "../parts/Card";
import { PerksOfCustomer } from "./PerksOfCustomer";
import { say } from "../words/say";

const SHOWN = 5;

export function CustomerPerks({ customerId }: { customerId: string }) {
  return (
    <Card title={say("perks.title")} wide>
      <PerksOfCustomer customerId={customerId} shown={SHOWN} />
    </Card>
  );
}
