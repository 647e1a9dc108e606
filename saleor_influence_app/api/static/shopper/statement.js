// What is held and what follows from it: every number in a sentence, and the rows that it is made of.

import { because } from "./because.js";
import { h } from "./dom.js";
import { perks } from "./perks.js";
import { networkName } from "./views.js";

export function table(id, summary, heads, rows) {
  return h("details", { id },
    h("summary", { id: `${id}-open` }, summary),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": `${id}-open` },
      h("table", {},
        h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
        h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell) => h("td", {}, cell))))))));
}

export function snapshots({ words }, profile) {
  const { snapshots: rows, network } = profile;
  if (!rows.length) return h("p", { class: "small" }, words.t("snapshots.none"));
  const [last] = rows;
  const count = (value) => (value === null ? words.t("unsaid") : words.number(value));
  const topics = (found) => Object.entries(found).map(([topic, times]) => `${topic} (${words.number(times)})`).join(", ") || "–";
  const names = ["at", "followers", "following", "posts", "known", "read", "median", "topics"];
  return [
    last.followers !== null && h("p", {}, words.t("snapshots.followers", { count: last.followers, day: words.day(last.at) })),
    last.followers_known !== null && h("p", {}, words.t("snapshots.known", { count: last.followers_known })),
    table(`snapshots-${network}`, words.t("snapshots.title", { count: rows.length }), names.map((name) => words.t(`column.${name}`)), rows.map((row) => [
      words.moment(row.at), count(row.followers), count(row.following), count(row.posts), count(row.followers_known), count(row.posts_read),
      row.engagement_median === null ? words.t("unsaid") : words.number(row.engagement_median, 1), topics(row.topics),
    ])),
  ];
}

export function estimates(app) {
  const { words, statement } = app;
  const parts = [
    value(app),
    scores(app),
    trials(app),
    perks(app),
    statement.written_to_saleor && h("div", { class: "card" },
      h("h3", {}, words.t("written.title")),
      h("p", {}, words.t("written.about")),
      table("written", words.t("written.rows"), [words.t("written.what"), words.t("written.value")], flat(statement.written_to_saleor).map(([key, held]) => [h("code", {}, key), held]))),
  ].filter(Boolean);
  if (parts.length === 0) return null;
  return h("section", { "aria-labelledby": "estimates" },
    h("h2", { id: "estimates" }, words.t("estimates.title")),
    h("p", {}, words.t("estimates.about")),
    parts);
}

function value({ words, statement }) {
  const { value: found, reasons } = statement;
  if (!statement.takes_part) return null; // said at the top
  if (statement.is_guest) return h("p", { class: "card" }, words.t("value.guest"));
  if (found.state !== "valued") return h("p", { class: "card" }, words.t(`value.${found.state}`));
  const between = (name) => ({ low: words.money(found[`${name}_low`]), high: words.money(found[`${name}_high`]) });
  const lines = [
    words.t("value.orders", { count: found.orders_count, revenue: words.money(found.revenue) }),
    found.days_since_last_order !== null && words.t("value.last", { count: found.days_since_last_order }),
    words.t("value.clv", { amount: words.money(found.clv), ...between("clv") }),
    found.crv_orders ? words.t("value.crv", { count: found.crv_orders, amount: words.money(found.crv) }) : words.t("value.crv.none"),
    found.crv_expected && words.t("value.crv.expected", { amount: words.money(found.crv_expected), ...between("crv_expected") }),
    found.civ ? words.t("value.civ", { amount: words.money(found.civ), ...between("civ") }) : words.t("value.civ.none"),
    found.civ_expected && words.t("value.civ.expected", { amount: words.money(found.civ_expected), ...between("civ_expected") }),
    forecast(words, found),
    found.percentile !== null && words.t("value.rank", { rank: found.rank, share: words.share(found.percentile / 100) }),
    words.known(`verdict.${found.verdict}`, found.verdict_sentence),
    words.known(`evidence.${found.evidence}`, found.evidence_sentence),
  ];
  const segments = found.segments.filter((one) => !one.name.startsWith("invited-")); // told under "trials"
  const heads = ["tie", "days", "line", "share", "credit", "kind"].map((name) => words.t(`reasons.${name}`));
  return h("div", { class: "card" },
    h("h3", {}, words.t("value.title")),
    h("p", { class: "figure" }, words.money(found.value)),
    h("p", { class: "small" }, words.t("value.between", between("value"))),
    h("ul", {}, lines.filter(Boolean).map((line) => h("li", {}, line))),
    found.topics.length > 0 && table("topics", words.t("topics.title", { count: found.topics.length }), [words.t("topics.topic"), words.t("topics.seen"), words.t("topics.chance"), words.t("topics.amount")], found.topics.map((one) => [
      one.name ?? one.topic, words.number(one.observed, 1), words.number(one.expected, 1), words.money(one.civ)])),
    reasons.length > 0 && table("reasons", words.t("reasons.title", { count: statement.reasons_total, shown: reasons.length }), heads, reasons.map((one) => [
      tieName(words, one.tie_kind), words.number(one.days_between, 1), words.money(one.amount), words.share(one.share * one.trust * one.cap), words.money(one.credit), words.t(one.proven ? "reasons.proven" : "reasons.inferred")])),
    segments.length > 0 && [h("h4", {}, words.t("segments.title")), h("ul", {}, segments.map((one) => h("li", {}, words.t("segments.since", { title: words.known(`segment.${one.name}`, one.title), day: words.day(one.since) }), " ", because(words, one, found.currency))))],
    found.run && h("p", { class: "small" }, words.t("value.asof", { moment: words.moment(found.run.as_of) })));
}

