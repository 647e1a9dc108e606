// Where perk programmes are: the list, a new one, one of them.

export const LIST = "/perks";
export const NEW = "/perks/new";

export const perkPlace = (id: number) => `${LIST}/${id}`;

/** The kind that a place begins a programme of; null for every other place. */
export function newKindAt(place: string): string | null {
  return /^\/perks\/new\/([a-z_]{1,40})$/.exec(place)?.[1] ?? null;
}

/** The programme that a place shows; null for every other place. */
export function perkAt(place: string): number | null {
  const [, id] = /^\/perks\/([1-9]\d{0,8})$/.exec(place) ?? [];
  return id === undefined ? null : Number(id);
}
