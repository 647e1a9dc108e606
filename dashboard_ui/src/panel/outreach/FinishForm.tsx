// What came of a task: a note, and what the customer said.

import { type SyntheticEvent, useId, useState } from "react";

import { type OutreachTask, useFinishTask } from "../api/outreach";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { ANSWERS } from "./words";

const LONGEST = 500;

export function FinishForm({ task, onDone }: { task: OutreachTask; onDone: () => void }) {
  const id = useId();
  const wasDone = task.state === "done";
  const [note, setNote] = useState(task.note ?? "");
  const [answer, setAnswer] = useState<string>(wasDone ? "thanked" : "");
  const finishing = useFinishTask();
  const options: [string, string][] = wasDone ? ANSWERS : [["", "Nothing yet"], ...ANSWERS];
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    const said = ANSWERS.find(([key]) => key === answer)?.[0] ?? null;
    finishing.mutate({ id: task.id, note: note.trim(), answer: said }, { onSuccess: onDone });
  };
  return (
    <form className="answer" onSubmit={send}>
      <Choice
        label="What they said"
        options={options}
        value={answer}
        onChoose={(chosen) => {
          setAnswer(chosen);
        }}
      />
      <div className="field">
        <label className="muted" htmlFor={id}>
          Note
        </label>
        <textarea
          id={id}
          className="input input-words"
          rows={3}
          maxLength={LONGEST}
          value={note}
          aria-describedby={`${id}-note`}
          onChange={(event) => {
            setNote(event.target.value);
          }}
        />
        <Muted as="span">
          <span id={`${id}-note`}>The customer reads it when they ask what you hold of them.</span>
        </Muted>
      </div>
      <Button size="small" type="submit" disabled={finishing.isPending}>
        Keep
      </Button>
      {finishing.isError && <TroubleNotice trouble={finishing.error} />}
    </form>
  );
}
