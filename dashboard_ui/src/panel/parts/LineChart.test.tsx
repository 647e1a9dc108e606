// @vitest-environment jsdom
import { cleanup, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { LineChart } from "./LineChart";

vi.mock("../bridge/shop", async () => {
  const { createFormat } = await import("../format/format");
  return { useShop: () => ({ format: createFormat("en-GB") }) };
});

beforeEach(() => {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(private told: () => void) {}
      observe() {
        this.told();
      }
      disconnect() {}
    },
  );
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(600);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const LINES = [
  {
    name: "Leads",
    points: [
      { at: "2026-10-01", value: 10 },
      { at: "2026-10-08", value: 14 },
    ],
  },
  { name: "Buys early", points: [{ at: "2026-10-08", value: 3 }] },
];

test("a chart has its sentence, a line for each series and the same figures as a table", () => {
  render(<LineChart label="Two segments over a week" lines={LINES} write={(n) => `${n}`} />);
  const picture = screen.getByRole("img", { name: "Two segments over a week" });
  expect(picture.querySelectorAll("path[class*=line]")).toHaveLength(2);
  const rows = screen.getAllByRole("row", { hidden: true });
  expect(
    rows.map((row) =>
      within(row)
        .getAllByText(/./)
        .map((cell) => cell.textContent),
    ),
  ).toEqual([
    ["Day", "Leads", "Buys early"],
    ["8 Oct 2026", "14", "3"],
    ["1 Oct 2026", "10", "–"],
  ]);
});
