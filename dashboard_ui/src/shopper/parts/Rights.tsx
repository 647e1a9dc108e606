// Their rights: a copy, the objection, and the erasure.

import { said } from "../api/client";
import type { Shown } from "../state";
import { noted } from "../app";
import { dated, save } from "../dom";
import { Button } from "./Button";
import { Erasure } from "./Erasure";
import { Note } from "./Note";
import { Really } from "./Really";

type App = Pick<Shown, "app">;

export function Rights(shown: Shown) {
  return (
    <section aria-labelledby="copy">
      <h2 id="copy">{shown.words.t("rights.title")}</h2>
      <Download app={shown.app} />
      <Objection {...shown} />
      <Erasure app={shown.app} />
    </section>
  );
}

function Download({ app }: App) {
  const { words } = app;
  const fetched = async () => {
    save(dated("influence"), await said(app.client.GET("/api/shopper/export")));
  };
  return (
    <div class="card">
      <h3>{words.t("export.title")}</h3>
      <p>{words.t("export.about")}</p>
      <Button
        id="export"
        busy={app.busy}
        onClick={() => void app.deed("export", fetched, { done: "export.done" })}
      >
        {words.t("export.go")}
      </Button>
      <Note app={app} where="export" />
    </div>
  );
}

/** "Nothing is to be computed about me", and the way back. */
function Objection({ app, words, statement }: Shown) {
  const takesPart = statement.takes_part;
  return (
    <div class="card">
      <h3 id="objection-title">{words.t("objection.title")}</h3>
      <p>{words.t(takesPart ? "objection.about" : "objection.stands")}</p>
      <Note app={app} where="objection" />
      <ObjectionButton app={app} takesPart={takesPart} />
    </div>
  );
}

function ObjectionButton({ app, takesPart }: App & { takesPart: boolean }) {
  const { words } = app;
  const then = "objection-title";
  const object = () => {
    const asked = () => noted(app.client.POST("/api/shopper/objection"));
    void app.deed("objection", asked, { done: "objection.done", then });
  };
  const back = () => {
    const asked = () => noted(app.client.DELETE("/api/shopper/objection"));
    void app.deed("objection", asked, { done: "objection.ended", then });
  };
  const ask = () => {
    app.ask("objection");
  };
  if (takesPart && app.asked === "objection")
    return (
      <Really
        app={app}
        where="objection"
        text={words.t("objection.really")}
        yes={words.t("objection.yes")}
        onYes={object}
      />
    );
  return (
    <Button id="objection" busy={app.busy} onClick={takesPart ? ask : back}>
      {words.t(takesPart ? "objection.go" : "objection.back")}
    </Button>
  );
}
