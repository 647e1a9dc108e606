import { fireEvent, screen } from "@testing-library/preact";
import { describe, expect, it } from "vitest";

import { valueLines } from "../valueLines";
import { answering } from "../testing/answers";
import { aboutOf, consentOf, DAY, signedIn, statementOf, wordsOf } from "../testing/page";

const HOSTILE = "<img src=x onerror=alert(1)>{value}";
const MONEY = { amount: "10.00", currency: "EUR" };
const ORDER = {
  order_id: "o1",
  number: "17",
  created_at: DAY,
  charged: MONEY,
  has_email: true,
  has_address: false,
  has_card: false,
};
const PROFILE = {
  network: "mastodon",
  handle: HOSTILE,
  url: "javascript:alert(1)",
  proof: "oauth",
  proven_at: DAY,
  state: "linked",
  trouble: "In English.",
  trouble_reason: "unreachable",
  trouble_since: DAY,
  next_at: DAY,
  posts_held: 1,
  snapshots: [],
};

describe("the statement", () => {
  it("shows what a network says as text, and no address that is not one", () => {
    signedIn(aboutOf(), statementOf({ profiles: [PROFILE] }));
    expect(screen.getByText(HOSTILE)).toBeTruthy();
    expect(document.querySelector("img")).toBeNull();
    expect(document.getElementById("open-mastodon")).toBeNull();
    expect(screen.getByText(/cannot be reached at the moment/)).toBeTruthy();
    expect(screen.queryByText("In English.")).toBeNull();
  });

  it("names what is held of an order, and takes a note that this one is not theirs", async () => {
    const asked = answering({
      "POST /contests": { status: 204 },
      "GET /statement": { body: statementOf({ orders: [ORDER] }) },
    });
    signedIn(aboutOf(), statementOf({ orders: [ORDER] }));
    expect(screen.getByText(/Your e-mail address, as a code/)).toBeTruthy();
    expect(screen.queryByText(/The card that was paid with/)).toBeNull();

    fireEvent.click(screen.getByText("Not my order"));
    expect(document.activeElement?.id).toBe("wrong");
    expect(screen.getByText("Order 17 is not yours")).toBeTruthy();
    const note = screen.getByLabelText<HTMLTextAreaElement>("What is wrong, in your own words");
    note.value = " My neighbour's. ";
    fireEvent.submit(note);

    expect(await screen.findByText("Sent. You will find the answer here.")).toBeTruthy();
    expect(asked[0]).toBe('POST /contests {"text":"My neighbour\'s.","kind":"order","about":"o1"}');
    expect(note.value).toBe("");
    expect(screen.queryByText("Order 17 is not yours")).toBeNull();
  });

  it("keeps what was typed and opened while something else is done", () => {
    const app = signedIn(aboutOf(), statementOf({ orders: [ORDER] }));
    const note = screen.getByLabelText<HTMLTextAreaElement>("What is wrong, in your own words");
    note.value = "half a sen";
    const orders = document.getElementById("orders") as HTMLDetailsElement;
    orders.open = true;

    app.ask("erase");

    expect(screen.getByText(/This cannot be undone/)).toBeTruthy();
    expect(document.getElementById("wrong")).toBe(note);
    expect(note.value).toBe("half a sen");
    expect(orders.isConnected && orders.open).toBe(true);
  });

  it("says why a deed was refused, and in whose words", async () => {
    const error = { code: "INVALID_INPUT", message: "Said by the API." };
    answering({ "POST /objection": { status: 422, body: { error } } });
    signedIn(aboutOf(), statementOf());
    fireEvent.click(screen.getByRole("button", { name: "Object…" }));
    fireEvent.click(screen.getByRole("button", { name: "Yes, object" }));
    expect((await screen.findByText("Said by the API.")).lang).toBe("en");
    expect(screen.getByText(/That did not work/)).toBeTruthy();
  });

  it("forgets everything when the session has ended", async () => {
    answering({ "GET /export": { status: 401, body: { error: { code: "TOKEN_EXPIRED" } } } });
    const app = signedIn(aboutOf(), statementOf({ orders: [ORDER] }));
    fireEvent.click(screen.getByRole("button", { name: "Download my data" }));
    expect(
      await screen.findByText("Your session has ended. Sign in again to continue."),
    ).toBeTruthy();
    expect([app.statement, app.about, app.place.session.token]).toEqual([null, null, null]);
    expect(document.getElementById("held")).toBeNull();
  });

  it("tells the history of decisions with the text of then", () => {
    const proven = consentOf({ number: 2, proof: "ownership: nonce", wording: "" });
    signedIn(aboutOf(), statementOf({ consents: [consentOf(), proven] }));
    expect(screen.getByText("2 decisions")).toBeTruthy();
    expect(screen.getByText("Linking · mastodon: agreed")).toBeTruthy();
    expect(screen.getByText(/proven to be yours by a text in your profile/)).toBeTruthy();
  });

  it("is there for a guest, without consents", () => {
    signedIn(aboutOf({ by_link: true }), statementOf({ is_guest: true }));
    expect(screen.getByText(/No value is estimated for people without an account/)).toBeTruthy();
    expect(screen.queryByRole("checkbox")).toBeNull();
  });
});

describe("the value in sentences", () => {
  const value = {
    orders_count: 1,
    revenue: MONEY,
    days_since_last_order: null,
    clv: MONEY,
    clv_low: null,
    clv_high: MONEY,
    crv_orders: 0,
    crv: null,
    crv_expected: null,
    civ: null,
    civ_expected: null,
    follow_on: 0.2,
    follow_on_low: 0,
    follow_on_high: 2,
    follow_on_days: 30,
    percentile: 91.25,
    rank: 1203,
    verdict: "leads",
    verdict_sentence: "",
    evidence: "some",
    evidence_sentence: "",
  } as unknown as Parameters<typeof valueLines>[1];

  it("says what is known and nothing of what is not", () => {
    expect(valueLines(wordsOf("en"), value)).toEqual([
      "You have paid for one order worth €10.00 so far.",
      "What you may still buy yourself is estimated at €10.00 (from – to €10.00).",
      "Nobody else has used a personal code of yours.",
      "Nothing that others spend is counted as yours.",
      "In the next 30 days at most 2 purchases of others are likely to follow yours.",
      "By this value you are number 1,203. 91.3% of customers have the same value or less.",
      "Others buy after you more often than chance explains.",
      "This is based partly on your own purchases.",
    ]);
  });
});
