// The box for staff's answer to a note; what can be corrected is accepted or refused.

import { type SyntheticEvent, useId, useState } from "react";

import { type Contest, useAnswer } from "../api/profiles";
import type { Person } from "../api/saleor";
import { Button } from "../parts/Button";
import { nameOf } from "../parts/CustomerLink";
import { TroubleNotice } from "../parts/TroubleNotice";
import { say } from "../words/say";

const LONGEST = 4000;

interface Props {
  contest: Contest;
  people: Map<string, Person> | undefined;
  onAnswered: () => void;
}

export function AnswerForm({ contest, people, onAnswered }: Props) {
  const person = people?.get(contest.customer_id);
  const id = useId();
  const [text, setText] = useState("");
  const answering = useAnswer(contest.id, onAnswered);
  const decides = contest.kind !== "other";
  const answer = (outcome: Contest["outcome"]) => {
    answering.mutate({ text: text.trim(), outcome });
  };
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!decides) answer(null);
  };
  const off = text.trim() === "" || answering.isPending;
  return (
    <form className="answer" onSubmit={send}>
      <div className="field">
        <label className="muted" htmlFor={id}>
          {say("profiles.answer")}
          <span className="unseen">
            {" "}
            {say("profiles.answer.to", { name: nameOf(person, contest.customer_id) })}
          </span>
        </label>
        <textarea
          id={id}
          className="input input-words"
          rows={3}
          maxLength={LONGEST}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
          }}
        />
      </div>
      {decides ? (
        <div className="line">
          <Button
            size="small"
            variant="secondary"
            type="button"
            disabled={off}
            onClick={() => {
              answer("accepted");
            }}
          >
            {say("profiles.answer.accept")}
          </Button>
          <Button
            size="small"
            variant="secondary"
            type="button"
            disabled={off}
            onClick={() => {
              answer("refused");
            }}
          >
            {say("profiles.answer.refuse")}
          </Button>
        </div>
      ) : (
        <Button size="small" variant="secondary" type="submit" disabled={off}>
          {say("profiles.answer.go")}
        </Button>
      )}
      {answering.isError && <TroubleNotice trouble={answering.error} />}
    </form>
  );
}
