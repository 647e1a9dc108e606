import { fireEvent, screen, waitFor } from "@testing-library/preact";
import { describe, expect, it } from "vitest";

import { answering } from "../testing/answers";
import { aboutOf, consentOf, signedIn, statementOf, WORDING } from "../testing/page";

const tick = () =>
  screen.getByRole<HTMLInputElement>("checkbox", { name: "Link my mastodon profile" });
const agreed = statementOf({ consents: [consentOf()] });

describe("a consent", () => {
  it("is ticked for nobody, and its text stands beside it to the letter", () => {
    signedIn(aboutOf(), statementOf());
    expect(tick().checked).toBe(false);
    expect(document.getElementById("tick-link-mastodon-text")?.textContent).toBe(WORDING.text);
  });

  it("is not given before the age is said; the focus goes to that question", () => {
    const asked = answering({});
    signedIn(aboutOf(), statementOf());
    fireEvent.click(tick());
    expect(screen.getByText("First confirm that you are 16 or older.")).toBeTruthy();
    expect(document.activeElement?.id).toBe("age");
    expect(tick().checked).toBe(false);
    expect(asked).toEqual([]);
  });

  it("is sent with the hash of the text that was shown", async () => {
    const asked = answering({
      "POST /consents": { status: 204 },
      "GET /about": { body: aboutOf() },
      "GET /statement": { body: agreed },
    });
    signedIn(aboutOf(), statementOf());
    fireEvent.click(screen.getByLabelText("I am 16 or older"));
    fireEvent.click(tick());
    expect(await screen.findByText("Saved: you agree.")).toBeTruthy();
    expect(tick().checked).toBe(true);
    const [what = "", body = ""] = (asked[0] ?? "").split(/ (?=\{)/);
    expect(what).toBe("POST /consents");
    expect(JSON.parse(body)).toEqual({
      purpose: "link",
      network: "mastodon",
      text_hash: WORDING.text_hash,
      language: "en",
      country: null,
      old_enough: true,
    });
  });

  it("whose text is another one meanwhile is not given: the new one is shown, with what changed", async () => {
    const text = "We keep your handle and name.";
    const changed = aboutOf({ wordings: [{ ...WORDING, text, text_hash: "b".repeat(64) }] });
    answering({
      "POST /consents": { status: 409, body: { error: { code: "TEXT_CHANGED", message: "…" } } },
      "GET /about": { body: changed },
    });
    signedIn(aboutOf(), statementOf());
    fireEvent.click(screen.getByLabelText("I am 16 or older"));
    fireEvent.click(tick());
    expect(await screen.findByText(/Nothing was stored/)).toBeTruthy();
    expect(tick().checked).toBe(false);
    const shown = document.getElementById("tick-link-mastodon-text");
    expect(shown?.textContent).toBe(text);
    expect(shown?.querySelector("mark")?.textContent).toBe("handle and name.");
  });

  it("stays until its withdrawal is confirmed; Escape is no", () => {
    signedIn(aboutOf(), agreed);
    fireEvent.click(tick());
    const question = screen.getByText(/Withdraw\? Your profile/);
    expect(document.activeElement).toBe(question);
    expect(tick().checked).toBe(true);
    fireEvent.keyDown(question, { key: "Escape" });
    expect(screen.queryByText(/Withdraw\? Your profile/)).toBeNull();
    expect(document.activeElement).toBe(tick());
    expect(tick().checked).toBe(true);
  });

  it("is withdrawn with one request; what is not yet noted is said", async () => {
    const asked = answering({
      "DELETE /consents": { status: 202, body: null },
      "GET /statement": { body: statementOf() },
    });
    signedIn(aboutOf(), agreed);
    fireEvent.click(tick());
    fireEvent.click(screen.getByRole("button", { name: "Yes, withdraw" }));
    expect(await screen.findByText(/Deleted here, but not finished/)).toBeTruthy();
    expect(asked).toEqual(["DELETE /consents?purpose=link&network=mastodon", "GET /statement"]);
    expect(tick().checked).toBe(false);
  });

  it("is asked for again where the settings go beyond it, and says why and until when", () => {
    const again = { purpose: "link", network: "mastodon", paused: true };
    const about = aboutOf({ asked_again: [{ ...again, changes: ["controller", "retention"] }] });
    signedIn(about, agreed);
    expect(screen.getByText("Somebody else is responsible now: Kaffa.")).toBeTruthy();
    expect(screen.getByText("Until you agree, nothing new is read.")).toBeTruthy();
    expect(screen.getByRole("button", { name: "I agree again" })).toBeTruthy();
  });
});

it("a country is chosen before the age of that country is asked", async () => {
  const countries = [
    { country: "NL", minimum_age: 16 },
    { country: "DE", minimum_age: 18 },
  ];
  signedIn(aboutOf({ countries }), statementOf());
  expect(screen.queryByLabelText(/or older/)).toBeNull();
  fireEvent.change(screen.getByLabelText("The country you live in"), { target: { value: "DE" } });
  await waitFor(() => screen.getByLabelText("I am 18 or older"));
});
