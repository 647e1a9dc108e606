// What is on its way from and to Saleor, and what did not arrive.

import type { Overview } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { Facts } from "../parts/Facts";

type Props = Pick<Overview, "outbox" | "inbox" | "counted_to">;

function Failed({ count, words }: { count: number; words: string }) {
  return count === 0 ? <>0</> : <Chip tone="critical">{words}</Chip>;
}

export function QueuesCard({ outbox, inbox, counted_to: most }: Props) {
  const { format } = useShop();
  const count = (number: number) =>
    number > most ? `more than ${format.count(most)}` : format.count(number);
  return (
    <Card title="To and from Saleor">
      <Facts
        facts={[
          { label: "Customer records written", value: count(outbox.written) },
          { label: "Waiting to be written", value: count(outbox.pending) },
          {
            label: "Not written",
            value: <Failed count={outbox.failed} words={count(outbox.failed)} />,
          },
          { label: "Staff members left out", value: count(outbox.skipped_staff) },
          { label: "Events waiting to be read", value: count(inbox.pending) },
          {
            label: "Events that could not be read",
            value: <Failed count={inbox.failed} words={count(inbox.failed)} />,
          },
        ]}
      />
    </Card>
  );
}
