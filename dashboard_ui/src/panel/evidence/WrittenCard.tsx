// What stands in the customer's record in Saleor, since when, and what is still on its way.

import { useWritten, type Written } from "../api/customerPage";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Chip, type Tone } from "../parts/Chip";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { entriesOf } from "./record";

const STATES: Record<NonNullable<Written["state"]>, [string, Tone]> = {
  pending: ["On its way", "accent"],
  claimed: ["On its way", "accent"],
  written: ["In Saleor", "success"],
  failed: ["Refused by Saleor", "critical"],
  skipped_staff: ["Left alone: staff", "neutral"],
};

function Record({ found }: { found: Written }) {
  const { format } = useShop();
  if (found.state === null) return <Muted>Nothing was written into their record yet.</Muted>;
  const [label, tone] = STATES[found.state];
  const stands = entriesOf(found.written);
  return (
    <>
      <div className="line">
        <Chip tone={tone}>{label}</Chip>
      </div>
      {found.changed_at !== null && (
        <Muted>
          Last changed {format.moment(found.changed_at)}
          {found.run_id !== null && ` by run ${String(found.run_id)}`}
        </Muted>
      )}
      {found.error !== null && <Muted>{found.error}</Muted>}
      {stands.length === 0 ? (
        <Muted>Nothing of this app stands in the record now.</Muted>
      ) : (
        <Facts facts={stands} />
      )}
    </>
  );
}

export function WrittenCard({ customerId }: { customerId: string }) {
  return (
    <Card title="Written into Saleor">
      <Answered question={useWritten(customerId)} loading="Loading the record" lines={2}>
        {(found) => <Record found={found} />}
      </Answered>
    </Card>
  );
}
