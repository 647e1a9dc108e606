// The person of the path who is chosen: whom they may have followed, who else may have led them, and how sure it is.

import type { Person } from "../api/saleor";
import { evidencePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { VerdictChip } from "../customer/VerdictChip";
import { CustomerLink, nameOf } from "../parts/CustomerLink";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import type { PathRow } from "./pathRows";

interface Props {
  row: PathRow;
  people: Map<string, Person> | undefined;
}

export function PathChosen({ row: { person, number }, people }: Props) {
  const { format } = useShop();
  const name = (id: string) => nameOf(people?.get(id), id);
  const id = person.customer_id;
  const share =
    person.parent_share === null ? "" : ` (${format.percent(person.parent_share)} of the credit)`;
  return (
    <div className="path-chosen">
      <div className="chips">
        <span className="figure">{format.count(number)}.</span>
        <CustomerLink customerId={id} person={people?.get(id)} brief />
        <VerdictChip verdict={person.verdict} />
      </div>
      <p>
        {person.bought_at === null
          ? "Their personal code was used for it. When they bought it themselves, if they did, is not known here."
          : `First bought on ${format.moment(person.bought_at)}.`}{" "}
        {person.parent_id === null
          ? "Nobody known led them to it."
          : `${name(person.parent_id)} may have led them${share}.`}
      </p>
      {person.rival_ids.length > 0 && (
        <p>
          {`Others who may have led them to the same purchase: ${person.rival_ids.map(name).join(", ")}.`}
        </p>
      )}
      <PlaceLink to={evidencePlace(id)}>Evidence</PlaceLink>
      <Muted>
        That somebody bought after another says that they may have been led, not that they were.
        What is counted stands in the evidence of who may have led.
      </Muted>
    </div>
  );
}
