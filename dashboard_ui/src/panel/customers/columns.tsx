// The columns that a list of customers can have, and what stands in their cells.

import type { ReactNode } from "react";

import type { Column, Sort } from "../api/customerLists";
import type { CustomerRow, Evidence } from "../api/questions";
import { CONFIDENCE } from "../customer/Headline";
import { VerdictChip } from "../customer/VerdictChip";
import type { Format } from "../format/format";
import { Forecast, FORECAST_CONFIDENCE } from "../overview/Forecast";
import { Chip } from "../parts/Chip";

export const LABELS: Record<Column, string> = {
  value: "Value",
  follow_on: "May follow",
  civ: "Influence",
  crv: "By code",
  clv: "Own purchases",
  score: "Score",
  orders_count: "Orders",
  revenue: "Spent so far",
  last_order: "Last order",
  evidence: "Known",
  segments: "Segments",
  verdict: "Verdict",
};
export const COLUMNS = Object.keys(LABELS) as Column[];
export const USUAL: Column[] = ["value", "civ", "score", "orders_count", "segments", "verdict"];
const IN_WORDS: readonly Column[] = ["evidence", "segments", "verdict"];
const GRADES: Record<Evidence, string> = {
  none: "Nothing yet",
  little: "Little",
  some: "Some",
  good: "Much",
};

export const isNumber = (column: Column) => !IN_WORDS.includes(column);

/** In the order of the list above; what the list is ordered by is always among them. */
export function shownColumns(columns: readonly Column[], sort: Sort): Column[] {
  return COLUMNS.filter((column) => columns.includes(column) || column === sort);
}

export function heading(column: Column, format: Format): string {
  if (column === "value") return `Value, ${format.percent(CONFIDENCE)} interval`;
  if (column === "follow_on") return `May follow, ${format.percent(FORECAST_CONFIDENCE)} interval`;
  return LABELS[column];
}

function Value({ customer, format }: { customer: CustomerRow; format: Format }) {
  const { value, value_low: low, value_high: high } = customer;
  return (
    <>
      {value ? format.estimate(value) : "–"}
      {low && high && (
        <span className="muted cell-note">
          {format.estimate(low)} to {format.estimate(high)}
        </span>
      )}
    </>
  );
}

function Segments({
  names,
  titles,
}: {
  names: readonly string[];
  titles: ReadonlyMap<string, string>;
}) {
  if (names.length === 0) return <span className="muted">None</span>;
  return (
    <span className="chips">
      {names.map((name) => (
        <Chip key={name}>{titles.get(name) ?? name}</Chip>
      ))}
    </span>
  );
}

export function cell(
  column: Column,
  customer: CustomerRow,
  { format, titles }: { format: Format; titles: ReadonlyMap<string, string> },
): ReactNode {
  switch (column) {
    case "value":
      return <Value {...{ customer, format }} />;
    case "follow_on":
      return <Forecast customer={customer} />;
    case "civ":
    case "crv":
    case "clv":
    case "revenue": {
      const money = customer[column];
      return money ? format.estimate(money) : "–";
    }
    case "score":
      return customer.score ?? "–";
    case "orders_count":
      return format.count(customer.orders_count);
    case "last_order":
      return customer.last_order ? format.day(`${customer.last_order}T12:00:00Z`) : "–";
    case "evidence":
      return GRADES[customer.evidence];
    case "segments":
      return <Segments names={customer.segments} titles={titles} />;
    case "verdict":
      return <VerdictChip verdict={customer.verdict} />;
  }
}
