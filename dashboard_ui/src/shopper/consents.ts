// Consents: each by itself, never ticked for anybody, with the text to the letter and its version.

import { country, lacks } from "./ages";
import { type Consent, Refused, said, type Statement } from "./api/client";
import type { App } from "./app";
import type { Wording } from "./state";

/** How a row says that somebody has proven since that the profile is theirs: it repeats their yes. */
export const OWNERSHIP = "ownership: ";

/** Return the ledger's rows of this purpose, of one network or of none. */
export function rowsOf(statement: Statement, purpose: string, network: string | null): Consent[] {
  return statement.consents.filter((row) => row.purpose === purpose && row.network === network);
}

/** Return the row of the ledger by which they agree to this now; null: they do not. */
export function given(
  statement: Statement,
  purpose: string,
  network: string | null = null,
): Consent | null {
  const rows = rowsOf(statement, purpose, network);
  if (rows.at(-1)?.action !== "given") return null;
  return rows.findLast((row) => !row.proof.startsWith(OWNERSHIP)) ?? null;
}

/** Agree to the text as it was shown; if it is another one meanwhile, that is shown, and nothing was stored. */
export function agree(app: App, id: string, asked: Wording): void {
  const missing = lacks(app);
  if (missing) {
    app.note("age", "bad", missing);
    app.draw();
    (document.getElementById("age") ?? document.getElementById("country"))?.focus();
    return;
  }
  if (app.busy) {
    app.draw();
    return;
  }
  app.ticked = id;
  void app.deed(id, () => agreed(app, id, asked), { done: "consent.given" });
}

async function agreed(app: App, id: string, asked: Wording): Promise<void> {
  const { purpose, network, text_hash, language } = asked;
  const body = { purpose, network, text_hash, language, country: country(app), old_enough: true };
  try {
    await said(app.client.POST("/api/shopper/consents", { body }));
    app.read[id] = undefined;
  } catch (error) {
    if (error instanceof Refused && error.code === "TEXT_CHANGED") app.read[id] = asked;
    throw error;
  } finally {
    const query = { language: app.words.language };
    app.about = await said(app.client.GET("/api/shopper/about", { params: { query } }));
  }
}
