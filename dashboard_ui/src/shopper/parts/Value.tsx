import type { Shown } from "../state";
import { tieName } from "../ties";
import { valueLines } from "../valueLines";
import { Segments } from "./Segments";
import { Table } from "./Table";

const REASONS = ["tie", "days", "line", "share", "credit", "kind"] as const;
const TOPICS = ["topic", "seen", "chance", "amount"] as const;

export function Value(shown: Shown) {
  const { words, statement } = shown;
  const found = statement.value;
  if (!statement.takes_part) return null; // said at the top
  if (statement.is_guest) return <p class="card">{words.t("value.guest")}</p>;
  if (found.state !== "valued")
    return <p class="card">{words.known(`value.${found.state}`, words.t("value.not-yet-run"))}</p>;
  const between = { low: words.money(found.value_low), high: words.money(found.value_high) };
  return (
    <div class="card">
      <h3>{words.t("value.title")}</h3>
      <p class="figure">{words.money(found.value)}</p>
      <p class="small">{words.t("value.between", between)}</p>
      <ul>
        {valueLines(words, found).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <Topics {...shown} />
      <Reasons {...shown} />
      <Segments {...shown} />
      {found.run && (
        <p class="small">{words.t("value.asof", { moment: words.moment(found.run.as_of) })}</p>
      )}
    </div>
  );
}

function Topics({ words, statement }: Shown) {
  const { topics } = statement.value;
  if (!topics.length) return null;
  return (
    <Table
      id="topics"
      summary={words.t("topics.title", { count: topics.length })}
      heads={TOPICS.map((name) => words.t(`topics.${name}`))}
      rows={topics.map((one) => [
        one.name ?? one.topic,
        words.number(one.observed, 1),
        words.number(one.expected, 1),
        words.money(one.civ),
      ])}
    />
  );
}

/** The rows that their influence is made of, without whose orders they were. */
function Reasons({ words, statement }: Shown) {
  const { reasons, reasons_total: count } = statement;
  if (!reasons.length) return null;
  return (
    <Table
      id="reasons"
      summary={words.t("reasons.title", { count, shown: reasons.length })}
      heads={REASONS.map((name) => words.t(`reasons.${name}`))}
      rows={reasons.map((one) => [
        tieName(words, one.tie_kind),
        words.number(one.days_between, 1),
        words.money(one.amount),
        words.share(one.share * one.trust * one.cap),
        words.money(one.credit),
        words.t(one.proven ? "reasons.proven" : "reasons.inferred"),
      ])}
    />
  );
}
