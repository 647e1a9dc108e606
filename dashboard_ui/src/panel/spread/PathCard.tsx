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

/** All that the picture shows of a person, in words. */
export function rowWords(
  { person, number, onPath }: PathRow,
  name: (id: string) => string,
): string {
  const followed =
    person.parent_id === null ? "began it" : `may have been led by ${name(person.parent_id)}`;
  const others = person.rival_ids.length;
  const shared =
    others === 0 ? "" : others === 1 ? ", or by one other" : `, or by one of ${others} others`;
  const main = onPath ? " (path with the most credit)" : "";
  return `${number}. ${name(person.customer_id)}: ${followed}${shared}${main}`;
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
        {spreadWords(cascade, format)}
      </Text>
      <div className="spread-beside">
        <PathChart ref={picture} {...{ title, rows, at, onChoose: setChosen }} />
        <div className="stack">
          <KeyList
            label="Who may have led whom"
            items={rows.map((one) => ({ id: one.person.customer_id, words: rowWords(one, name) }))}
            at={at}
            onChoose={setChosen}
          />
          {row && <PathChosen row={row} people={known} />}
        </div>
      </div>
      {rows.length > MOST_ROWS && (
        <Muted>The picture has the first {format.count(MOST_ROWS)} of the list.</Muted>
      )}
      {cascade.left_out.people > 0 && (
        <Muted>
          {format.count(cascade.left_out.people)} more followed later and are not listed.
        </Muted>
      )}
      <div>
        <Button
          size="small"
          variant="secondary"
          onClick={() => {
            if (picture.current) downloadPicture(picture.current, title);
          }}
        >
          Download the picture, without names
        </Button>
      </div>
    </>
  );
}

export function PathCard({ productId, name }: { productId: string; name: string }) {
  return (
    <Card title="Who may have led whom" wide>
      <Answered question={useCascade(productId)} loading="Looking how it spread" lines={6}>
        {(cascade) =>
          followersOf(cascade) === 0 ? (
            <Empty title="No ties among its buyers yet">
              Nobody who bought this is tied to somebody who bought it shortly before. Ties come
              from redeemed personal codes, used gift cards and lists.{" "}
              <PlaceLink to="/ties">Add ties</PlaceLink>
            </Empty>
          ) : (
            <Path cascade={cascade} title={`How ${name} passed on`} />
          )
        }
      </Answered>
    </Card>
  );
}
