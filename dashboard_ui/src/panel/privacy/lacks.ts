// What is still wrong with the privacy settings as an admin fills them in.

import { codes, type Draft, lines } from "./draft";
import { say } from "../words/say";

export const BOUNDS = {
  minimumAge: { least: 13, most: 99 },
  postsDays: { least: 1, most: 30 },
  featuresMonths: { least: 1, most: 13 },
} as const;

type Bounded = keyof typeof BOUNDS;

function outOfBounds(draft: Draft): string[] {
  return (Object.keys(BOUNDS) as Bounded[]).flatMap((name) => {
    const { least, most } = BOUNDS[name];
    const value = Number(draft[name]);
    const fits = Number.isInteger(value) && value >= least && value <= most;
    if (fits) return [];
    return [say("privacy.lacks.whole", { what: say(`privacy.limits.${name}`), least, most })];
  });
}

function wrongNetworks({ networks }: Draft): string[] {
  return Object.values(networks).flatMap((network) => {
    const { title } = network;
    if (!network.on || !network.needsApp) return [];
    if (network.clientId.trim() === "") return [say("privacy.lacks.client", { network: title })];
    const lacks = network.clientSecret.trim() === "" && !network.stored;
    return lacks ? [say("privacy.lacks.secret", { network: title })] : [];
  });
}

/** What is missing or wrong, each a sentence; nothing: it can be confirmed. */
export function lacksOf(draft: Draft): string[] {
  const wrong = lines(draft.origins).filter((one) => !/^https?:\/\/[a-z0-9.-]+(:\d+)?$/.test(one));
  const needed = [
    draft.name.trim() === "" ? say("privacy.lacks.name") : null,
    draft.contact.trim() === "" ? say("privacy.lacks.contact") : null,
    Object.values(draft.networks).some(({ on }) => on) ? null : say("privacy.lacks.network"),
  ];
  const countries = codes(draft.countries);
  const strange = countries.filter((code) => !/^[A-Z]{2}$/.test(code));
  const young = countries.length === 0 && Number(draft.minimumAge) < 16; // the most in Article 8 GDPR
  return [
    ...(draft.enabled ? needed.filter((one) => one !== null) : []),
    ...outOfBounds(draft),
    ...strange.map((code) => say("privacy.lacks.country", { code })),
    ...(young ? [say("privacy.lacks.young")] : []),
    ...wrong.map((one) => say("privacy.lacks.origin", { origin: one })),
    ...wrongNetworks(draft),
  ];
}
