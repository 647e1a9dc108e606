// A customer's note with its answer, or the box for one.

import { Button } from "@saleor/macaw-ui";
import { type SyntheticEvent, useId, useState } from "react";

import { type Contest, useAnswer } from "../api/profiles";
import type { Person } from "../api/saleor";
import { evidencePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { CustomerLink, nameOf } from "../parts/CustomerLink";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { TroubleNotice } from "../parts/TroubleNotice";

const LONGEST = 4000;

interface Props {
  contest: Contest;
  person: Person | undefined;
  onAnswered: () => void;
}

function AnswerForm({ contest, person, onAnswered }: Props) {
  const id = useId();
  const [text, setText] = useState("");
  const answering = useAnswer(contest.id, onAnswered);
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    answering.mutate(text.trim());
  };
  return (
    <form className="answer" onSubmit={send}>
      <div className="field">
        <label className="muted" htmlFor={id}>
          Your answer<span className="unseen"> to {nameOf(person, contest.customer_id)}</span>
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
      <Button
        size="small"
        variant="secondary"
        type="submit"
        disabled={text.trim() === "" || answering.isPending}
      >
        Answer
      </Button>
      {answering.isError && <TroubleNotice trouble={answering.error} />}
    </form>
  );
}

export function ContestRow({ contest, person, onAnswered }: Props) {
  const { format } = useShop();
  const { customer_id: id, text, at, answer } = contest;
  return (
    <li className="row">
      <div className="contest">
        <div className="topic-head">
          <CustomerLink customerId={id} person={person} brief />
          <Muted as="span">{format.moment(at)}</Muted>
          <PlaceLink to={evidencePlace(id)}>
            Her evidence<span className="unseen"> ({nameOf(person, id)})</span>
          </PlaceLink>
        </div>
        <blockquote className="said">{text}</blockquote>
        {answer === null ? (
          <AnswerForm {...{ contest, person, onAnswered }} />
        ) : (
          <p className="said">
            <span className="muted">Answered: </span>
            {answer}
          </p>
        )}
      </div>
    </li>
  );
}
