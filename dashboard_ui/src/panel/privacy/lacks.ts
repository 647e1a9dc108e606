// What is still wrong with the privacy settings as an admin fills them in.

import { codes, type Draft, lines } from "./draft";

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
  return Object.values(networks).flatMap((network) => {
    const { title } = network;
    if (!network.on || !network.needsApp) return [];
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
