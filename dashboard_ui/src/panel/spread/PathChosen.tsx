// The person of the path who is chosen: whom they may have followed, who else may have led them, and how sure it is.

import type { Person } from "../api/saleor";
import { evidencePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { VerdictChip } from "../customer/VerdictChip";
import { CustomerLink, nameOf } from "../parts/CustomerLink";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import type { PathRow } from "./pathRows";
import { say } from "../words/say";
import css from "./spread.module.css";

interface Props {
  row: PathRow;
  people: Map<string, Person> | undefined;
}

export function PathChosen({ row: { person, number }, people }: Props) {
  const { format } = useShop();
  const name = (id: string) => nameOf(people?.get(id), id);
  const id = person.customer_id;
  const { parent_id: parent, parent_share: share } = person;
  const led =
    parent === null
      ? say("spread.chosen.nobody")
      : share === null
        ? say("spread.chosen.led", { name: name(parent) })
        : say("spread.chosen.led.share", { name: name(parent), share: format.percent(share) });
  return (
    <div className={css["path-chosen"]}>
      <div className="chips">
        <span className="figure">{format.count(number)}.</span>
        <CustomerLink customerId={id} person={people?.get(id)} brief />
        <VerdictChip verdict={person.verdict} />
      </div>
      <p>
        {person.bought_at === null
          ? say("spread.chosen.code")
          : say("spread.chosen.bought", { when: format.moment(person.bought_at) })}{" "}
        {led}
      </p>
      {person.rival_ids.length > 0 && (
        <p>{say("spread.chosen.rivals", { names: person.rival_ids.map(name).join(", ") })}</p>
      )}
      <PlaceLink to={evidencePlace(id)}>{say("spread.chosen.evidence")}</PlaceLink>
      <Muted>{say("spread.chosen.note")}</Muted>
    </div>
  );
}
