// The networks that there are, and what people call them, as the app answers it.

import { usePrivacySettings } from "../api/privacy";

interface Networks {
  /** Name and title of each that can be switched on. */
  networks: readonly (readonly [string, string])[];
  /** "youtube" → "YouTube"; one that is not known, or not yet, by its own name. */
  networkName: (network: string) => string;
}

export function useNetworks(): Networks {
  const networks = (usePrivacySettings().data?.offered ?? []).map(
    ({ name, title }) => [name, title] as const,
  );
  const titles = new Map<string, string>(networks);
  return { networks, networkName: (network) => titles.get(network) ?? network };
}
