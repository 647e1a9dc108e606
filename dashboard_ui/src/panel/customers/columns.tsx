// The columns that a list of customers can have, and what stands in their cells.

import type { ReactNode } from "react";

import type { Column, Sort } from "../api/customerLists";
import type { CustomerRow, Evidence } from "../api/questions";
import { CONFIDENCE } from "../customer/Headline";
import { VerdictChip } from "../customer/VerdictChip";
import type { Format } from "../format/format";
import { Forecast, FORECAST_CONFIDENCE } from "../overview/Forecast";
import { Chip } from "../parts/Chip";
import type { Key } from "../words/keys";
import { say } from "../words/say";

export const LABELS: Record<Column, Key> = {
  value: "customers.column.value",
  follow_on: "customers.column.follow_on",
  civ: "customers.column.civ",
  crv: "customers.column.crv",
  clv: "customers.column.clv",
  score: "customers.column.score",
  orders_count: "customers.column.orders_count",
  revenue: "customers.column.revenue",
  last_order: "customers.column.last_order",
  evidence: "customers.column.evidence",
  segments: "customers.column.segments",
  verdict: "customers.column.verdict",
};
export const COLUMNS = Object.keys(LABELS) as Column[];
export const USUAL: Column[] = ["value", "civ", "score", "orders_count", "segments", "verdict"];
const IN_WORDS: readonly Column[] = ["evidence", "segments", "verdict"];
const GRADES: Record<Evidence, Key> = {
  none: "customers.grade.none",
  little: "customers.grade.little",
  some: "customers.grade.some",
  good: "customers.grade.good",
};

export const isNumber = (column: Column) => !IN_WORDS.includes(column);

/** In the order of the list above; what the list is ordered by is always among them. */
export function shownColumns(columns: readonly Column[], sort: Sort): Column[] {
  return COLUMNS.filter((column) => columns.includes(column) || column === sort);
}

export function heading(column: Column, format: Format): string {
  const share = format.percent(column === "value" ? CONFIDENCE : FORECAST_CONFIDENCE);
  return column === "value" || column === "follow_on"
    ? say(`customers.column.${column}.interval`, { share })
    : say(LABELS[column]);
}

function Value({ customer, format }: { customer: CustomerRow; format: Format }) {
  const { value, value_low: low, value_high: high } = customer;
  return (
    <>
      {value ? format.estimate(value) : "–"}
      {low && high && (
        <span className="muted cell-note">
          {say("customers.interval", { low: format.estimate(low), high: format.estimate(high) })}
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
  if (names.length === 0) return <span className="muted">{say("customers.segments.none")}</span>;
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
      return say(GRADES[customer.evidence]);
    case "segments":
      return <Segments names={customer.segments} titles={titles} />;
    case "verdict":
      return <VerdictChip verdict={customer.verdict} />;
  }
}