/** How many purchases of others may follow the shopper's; without enough evidence, that. */
function forecast(words, { follow_on: expected, follow_on_low: low, follow_on_high: high, follow_on_days: days }) {
  if (expected === null) return words.t("value.forecast.none");
  if (high === 0) return words.t("value.forecast.zero", { days });
  const count = Math.round(expected);
  return count ? words.t("value.forecast", { count, days, low, high }) : words.t("value.forecast.few", { count: high, days });
}

function scores({ words, statement }) {
  const { value: found, network_scores: rows } = statement;
  const all = found.inputs ? [{ ...found.inputs, ...pick(found), kind: null }, ...rows] : rows;
  if (!all.length) return null;
  return h("div", { class: "card" },
    h("h3", {}, words.t("scores.title")),
    h("p", {}, words.t("scores.about")),
    all.map((row) => [
      h("h4", {}, row.kind ? words.t("scores.of", { network: networkName(row.kind) }) : words.t("scores.all")),
      h("dl", { class: "scores" }, ["reach", "amplification", "network", "ambassador"].map((name) => [
        h("dt", {}, words.t(`score.${name}`)),
        h("dd", {}, row[name] === null ? words.t("score.none") : words.t("score.points", { points: row[name] }), h("span", { class: "small" }, words.t(`score.${name}.from`, {
          count: name === "reach" ? row.reach_contacts : name === "network" ? row.engaged_contacts : row.months,
          contacts: row.contacts, rate: words.number(row.amplification_rate, 2), interactions: row.interactions }))),
      ])),
    ]));
}

function pick({ reach, amplification, network, ambassador }) {
  return { reach, amplification, network, ambassador };
}

function trials({ words, statement }) {
  if (!statement.trials.length) return null;
  return h("div", { class: "card" },
    h("h3", {}, words.t("trials.title")),
    h("p", {}, words.t("trials.about")),
    h("ul", {}, statement.trials.map((one) => h("li", {}, words.t(`trials.${one.role.replaceAll(" ", "-")}`, { from: words.day(one.drawn_at), to: words.day(one.ends_at) }), one.role === "letter" && ` ${lots(words, one.things)}`, one.state === "stopped" && ` ${words.t("trials.stopped")}`))));
}

/** Of how many products of the letter the lots say that the sender chose them. */
function lots(words, things) {
  const said = Object.values(things);
  return words.t("trials.things", { count: said.filter(Boolean).length, all: said.length });
}

export function tieName(words, kind) {
  // "mastodon:responses"; "code: again", of a code's order that counts no more; or any word of the shop's staff.
  const [of, variety] = kind.split(":").map((part) => part.trim());
  if (variety && words.has(`tie.${variety}`)) return words.t(`tie.${variety}`, { network: networkName(of) });
  return words.has(`tie.${of}`) ? words.t(`tie.${of}`) : networkName(kind);
}

/** Return the leaves of something nested, each with its path. */
function flat(held, path = "") {
  if (held === null || typeof held !== "object") return [[path, String(held ?? "–")]];
  const entries = Object.entries(held);
  return entries.length ? entries.flatMap(([key, one]) => flat(one, path ? `${path} › ${key}` : key)) : [[path, "–"]];
}
