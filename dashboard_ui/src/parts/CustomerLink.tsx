// A customer's name that opens their page in the Dashboard; a guest has neither.

import type { Person } from "../api/saleor";
import { DashboardLink } from "./DashboardLink";
import { Muted } from "./Muted";

interface Props {
  customerId: string;
  person: Person | undefined;
  brief?: boolean;
}

export function isGuest(customerId: string): boolean {
  return customerId.startsWith("guest:");
}

/** The name, or what stands in its place while Saleor has not told it. */
export function nameOf(person: Person | undefined, customerId: string): string {
  if (isGuest(customerId)) return "a guest";
  return person === undefined ? customerId : person.name || person.email;
}

export function CustomerLink({ customerId, person, brief = false }: Props) {
  if (isGuest(customerId)) return <Muted as="span">{nameOf(person, customerId)}</Muted>;
  return (
    <span className="person">
      <DashboardLink to={`/customers/${encodeURIComponent(customerId)}`}>
        {nameOf(person, customerId)}
      </DashboardLink>
      {!brief && person?.name && <span className="muted person-email">{person.email}</span>}
    </span>
  );
}
