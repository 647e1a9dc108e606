// A word against what is wrong, and what the shop answered.

import { said, type Statement } from "../api/client";
import type { App } from "../app";
import type { Shown } from "../state";
import { field, typed } from "../dom";
import type { Words } from "../words";
import { Button, Submit } from "./Button";
import { Note } from "./Note";

type Contest = Statement["contests"][number];

export function Contests({ app, words, statement }: Shown) {
  const submit = (event: Event) => {
    event.preventDefault();
    const text = typed(event.currentTarget as HTMLFormElement, "wrong");
    const send = () => sent(app, text);
    void app.deed("contest", send, { done: "contest.done", then: "contests" });
  };
  return (
    <section aria-labelledby="contests">
      <h2 id="contests">{words.t("contest.title")}</h2>
      <form class="card" onSubmit={submit}>
        {statement.contests.map((one) => (
          <ContestShown key={one.id} words={words} one={one} statement={statement} />
        ))}
        <Corrections words={words} statement={statement} />
        {app.contesting && <About app={app} label={app.contesting.label} />}
        <label htmlFor="wrong">{words.t("contest.label")}</label>
        <p id="wrong-hint" class="small">
          {words.t("contest.hint")}
        </p>
        <textarea
          id="wrong"
          name="wrong"
          rows={4}
          maxLength={2000}
          required
          aria-describedby="wrong-hint"
        />
        <Note app={app} where="contest" />
        <Submit id="contest-go" busy={app.busy}>
          {words.t("contest.go")}
        </Submit>
      </form>
    </section>
  );
}

async function sent(app: App, text: string): Promise<void> {
  const { kind = "other", about = null } = app.contesting ?? {};
  await said(app.client.POST("/api/shopper/contests", { body: { text, kind, about } }));
  const written = field("wrong");
  if (written) written.value = "";
  app.contesting = null;
}

/** What the note is about, and the way to leave that out. */
function About({ app, label }: { app: App; label: string }) {
  return (
    <p id="contest-about" class="note">
      {app.words.t("contest.about")} <strong>{label}</strong>{" "}
      <Button
        id="contest-cancel"
        look="plain"
        onClick={() => {
          app.choose({ contesting: null });
        }}
      >
        {app.words.t("cancel")}
      </Button>
    </p>
  );
}

interface One {
  words: Words;
  one: Contest;
  statement: Statement;
}

function ContestShown({ words, one, statement }: One) {
  const late = new Date(one.due_at) < new Date() ? "contest.late" : "contest.due";
  const answered = one.answered_at && words.day(one.answered_at);
  return (
    <div class="contest">
      <p class="small">{words.moment(one.at)}</p>
      <blockquote>{one.text}</blockquote>
      {one.kind !== "other" && (
        <p class="small">
          {words.t(`contest.kind.${one.kind}`, { number: numberOf(statement, one.order_id) })}
        </p>
      )}
      {one.answer ? (
        <p>
          <strong>{words.t("contest.answer", { day: answered })}</strong> {one.answer}
          {one.outcome && ` ${words.t(`contest.${one.outcome}`)}`}
        </p>
      ) : (
        <p class="small">{words.t(late, { day: words.day(one.due_at) })}</p>
      )}
    </div>
  );
}

function Corrections({ words, statement }: Omit<One, "one">) {
  if (!statement.corrections.length) return null;
  return (
    <>
      <h3>{words.t("corrected.title")}</h3>
      <ul>
        {statement.corrections.map((one, at) => {
          const number = numberOf(statement, one.order_id);
          const what = words.t(`contest.kind.${one.kind}`, { number });
          return <li key={at}>{`${what} (${words.day(one.made_at)})`}</li>;
        })}
      </ul>
    </>
  );
}

function numberOf(statement: Statement, orderId: string | null): string {
  return statement.orders.find((one) => one.order_id === orderId)?.number ?? "";
}
