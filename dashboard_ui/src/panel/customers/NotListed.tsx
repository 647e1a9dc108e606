// Customers whom Saleor found and the list does not show: without a value yet, or outside the filters.

import type { Person } from "../api/saleor";
import { evidencePlace } from "../bridge/place";
import { Muted } from "../parts/Muted";
import { PlaceLink } from "../parts/PlaceLink";
import { say } from "../words/say";

interface Props {
  people: readonly Person[];
  hasFilters: boolean;
}

export function NotListed({ people, hasFilters }: Props) {
  if (people.length === 0) return null;
  return (
    <section aria-label={say("customers.also")}>
      <Muted>{say(hasFilters ? "customers.also.outside" : "customers.also.unvalued")}</Muted>
      <ul className="found">
        {people.map((person) => (
          <li key={person.id}>
            <PlaceLink to={evidencePlace(person.id)}>{person.name || person.email}</PlaceLink>{" "}
            {person.name && <span className="muted">{person.email}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
