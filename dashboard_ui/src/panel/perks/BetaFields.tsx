// What only a beta asks for: the channel in which the product is opened, and the questions.

import type { Channel } from "../api/operations";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { FieldError } from "../parts/FieldError";
import { Muted } from "../parts/Muted";
import { TextField } from "../parts/TextField";
import { MOST_QUESTIONS, type QuestionDraft, type QuestionKind } from "./beta";
import type { StepProps } from "./Steps";
import type { Key } from "../words/keys";
import { say } from "../words/say";

const KINDS: [QuestionKind, Key][] = [
  ["rating", "plan.question.rating"],
  ["choice", "plan.question.choice"],
  ["text", "plan.question.words"],
];

interface QuestionProps {
  number: number;
  question: QuestionDraft;
  onWrite: (part: Partial<QuestionDraft>) => void;
  onDrop: () => void;
}

function Question({ number, question, onWrite, onDrop }: QuestionProps) {
  return (
    <fieldset className="stack-small">
      <legend className="muted">{say("plan.question", { number })}</legend>
      <TextField
        label={say("plan.question.text")}
        value={question.text}
        onWrite={(text) => {
          onWrite({ text });
        }}
      />
      <Choice
        label={say("plan.question.kind")}
        options={KINDS.map(([kind, label]) => [kind, say(label)])}
        value={question.kind}
        onChoose={(kind) => {
          onWrite({ kind });
        }}
      />
      {question.kind === "choice" && (
        <TextField
          label={say("plan.question.options")}
          note={say("plan.question.options.note")}
          value={question.options}
          onWrite={(options) => {
            onWrite({ options });
          }}
        />
      )}
      <div className="line">
        <Button variant="tertiary" onClick={onDrop}>
          {say("plan.question.remove", { number })}
        </Button>
      </div>
    </fieldset>
  );
}

export function BetaFields(props: StepProps & { channels: readonly Channel[] }) {
  const { draft, lacks, onChange, channels } = props;
  const { questions } = draft;
  const put = (at: number, ...some: QuestionDraft[]) => {
    onChange({ questions: [...questions.slice(0, at), ...some, ...questions.slice(at + 1)] });
  };
  return (
    <>
      <Choice
        label={say("plan.beta.channel")}
        options={[
          ["", say("plan.beta.channel.choose")],
          ...channels.map(({ slug, name }): [string, string] => [slug, name]),
        ]}
        value={draft.channel}
        error={lacks.get("channel")}
        onChoose={(channel) => {
          onChange({ channel });
        }}
      />
      {Number(draft.regulars) === 0 && <Muted>{say("plan.beta.quiet")}</Muted>}
      {questions.map((question, at) => (
        <Question
          key={at}
          number={at + 1}
          question={question}
          onWrite={(part) => {
            put(at, { ...question, ...part });
          }}
          onDrop={() => {
            put(at);
          }}
        />
      ))}
      <FieldError id="questions-error" error={lacks.get("questions")} />
      {questions.length < MOST_QUESTIONS && (
        <div className="line">
          <Button
            variant="secondary"
            onClick={() => {
              onChange({ questions: [...questions, { kind: "rating", text: "", options: "" }] });
            }}
          >
            {say("plan.question.add")}
          </Button>
        </div>
      )}
    </>
  );
}
