import { describe, expect, it } from "vitest";

import type { PrivacySettings } from "../api/privacy";
import { draftOf, inputOf } from "./draft";
import { lacksOf } from "./lacks";

const NEVER: PrivacySettings = {
  enabled: false,
  minimum_age: 18,
  countries: [],
  posts_days: 30,
  features_months: 13,
  controller_name: "",
  controller_contact: "",
  officer: "",
  authority: "",
  operator: "",
  transfers: "",
  storefront_origins: [],
  networks: {},
  offered: [
    { name: "mastodon", title: "Mastodon", needs_app: false },
    { name: "youtube", title: "YouTube", needs_app: true },
    { name: "reddit", title: "Reddit", needs_app: true },
  ],
  languages: [],
};
const ON: PrivacySettings = {
  ...NEVER,
  enabled: true,
  countries: ["NL", "BE"],
  confirmed_by: "VXNlcjox",
  confirmed_at: "2026-11-01T08:00:00Z",
  controller_name: "Kaffa BV",
  controller_contact: "privacy@kaffa.example",
  officer: "Ada Vos",
  authority: "Autoriteit Persoonsgegevens",
  storefront_origins: ["https://kaffa.example"],
  networks: { mastodon: { base_url: "https://m.example" }, youtube: { client_id: "ours" } },
};

describe("the draft", () => {
  it("sends back what was confirmed, and never a secret that nobody typed", () => {
    const draft = draftOf(ON);
    expect(lacksOf(draft)).toEqual([]);
    expect(inputOf(draft)).toEqual({
      enabled: true,
      minimum_age: 18,
      countries: ["NL", "BE"],
      posts_days: 30,
      features_months: 13,
      controller_name: "Kaffa BV",
      controller_contact: "privacy@kaffa.example",
      officer: "Ada Vos",
      authority: "Autoriteit Persoonsgegevens",
      operator: "",
      transfers: "",
      storefront_origins: ["https://kaffa.example"],
      networks: {
        mastodon: { base_url: "https://m.example", client_id: null, client_secret: null },
        youtube: { base_url: null, client_id: "ours", client_secret: null },
      },
    });
  });

  it("of a shop where it was never on says what is needed to switch it on", () => {
    const draft = draftOf(NEVER);
    expect(lacksOf(draft)).toEqual([]);
    expect(lacksOf({ ...draft, enabled: true })).toEqual([
      "Who is responsible: a name.",
      "Who is responsible: how to reach them.",
      "At least one network.",
    ]);
  });

  it("wants whole numbers within their bounds", () => {
    const wrong = { minimumAge: "12", postsDays: "30.5", featuresMonths: "" };
    expect(lacksOf({ ...draftOf(ON), ...wrong })).toHaveLength(3);
  });

  it("wants countries by their codes, or an age that holds in all of them", () => {
    const draft = { ...draftOf(ON), minimumAge: "13" };
    expect(inputOf({ ...draft, countries: "nl, be nl" }).countries).toEqual(["NL", "BE"]);
    expect(lacksOf(draft)).toEqual([]);
    expect(lacksOf({ ...draft, countries: "Nederland" })).toEqual([
      "NEDERLAND is not the code of a country, such as NL.",
    ]);
    expect(lacksOf({ ...draft, countries: "" })).toEqual([
      "Minimum age: 16 or more, or the countries that the shop serves.",
    ]);
  });

  it("wants origins without a path", () => {
    const origins = "https://shop.example\n\nhttps://shop.example/account\nshop.example";
    expect(lacksOf({ ...draftOf(ON), origins })).toEqual([
      "https://shop.example/account is not an origin such as https://shop.example, without a path.",
      "shop.example is not an origin such as https://shop.example, without a path.",
    ]);
  });

  it("wants an app of the shop for networks that have no free way in", () => {
    const draft = draftOf(ON);
    const app = { title: "Reddit", needsApp: true, stored: false };
    const reddit = { ...app, on: true, baseUrl: "", clientId: "", clientSecret: "" };
    const needing = (given: Partial<typeof reddit>) =>
      lacksOf({ ...draft, networks: { ...draft.networks, reddit: { ...reddit, ...given } } });
    expect(needing({})).toEqual(["Reddit: the client id of your app."]);
    expect(needing({ clientId: "ours" })).toEqual(["Reddit: the client secret of your app."]);
    expect(needing({ clientId: "ours", clientSecret: "s" })).toEqual([]);
  });
});
