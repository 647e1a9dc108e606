import { said } from "../api/client";
import type { Shown } from "../state";
import { Button } from "./Button";
import { Note } from "./Note";
import { Table } from "./Table";

const COLUMNS = ["day", "order", "response", "delete"] as const;

/** What they responded to the shop's survey: seen and deleted here. */
export function Survey({ app, words, statement }: Shown) {
  const { survey_responses: rows } = statement;
  if (!rows.length && !app.notes.survey) return null;
  const remove = (id: number) => {
    const params = { path: { response_id: id } };
    const asked = () =>
      said(app.client.DELETE("/api/shopper/survey-responses/{response_id}", { params }));
    void app.deed("survey", asked, { done: "survey.deleted", then: "survey" });
  };
  return (
    <section aria-labelledby="survey">
      <h2 id="survey">{words.t("survey.title")}</h2>
      <div class="card">
        <p>{words.t("survey.about")}</p>
        <Note app={app} where="survey" />
        {rows.length > 0 && (
          <Table
            id="survey-rows"
            summary={words.t("survey.list", { count: rows.length })}
            heads={COLUMNS.map((name) => words.t(`survey.column.${name}`))}
            rows={rows.map((one) => [
              words.day(one.responded_at),
              one.order_number ?? "–",
              words.t(`thanks.${one.channel}`),
              <Button
                key={one.id}
                id={`survey-${one.id}`}
                look="plain"
                busy={app.busy}
                onClick={() => {
                  remove(one.id);
                }}
              >
                {words.t("survey.delete")}
              </Button>,
            ])}
          />
        )}
      </div>
    </section>
  );
}
