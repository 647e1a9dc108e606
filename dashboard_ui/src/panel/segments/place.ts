// Where segments are: the list, one of them, a new one, a copy of one, one of those who lead in a category.

export const LIST = "/segments";
export const NEW = "/segments/new";

export type SegmentPlace =
  | { kind: "list" }
  | { kind: "new" }
  | { kind: "edit" | "copy"; name: string }
  | { kind: "category"; id: string };

export const editPlace = (name: string) => `/segments/edit/${encodeURIComponent(name)}`;
export const copyPlace = (name: string) => `/segments/copy/${encodeURIComponent(name)}`;
export const categoryPlace = (id: string) => `/segments/category/${encodeURIComponent(id)}`;

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Which of them a place is; null for every other place. */
export function segmentPlaceOf(path: string): SegmentPlace | null {
  if (path === LIST) return { kind: "list" };
  if (path === NEW) return { kind: "new" };
  const [, kind, last] = /^\/segments\/(edit|copy|category)\/([^/]+)$/.exec(path) ?? [];
  if (last === undefined) return null;
  if (kind === "category") return { kind, id: decoded(last) };
  return { kind: kind === "copy" ? "copy" : "edit", name: decoded(last) };
}
