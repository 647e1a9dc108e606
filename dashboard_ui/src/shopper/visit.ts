// A visit: signing in, or asking for a guest's link; what is held is read; the language changes.

import type { App } from "./app";
import { Refused, said } from "./api/client";
import { focus } from "./dom";
import { SignInFailed, Standalone } from "./session";
import { type Key, LANGUAGES, Words } from "./words";

/** Read what is held, and show it; or why that is not possible. */
export async function load(app: App): Promise<void> {
  app.view = "loading";
  app.draw();
  try {
    const language = app.words.language;
    [app.about, app.statement] = await Promise.all([
      said(app.client.GET("/api/shopper/about", { params: { query: { language } } })),
      said(app.client.GET("/api/shopper/statement")),
    ]);
    app.view = "page";
    if (!app.about.by_link) await readInvitation(app);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status === 401) {
      app.signedOut("refused");
      return;
    }
    app.view = "gate";
    app.why = app.words.has(`gate.${error.code}`) ? error.code : "UNAVAILABLE";
  }
  app.draw();
  focus("title");
  await app.linking?.resume();
}

async function readInvitation(app: App): Promise<void> {
  const token = app.place.invitationToken;
  if (!token || app.invitation) return;
  try {
    const query = { token };
    app.invitation = await said(app.client.GET("/api/shopper/invitation", { params: { query } }));
  } catch (error) {
    if (!(error instanceof Refused) || error.status === 401) throw error;
    app.invitation = { over: true, network: "", handle: null };
  }
}

/** A guest asks for the link; the answer is the same whether the address is known or not. */
export async function askForLink(app: App, email: string): Promise<void> {
  if (app.busy) return;
  begin(app);
  const { words } = app;
  try {
    const body = { email, language: words.language };
    const { by_mail: byMail, hours } = await said(
      app.client.POST("/api/shopper/guest-links", { body }),
    );
    if (byMail) app.note("ask", "good", words.t("guest.sent", { hours }));
    else app.note("ask", "", words.t("guest.nomail"));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    app.note("ask", "bad", words.known(linkRefused(error.code), words.t("error.FAILED")));
  }
  app.busy = false;
  app.draw();
}

function linkRefused(code: string): string {
  const own: Partial<Record<string, Key>> = {
    INVALID_INPUT: "guest.address",
    TOO_MANY_ATTEMPTS: "guest.toomany",
  };
  return own[code] ?? `error.${code}`;
}

/** The shopper signs in to the shop. */
export async function signIn(app: App, email: string, password: string): Promise<void> {
  if (app.busy) return;
  const { session } = app.place;
  if (!(session instanceof Standalone)) return;
  begin(app);
  try {
    await session.signIn(email, password);
  } catch (error) {
    if (!(error instanceof SignInFailed)) throw error;
    const key = `signin.${error.message}`;
    app.note("signin", "bad", app.words.known(key, app.words.t("signin.REFUSED")));
  }
  app.busy = false;
  if (session.token) {
    await load(app);
    return;
  }
  app.draw();
  focus("password");
}

function begin(app: App): void {
  app.busy = true;
  app.notes = {};
  app.draw();
}

/** Speak another language, if it is one of the page's. */
export async function speak(app: App, language: string): Promise<void> {
  if (!LANGUAGES.includes(language) || language === app.words.language) return;
  app.words = await Words.load(language);
  app.notes = {};
  const here = new URL(location.href);
  here.searchParams.set("lang", language);
  history.replaceState(null, "", here);
  if (app.view === "page") {
    const asked = app.client.GET("/api/shopper/about", { params: { query: { language } } });
    app.about = await said(asked).catch(() => app.about);
  }
  app.draw();
  app.linking?.remember();
}
