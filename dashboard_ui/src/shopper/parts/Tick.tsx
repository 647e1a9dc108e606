import type { Shown, Wording } from "../state";
import { noted } from "../app";
import { agree, given, rowsOf } from "../consents";
import { Again } from "./Again";
import { Marked } from "./Marked";
import { Note } from "./Note";
import { Really } from "./Really";
import { Receipt } from "./Receipt";

interface Props extends Shown {
  purpose: string;
  network: string | null;
  name: string;
}

/** A consent: the tick, the text that it is for to the letter, and its receipt. */
export function Tick({ purpose, network, name, ...shown }: Props) {
  const { app, words, about, statement } = shown;
  const id = ["tick", purpose, network].filter(Boolean).join("-");
  const row = given(statement, purpose, network);
  const asked = about.wordings.find((one) => one.purpose === purpose && one.network === network);
  const text = row?.wording ?? asked?.text;
  if (text === undefined) return null;
  const change = () => {
    if (row) app.ask(id);
    else if (asked) agree(app, id, asked);
  };
  const query = network === null ? { purpose } : { purpose, network };
  const withdraw = () => noted(app.client.DELETE("/api/shopper/consents", { params: { query } }));
  return (
    <div class="tick">
      <input
        id={id}
        type="checkbox"
        checked={Boolean(row) || app.ticked === id}
        aria-describedby={`${id}-text ${id}-version`}
        onChange={change}
      />
      <label htmlFor={id}>{name}</label>
      <blockquote id={`${id}-text`} lang={(row ?? asked)?.language}>
        <Marked text={text} before={row || !asked ? null : before(app.read[id], asked)} />
      </blockquote>
      <p id={`${id}-version`} class="small">
        {row
          ? words.t("consent.since", { version: row.wording_version, day: words.moment(row.at) })
          : words.t("consent.version", { version: asked?.version ?? "" })}
      </p>
      <Receipt app={app} id={id} row={rowsOf(statement, purpose, network).at(-1)} />
      {app.asked === id && (
        <Really
          app={app}
          where={id}
          text={words.known(`withdraw.${purpose}`, words.t("withdraw.other"))}
          yes={words.t("withdraw.yes")}
          onYes={() => void app.deed(id, withdraw, { done: "consent.withdrawn", then: id })}
        />
      )}
      {row && asked && <Again {...shown} id={id} row={row} asked={asked} />}
      <Note app={app} where={id} />
    </div>
  );
}

/** Return the text that somebody read before this one, to mark what changed; null: none in this language. */
function before(read: Wording | undefined, now: Wording): string | null {
  return read?.language === now.language ? read.text : null;
}
