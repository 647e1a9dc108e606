// What a note is about, for staff: only they see who is at the other end.

import type { Contest } from "../api/profiles";
import type { Person } from "../api/saleor";
import { CustomerLink } from "../parts/CustomerLink";
import { say } from "../words/say";

interface Props {
  contest: Contest;
  people: Map<string, Person> | undefined;
}

export function ContestAbout({ contest, people }: Props) {
  if (contest.kind === "other") return null;
  const { order_number: number, other_id: other } = contest;
  const what = say(`profiles.wrong.kind.${contest.kind}`);
  return (
    <p>
      {number ? say("profiles.wrong.order", { what, number }) : what}
      {other && (
        <>
          : <CustomerLink customerId={other} person={people?.get(other)} brief />
        </>
      )}
    </p>
  );
}
