// How much of the shop's history has been read, and whether it agrees with Saleor's own counts.

import type { Overview } from "../api/questions";
import { useShop } from "../bridge/shop";
import { Card } from "../parts/Card";
import { Chip } from "../parts/Chip";
import { Muted } from "../parts/Muted";
import { Notice } from "../parts/Notice";
import { ProgressBar } from "../parts/ProgressBar";
import { Text } from "../parts/Text";
import { say } from "../words/say";
import { caption, historyChip, keptFor, pace, spokenProgress } from "./words";

type Props = Pick<Overview, "history" | "drift" | "orders_kept">;

function Drift({ drift }: { drift: Overview["drift"] }) {
  const { format } = useShop();
  return (
    <div className="drift">
      <Text as="p" size={3}>
        {drift.sentence}
      </Text>
      <Muted>
        {drift.checked_at
          ? say("overview.history.compared", { ago: format.ago(drift.checked_at) })
          : say("overview.history.uncompared")}
      </Muted>
    </div>
  );
}

export function HistoryCard({ history, drift, orders_kept: kept }: Props) {
  const { format } = useShop();
  const { label, tone } = historyChip(history.state);
  const speed = pace(history, format);
  return (
    <Card title={say("overview.history")} action={<Chip tone={tone}>{label}</Chip>}>
      <ProgressBar
        label={say("overview.orders")}
        {...history.orders}
        caption={caption(history.orders, format)}
      />
      <ProgressBar
        label={say("parts.place.customers")}
        {...history.customers}
        caption={caption(history.customers, format)}
      />
      {speed && <Muted>{speed}</Muted>}
      {history.error && (
        <Notice tone="critical" title={say("overview.history.stopped")}>
          {history.error}
        </Notice>
      )}
      <Drift drift={drift} />
      <Muted>{keptFor(kept)}</Muted>
      <span className="unseen" role="status" aria-live="polite">
        {spokenProgress(history)}
      </span>
    </Card>
  );
}
