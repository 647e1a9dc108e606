import { typed } from "../dom";
import type { Channel, Survey } from "../survey";
import type { Words } from "../words";
import { Button, Submit } from "./Button";

const CHANNELS: Channel[] = ["friend", "advert", "search", "social", "other", "nobody"];
export type TellKey = "done" | "used" | "off" | "late" | "wrong";

/** Who or what told them of the shop? */
export function Question({ survey }: { survey: Survey }) {
  const { words, channel, trouble, busy } = survey;
  const submit = (event: Event) => {
    event.preventDefault();
    void survey.send(typed(event.currentTarget as HTMLFormElement, "friend"));
  };
  return (
    <form class="card" aria-labelledby="title" onSubmit={submit}>
      <p>{words.t("thanks.lead")}</p>
      <fieldset>
        <legend>
          <h1 id="title">{words.t("thanks.question")}</h1>
        </legend>
        {CHANNELS.map((one) => (
          <label class="choice" key={one} htmlFor={one}>
            <input
              type="radio"
              id={one}
              name="channel"
              value={one}
              checked={one === channel}
              onChange={() => {
                survey.choose(one);
              }}
            />{" "}
            {words.t(`thanks.${one}`)}
          </label>
        ))}
      </fieldset>
      {channel === "friend" && <Friend words={words} />}
      {trouble && <p class="note bad">{trouble}</p>}
      <div class="buttons">
        <Submit id="send" look="main" busy={busy}>
          {words.t("thanks.go")}
        </Submit>
        <span class="small">{words.t("thanks.optional")}</span>
      </div>
    </form>
  );
}

function Friend({ words }: { words: Words }) {
  return (
    <>
      <label htmlFor="friend-name">{words.t("thanks.who")}</label>
      <input
        id="friend-name"
        name="friend"
        type="text"
        maxLength={320}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-describedby="friend-hint"
      />
      <p id="friend-hint" class="small">
        {words.t("thanks.who.hint")}
      </p>
    </>
  );
}

export function Waiting({ words }: { words: Words }) {
  return (
    <>
      <h1 id="title">{words.t("thanks.title")}</h1>
      <p role="status">{words.t("thanks.wait")}</p>
    </>
  );
}

interface Props {
  words: Words;
  told: TellKey;
  /** Try once more; null: there is nothing to try. */
  again: (() => void) | null;
}

/** How it ended. */
export function Told({ words, told, again }: Props) {
  return (
    <section class="card">
      <h1 id="title">{words.known(`thanks.${told}.title`, words.t("thanks.title"))}</h1>
      <p>{words.t(`thanks.${told}`)}</p>
      {again && (
        <Button id="again" look="main" onClick={again}>
          {words.t("again")}
        </Button>
      )}
    </section>
  );
}
