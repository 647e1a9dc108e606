// A customer's note with its answer, or the box for one.

import type { Contest } from "../api/profiles";
import type { Person } from "../api/saleor";
import { evidencePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { Chip } from "../parts/Chip";
import { CustomerLink, isGuest, nameOf } from "../parts/CustomerLink";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { clockOf } from "../privacy/requests";
import { AnswerForm } from "./AnswerForm";
import { ContestAbout } from "./ContestAbout";
import { say } from "../words/say";

interface Props {
  contest: Contest;
  people: Map<string, Person> | undefined;
  onAnswered: () => void;
}

export function ContestRow({ contest, people, onAnswered }: Props) {
  const { format } = useShop();
  const { customer_id: id, text, at, answer, outcome } = contest;
  const person = people?.get(id);
  const clock = clockOf(contest.days_left);
  return (
    <li className="row">
      <div className="contest">
        <div className="topic-head">
          <CustomerLink customerId={id} person={person} brief />
          <Muted as="span">{format.moment(at)}</Muted>
          {clock && <Chip tone={clock.tone}>{clock.text}</Chip>}
          {!isGuest(id) && (
            <PlaceLink to={evidencePlace(id)}>
              {say("profiles.evidence")}
              <span className="unseen"> ({nameOf(person, id)})</span>
            </PlaceLink>
          )}
        </div>
        <ContestAbout contest={contest} people={people} />
        <blockquote className="said">{text}</blockquote>
        {answer === null ? (
          <AnswerForm {...{ contest, people, onAnswered }} />
        ) : (
          <p className="said">
            <span className="muted">
              {say(
                outcome === null ? "profiles.wrong.done" : `profiles.wrong.done.${outcome}`,
              )}{" "}
            </span>
            {answer}
          </p>
        )}
      </div>
    </li>
  );
}
