// The app's API, answered by the test.

import { vi } from "vitest";

interface Answer {
  status?: number;
  body?: unknown;
}
export type Answers = Partial<Record<string, Answer | (() => Answer)>>;

/** Answer the app's API: by method and path, such as "POST /consents"; returns what was asked, with bodies. */
export function answering(answers: Answers): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const { pathname, search } = new URL(request.url);
    const what = `${request.method} ${pathname.replace("/api/shopper", "")}`;
    asked.push(`${what}${search} ${await request.text()}`.trim());
    const found = answers[what] ?? { status: 404, body: { error: { code: "NOT_FOUND" } } };
    const { status = 200, body } = typeof found === "function" ? found() : found;
    return new Response(status === 204 ? null : JSON.stringify(body), { status });
  });
  return asked;
}
