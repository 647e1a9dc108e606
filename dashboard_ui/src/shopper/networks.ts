// The social networks' names, as the server put them into the page.

let names: Record<string, string> | null = null;

/** Return a network's name; of one that is not known, what it is called by the API. */
export function networkName(network: string): string {
  names ??= JSON.parse(document.documentElement.dataset.networks ?? "{}") as Record<string, string>;
  return names[network] ?? network;
}
