import { describe, expect, it } from "vitest";

import type { ConsentRow } from "../api/profiles";
import { csvOf } from "../parts/download";
import { standsOf } from "./consents";
import { knownBy, proofName, webAddress } from "./words";

function row(number: number, given: Partial<ConsentRow>): ConsentRow {
  return {
    number,
    purpose: "link",
    network: "mastodon",
    action: "given",
    wording: "I agree.",
    wording_version: "1",
    language: "en",
    proof: "Saleor session",
    at: `2026-11-0${number}T08:00:00Z`,
    hash: "ab",
    limits: null,
    ...given,
  };
}

describe("where a customer stands", () => {
  it("begins with their yes, and the proof of ownership adds to it", () => {
    const stands = standsOf([row(1, {}), row(2, { proof: "ownership: oauth" })]);
    expect(stands).toEqual([
      {
        purpose: "link",
        network: "mastodon",
        given: true,
        since: "2026-11-01T08:00:00Z",
        proofs: ["Saleor session", "ownership: oauth"],
      },
    ]);
  });

  it("is withdrawn from the day on which they withdrew, and begins anew with another yes", () => {
    const rows = [row(1, {}), row(2, { action: "withdrawn", wording: "" })];
    expect(standsOf(rows)).toMatchObject([{ given: false, since: "2026-11-02T08:00:00Z" }]);
    expect(standsOf([...rows, row(3, {})])).toMatchObject([
      { given: true, since: "2026-11-03T08:00:00Z", proofs: ["Saleor session"] },
    ]);
  });

  it("is told apart by network, and by purpose", () => {
    const rows = [row(1, {}), row(2, { network: "bluesky" }), row(3, { purpose: "score" })];
    expect(standsOf([...rows, row(4, { purpose: "perks", network: null })])).toHaveLength(4);
  });

  it("is nowhere without rows", () => {
    expect(standsOf([])).toEqual([]);
  });
});

describe("words", () => {
  it("name the proofs, and repeat what they do not know", () => {
    expect(proofName("rel-me")).toBe("proven by a link in the profile");
    expect(knownBy("ownership: oauth")).toBe("profile proven by sign-in");
    expect(knownBy("Saleor session")).toBe("signed in to the shop");
    expect(knownBy("something new")).toBe("something new");
  });
});

describe("the address of a profile", () => {
  it("is opened only if it is one of the web", () => {
    expect(webAddress("https://m.example/@ines")).toBe("https://m.example/@ines");
    for (const wrong of ["javascript:alert(1)", "data:text/html,x", " https://x", "//m.example"]) {
      expect(webAddress(wrong)).toBeNull();
    }
  });
});

describe("a CSV", () => {
  it("keeps commas, quotes and what looks like a formula as text", () => {
    expect(csvOf([["a,b", 'say "hi"', "=1+1", "@ines@m.example", "plain"]])).toBe(
      `"a,b","say ""hi""",'=1+1,'@ines@m.example,plain\r\n`,
    );
    expect(csvOf([["＝1+1", "\n+1", " -1", "a;b"]])).toBe(`'＝1+1,"'\n+1",' -1,"a;b"\r\n`);
  });
});
