// The app page's states in words.

import type { Overview } from "../api/questions";
import type { Format } from "../format/format";
import type { Tone } from "../parts/Chip";
import { shareDone } from "../parts/ProgressBar";

type History = Overview["history"];
type Progress = History["orders"];

const HISTORY: Record<History["state"], { label: string; tone: Tone }> = {
  waiting: { label: "Waiting to start", tone: "neutral" },
  running: { label: "Reading", tone: "accent" },
  done: { label: "Complete", tone: "success" },
  failed: { label: "Stopped", tone: "critical" },
};

export function historyChip(state: History["state"]) {
  return HISTORY[state];
}

/** "4,200 of 60,000", or "4,200 so far" while the total is unknown. */
export function caption({ done, total }: Progress, format: Format): string {
  return total === null
    ? `${format.count(done)} so far`
    : `${format.count(done)} of ${format.count(total)}`;
}

/** "350 rows a second, about 3 minutes left"; null when nothing moves. */
export function pace(history: History, format: Format): string | null {
  if (history.state !== "running") return null;
  const { rows_per_second: rate, seconds_left: left } = history;
  const parts = [
    rate === null ? null : `${format.count(Math.round(rate))} rows a second`,
    left === null ? null : `${format.duration(left)} left`,
  ].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(", ") : null;
}

/** What a screen reader hears: only every tenth of the way, since each change is read aloud. */
export function spokenProgress(history: History): string {
  if (history.state !== "running") return `History: ${HISTORY[history.state].label.toLowerCase()}`;
  const share = shareDone(history.orders.done, history.orders.total);
  if (share === null) return "Reading the history";
  return `Reading the history: ${Math.floor(share * 10) * 10} percent of orders`;
}

/** For how long orders are here one by one, and what there is of older ones. */
export function keptFor({ months, summed }: Overview["orders_kept"], format: Format): string {
  const rule = `Orders are kept one by one for ${format.count(months)} months.`;
  return summed === 0
    ? rule
    : `${rule} Of ${format.count(summed)} older ones there are sums by month.`;
}
