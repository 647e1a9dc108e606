// A page for tests: real parts, client and texts; the app's API is answered by the test.

import { readFileSync } from "node:fs";
import path from "node:path";

import { cleanup } from "@testing-library/preact";
import { render } from "preact";
import { afterEach, vi } from "vitest";

import { type About, clientOf, type Statement } from "../api/client";
import { App } from "../app";
import { compiledFile } from "../../compiled";
import { Page } from "../parts/Page";
import { Standalone } from "../session";
import { Words } from "../words";

export const APP = "https://app.example";
export const DAY = "2026-11-01T10:00:00Z";
const WORDS = path.resolve(import.meta.dirname, "../words");

/** Return the texts of a language, as the build makes them. */
export function wordsOf(language: string): Words {
  const json = readFileSync(path.join(WORDS, `${language}.json`), "utf8");
  return new Words(language, compiledFile(json));
}

export const WORDING = {
  purpose: "link",
  network: "mastodon",
  version: "2",
  language: "en",
  text: "We keep your handle.",
  text_hash: "a".repeat(64),
};

/** What the shop asks. */
export function aboutOf(changed: Partial<About> = {}): About {
  return {
    enabled: true,
    is_guest: false,
    by_link: false,
    minimum_age: 16,
    countries: [],
    controller_name: "Kaffa",
    controller_contact: "privacy@kaffa.example",
    networks: ["mastodon"],
    wordings: [WORDING],
    asked_again: [],
    ...changed,
  };
}

export type Row = Statement["consents"][number];

/** A yes in the ledger. */
export function consentOf(changed: Partial<Row> = {}): Row {
  return {
    number: 1,
    purpose: "link",
    network: "mastodon",
    action: "given",
    wording: WORDING.text,
    wording_version: "2",
    language: "en",
    proof: "tick",
    at: DAY,
    hash: "h",
    limits: { minimum_age: 16, country: null },
    ...changed,
  };
}

/** What is held of somebody of whom nothing is held. */
export function statementOf(changed: Partial<Statement> = {}): Statement {
  const none = {
    consents: [],
    profiles: [],
    network_scores: [],
    ties: [],
    reasons: [],
    trials: [],
    notices: [],
    contests: [],
    corrections: [],
    requests: [],
    erasures: [],
    orders: [],
    tie_rows: [],
    households: [],
    perks: [],
    survey_responses: [],
    namings: [],
  };
  return {
    ...none,
    customer_id: "ines",
    value: { state: "no-orders", inputs: null } as unknown as Statement["value"],
    reasons_total: 0,
    written_to_saleor: null,
    standing: { objected_at: null, erased_at: null },
    is_guest: false,
    takes_part: true,
    ...changed,
  };
}

/** Draw the page of somebody who is signed in. */
export function signedIn(about: About, statement: Statement): App {
  const [place, told] = [document.createElement("div"), document.createElement("p")];
  [place.id, told.id] = ["page", "said"];
  document.body.replaceChildren(place, told);
  const session = new Standalone("https://shop.example/graphql/");
  session.token = "token";
  const app = new App(
    {
      shop: "https://shop.example/graphql/",
      controller: "Kaffa",
      session,
      client: clientOf("https://shop.example/graphql/", session, APP),
      invitationToken: null,
      show: (drawn) => {
        render(<Page app={drawn} />, place);
      },
    },
    wordsOf("en"),
  );
  Object.assign(app, { about, statement, view: "page" });
  app.draw();
  return app;
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});
