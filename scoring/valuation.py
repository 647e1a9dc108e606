"""What a shop's customers are worth, by everything that is known of it: own orders, codes, ties.

The order of work: orders and lines are taken in (`purchases`, `referrals`), the ledger says who led whom
(`ledger`), and its money joins each customer's own (`values`). Beside it, which products sell together
(`affinity`).
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from scoring import ledger, purchases, referrals, values
from scoring.affinity import affinity
from scoring.ahead import REDEEMED
from scoring.ids import nobody, shaped
from scoring.ledger import Ledger, LedgerInputs, ResolutionTooCoarse, trials
from scoring.ledger.exposed import Exposed
from scoring.ledger.parameters import SECOND
from scoring.ledger.workings import Progress, unheard
from scoring.parameters import ValueParameters
from scoring.purchases import PreparedOrders, table_of
from scoring.values import INFLUENCE, MONEY_DIGITS, ValueResult

DIGITS = 9
"""Behind the point: the last bits of a sum hang on the order of rows; what is equal is not stored anew."""
FOLLOW_ON_DIGITS = 3
_COUNTS = ("pairs", "followers", "trusted_followers")
_MEASURES = ("observed", "expected", "observed_before", "expected_before", "rr", "rr_low", "rr_high", "af")
_BOOKED = ("civ", "civ_estimate", "civ_low", "civ_high", "possible_up_to")
_INPUTS = {
    "contacts": pa.int64(),
    "reach_contacts": pa.int64(),
    "purchases": pa.int64(),
    "exposures": pa.int64(),
    "credit_lines": pa.float64(),
    "amplification_rate": pa.float64(),
    "engaged_contacts": pa.int64(),
    "interactions": pa.int64(),
    "intensity": pa.float64(),
    "months": pa.int64(),
    "network_mean": pa.float64(),
}
EVIDENCE = pa.schema(
    [
        ("customer_id", pa.string()),
        ("topic", pa.string()),
        *((name, pa.int64()) for name in _COUNTS),
        *((name, pa.float64()) for name in (*_MEASURES, "p_timing", "p_lead")),
        *((name, pa.string()) for name in ("inferred", "verdict", "missing", "rests_on")),
        ("trial_id", pa.int64()),
        *((name, pa.float64()) for name in ("credit", *_BOOKED)),
        *_INPUTS.items(),
    ]
)
"""What verdicts rest on: a customer as a whole (topic '') with the inputs of the scores, or in one topic."""
CREDITS = pa.schema(
    [
        *((name, pa.string()) for name in ("source_id", "order_id", "line_id", "customer_id", "product_id")),
        *((name, pa.string()) for name in ("topic", "tie_kind")),
        ("days_between", pa.float64()),
        ("sharers", pa.int64()),
        *((name, pa.float64()) for name in ("share", "trust", "cap", "amount", "credit")),
        ("proven", pa.bool_()),
    ]
)
"""The ledger's rows; what is booked of one follows from its credit and the evidence on its source."""
NETWORKS = ledger.BY_KIND
"""The four scores by one network's ties alone."""
# NULL civ: there is no verdict. Who buys early or with friends is booked nothing, and that is known.
SUMMED = f"""
WITH judged AS (SELECT *, inferred IN ('leads', 'buys together', 'buys early') AS known FROM evidence),
brought AS (
    SELECT source_id, sum(credit) AS crv, count(DISTINCT order_id) AS crv_orders
    FROM rows WHERE proven AND credit > 0 GROUP BY ALL
), followers AS (
    SELECT source_id, rows.customer_id,
           CASE WHEN bool_or(rows.proven) OR NOT $likely THEN 1 ELSE 1 - product(1 - share) END AS led
    FROM rows JOIN judged ON judged.customer_id = source_id
    WHERE (rows.proven AND rows.credit > 0) OR (inferred = 'leads' AND trust >= $trusted) GROUP BY ALL
), people AS (
    SELECT source_id, CAST(round(sum(led)) AS BIGINT) AS influenced FROM followers GROUP BY ALL
), followed AS (
    SELECT source_id, count(*) AS followed FROM rows WHERE NOT proven AND trust >= $trusted GROUP BY ALL
)
SELECT coalesce(judged.customer_id, net.customer_id) AS customer_id,
       coalesce(round(crv, {MONEY_DIGITS}), 0) AS crv, coalesce(crv_orders, 0) AS crv_orders,
       {", ".join(f"CASE WHEN known THEN round({name}, {MONEY_DIGITS}) END AS {name}" for name in _BOOKED)},
       CASE WHEN known OR crv > 0 THEN coalesce(influenced, 0) END AS influenced,
       round(net.net, {MONEY_DIGITS}) AS net,
       forecast.score, reach, amplification, network, ambassador, verdict,
       round(follow_on, {FOLLOW_ON_DIGITS}) AS follow_on, follow_on_low, follow_on_high, follow_on_days,
       round(follow_on_money * $horizon / follow_on_days, {MONEY_DIGITS}) AS follow_on_money, followed
FROM judged FULL JOIN net ON net.customer_id = judged.customer_id
LEFT JOIN brought ON brought.source_id = judged.customer_id
LEFT JOIN people ON people.source_id = judged.customer_id
LEFT JOIN followed ON followed.source_id = judged.customer_id
LEFT JOIN scores ON scores.customer_id = judged.customer_id
LEFT JOIN forecast ON forecast.customer_id = coalesce(judged.customer_id, net.customer_id)
"""  # noqa: S608 - our own columns


