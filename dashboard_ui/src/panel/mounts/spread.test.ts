import { describe, expect, it } from "vitest";

import type { Cascade } from "../api/products";
import { followersOf, spreadWords } from "./spread";

function follower(customerId: string, parentId: string | null): Cascade["people"][number] {
  return {
    customer_id: customerId,
    verdict: "leads",
    value: null,
    crv: null,
    civ: null,
    influenced: null,
    parent_id: parentId,
    root_id: "anna",
    depth: parentId === null ? 0 : 1,
    parent_share: parentId === null ? null : 1,
    rival_ids: [],
    bought_at: null,
  };
}

const CASCADE: Cascade = {
  product_id: "lamp",
  people: [follower("anna", null), follower("bert", "anna")],
  links: [],
  trees: [],
  dominant_path: [],
  guests: 1,
  left_out: { people: 3, links: 3 },
};

describe("how a product spread", () => {
  it("counts who followed, shown or not, and not who began", () => {
    expect(followersOf(CASCADE)).toBe(5);
    expect(
      followersOf({ ...CASCADE, people: [], guests: 0, left_out: { people: 0, links: 0 } }),
    ).toBe(0);
  });

  it("is said without calling it the cause", () => {
    expect(spreadWords(CASCADE)).toMatch(
      /^5 customers bought it \(1 as a guest\) after somebody they are tied to\. Not all/,
    );
  });
});
