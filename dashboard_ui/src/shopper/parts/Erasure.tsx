import { answered } from "../api/client";
import { type App, WAITS } from "../app";
import { dated, save } from "../dom";
import { Button } from "./Button";
import { Note } from "./Note";
import { Really } from "./Really";

async function erased(app: App): Promise<unknown> {
  const { data, waits } = await answered(app.client.POST("/api/shopper/erase"));
  app.certificate = data ?? null;
  return waits ? WAITS : null;
}

/** Everything that names them is deleted; they can keep the certificate. */
export function Erasure({ app }: { app: App }) {
  const { words, certificate } = app;
  const erase = () => erased(app);
  const after = { done: "erase.done", then: "erase-title" } as const;
  return (
    <div class="card">
      <h3 id="erase-title">{words.t("erase.title")}</h3>
      <p>{words.t("erase.about")}</p>
      <Note app={app} where="erase" />
      {certificate && (
        <p>
          <Button
            id="certificate"
            onClick={() => {
              save(dated("erased"), certificate);
            }}
          >
            {words.t("erase.certificate")}
          </Button>
        </p>
      )}
      {app.asked === "erase" ? (
        <Really
          app={app}
          where="erase"
          text={words.t("erase.really")}
          yes={words.t("erase.yes")}
          onYes={() => void app.deed("erase", erase, after)}
        />
      ) : (
        <Button
          id="erase"
          look="grave"
          busy={app.busy}
          onClick={() => {
            app.ask("erase");
          }}
        >
          {words.t("erase.go")}
        </Button>
      )}
    </div>
  );
}
