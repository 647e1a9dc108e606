// Who may have led whom around a customer: a picture, and beside it a list that says the same in words.

import { useState } from "react";

import { type Neighbourhood, useNeighbourhood } from "../api/customerPage";
import { usePeople } from "../api/questions";
import type { Person } from "../api/saleor";
import { evidencePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { verdictName } from "../customer/words";
import { Answered } from "../parts/Answered";
import { Card } from "../parts/Card";
import { Choice } from "../parts/Choice";
import { nameOf } from "../parts/CustomerLink";
import { Empty } from "../parts/Empty";
import { KeyList } from "../parts/KeyList";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import css from "./Neighbourhood.module.css";
import { type Placed, placed, relationTo } from "./neighbourhoodLayout";
import { NeighbourhoodPicture, VerdictLegend } from "./NeighbourhoodPicture";

function Chosen({ one, known }: { one: Placed; known: Map<string, Person> | undefined }) {
  const { format } = useShop();
  const { customer_id: id, credit, value } = one.person;
  return (
    <p>
      {nameOf(known?.get(id), id)}
      {credit !== null && `, ${format.money(credit)} of credit between them`}
      {value !== null && `, value ${format.estimate(value)}`}.{" "}
      {one.number > 0 && <PlaceLink to={evidencePlace(id)}>Their page</PlaceLink>}
    </p>
  );
}

function Drawn({ found }: { found: Neighbourhood }) {
  const { format } = useShop();
  const [chosen, setChosen] = useState(0);
  const people = placed(found);
  const at = Math.min(chosen, people.length - 1);
  const known = usePeople(people.map(({ person }) => person.customer_id)).data;
  const words = ({ person, number }: Placed) => {
    const name = nameOf(known?.get(person.customer_id), person.customer_id);
    if (number === 0) return `${name}, this customer`;
    const relation = relationTo(found.customer_id, person.customer_id, found) ?? "two steps away";
    return `${number}. ${name}: ${relation} (${verdictName(person.verdict)})`;
  };
  const { depth_1: first, depth_2: second } = found.left_out;
  const one = people[at];
  return (
    <>
      <VerdictLegend people={people} />
      <div className={css.beside}>
        <NeighbourhoodPicture {...{ found, people, at, onChoose: setChosen }} />
        <div className="stack">
          <KeyList
            label="People around this customer"
            items={people.map((each) => ({ id: each.person.customer_id, words: words(each) }))}
            at={at}
            onChoose={setChosen}
          />
          {one && <Chosen {...{ one, known }} />}
        </div>
      </div>
      {first + second > 0 && (
        <Muted>{format.count(first + second)} more with less credit are not drawn.</Muted>
      )}
      {found.guests > 0 && (
        <Muted>
          {format.count(found.guests)} {found.guests === 1 ? "guest" : "guests"} without an account
          bought after them.
        </Muted>
      )}
    </>
  );
}

export function NeighbourhoodCard({ customerId }: { customerId: string }) {
  const [depth, setDepth] = useState<1 | 2>(1);
  return (
    <Card title="People around them">
      <Choice
        label="How far"
        options={[
          ["1", "Who led them, and whom they led"],
          ["2", "One step further"],
        ]}
        value={String(depth)}
        onChoose={(far) => {
          setDepth(far === "2" ? 2 : 1);
        }}
      />
      <Answered
        question={useNeighbourhood(customerId, depth)}
        loading="Loading the people around them"
        lines={6}
      >
        {(found) =>
          found.people.length < 2 ? (
            <Empty title="Nobody yet">
              Nobody is known to have bought after this customer, or before them.
            </Empty>
          ) : (
            <Drawn found={found} />
          )
        }
      </Answered>
    </Card>
  );
}
