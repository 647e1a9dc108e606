// The question after an order, from looking for the order to the thanks.

import { render } from "preact";

import type { components } from "../schema";
import { type Bearer, clientOf, Refused, said } from "./api/client";
import { surveyToken } from "./api/saleor";
import { focus, say } from "./dom";
import { Question, Told, type TellKey, Waiting } from "./parts/Question";
import type { Words } from "./words";

const WAIT = 1500;
const PATIENCE = 45_000;
export type Channel = components["schemas"]["SurveyChannel"];

interface Given {
  shop: string;
  words: Words;
  /** Saleor's id of the order; null: not said. */
  order: string | null;
  token: string | null;
}

export class Survey {
  channel: Channel | null = null;
  trouble = "";
  busy = false;
  readonly words: Words;
  readonly #session: Bearer;
  readonly #client: ReturnType<typeof clientOf>;

  constructor(private readonly given: Given) {
    this.words = given.words;
    this.#session = { scheme: "Order", token: given.token, renew: () => Promise.resolve(false) };
    this.#client = clientOf(given.shop, this.#session);
  }

  /** Find the order, and ask. */
  async begin(): Promise<void> {
    const { order } = this.given;
    if (!this.#session.token && !order) {
      this.#tell("wrong");
      return;
    }
    if (!this.#session.token && order) {
      show(<Waiting words={this.words} />);
      this.#session.token = await this.#tokenOf(order);
    }
    if (!this.#session.token) this.#tell("late");
    else await this.#open();
  }

  async #open(): Promise<void> {
    const query = { language: this.words.language };
    try {
      const asked = await said(this.#client.GET("/api/shopper/thanks", { params: { query } }));
      if (asked.is_open) this.#ask();
      else this.#tell("used");
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Return the token that stands with the order in Saleor, once it does; null after a while. */
  async #tokenOf(order: string): Promise<string | null> {
    const until = Date.now() + PATIENCE;
    for (;;) {
      const token = await surveyToken(this.given.shop, order);
      if (token || Date.now() > until) return token;
      await new Promise((settle) => setTimeout(settle, WAIT));
    }
  }

  choose(channel: Channel): void {
    this.channel = channel;
    this.trouble = "";
    this.#ask();
  }

  async send(friend: string): Promise<void> {
    if (this.busy) return;
    if (!this.channel) {
      this.#complain(this.words.t("thanks.choose"));
      return;
    }
    this.busy = true;
    this.trouble = "";
    this.#ask();
    try {
      const body = { channel: this.channel, friend };
      await said(this.#client.POST("/api/shopper/thanks", { body }));
      this.#tell("done");
    } catch (error) {
      this.busy = false;
      this.#failed(error);
    } finally {
      this.busy = false;
    }
  }

  #failed(error: unknown): void {
    if (!(error instanceof Refused)) throw error;
    const { words } = this;
    if (error.status === 401 || error.status === 409) this.#tell("used");
    else if (error.code === "SURVEY_OFF") this.#tell("off");
    else this.#complain(words.known(`error.${error.code}`, words.t("error.FAILED")));
  }

  #complain(trouble: string): void {
    this.trouble = trouble;
    say(trouble);
    this.#ask();
  }

  #ask(): void {
    show(<Question survey={this} />);
  }

  #tell(key: TellKey): void {
    const again = key === "late" ? () => void this.begin() : null;
    show(<Told words={this.words} told={key} again={again} />);
    focus("title");
    say(this.words.t(`thanks.${key}`));
  }
}

function show(what: Parameters<typeof render>[0]): void {
  const place = document.getElementById("page");
  if (place) render(what, place);
}
