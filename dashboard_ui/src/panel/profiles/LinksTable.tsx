// Customers and their networks as a table; each row leads to the customer and to what is known of them.

import type { Link } from "../api/profiles";
import type { Person } from "../api/saleor";
import { evidencePlace } from "../bridge/place";
import { useShop } from "../bridge/shop";
import { Chip } from "../parts/Chip";
import { CustomerLink, nameOf } from "../parts/CustomerLink";
import { PlaceLink } from "../parts/PlaceLink";
import { useNetworks } from "./networks";
import { LINK_STATES, proofName } from "./words";
import { say } from "../words/say";
import css from "./profiles.module.css";

interface Props {
  links: readonly Link[];
  people: Map<string, Person> | undefined;
}

function Row({ link, person }: { link: Link; person: Person | undefined }) {
  const { networkName } = useNetworks();
  const { format } = useShop();
  const { customer_id: id, network, handle, state, proof, trouble, since } = link;
  const { label, tone } = LINK_STATES[state];
  return (
    <tr>
      <th scope="row" className="cell-person">
        <CustomerLink customerId={id} person={person} />
      </th>
      <td className={css["cell-handle"]}>
        {networkName(network)}
        {handle !== null && (
          <span className={`muted cell-note ${css.handle}`}>
            {state === "waiting" ? say("profiles.suggested", { handle }) : handle}
          </span>
        )}
      </td>
      <td>
        <span className="cell-verdict">
          <Chip tone={tone}>{say(label)}</Chip>
          {proof !== null && <span className="muted cell-note">{proofName(proof)}</span>}
          {trouble !== null && <span className="cell-note">{trouble}</span>}
        </span>
      </td>
      <td className={css["cell-day"]}>{format.day(since)}</td>
      <td className="cell-more">
        <PlaceLink to={evidencePlace(id)}>
          {say("profiles.links.profiles")}
          <span className="unseen"> ({nameOf(person, id)})</span>
        </PlaceLink>
      </td>
    </tr>
  );
}

export function LinksTable({ links, people }: Props) {
  return (
    <div className="table-room">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say("profiles.customer")}</th>
            <th scope="col">{say("profiles.network")}</th>
            <th scope="col">{say("profiles.links.state")}</th>
            <th scope="col">{say("profiles.since")}</th>
            <th scope="col">
              <span className="unseen">{say("profiles.links.more")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {links.map((link) => (
            <Row
              key={`${link.customer_id} ${link.network}`}
              link={link}
              person={people?.get(link.customer_id)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}
