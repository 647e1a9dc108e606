// Who may have led whom as rows of a tree: the path with the most credit first, each after whom they followed.

import type { Cascade, Follower } from "../api/products";

export interface PathRow {
  person: Follower;
  /** Counted from 1: the picture has numbers, the list beside it says whose they are. */
  number: number;
  /** The number of whom they followed; null at the beginning of a tree. */
  parent: number | null;
  /** The numbers of the others who may have led them. */
  rivals: number[];
  onPath: boolean;
}

/** People who followed somebody, or were followed, in the order of the picture. */
export function pathRows(cascade: Cascade): PathRow[] {
  const path = new Set(cascade.dominant_path);
  const children = new Map<string | null, Follower[]>();
  for (const one of cascade.people) {
    children.set(one.parent_id, [...(children.get(one.parent_id) ?? []), one]);
  }
  const onPathFirst = (people: readonly Follower[]) => [
    ...people.filter((one) => path.has(one.customer_id)),
    ...people.filter((one) => !path.has(one.customer_id)),
  ];
  const roots = new Map((children.get(null) ?? []).map((one) => [one.customer_id, one]));
  const bySize = cascade.trees.flatMap((tree) => roots.get(tree.root_id) ?? []);
  const people: Follower[] = [];
  const rest = onPathFirst(bySize).reverse();
  for (let one = rest.pop(); one !== undefined; one = rest.pop()) {
    people.push(one);
    rest.push(...onPathFirst(children.get(one.customer_id) ?? []).reverse());
  }
  const numbers = new Map(people.map((one, n) => [one.customer_id, n + 1]));
  return people.map((person, n) => ({
    person,
    number: n + 1,
    parent: person.parent_id === null ? null : (numbers.get(person.parent_id) ?? null),
    rivals: person.rival_ids.flatMap((id) => numbers.get(id) ?? []),
    onPath: path.has(person.customer_id),
  }));
}

/** Where each row stands between the first and the last purchase, 0 to 1: of an unknown one, with its followers. */
export function timesOf(rows: readonly PathRow[]): number[] {
  const known = rows.flatMap(({ person }) =>
    person.bought_at ? [Date.parse(person.bought_at)] : [],
  );
  const first = Math.min(...known);
  const span = Math.max(...known) - first;
  return rows.map(({ person, number }) => {
    const follower = rows.find((one) => one.parent === number && one.person.bought_at !== null);
    const at = person.bought_at ?? follower?.person.bought_at ?? null;
    return at === null || span === 0 ? 0 : (Date.parse(at) - first) / span;
  });
}
