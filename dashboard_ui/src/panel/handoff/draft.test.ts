import { describe, expect, it } from "vitest";

import { draftOf, lacksOf, wantedOf } from "./draft";

const WHOLE = {
  ...draftOf(null),
  host: " smtp.shop.example ",
  senderAddress: "hello@shop.example",
  senderName: "Shop",
};

describe("the mail server as it is written", () => {
  it("lacks a server and a sender at first", () => {
    expect([...lacksOf(draftOf(null)).keys()]).toEqual(["host", "senderAddress", "senderName"]);
  });

  it("is sent without white space, and without what is empty", () => {
    expect(lacksOf(WHOLE).size).toBe(0);
    expect(wantedOf(WHOLE)).toEqual({
      host: "smtp.shop.example",
      port: 587,
      security: "starttls",
      user: null,
      password: null,
      sender_address: "hello@shop.example",
      sender_name: "Shop",
      mails_each: 2,
    });
  });

  it("says which number is none", () => {
    expect([...lacksOf({ ...WHOLE, port: "0", mailsEach: "31" }).keys()]).toEqual([
      "port",
      "mailsEach",
    ]);
  });
});
