// What came of a task: a note, and what the customer said.

import { type SyntheticEvent, useId, useState } from "react";

import { type OutreachTask, useFinishTask } from "../api/outreach";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { Muted } from "../parts/Muted";
import { TroubleNotice } from "../parts/TroubleNotice";
import { ANSWERS } from "./words";
import { say } from "../words/say";

const LONGEST = 500;

export function FinishForm({ task, onDone }: { task: OutreachTask; onDone: () => void }) {
  const id = useId();
  const wasDone = task.state === "done";
  const [note, setNote] = useState(task.note ?? "");
  const [answer, setAnswer] = useState<string>(wasDone ? "thanked" : "");
  const finishing = useFinishTask();
  const answers = ANSWERS.map((one): [string, string] => [one, say(`outreach.answer.${one}`)]);
  const options = wasDone ? answers : [["", say("outreach.said.none")] as const, ...answers];
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    const said = ANSWERS.find((one) => one === answer) ?? null;
    finishing.mutate({ id: task.id, note: note.trim(), answer: said }, { onSuccess: onDone });
  };
  return (
    <form className="answer" onSubmit={send}>
      <Choice
        label={say("outreach.said")}
        options={options}
        value={answer}
        onChoose={(chosen) => {
          setAnswer(chosen);
        }}
      />
      <div className="field">
        <label className="muted" htmlFor={id}>
          {say("outreach.note")}
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
          <span id={`${id}-note`}>{say("outreach.note.read")}</span>
        </Muted>
      </div>
      <Button size="small" type="submit" disabled={finishing.isPending}>
        {say("outreach.keep")}
      </Button>
      {finishing.isError && <TroubleNotice trouble={finishing.error} />}
    </form>
  );
}