@dataclass(frozen=True)
class ScoringInputs:
    """The tables of one shop.

    orders: see `values.compute_values`. lines, codes: `referrals.LINES`, `CODES`. ties, categories,
    customers: see `ledger.LedgerInputs`; a customer may have several rows of customers, one a household.
    """

    orders: pa.Table
    lines: pa.Table
    codes: pa.Table
    ties: pa.Table
    categories: pa.Table
    customers: pa.Table
    trials: pa.Table = field(default_factory=trials.TRIALS.empty_table)
    """Trials that ended; see `ledger.trials.TRIALS`."""
    leaders: pa.Table = field(default_factory=pa.schema([("customer_id", pa.string())]).empty_table)
    """Who led in the last run."""
    leaks: pa.Table = field(default_factory=referrals.LEAKS.empty_table)
    """Codes whose crediting is paused; see `referrals.LEAKS`."""
    writable: pa.Table = field(default_factory=pa.schema([("customer_id", pa.string())]).empty_table)
    """Who may get a letter."""
    networks: tuple[str, ...] = ()
    """Kinds of ties that are social networks (and varieties, `network:responses`): each has its scores."""
    combinable: tuple[str, ...] = ()
    """Those of them whose ties count in CIV beside all other ties."""
    parallel_ties: bool = True
    """Whether two customers may have several ties."""


@dataclass(frozen=True)
class Valuation:
    """Values of everybody, and the ledger behind them: `EVIDENCE`, `CREDITS`, `NETWORKS`, gate and model.

    affinity: see `affinity.Affinity.report`. exposed: None where nobody's influence is computed.
    """

    values: ValueResult
    evidence: pa.Table
    credits: pa.Table
    networks: pa.Table
    ledger: dict[str, object]
    affinity: dict[str, object]
    exposed: Exposed | None = None


@dataclass(frozen=True)
class Choices:
    """How values are counted, what the ledger's rules are, and which engine it computes in."""

    values: ValueParameters = field(default_factory=ValueParameters)
    rules: ledger.Parameters = field(default_factory=ledger.Parameters)
    open_engine: Callable[[], ledger.Engine] = ledger.open_engine


