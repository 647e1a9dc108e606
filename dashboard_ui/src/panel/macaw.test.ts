import { readFileSync } from "node:fs";

import { getCSSVariables } from "@saleor/macaw-ui";
import { describe, expect, it } from "vitest";

const STYLE = readFileSync(new URL("macaw.css", import.meta.url), "utf8");

function tokens(selector: string): Record<string, string> {
  const block = STYLE.split(`\n${selector} {`)[1]?.split("}")[0] ?? "";
  return Object.fromEntries(
    [...block.matchAll(/(--mu-[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value]),
  ) as Record<string, string>;
}

describe("the tokens of macaw.css", () => {
  const light = tokens(":root");
  const dark = { ...light, ...tokens(':root[data-theme="dark"]') };

  it.each([
    ["light", light, getCSSVariables("defaultLight")],
    ["dark", dark, getCSSVariables("defaultDark")],
  ] as const)("are Macaw's own in the %s theme", (_, ours, theirs) => {
    expect(Object.keys(ours).length).toBeGreaterThan(40);
    expect(theirs).toMatchObject(ours);
  });
});
