// Runs in words.

import type { Run } from "../api/questions";
import { type Format, sentenceCase } from "../format/format";
import type { Tone } from "../parts/Chip";
import type { Key } from "../words/keys";
import { say } from "../words/say";

const TONES: Record<Run["state"], Tone> = {
  queued: "neutral",
  running: "accent",
  done: "success",
  failed: "critical",
  cancelled: "neutral",
};

export function runChip(state: Run["state"]): { label: string; tone: Tone } {
  return { label: say(`runs.state.${state}`), tone: TONES[state] };
}

/** "full", or "back to run 12" */
export function runKind({ kind, back_to: to }: Run): string {
  if (kind === "rollback")
    return to === null ? say("runs.kind.back") : say("runs.kind.back.to", { id: to });
  return say(kind === "full" ? "runs.kind.full" : "runs.kind.changed");
}

/** Until when a queued run waits, and for what. */
export function waitsFor(run: Run, format: Format, now = Date.now()): string {
  if (Date.parse(run.not_before) <= now) return say("runs.waits.worker");
  return say("runs.waits.until", { when: format.moment(run.not_before) });
}

/** "41 s" or "about 3 minutes": seconds are exact, since people compare them. */
export function runTook(seconds: number | null, format: Format): string {
  if (seconds === null) return "–";
  return seconds < 60 ? `${format.precise(seconds)} s` : format.duration(seconds);
}

const STEPS: Record<string, Key> = {
  starting: "runs.step.starting",
  "reading facts": "runs.step.facts",
  tables: "runs.step.tables",
  "first purchases": "runs.step.first",
  "tied buyers": "runs.step.tied",
  credit: "runs.step.credit",
  chance: "runs.step.chance",
  gate: "runs.step.gate",
  verdicts: "runs.step.verdicts",
  scores: "runs.step.scores",
  forecast: "runs.step.forecast",
  net: "runs.step.net",
  values: "runs.step.values",
  segments: "runs.step.segments",
  writing: "runs.step.writing",
};

/** What a run does now; a step that has no words yet by the name that it has. */
export function runStep(step: string | null): string {
  const name = step ?? "starting";
  const known = STEPS[name];
  return known === undefined ? sentenceCase(name) : say(known);
}

const MAIN: Record<string, Key> = {
  customers: "runs.count.customers",
  memberships: "runs.count.memberships",
  records_changed: "runs.count.records_changed",
};
const OTHERS: Record<string, Key> = {
  scores_changed: "runs.count.scores_changed",
  scores_gone: "runs.count.scores_gone",
  evidence_changed: "runs.count.evidence_changed",
  evidence_gone: "runs.count.evidence_gone",
  credits_changed: "runs.count.credits_changed",
  credits_gone: "runs.count.credits_gone",
  network_scores_changed: "runs.count.network_scores_changed",
  network_scores_gone: "runs.count.network_scores_gone",
  memberships_changed: "runs.count.memberships_changed",
  memberships_gone: "runs.count.memberships_gone",
};

/** "Scores gone"; what has no words yet by its name. */
function countLabel(name: string): string {
  const known = OTHERS[name];
  return known === undefined ? sentenceCase(name.replace(/[_-]+/g, " ").trim()) : say(known);
}

/** What the run counted, the main figures first; of the others only those that are not nought. */
export function countsWorthTelling(counts: Record<string, number>): [string, number][] {
  const main = Object.entries(MAIN).flatMap(([key, label]): [string, number][] => {
    const count = counts[key];
    return count === undefined ? [] : [[say(label), count]];
  });
  const others = Object.entries(counts).filter(([key, count]) => !(key in MAIN) && count !== 0);
  return [...main, ...others.map(([key, count]): [string, number] => [countLabel(key), count])];
}

/** "12 · full · 3 Nov 2026, 04:00", as one line of a choice. */
export function runTitle(run: Run, format: Format): string {
  const [id, kind] = [run.id, runKind(run)];
  return run.as_of
    ? say("runs.title.run.asof", { id, kind, when: format.moment(run.as_of) })
    : say("runs.title.run", { id, kind });
}
