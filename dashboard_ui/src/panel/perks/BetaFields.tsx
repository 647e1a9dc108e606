// What only a beta asks for: the channel in which the product is opened, and the questions.

import type { Channel } from "../api/operations";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { FieldError } from "../parts/FieldError";
import { Muted } from "../parts/Muted";
import { TextField } from "../parts/TextField";
import { MOST_QUESTIONS, type QuestionDraft, type QuestionKind } from "./beta";
import type { StepProps } from "./Steps";

const KINDS: [QuestionKind, string][] = [
  ["rating", "From 1 to 5"],
  ["choice", "A choice"],
  ["text", "In words"],
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
      <legend className="muted">Question {number}</legend>
      <TextField
        label="What is asked"
        value={question.text}
        onWrite={(text) => {
          onWrite({ text });
        }}
      />
      <Choice
        label="How it is answered"
        options={KINDS}
        value={question.kind}
        onChoose={(kind) => {
          onWrite({ kind });
        }}
      />
      {question.kind === "choice" && (
        <TextField
          label="Options"
          note="With a semicolon between them."
          value={question.options}
          onWrite={(options) => {
            onWrite({ options });
          }}
        />
      )}
      <div className="line">
        <Button variant="tertiary" onClick={onDrop}>
          Remove question {number}
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
        label="Channel in which members can buy it"
        options={[
          ["", "Choose a channel"],
          ...channels.map(({ slug, name }): [string, string] => [slug, name]),
        ]}
        value={draft.channel}
        error={lacks.get("channel")}
        onChoose={(channel) => {
          onChange({ channel });
        }}
      />
      {Number(draft.regulars) === 0 && (
        <Muted>
          Invite quiet customers too: with seats for regular customers, under 3. Limits, you see the
          answers of both side by side.
        </Muted>
      )}
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
            Add a question
          </Button>
        </div>
      )}
    </>
  );
}
