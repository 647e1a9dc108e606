// What is on its way from and to Saleor, and what did not arrive.

import type { Overview } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { Facts } from "../parts/Facts";
import { say } from "../words/say";

type Props = Pick<Overview, "outbox" | "inbox" | "counted_to">;

function Failed({ count, words }: { count: number; words: string }) {
  return count === 0 ? <>0</> : <Chip tone="critical">{words}</Chip>;
}

export function QueuesCard({ outbox, inbox, counted_to: most }: Props) {
  const { format } = useShop();
  const count = (number: number) =>
    number > most
      ? say("overview.queues.more", { count: format.count(most) })
      : format.count(number);
  return (
    <Card title={say("overview.queues")}>
      <Facts
        facts={[
          { label: say("overview.queues.written"), value: count(outbox.written) },
          { label: say("overview.queues.pending"), value: count(outbox.pending) },
          {
            label: say("overview.queues.failed"),
            value: <Failed count={outbox.failed} words={count(outbox.failed)} />,
          },
          { label: say("overview.queues.staff"), value: count(outbox.skipped_staff) },
          { label: say("overview.queues.events"), value: count(inbox.pending) },
          {
            label: say("overview.queues.events.failed"),
            value: <Failed count={inbox.failed} words={count(inbox.failed)} />,
          },
        ]}
      />
    </Card>
  );
}
