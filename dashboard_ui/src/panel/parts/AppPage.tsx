// A page of the app, with the way to the others.

import type { ReactNode } from "react";

import { Page } from "./Page";
import { PlaceLink } from "./PlaceLink";

/** Of each place, what is within it besides its own path: pages that the Dashboard's menu opens. */
const PLACES = [
  ["/", "Overview"],
  ["/customers", "Customers"],
  ["/segments", "Segments"],
  ["/products", "Products", "/catalog"],
  ["/perks", "Perks", "/orders"],
  ["/discounts", "Codes"],
  ["/ties", "Ties"],
  ["/trials", "Trials"],
  ["/profiles", "Profiles"],
  ["/privacy-settings", "Privacy"],
  ["/runs", "Runs"],
  ["/settings", "Settings"],
] as const;

interface Props {
  title: string;
  subtitle?: ReactNode;
  children: ReactNode;
}

export function AppPage({ title, subtitle, children }: Props) {
  return (
    <Page
      title={title}
      subtitle={subtitle}
      before={
        <nav aria-label="Influence" className="places">
          {PLACES.map(([to, label, ...also]) => (
            <PlaceLink key={to} to={to} also={also}>
              {label}
            </PlaceLink>
          ))}
        </nav>
      }
    >
      {children}
    </Page>
  );
}
