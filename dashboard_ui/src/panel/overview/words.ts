// The app page's states in words.

import type { Overview } from "../api/questions";
import type { Format } from "../format/format";
import type { Tone } from "../parts/Chip";
import { shareDone } from "../parts/ProgressBar";
import { say } from "../words/say";

type History = Overview["history"];
type Progress = History["orders"];

const HISTORY: Record<History["state"], Tone> = {
  waiting: "neutral",
  running: "accent",
  done: "success",
  failed: "critical",
};

export function historyChip(state: History["state"]) {
  return { label: say(`overview.history.state.${state}`), tone: HISTORY[state] };
}

/** "4,200 of 60,000", or "4,200 so far" while the total is unknown. */
export function caption({ done, total }: Progress, format: Format): string {
  return total === null
    ? say("overview.progress.sofar", { done: format.count(done) })
    : say("overview.progress", { done: format.count(done), total: format.count(total) });
}

/** "350 rows a second, about 3 minutes left"; null when nothing moves. */
export function pace(history: History, format: Format): string | null {
  if (history.state !== "running") return null;
  const { rows_per_second: perSecond, seconds_left: left } = history;
  const rate = perSecond === null ? "" : format.count(Math.round(perSecond));
  const time = left === null ? "" : format.duration(left);
  if (rate && time) return say("overview.pace", { rate, time });
  if (rate) return say("overview.pace.rate", { rate });
  return time ? say("overview.pace.left", { time }) : null;
}

/** What a screen reader hears: only every tenth of the way, since each change is read aloud. */
export function spokenProgress(history: History): string {
  const share = shareDone(history.orders.done, history.orders.total);
  if (history.state !== "running" || share === null) {
    return say(`overview.history.heard.${history.state}`);
  }
  return say("overview.history.share", { share: Math.floor(share * 10) * 10 });
}

/** For how long orders are here one by one, and what there is of older ones. */
export function keptFor({ months, summed }: Overview["orders_kept"]): string {
  const rule = say("overview.kept", { months });
  return summed === 0 ? rule : `${rule} ${say("overview.kept.summed", { count: summed })}`;
}
