import { said } from "../api/client";
import { typed } from "../dom";
import type { Words } from "../words";
import type { Invitation, Props } from "./Beta";
import { Submit } from "./Button";

type Question = Invitation["questions"][number];

/** What they think of what they try. */
export function Questions({ app, perk, invitation, place }: Props) {
  const { words } = app;
  const { questions, answers: before } = invitation;
  const submit = (event: Event) => {
    event.preventDefault();
    const answers = answersOf(event.currentTarget as HTMLFormElement, questions, place);
    const asked = { params: { path: { grant_id: perk.id } }, body: { answers } };
    const answer = () => said(app.client.POST("/api/shopper/perks/{grant_id}/answers", asked));
    void app.deed(place, answer, { done: "beta.answered" });
  };
  return (
    <form id={`${place}-questions`} onSubmit={submit}>
      <p>{words.t("beta.questions")}</p>
      {questions.map((one) => (
        <QuestionAsked
          key={one.number}
          words={words}
          question={one}
          field={`${place}-${one.number}`}
          before={before[one.number]}
        />
      ))}
      <Submit id={`${place}-answer`} busy={app.busy}>
        {words.t("beta.answer")}
      </Submit>
    </form>
  );
}

/** Return what was answered, by the number of the question. */
function answersOf(form: HTMLFormElement, questions: Question[], place: string) {
  const answers: Record<string, string | number> = {};
  for (const { number, kind } of questions) {
    const answer = typed(form, `${place}-${number}`);
    if (answer) answers[number] = kind === "rating" ? Number(answer) : answer;
  }
  return answers;
}

interface Asked {
  words: Words;
  question: Question;
  field: string;
  before: string | number | undefined;
}

function QuestionAsked({ words, question, field, before }: Asked) {
  const { kind, text, options } = question;
  if (kind === "text")
    return (
      <>
        <label htmlFor={field}>{text}</label>
        <textarea
          id={field}
          name={field}
          rows={3}
          maxLength={1000}
          defaultValue={String(before ?? "")}
        />
      </>
    );
  const choices = kind === "rating" ? ["1", "2", "3", "4", "5"] : options;
  return (
    <fieldset>
      <legend>{text}</legend>
      {kind === "rating" && <p class="small">{words.t("beta.scale")}</p>}
      {choices.map((choice, at) => (
        <label class="choice" key={choice} htmlFor={`${field}-${at}`}>
          <input
            type="radio"
            id={`${field}-${at}`}
            name={field}
            value={choice}
            defaultChecked={String(before ?? "") === choice}
          />{" "}
          {choice}
        </label>
      ))}
    </fieldset>
  );
}
