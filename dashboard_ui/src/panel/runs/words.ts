// Runs in words.

import type { Run } from "../api/questions";
import { type Format, sentenceCase } from "../format/format";
import type { Tone } from "../parts/Chip";

const STATES: Record<Run["state"], { label: string; tone: Tone }> = {
  queued: { label: "Queued", tone: "neutral" },
  running: { label: "Running", tone: "accent" },
  done: { label: "Done", tone: "success" },
  failed: { label: "Failed", tone: "critical" },
  cancelled: { label: "Cancelled", tone: "neutral" },
};

export function runChip(state: Run["state"]) {
  return STATES[state];
}

/** "full", or "back to run 12" */
export function runKind({ kind, back_to: to }: Run): string {
  if (kind === "rollback") return to === null ? "back" : `back to run ${to}`;
  return kind === "full" ? "full" : "what changed";
}

/** Until when a queued run waits, and for what. */
export function waitsFor(run: Run, format: Format, now = Date.now()): string {
  if (Date.parse(run.not_before) <= now) return "Waits for a worker that is free";
  return `Collects what changes until ${format.moment(run.not_before)}`;
}

/** "41 s" or "about 3 minutes": seconds are exact, since people compare them. */
export function runTook(seconds: number | null, format: Format): string {
  if (seconds === null) return "–";
  return seconds < 60 ? `${format.precise(seconds)} s` : format.duration(seconds);
}

const COUNTS: Record<string, string> = {
  customers: "Customers valued",
  memberships: "Places in segments",
  records_changed: "Customer records changed",
};

/** "scores_gone" → "Scores gone" */
function countLabel(key: string): string {
  return sentenceCase(key.replace(/[_-]+/g, " ").trim());
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

/** "12 · full · 3 Nov 2026, 04:00", as one line of a choice. */
export function runTitle(run: Run, format: Format): string {
  const when = run.as_of ? ` · as of ${format.moment(run.as_of)}` : "";
  return `Run ${run.id} · ${runKind(run)}${when}`;
}
