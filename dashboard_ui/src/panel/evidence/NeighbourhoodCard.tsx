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
import { say } from "../words/say";

function Chosen({ one, known }: { one: Placed; known: Map<string, Person> | undefined }) {
  const { format } = useShop();
  const { customer_id: id, credit: money, value: worth } = one.person;
  const name = nameOf(known?.get(id), id);
  const credit = money && format.money(money);
  const value = worth && format.estimate(worth);
  return (
    <p>
      {credit && value && say("record.around.one.both", { name, credit, value })}
      {credit && !value && say("record.around.one.credit", { name, credit })}
      {!credit && value && say("record.around.one.value", { name, value })}
      {!credit && !value && say("record.around.one", { name })}{" "}
      {one.number > 0 && <PlaceLink to={evidencePlace(id)}>{say("record.around.page")}</PlaceLink>}
    </p>
  );
}

function Drawn({ found }: { found: Neighbourhood }) {
  const [chosen, setChosen] = useState(0);
  const people = placed(found);
  const at = Math.min(chosen, people.length - 1);
  const known = usePeople(people.map(({ person }) => person.customer_id)).data;
  const words = ({ person, number }: Placed) => {
    const name = nameOf(known?.get(person.customer_id), person.customer_id);
    if (number === 0) return say("record.around.self", { name });
    const relation = relationTo(found.customer_id, person.customer_id, found);
    return say("record.around.row", {
      number,
      name,
      relation: relation ?? say("record.around.away"),
      verdict: verdictName(person.verdict),
    });
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
            label={say("record.around.list")}
            items={people.map((each) => ({ id: each.person.customer_id, words: words(each) }))}
            at={at}
            onChoose={setChosen}
          />
          {one && <Chosen {...{ one, known }} />}
        </div>
      </div>
      {first + second > 0 && <Muted>{say("record.around.more", { count: first + second })}</Muted>}
      {found.guests > 0 && <Muted>{say("record.around.guests", { count: found.guests })}</Muted>}
    </>
  );
}

export function NeighbourhoodCard({ customerId }: { customerId: string }) {
  const [depth, setDepth] = useState<1 | 2>(1);
  return (
    <Card title={say("record.around")}>
      <Choice
        label={say("record.around.far")}
        options={[
          ["1", say("record.around.near")],
          ["2", say("record.around.further")],
        ]}
        value={String(depth)}
        onChoose={(far) => {
          setDepth(far === "2" ? 2 : 1);
        }}
      />
      <Answered
        question={useNeighbourhood(customerId, depth)}
        loading={say("record.around.loading")}
        lines={6}
      >
        {(found) =>
          found.people.length < 2 ? (
            <Empty title={say("record.around.none")}>{say("record.around.none.why")}</Empty>
          ) : (
            <Drawn found={found} />
          )
        }
      </Answered>
    </Card>
  );
}
