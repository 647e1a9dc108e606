import { describe, expect, it } from "vitest";

import { country, isKnown, lacks, years } from "./ages";
import { aboutOf, consentOf, statementOf, wordsOf } from "./testing/page";

const COUNTRIES = [
  { country: "NL", minimum_age: 16 },
  { country: "DE", minimum_age: 18 },
];

function asked(changed: object = {}) {
  return {
    about: aboutOf(),
    statement: statementOf(),
    country: null as string | null,
    oldEnough: false,
    words: wordsOf("en"),
    ...changed,
  };
}

describe("a shop of one age", () => {
  it("asks for it until they say that they have reached it", () => {
    expect(years(asked())).toBe(16);
    expect(lacks(asked())).toBe("First confirm that you are 16 or older.");
    expect(lacks(asked({ oldEnough: true }))).toBeNull();
  });

  it("does not ask again who has said so, unless the age is higher now", () => {
    const statement = statementOf({ consents: [consentOf()] });
    expect(lacks(asked({ statement }))).toBeNull();
    expect(isKnown(asked({ statement, about: aboutOf({ minimum_age: 18 }) }))).toBe(false);
  });

  it("takes the newest yes that says an age", () => {
    const consents = [
      consentOf({ limits: { minimum_age: 18 } }),
      consentOf({ limits: { minimum_age: 13 } }),
      consentOf({ action: "withdrawn", limits: null }),
    ];
    expect(isKnown(asked({ statement: statementOf({ consents }) }))).toBe(false);
  });
});

describe("a shop of several countries", () => {
  const about = aboutOf({ countries: COUNTRIES });

  it("asks for the country first, then for the age of that country", () => {
    expect(lacks(asked({ about, oldEnough: true }))).toContain("in which country you live");
    expect(years(asked({ about, country: "DE" }))).toBe(18);
    expect(lacks(asked({ about, country: "DE" }))).toContain("18 or older");
  });

  it("takes no country that the shop does not serve", () => {
    expect(country(asked({ about, country: "FR" }))).toBeNull();
  });

  it("knows the country of a consent, and asks again who chooses another", () => {
    const limits = { minimum_age: 18, country: "DE" };
    const statement = statementOf({ consents: [consentOf({ limits })] });
    expect(country(asked({ about, statement }))).toBe("DE");
    expect(lacks(asked({ about, statement }))).toBeNull();
    expect(isKnown(asked({ about, statement, country: "NL" }))).toBe(false);
  });
});
