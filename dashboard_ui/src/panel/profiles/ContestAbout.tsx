// What a note is about, for staff: only they see who is at the other end.

import type { Contest } from "../api/profiles";
import type { Person } from "../api/saleor";
import { CustomerLink } from "../parts/CustomerLink";

const KINDS: Record<Contest["kind"], string> = {
  other: "",
  order: "This order is not theirs",
  tie: "These two do not know each other",
  household: "These two do not live together",
};

interface Props {
  contest: Contest;
  people: Map<string, Person> | undefined;
}

export function ContestAbout({ contest, people }: Props) {
  if (contest.kind === "other") return null;
  const { order_number: number, other_id: other } = contest;
  return (
    <p>
      {KINDS[contest.kind]}
      {number && `: order ${number}`}
      {other && (
        <>
          : <CustomerLink customerId={other} person={people?.get(other)} brief />
        </>
      )}
    </p>
  );
}