def compute_valuation(
    inputs: ScoringInputs, *, as_of: datetime, choices: Choices | None = None, progress: Progress = unheard
) -> Valuation:
    """Values and ledger of a shop as it was at `as_of`; same tables and choices, same result."""
    given = choices or Choices()
    chosen, rules = given.values, given.rules
    with purchases.opened(inputs.orders, as_of=as_of, parameters=chosen) as prepared:
        redemptions = referrals.redemptions(prepared, inputs.codes, inputs.leaks)
        shop = LedgerInputs(
            purchases=referrals.paid_lines(prepared, inputs.lines),
            ties=inputs.ties,
            categories=inputs.categories,
            redemptions=redemptions,
            customers=inputs.customers,
            trials=inputs.trials,
            leaders=inputs.leaders["customer_id"].combine_chunks(),
            writable=inputs.writable["customer_id"].combine_chunks(),
            kinds=inputs.networks,
            combinable=inputs.combinable,
            parallel_ties=inputs.parallel_ties,
            stands_at=prepared.standing.at,
        )
        try:
            with given.open_engine() as engine:
                found = ledger.compute_ledger(
                    shop, as_of=as_of, parameters=rules, engine=engine, progress=progress
                )
        except ResolutionTooCoarse as trouble:
            unknown = nobody(INFLUENCE, inputs.orders.schema.field("customer_id").type)
            result = values.valued(prepared, unknown, chosen)
            note = f"Nobody's influence is computed: {trouble}."
            result = ValueResult(result.table, result.model, (*result.notes, note))
            return Valuation(
                values=result,
                evidence=EVIDENCE.empty_table(),
                credits=CREDITS.empty_table(),
                networks=NETWORKS.empty_table(),
                ledger={},
                affinity=_affinity(prepared, inputs),
            )
        progress("values")
        influence = _influence(prepared, found, given)
        return Valuation(
            values=values.valued(prepared, influence, chosen, redeemed=_redeemed(found)),
            evidence=_evidence(found),
            credits=_rounded(shaped(found.rows, CREDITS)),
            networks=found.scores_by_kind,
            ledger=found.model | {"gate": _gate(found), "set_aside": found.set_aside},
            affinity=_affinity(prepared, inputs),
            exposed=found.exposed,
        )


def _affinity(prepared: PreparedOrders, inputs: ScoringInputs) -> dict[str, object]:
    return affinity(prepared, inputs.lines, inputs.customers).report()


def _redeemed(found: Ledger) -> pa.Table:
    """Orders with somebody's code that count, as `ahead.REDEEMED`."""
    kept = found.rows.filter(pc.and_(found.rows["proven"], pc.greater(found.rows["credit"], 0)))
    sums = kept.group_by(["source_id", "order_id"]).aggregate([("credit", "sum")])
    return shaped(sums.rename_columns(REDEEMED.names), REDEEMED).sort_by("order_id")


def _influence(prepared: PreparedOrders, found: Ledger, choices: Choices) -> pa.Table:
    """What the ledger says of each customer, in the columns of `values.INFLUENCE`.

    By version 2 a share is a probability, and so is having led somebody: the people are as many as expected.
    """
    rules = choices.rules
    given = {
        "trusted": rules.trusted_from,
        "likely": rules.rule == SECOND,
        "horizon": choices.values.horizon_days,
    }
    for name in ("rows", "evidence", "scores", "forecast", "net"):
        prepared.connection.register(name, getattr(found, name))
    return shaped(table_of(prepared.connection, SUMMED, **given), INFLUENCE)


def _evidence(found: Ledger) -> pa.Table:
    """Everybody as a whole, and every topic in which somebody followed."""
    inputs = found.scores.select(["customer_id", *_INPUTS])
    whole = found.evidence.append_column("topic", pa.repeat("", found.evidence.num_rows))
    whole = whole.join(inputs, "customer_id").append_column(
        "rests_on", pa.nulls(found.evidence.num_rows, pa.string())
    )
    topics = found.topics.filter(pc.greater(found.topics["pairs"], 0))
    for name, kind in (*_INPUTS.items(), ("trial_id", pa.int64())):
        topics = topics.append_column(name, pa.nulls(topics.num_rows, kind))
    parts = [shaped(table, EVIDENCE) for table in (whole, topics)]
    return _rounded(pa.concat_tables(parts))


def _rounded(table: pa.Table) -> pa.Table:
    """The table with its numbers to `DIGITS`."""
    for place, column in enumerate(table.schema):
        if pa.types.is_floating(column.type):
            table = table.set_column(place, column, pc.round(table[column.name], DIGITS))
    return table


def _gate(found: Ledger) -> dict[str, object]:
    """The shop's gate as JSON, with every shuffled count for a plot."""
    gate = asdict(found.gate)
    return gate | {"permuted": found.gate.permuted.tolist()}
