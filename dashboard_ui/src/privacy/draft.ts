// The privacy settings as an admin fills them in, and what is still wrong with them.

import type { PrivacyChoices, PrivacyInput } from "../api/privacy";
import { NETWORKS, networkName } from "../profiles/words";

export interface NetworkDraft {
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

/** Networks that need no app of the shop. */
const FREE = ["mastodon", "bluesky"];

export function needsApp(network: string): boolean {
  return !FREE.includes(network);
}

export function draftOf(settings: PrivacyChoices): Draft {
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
      NETWORKS.map(([network]) => {
        const { base_url: baseUrl, client_id: clientId } = known[network] ?? {};
        const stored = Boolean(clientId);
        const written = { baseUrl: baseUrl ?? "", clientId: clientId ?? "", clientSecret: "" };
        return [network, { on: network in known, ...written, stored }];
      }),
    ),
  };
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function codes(text: string): string[] {
  return [...new Set(text.toUpperCase().match(/[^\s,]+/g))];
}

/** What is sent; only once `lacksOf` finds nothing. */
export function inputOf(draft: Draft): PrivacyInput {
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

export const BOUNDS = {
  minimumAge: { label: "Minimum age", least: 13, most: 99 },
  postsDays: { label: "Days for which raw posts are kept", least: 1, most: 30 },
  featuresMonths: { label: "Months for which figures are kept", least: 1, most: 13 },
} as const;

type Bounded = keyof typeof BOUNDS;

function outOfBounds(draft: Draft): string[] {
  return (Object.keys(BOUNDS) as Bounded[]).flatMap((name) => {
    const { label, least, most } = BOUNDS[name];
    const value = Number(draft[name]);
    const fits = Number.isInteger(value) && value >= least && value <= most;
    return fits ? [] : [`${label}: a whole number from ${least} to ${most}.`];
  });
}

function wrongNetworks({ networks }: Draft): string[] {
  return Object.entries(networks).flatMap(([name, network]) => {
    if (!network.on || !needsApp(name)) return [];
    const title = networkName(name);
    if (network.clientId.trim() === "") return [`${title}: the client id of your app.`];
    const lacks = network.clientSecret.trim() === "" && !network.stored;
    return lacks ? [`${title}: the client secret of your app.`] : [];
  });
}

/** What is missing or wrong, each a sentence; nothing: it can be confirmed. */
export function lacksOf(draft: Draft): string[] {
  const wrong = lines(draft.origins).filter((one) => !/^https?:\/\/[a-z0-9.-]+(:\d+)?$/.test(one));
  const needed = [
    draft.name.trim() === "" ? "Who is responsible: a name." : null,
    draft.contact.trim() === "" ? "Who is responsible: how to reach them." : null,
    Object.values(draft.networks).some(({ on }) => on) ? null : "At least one network.",
  ];
  const countries = codes(draft.countries);
  const strange = countries.filter((code) => !/^[A-Z]{2}$/.test(code));
  const young = countries.length === 0 && Number(draft.minimumAge) < 16; // the most in Article 8 GDPR
  return [
    ...(draft.enabled ? needed.filter((one) => one !== null) : []),
    ...outOfBounds(draft),
    ...strange.map((code) => `${code} is not the code of a country, such as NL.`),
    ...(young ? ["Minimum age: 16 or more, or the countries that the shop serves."] : []),
    ...wrong.map((one) => `${one} is not an origin such as https://shop.example, without a path.`),
    ...wrongNetworks(draft),
  ];
}
