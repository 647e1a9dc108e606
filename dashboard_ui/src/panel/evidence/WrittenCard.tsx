// What stands in the customer's record in Saleor, since when, and what is still on its way.

import { useWritten, type Written } from "../api/customerPage";
import { useShop } from "../bridge/shop";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Chip, type Tone } from "../parts/Chip";
import { Facts } from "../parts/Facts";
import { Muted } from "../parts/Muted";
import { entriesOf } from "./record";
import type { Key } from "../words/keys";
import { say } from "../words/say";

const STATES: Record<NonNullable<Written["state"]>, [Key, Tone]> = {
  pending: ["record.written.coming", "accent"],
  claimed: ["record.written.coming", "accent"],
  written: ["record.written.there", "success"],
  failed: ["record.written.refused", "critical"],
  skipped_staff: ["record.written.staff", "neutral"],
};

function Record({ found }: { found: Written }) {
  const { format } = useShop();
  if (found.state === null) return <Muted>{say("record.written.never")}</Muted>;
  const [word, tone] = STATES[found.state];
  const stands = entriesOf(found.written);
  return (
    <>
      <div className="line">
        <Chip tone={tone}>{say(word)}</Chip>
      </div>
      {found.changed_at !== null && (
        <Muted>
          {found.run_id === null
            ? say("record.written.changed", { when: format.moment(found.changed_at) })
            : say("record.written.changed.run", {
                when: format.moment(found.changed_at),
                run: String(found.run_id),
              })}
        </Muted>
      )}
      {found.error !== null && <Muted>{found.error}</Muted>}
      {stands.length === 0 ? (
        <Muted>{say("record.written.nothing")}</Muted>
      ) : (
        <Facts facts={stands} />
      )}
    </>
  );
}

export function WrittenCard({ customerId }: { customerId: string }) {
  return (
    <Card title={say("record.written")}>
      <Answered question={useWritten(customerId)} loading={say("record.written.loading")} lines={2}>
        {(found) => <Record found={found} />}
      </Answered>
    </Card>
  );
}
