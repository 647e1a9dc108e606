// A page of the app, with the way to the others.

import type { ReactNode } from "react";

import { Page } from "./Page";
import { PlaceLink } from "./PlaceLink";
import { say } from "../words/say";
import css from "./parts.module.css";

/** Of each place, what is within it besides its own path: pages that the Dashboard's menu opens. */
const PLACES = [
  ["/", "overview"],
  ["/customers", "customers"],
  ["/segments", "segments"],
  ["/products", "products", "/catalog"],
  ["/perks", "perks", "/orders"],
  ["/discounts", "codes"],
  ["/ties", "ties"],
  ["/trials", "trials"],
  ["/profiles", "profiles"],
  ["/privacy-settings", "privacy"],
  ["/runs", "runs"],
  ["/settings", "settings"],
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
        <nav aria-label={say("parts.places")} className={css.places}>
          {PLACES.map(([to, name, ...also]) => (
            <PlaceLink key={to} to={to} also={also}>
              {say(`parts.place.${name}`)}
            </PlaceLink>
          ))}
        </nav>
      }
    >
      {children}
    </Page>
  );
}
