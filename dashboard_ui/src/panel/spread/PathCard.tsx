// Who may have led whom to a product: the picture by time, and beside it the list that names people.

import { useRef, useState } from "react";

import { type Cascade, useCascade } from "../api/products";
import { usePeople } from "../api/questions";
import type { Person } from "../api/saleor";
import { useShop } from "../bridge/shop";
import { followersOf, spreadWords } from "../mounts/spread";
import { Answered } from "../parts/Answered";
import { Button } from "../parts/Button";
import { Card } from "../parts/Card";
import { nameOf } from "../parts/CustomerLink";
import { Empty } from "../parts/Empty";
import { KeyList } from "../parts/KeyList";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { Text } from "../parts/Text";
import { MOST_ROWS, PathChart } from "./PathChart";
import { PathChosen } from "./PathChosen";
import { pathRows, type PathRow } from "./pathRows";
import { downloadPicture } from "./picture";
import { say } from "../words/say";
import css from "./spread.module.css";

/** All that the picture shows of a person, in words. */
export function rowWords(
  { person, number, onPath }: PathRow,
  name: (id: string) => string,
): string {
  const { parent_id: leader, rival_ids: rivals } = person;
  const one = { number: String(number), name: name(person.customer_id) };
  const words =
    leader === null
      ? say("spread.row.began", one)
      : say("spread.row.led", { ...one, leader: name(leader), others: rivals.length });
  return onPath ? `${words} (${say("spread.row.main")})` : words;
}

function Path({ cascade, title }: { cascade: Cascade; title: string }) {
  const { format } = useShop();
  const [chosen, setChosen] = useState(0);
  const picture = useRef<SVGSVGElement>(null);
  const rows = pathRows(cascade);
  const at = Math.min(chosen, rows.length - 1);
  const people = usePeople(rows.map(({ person }) => person.customer_id));
  const known: Map<string, Person> | undefined = people.data;
  const name = (id: string) => nameOf(known?.get(id), id);
  const row = rows[at];
  return (
    <>
      <Text as="p" size={3}>
        {spreadWords(cascade)}
      </Text>
      <div className={css["spread-beside"]}>
        <PathChart ref={picture} {...{ title, rows, at, onChoose: setChosen }} />
        <div className="stack">
          <KeyList
            label={say("spread.path")}
            items={rows.map((one) => ({ id: one.person.customer_id, words: rowWords(one, name) }))}
            at={at}
            onChoose={setChosen}
          />
          {row && <PathChosen row={row} people={known} />}
        </div>
      </div>
      {rows.length > MOST_ROWS && (
        <Muted>{say("spread.path.first", { count: format.count(MOST_ROWS) })}</Muted>
      )}
      {cascade.left_out.people > 0 && (
        <Muted>{say("spread.path.more", { count: format.count(cascade.left_out.people) })}</Muted>
      )}
      <div>
        <Button
          size="small"
          variant="secondary"
          onClick={() => {
            if (picture.current) downloadPicture(picture.current, title);
          }}
        >
          {say("spread.path.download")}
        </Button>
      </div>
    </>
  );
}

export function PathCard({ productId, name }: { productId: string; name: string }) {
  return (
    <Card title={say("spread.path")} wide>
      <Answered question={useCascade(productId)} loading={say("spread.path.loading")} lines={6}>
        {(cascade) =>
          followersOf(cascade) === 0 ? (
            <Empty title={say("spread.path.none")}>
              {say("spread.path.none.why")}{" "}
              <PlaceLink to="/ties">{say("spread.ties.add")}</PlaceLink>
            </Empty>
          ) : (
            <Path cascade={cascade} title={say("spread.path.title", { name })} />
          )
        }
      </Answered>
    </Card>
  );
}
