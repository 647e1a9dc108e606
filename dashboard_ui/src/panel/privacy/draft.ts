// The privacy settings as an admin fills them in.

import type { PrivacySettings, PrivacySettingsInput } from "../api/privacy";

export interface NetworkDraft {
  title: string;
  needsApp: boolean;
  on: boolean;
  baseUrl: string;
  clientId: string;
  /** Empty: the one that is stored stays. */
  clientSecret: string;
  /** Whether the shop's app was confirmed before, so that a secret is stored. */
  stored: boolean;
}

export interface Draft {
  enabled: boolean;
  minimumAge: string;
  /** Codes such as NL, separated by spaces or commas. */
  countries: string;
  postsDays: string;
  featuresMonths: string;
  name: string;
  contact: string;
  officer: string;
  authority: string;
  operator: string;
  transfers: string;
  /** One a line. */
  origins: string;
  networks: Record<string, NetworkDraft>;
}

export function draftOf(settings: PrivacySettings): Draft {
  const known = settings.networks ?? {};
  return {
    enabled: settings.enabled,
    minimumAge: String(settings.minimum_age),
    countries: settings.countries.join(" "),
    postsDays: String(settings.posts_days),
    featuresMonths: String(settings.features_months),
    name: settings.controller_name,
    contact: settings.controller_contact,
    officer: settings.officer,
    authority: settings.authority,
    operator: settings.operator,
    transfers: settings.transfers,
    origins: settings.storefront_origins.join("\n"),
    networks: Object.fromEntries(
      settings.offered.map(({ name, title, needs_app: needsApp }) => {
        const { base_url: baseUrl, client_id: clientId } = known[name] ?? {};
        const stored = Boolean(clientId);
        const written = { baseUrl: baseUrl ?? "", clientId: clientId ?? "", clientSecret: "" };
        return [name, { title, needsApp, on: name in known, ...written, stored }];
      }),
    ),
  };
}

/** What stands one a line. */
export function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

export function codes(text: string): string[] {
  return [...new Set(text.toUpperCase().match(/[^\s,]+/g))];
}

/** What is sent; only once `lacksOf` finds nothing. */
export function inputOf(draft: Draft): PrivacySettingsInput {
  const on = Object.entries(draft.networks).filter(([, network]) => network.on);
  return {
    enabled: draft.enabled,
    minimum_age: Number(draft.minimumAge),
    countries: codes(draft.countries),
    posts_days: Number(draft.postsDays),
    features_months: Number(draft.featuresMonths),
    controller_name: draft.name.trim(),
    controller_contact: draft.contact.trim(),
    officer: draft.officer.trim(),
    authority: draft.authority.trim(),
    operator: draft.operator.trim(),
    transfers: draft.transfers.trim(),
    storefront_origins: lines(draft.origins),
    networks: Object.fromEntries(
      on.map(([name, { baseUrl, clientId, clientSecret }]) => [
        name,
        {
          base_url: baseUrl.trim() || null,
          client_id: clientId.trim() || null,
          client_secret: clientSecret.trim() || null,
        },
      ]),
    ),
  };
}
