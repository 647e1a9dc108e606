import type { Statement } from "../api/client";
import type { Shown } from "../state";
import type { Key, Words } from "../words";

type Trial = Statement["trials"][number];
const ROLES: Record<Trial["role"], Key> = {
  "in your name": "trials.in-your-name",
  letter: "trials.letter",
  invited: "trials.invited",
  "held out": "trials.held-out",
};

/** What was drawn about them by lot. */
export function Trials({ words, statement }: Shown) {
  if (!statement.trials.length) return null;
  return (
    <div class="card">
      <h3>{words.t("trials.title")}</h3>
      <p>{words.t("trials.about")}</p>
      <ul>
        {statement.trials.map((one, at) => (
          <li key={at}>{said(words, one)}</li>
        ))}
      </ul>
    </div>
  );
}

function said(words: Words, one: Trial): string {
  const days = { from: words.day(one.drawn_at), to: words.day(one.ends_at) };
  return [
    words.t(ROLES[one.role], days),
    ...(one.role === "letter" ? [lots(words, one.things)] : []),
    ...(one.state === "stopped" ? [words.t("trials.stopped")] : []),
  ].join(" ");
}

/** Return of how many products of the letter the lots say that the sender chose them. */
function lots(words: Words, things: Trial["things"]): string {
  const chosen = Object.values(things);
  return words.t("trials.things", { count: chosen.filter(Boolean).length, all: chosen.length });
}
