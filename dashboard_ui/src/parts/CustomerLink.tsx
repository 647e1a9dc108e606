// A customer's name that opens her page in the Dashboard.

import type { Person } from "../api/saleor";
import { DashboardLink } from "./DashboardLink";

interface Props {
  customerId: string;
  person: Person | undefined;
  brief?: boolean;
}

/** The name, or what stands in its place while Saleor has not told it. */
export function nameOf(person: Person | undefined, customerId: string): string {
  return person === undefined ? customerId : person.name || person.email;
}

export function CustomerLink({ customerId, person, brief = false }: Props) {
  return (
    <span className="person">
      <DashboardLink to={`/customers/${encodeURIComponent(customerId)}`}>
        {nameOf(person, customerId)}
      </DashboardLink>
      {!brief && person?.name && <span className="muted person-email">{person.email}</span>}
    </span>
  );
}
