import type { App } from "../app";
import { load } from "../visit";
import { Button } from "./Button";

const PASSING = new Set(["UNAVAILABLE", "TOO_MANY_ATTEMPTS", "SALEOR_UNREACHABLE", "OFFLINE"]);

export function Title({ app }: { app: App }) {
  const { controller } = app.place;
  return (
    <>
      <h1 id="title">{app.words.t("page.title")}</h1>
      {controller && <p class="lead">{app.words.t("page.lead", { controller })}</p>}
    </>
  );
}

export function Loading({ app }: { app: App }) {
  return (
    <>
      <Title app={app} />
      <p role="status">{app.words.t("loading")}</p>
      <div class="card shape" aria-hidden="true" />
      <div class="card shape" aria-hidden="true" />
    </>
  );
}

/** Why nothing can be shown. */
export function Gate({ app }: { app: App }) {
  const { words, why } = app;
  const key = why ? `gate.${why}` : "gate.wait";
  return (
    <>
      <Title app={app} />
      <section class="card" aria-labelledby="gate">
        <h2 id="gate">{words.known(`${key}.title`, words.t("gate.UNAVAILABLE.title"))}</h2>
        <p>{words.known(key, words.t("gate.UNAVAILABLE"))}</p>
        {why && PASSING.has(why) && (
          <Button id="again" look="main" onClick={() => void load(app)}>
            {words.t("again")}
          </Button>
        )}
      </section>
    </>
  );
}
