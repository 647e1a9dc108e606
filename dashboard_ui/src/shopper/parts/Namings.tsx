import { said, type Statement } from "../api/client";
import type { App } from "../app";
import type { Shown } from "../state";
import { Button } from "./Button";
import { Note } from "./Note";

/** Others named them in the survey: seen, agreed to and deleted here. */
export function Namings({ app, words, about, statement }: Shown) {
  const { namings: rows } = statement;
  if (!rows.length && !app.notes.namings) return null;
  return (
    <section aria-labelledby="namings">
      <h2 id="namings">{words.t("naming.title")}</h2>
      <div class="card">
        <p>{words.t("naming.about")}</p>
        <Note app={app} where="namings" />
        {rows.map((one) => (
          <div class="contest" key={one.id}>
            <p>
              {words.t("naming.one", { day: words.day(one.named_at) })}{" "}
              {one.agreed_at && words.t("naming.agreed", { day: words.day(one.agreed_at) })}
            </p>
            {!about.by_link && <Answers app={app} naming={one} />}
          </div>
        ))}
      </div>
    </section>
  );
}

function Answers({ app, naming }: { app: App; naming: Statement["namings"][number] }) {
  const { id, agreed_at: agreed } = naming;
  const params = { path: { naming_id: id } };
  const agree = () => said(app.client.POST("/api/shopper/namings/{naming_id}/agree", { params }));
  const refuse = () => said(app.client.DELETE("/api/shopper/namings/{naming_id}", { params }));
  const answer = (done: "naming.done.agreed" | "naming.done.refused") => {
    const deed = done === "naming.done.agreed" ? agree : refuse;
    void app.deed("namings", deed, { done, then: "namings" });
  };
  return (
    <div class="buttons">
      {!agreed && (
        <Button
          id={`naming-agree-${id}`}
          busy={app.busy}
          onClick={() => {
            answer("naming.done.agreed");
          }}
        >
          {app.words.t("naming.agree")}
        </Button>
      )}
      <Button
        id={`naming-refuse-${id}`}
        busy={app.busy}
        onClick={() => {
          answer("naming.done.refused");
        }}
      >
        {app.words.t("naming.refuse")}
      </Button>
    </div>
  );
}
