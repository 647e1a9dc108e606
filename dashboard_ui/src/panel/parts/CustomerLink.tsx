// A customer's name that opens their page in the Dashboard; a guest has neither.

import type { Person } from "../api/saleor";
import { ON_ITS_WAY } from "../api/saleorAnswers";
import { DashboardLink } from "./DashboardLink";
import { Muted } from "./Muted";
import { Skeletons } from "./Skeletons";
import { say } from "../words/say";
import css from "./parts.module.css";

interface Props {
  customerId: string;
  person: Person | undefined;
  brief?: boolean;
}

export function isGuest(customerId: string): boolean {
  return customerId.startsWith("guest:");
}

/** The name; "…" while it is on its way, and the id where Saleor does not tell it. */
export function nameOf(person: Person | undefined, customerId: string): string {
  if (isGuest(customerId)) return say("parts.guest");
  return person === undefined ? customerId : person.name || person.email;
}

export function CustomerLink({ customerId, person, brief = false }: Props) {
  if (isGuest(customerId)) return <Muted as="span">{nameOf(person, customerId)}</Muted>;
  if (person === ON_ITS_WAY) return <Skeletons label={say("parts.name.loading")} lines={1} />;
  return (
    <span className="person">
      <DashboardLink to={`/customers/${encodeURIComponent(customerId)}`}>
        {nameOf(person, customerId)}
      </DashboardLink>
      {!brief && person?.name && (
        <span className={`muted ${css["person-email"]}`}>{person.email}</span>
      )}
    </span>
  );
}
