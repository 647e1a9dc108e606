// Where it is shown how products spread: the list, one of them.

export const PRODUCTS = "/products";

export const productPlace = (id: string) => `${PRODUCTS}/${encodeURIComponent(id)}`;

/** The product that a place shows; null for every other place. */
export function productAt(place: string): string | null {
  const [, written] = /^\/products\/([^/]+)$/.exec(place) ?? [];
  if (written === undefined) return null;
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}
