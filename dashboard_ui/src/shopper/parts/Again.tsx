import type { Consent } from "../api/client";
import type { Shown, Wording } from "../state";
import { agree } from "../consents";
import { networkName } from "../networks";
import { Button } from "./Button";
import { Marked } from "./Marked";

interface Props extends Shown {
  id: string;
  row: Consent;
  asked: Wording;
}

/** What was agreed to before the shop's settings changed: why they are asked again, and the text of now. */
export function Again({ app, words, about, id, row, asked }: Props) {
  const { purpose, network } = row;
  const found = about.asked_again.find((one) => one.purpose === purpose && one.network === network);
  if (!found) return null;
  const isSame = asked.text === row.wording;
  const read = app.read[id] ?? { text: row.wording, language: row.language };
  const meanwhile = !found.paused ? "again.holds" : network ? "again.paused" : "again.unused";
  const values = { controller: about.controller_name, network: networkName(network ?? "") };
  return (
    <div class="again" role="group" aria-labelledby={`${id}-again-title`}>
      <p id={`${id}-again-title`}>
        <strong>{words.t("again.title")}</strong>
      </p>
      <ul>
        {found.changes.map((one) => (
          <li key={one}>{words.t(`again.${one}`, values)}</li>
        ))}
      </ul>
      <p>{words.t(meanwhile)}</p>
      {!isSame && (
        <>
          <p class="small">{words.t("again.text")}</p>
          <blockquote id={`${id}-again-text`} lang={asked.language}>
            <Marked
              text={asked.text}
              before={read.language === asked.language ? read.text : null}
            />
          </blockquote>
        </>
      )}
      <Button
        id={`${id}-again`}
        look="main"
        busy={app.busy}
        onClick={() => {
          agree(app, id, asked);
        }}
      >
        {words.t(isSame ? "again.same" : "again.go")}
      </Button>
    </div>
  );
}
