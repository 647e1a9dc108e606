// What is on its way from and to Saleor, and what did not arrive.

import type { Overview } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { Facts } from "../parts/Facts";

type Props = Pick<Overview, "outbox" | "inbox">;

function Failed({ count }: { count: number }) {
  const { format } = useShop();
  return count === 0 ? <>0</> : <Chip tone="critical">{format.count(count)}</Chip>;
}

export function QueuesCard({ outbox, inbox }: Props) {
  const { format } = useShop();
  return (
    <Card title="To and from Saleor">
      <Facts
        facts={[
          { label: "Customer records written", value: format.count(outbox.written) },
          { label: "Waiting to be written", value: format.count(outbox.pending) },
          { label: "Not written", value: <Failed count={outbox.failed} /> },
          {
            label: "Staff members left out",
            value: format.count(outbox.skipped_staff),
          },
          { label: "Events waiting to be read", value: format.count(inbox.pending) },
          { label: "Events that could not be read", value: <Failed count={inbox.failed} /> },
        ]}
      />
    </Card>
  );
}
