// Who is linked, waits or withdrew, of all networks or of one, a page at a time.

import { useState } from "react";

import { type LinkState, type LinksWanted, useLinks } from "../api/profiles";
import { usePeople } from "../api/questions";
import { Card } from "../parts/Card";
import { Choice } from "../parts/Choice";
import { Empty } from "../parts/Empty";
import { Muted } from "../parts/Muted";
import { Paging, usePage } from "../parts/Paging";
import { IfOn } from "./IfOn";
import { LinksTable } from "./LinksTable";
import { useNetworks } from "./networks";
import { LINK_STATES } from "./words";

const SHOWN = 20;
const ANY = "any";

const STATES: [LinkState | typeof ANY, string][] = [
  [ANY, "Any state"],
  ["linked", LINK_STATES.linked.label],
  ["waiting", LINK_STATES.waiting.label],
  ["withdrawn", LINK_STATES.withdrawn.label],
];

export function LinksCard() {
  const { networks } = useNetworks();
  const ofNetworks: (readonly [string, string])[] = [[ANY, "Any network"], ...networks];
  const [state, setState] = useState<LinkState | typeof ANY>(ANY);
  const [network, setNetwork] = useState<string>(ANY);
  const [page, turn] = usePage(SHOWN, `${state} ${network}`);
  const wanted: LinksWanted = {
    ...(state === ANY ? {} : { state }),
    ...(network === ANY ? {} : { network }),
  };
  const question = useLinks(wanted, page);
  const links = question.data?.links ?? [];
  const people = usePeople([...new Set(links.map((link) => link.customer_id))]);
  const all = state === ANY && network === ANY;
  return (
    <Card title="Who is linked, waits, or withdrew">
      <div className="choices">
        <Choice label="State" options={STATES} value={state} onChoose={setState} />
        <Choice label="Network" options={ofNetworks} value={network} onChoose={setNetwork} />
      </div>
      <IfOn question={question} loading="Loading the links" lines={6}>
        {({ total }) =>
          total === 0 ? (
            <Empty title={all ? "Nobody yet" : "Nobody of this kind"}>
              {all
                ? "Customers link on their own page; you can ask them to, below or on their evidence page."
                : "Choose another state or network."}
            </Empty>
          ) : (
            <>
              <LinksTable links={links} people={people.data} />
              <Paging page={page} total={total} of="links" onTurn={turn} />
            </>
          )
        }
      </IfOn>
      {people.isError && (
        <Muted>Saleor did not share the names with your account, so ids are shown.</Muted>
      )}
    </Card>
  );
}
