// The app page's states in words.

import type { Overview, Run } from "../api/questions";
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

const RUN: Record<Run["state"], { label: string; tone: Tone }> = {
  queued: { label: "Queued", tone: "neutral" },
  running: { label: "Running", tone: "accent" },
  done: { label: "Done", tone: "success" },
  failed: { label: "Failed", tone: "critical" },
};

export function historyChip(state: History["state"]) {
  return HISTORY[state];
}

export function runChip(state: Run["state"]) {
  return RUN[state];
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

export function isUnderWay(run: Run | null): boolean {
  return run?.state === "queued" || run?.state === "running";
}

export function secondsBetween(fromIso: string, toIso: string): number {
  return (Date.parse(toIso) - Date.parse(fromIso)) / 1000;
}

const COUNTS: Record<string, string> = {
  customers: "Customers valued",
  memberships: "Places in segments",
  records_changed: "Customer records changed",
};

/** "scores_gone" → "Scores gone" */
function countLabel(key: string): string {
  const words = key.replace(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What the run counted, the main figures first; of the others only those that are not nought. */
export function countsWorthTelling(counts: Record<string, number>): [string, number][] {
  const main = Object.entries(COUNTS).flatMap(([key, label]): [string, number][] => {
    const count = counts[key];
    return count === undefined ? [] : [[label, count]];
  });
  const others = Object.entries(counts).filter(([key, count]) => !(key in COUNTS) && count !== 0);
  return [...main, ...others.map(([key, count]): [string, number] => [countLabel(key), count])];
}
