// Where segments are: the list, one of them, a new one, a copy, one of those who lead in a category, one of filters.

import type { SegmentCondition } from "../api/segments";

export const LIST = "/segments";
export const NEW = "/segments/new";

export type SegmentPlace =
  | { kind: "list" }
  | { kind: "new" }
  | { kind: "edit" | "copy"; name: string }
  | { kind: "category"; id: string }
  | { kind: "from"; conditions: SegmentCondition[] };

export const editPlace = (name: string) => `/segments/edit/${encodeURIComponent(name)}`;
export const copyPlace = (name: string) => `/segments/copy/${encodeURIComponent(name)}`;
export const categoryPlace = (id: string) => `/segments/category/${encodeURIComponent(id)}`;
/** A new segment of these conditions, as the list of customers makes them of its filters. */
export const fromPlace = (conditions: readonly SegmentCondition[]) =>
  `/segments/from/${encodeURIComponent(JSON.stringify(conditions))}`;

function isCondition(one: unknown): one is SegmentCondition {
  if (typeof one !== "object" || one === null) return false;
  const { column, operator, threshold } = one as Record<string, unknown>;
  const isBound = typeof threshold === "number" || typeof threshold === "string";
  return typeof column === "string" && [">=", "<=", ">", "<"].includes(String(operator)) && isBound;
}

/** Conditions of an address: what is none is left out, and the server checks all of them. */
function conditionsOf(written: string): SegmentCondition[] {
  try {
    const found: unknown = JSON.parse(written);
    return Array.isArray(found) ? found.filter(isCondition) : [];
  } catch {
    return [];
  }
}

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
  const [, kind, last] = /^\/segments\/(edit|copy|category|from)\/([^/]+)$/.exec(path) ?? [];
  if (last === undefined) return null;
  if (kind === "from") return { kind, conditions: conditionsOf(decoded(last)) };
  if (kind === "category") return { kind, id: decoded(last) };
  return { kind: kind === "copy" ? "copy" : "edit", name: decoded(last) };
}
