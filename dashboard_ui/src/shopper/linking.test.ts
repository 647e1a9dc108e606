import { fireEvent, screen, waitFor } from "@testing-library/preact";
import { beforeEach, expect, it, vi } from "vitest";

import type { Begun } from "./linking";
import { Linking } from "./linking";
import { answering, type Answers } from "./testing/answers";
import { aboutOf, consentOf, DAY, signedIn, statementOf } from "./testing/page";

const agreed = statementOf({ consents: [consentOf()] });
const BEGUN: Begun = {
  method: "oauth",
  link_id: "id",
  url: "https://m.example/",
  put: null,
  expires_at: DAY,
};
const opened = { location: { href: "" }, close: vi.fn() };

beforeEach(() => {
  opened.location.href = "";
  vi.stubGlobal("open", () => opened);
});

function linking(begun: Partial<Begun>, more: Answers = {}) {
  const asked = answering({
    "POST /links": { body: { ...BEGUN, ...begun } },
    "GET /statement": { body: agreed },
    ...more,
  });
  const app = signedIn(aboutOf(), agreed);
  app.linking = new Linking(app);
  app.draw();
  return { app, asked };
}

/** A message of the page that a network sent the browser back to. */
function returns(data: object, origin = location.origin): { taken: unknown[] } {
  const taken: unknown[] = [];
  const event = new MessageEvent("message", {
    data: { type: "influence:returned", ...data },
    origin,
  });
  Object.defineProperty(event, "source", {
    value: { postMessage: (said: unknown) => taken.push(said) },
  });
  dispatchEvent(event);
  return { taken };
}

async function begin(method: string) {
  fireEvent.click(screen.getByLabelText(method));
  const handle = screen.getByLabelText<HTMLInputElement>("Your handle");
  handle.value = " @a@m.example ";
  fireEvent.submit(handle);
  await waitFor(() => screen.getByRole("button", { name: "Cancel" }));
}

it("a text is put into the profile, and looked for once they say so", async () => {
  const { asked } = linking(
    { method: "nonce", url: null, put: "abc" },
    { "POST /links/finish": { status: 204 } },
  );
  await begin("Put a short text into your profile for a moment");
  expect(screen.getByText("abc")).toBeTruthy();
  expect(document.activeElement?.id).toBe("next-mastodon");

  fireEvent.click(screen.getByRole("button", { name: "I have saved it" }));

  expect(
    await screen.findByText("Linked. You have proven that the profile is yours."),
  ).toBeTruthy();
  expect(asked[0]).toBe(
    'POST /links {"network":"mastodon","method":"nonce","handle":"@a@m.example"}',
  );
  expect(asked).toContain('POST /links/finish {"link_id":"id"}');
});

it("they sign in at the network in a window of its own, whose answer finishes it", async () => {
  const { asked } = linking({}, { "POST /links/finish": { status: 204 } });
  await begin("Sign in to mastodon");
  expect(opened.location.href).toBe("https://m.example/");

  const { taken } = returns({ state: "id.secret", code: "code", error: null });

  expect(taken).toEqual([{ type: "influence:taken" }]);
  expect(
    await screen.findByText("Linked. You have proven that the profile is yours."),
  ).toBeTruthy();
  expect(asked).toContain('POST /links/finish {"state":"id.secret","code":"code"}');
});

it("an answer that another page sends, or to another link, is not taken", async () => {
  const { asked } = linking({});
  await begin("Sign in to mastodon");
  const before = asked.length;
  expect(returns({ state: "id.secret", code: "code" }, "https://evil.example").taken).toEqual([]);
  expect(returns({ state: "other.secret", code: "code" }).taken).toEqual([]);
  expect(returns({ code: "code" }).taken).toEqual([]);
  expect(asked.length).toBe(before);
});

it("who says no at the network is told that nothing was linked", async () => {
  linking({});
  await begin("Sign in to mastodon");
  returns({ state: "id.secret", error: "access_denied" });
  expect(
    await screen.findByText("You said no at the network, so nothing was linked."),
  ).toBeTruthy();
});

it("a window is closed again where the network refuses, and why is said in words", async () => {
  const error = { code: "NETWORK_REFUSED", message: "…", reason: "handle" };
  linking({}, { "POST /links": { status: 422, body: { error } } });
  const handle = screen.getByLabelText<HTMLInputElement>("Your handle");
  handle.value = "odd";
  fireEvent.submit(handle);
  expect(await screen.findByText(/This is not a mastodon handle/)).toBeTruthy();
  expect(opened.close).toHaveBeenCalled();
  expect(screen.getByLabelText<HTMLInputElement>("Your handle").value).toBe("odd");
});
