// The shopper's page: sign in, see, decide. Reading order: page, app, visit, parts/Page, parts/Main.

import "./page.css";

import { render } from "preact";

import { App } from "./app";
import { clientOf } from "./api/client";
import { Embedded } from "./embedded";
import { failed } from "./failed";
import { Linking } from "./linking";
import { Page } from "./parts/Page";
import { Guest, type Session, Standalone } from "./session";
import { load, speak } from "./visit";
import { Words } from "./words";

const root = document.documentElement;
const query = new URLSearchParams(location.search);
const shop = query.get("saleorApiUrl") ?? "";
const isEmbedded = window.parent !== window;
const isGuest = location.pathname.endsWith("/guest");
const isKnown = root.dataset.state !== "unknown";

function show(app: App): void {
  root.lang = app.words.language;
  document.title = app.words.t("page.title");
  const place = document.getElementById("page");
  if (place) render(<Page app={app} />, place);
}

function appOf(words: Words, session: Session): App {
  return new App(
    {
      shop,
      session,
      client: clientOf(shop, session),
      controller: root.dataset.controller ?? "",
      invitationToken: query.get("invitation"),
      show,
    },
    words,
  );
}

/** The page within a storefront, which hands over the session. */
async function embedded(words: Words): Promise<void> {
  const storefronts = (root.dataset.storefronts ?? "").split(" ").filter(Boolean);
  const session = new Embedded(storefronts, {
    onToken: (other) => {
      if ((other || app.view !== "page") && !app.busy) void load(app);
    },
    onSignedOut: () => {
      app.signedOut();
    },
    onLanguage: (language) => {
      if (typeof language === "string") void speak(app, language);
    },
    onTheme: (theme) => {
      if (theme === "light" || theme === "dark" || theme === "auto") root.dataset.theme = theme;
    },
  });
  const app = appOf(words, session);
  app.linking = new Linking(app);
  app.draw();
  if (!(await session.begin())) app.signedOut();
}

async function begin(): Promise<void> {
  const words = await Words.load(root.lang);
  if (isKnown && !isGuest && isEmbedded) {
    await embedded(words);
    return;
  }
  const app = appOf(words, isKnown && isGuest ? new Guest() : new Standalone(shop));
  if (!isKnown) {
    app.view = "gate";
    app.why = "SHOP_UNKNOWN";
  } else if (isGuest) {
    if (app.place.session.token) {
      await load(app);
      return;
    }
    app.view = "ask";
  } else {
    app.linking = new Linking(app);
    app.view = "sign-in";
  }
  app.draw();
}

begin().catch(failed);
