// A link to forward to friends: copied, shared or sent by mail, by the customer's own hand.

import type { Perk } from "../api/client";
import { field, say } from "../dom";
import type { Words } from "../words";
import { Button } from "./Button";

interface Props {
  words: Words;
  place: string;
  referral: NonNullable<Perk["referral"]>;
}

export function Forward({ words, place, referral }: Props) {
  const { link, reward, return_days: days, most, rewards } = referral;
  return (
    <>
      <p>{words.t("perks.link.about", { amount: words.money(reward), days, most })}</p>
      <label htmlFor={place}>{words.t("perks.link")}</label>
      <input
        id={place}
        type="text"
        readOnly
        value={link}
        onFocus={(event) => {
          event.currentTarget.select();
        }}
      />
      <p class="buttons">
        <Button
          id={`copy-${place}`}
          onClick={() => {
            copy(words, place);
          }}
        >
          {words.t("perks.link.copy")}
        </Button>
        {"share" in navigator && (
          <Button id={`share-${place}`} onClick={() => void share(words, place, link)}>
            {words.t("perks.link.share")}
          </Button>
        )}
        <a href={mailTo(words, link)} target="_top">
          {words.t("perks.link.mail")}
        </a>
      </p>
      <p id={`told-${place}`} class="small" />
      {rewards > 0 && <p class="small">{words.t("perks.link.rewards", { count: rewards })}</p>}
    </>
  );
}

function mailTo(words: Words, link: string): string {
  const subject = words.t("perks.link.subject");
  const mail = new URLSearchParams({ subject, body: words.t("perks.link.body", { link }) });
  // A mail program reads a plus sign as one.
  return `mailto:?${mail.toString().replaceAll("+", "%20")}`;
}

function copy(words: Words, place: string): void {
  field(place)?.select();
  // A storefront's frame has no permission for navigator.clipboard; this needs none.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const text = words.t(document.execCommand("copy") ? "perks.link.copied" : "perks.link.marked");
  const told = document.getElementById(`told-${place}`);
  if (told) told.textContent = text;
  say(text);
}

async function share(words: Words, place: string, link: string): Promise<void> {
  try {
    await navigator.share({ text: words.t("perks.link.body", { link }), url: link });
  } catch (error) {
    if (!(error instanceof Error && error.name === "AbortError")) copy(words, place);
  }
}
