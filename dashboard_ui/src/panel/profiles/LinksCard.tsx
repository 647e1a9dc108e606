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
import type { Key } from "../words/keys";
import { say } from "../words/say";

const SHOWN = 20;
const ANY = "any";

const STATES: [LinkState | typeof ANY, Key][] = [
  [ANY, "profiles.links.any"],
  ["linked", LINK_STATES.linked.label],
  ["waiting", LINK_STATES.waiting.label],
  ["withdrawn", LINK_STATES.withdrawn.label],
];

export function LinksCard() {
  const { networks } = useNetworks();
  const ofNetworks: (readonly [string, string])[] = [
    [ANY, say("profiles.links.network.any")],
    ...networks,
  ];
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
    <Card title={say("profiles.links")}>
      <div className="choices">
        <Choice
          label={say("profiles.links.state")}
          options={STATES.map(([one, key]) => [one, say(key)] as const)}
          value={state}
          onChoose={setState}
        />
        <Choice
          label={say("profiles.network")}
          options={ofNetworks}
          value={network}
          onChoose={setNetwork}
        />
      </div>
      <IfOn question={question} loading={say("profiles.links.loading")} lines={6}>
        {({ total }) =>
          total === 0 ? (
            <Empty title={say(all ? "profiles.links.none" : "profiles.links.none.kind")}>
              {say(all ? "profiles.links.none.how" : "profiles.links.none.kind.how")}
            </Empty>
          ) : (
            <>
              <LinksTable links={links} people={people.data} />
              <Paging page={page} total={total} of={say("profiles.links.of")} onTurn={turn} />
            </>
          )
        }
      </IfOn>
      {people.isError && <Muted>{say("parts.names.hidden")}</Muted>}
    </Card>
  );
}
