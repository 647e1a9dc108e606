"""What each customer is worth: what is expected within the horizon, and beside it what they brought so far.

value = own purchases (CLV, `lifetime`) + orders with their codes + purchases they lead to (`ahead`), each an
expectation with an interval, in the shop's currency. Brought so far are CRV, orders with their codes, and
CIV, what others were booked to have spent because of them: the ledger's, and row by row. Where nothing is
known of influence, it is null, and the sum goes without it.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.stats import rankdata

from scoring import purchases
from scoring.ahead import by_codes, by_influence
from scoring.forecasting import Forecaster, OwnValue, remarks
from scoring.ids import shaped
from scoring.ledger.forecast import FORECAST
from scoring.parameters import ValueParameters
from scoring.purchases import PreparedOrders
from scoring.words import NOT_ENOUGH

Floats = npt.NDArray[np.float64]
SOME_PURCHASES, GOOD_PURCHASES = 2, 5
SOME_REFERRALS, GOOD_REFERRALS = 1, 3
ENDS = ("", "_low", "_high")
MONEY_DIGITS = 6  # clean sums: equal histories get equal values, whatever the hardware
__all__ = ["INFLUENCE", "VALUES", "ValueParameters", "ValueResult", "compute_values", "stored", "valued"]


@dataclass(frozen=True)
class ValueResult:
    """One row a customer (columns: `VALUES`), the model as JSON-able values, remarks in plain words.

    The model's `stands_on` is the day on which expectations stand, see `purchases.Standing`.
    """

    table: pa.Table
    model: dict[str, object]
    notes: tuple[str, ...]


INFLUENCE = pa.schema(
    [
        ("customer_id", pa.string()),
        ("crv", pa.float64()),
        ("crv_orders", pa.int64()),
        ("civ", pa.float64()),
        ("civ_estimate", pa.float64()),
        ("civ_low", pa.float64()),
        ("civ_high", pa.float64()),
        ("possible_up_to", pa.float64()),
        ("influenced", pa.int64()),
        ("net", pa.float64()),
        ("score", pa.int32()),
        ("reach", pa.int32()),
        ("amplification", pa.int32()),
        ("network", pa.int32()),
        ("ambassador", pa.int32()),
        ("verdict", pa.string()),
        *(field for field in FORECAST if field.name != "score"),
        ("followed", pa.int64()),
    ]
)
"""What the ledger says of customers, see `worth`; all but CRV is null where it says nothing.

influenced: how many trusted people stand behind CRV and CIV. net: for budgets only, see `ledger.statement`.
follow_on: how many purchases of others may follow, see `ledger.forecast`; follow_on_money: what they may
spend within the horizon, of which score is the percentile. followed: how many followed so far.
"""
AHEAD = ("crv_expected", "civ_expected")
AGE = "age_days"
"""Days from the first paid order to the day on which expectations stand; negative where it came later."""
VALUES = pa.schema(
    [
        ("customer_id", pa.string()),
        ("currency", pa.string()),
        ("orders_count", pa.int64()),
        ("revenue", pa.float64()),
        ("frequency", pa.int64()),
        ("recency_days", pa.int64()),
        (AGE, pa.int64()),
        ("monetary_value", pa.float64()),
        ("clv", pa.float64()),
        ("clv_low", pa.float64()),
        ("clv_high", pa.float64()),
        *(field for field in INFLUENCE if field.name not in {"customer_id", "followed"}),
        *((f"{name}{end}", pa.float64()) for name in AHEAD for end in ENDS),
        ("value", pa.float64()),
        ("value_low", pa.float64()),
        ("value_high", pa.float64()),
        ("evidence", pa.string()),
        ("rank", pa.int64()),
        ("percentile", pa.float64()),
    ]
)
FACTS = f"""
SELECT coalesce(own.customer_id, influence.customer_id) AS customer_id,
       coalesce(orders_count, 0) AS orders_count, coalesce(revenue, 0) AS revenue,
       coalesce(frequency, 0) AS frequency, coalesce(recency_days, 0) AS recency_days,
       coalesce($on - first_day, 0) AS age_days, first_day,
       coalesce(greatest($until - first_day, recency_days), 0) AS seen_days, coalesce(baskets, 0) AS baskets,
       coalesce(repeat_revenue, 0) AS repeat_revenue, coalesce(repeat_baskets, 0) AS repeat_baskets,
       first_gap, second_gap, coalesce(began_by_import, false) AS began_by_import,
       coalesce(crv, 0) AS crv, coalesce(crv_orders, 0) AS crv_orders, {", ".join(INFLUENCE.names[3:])},
       crv_expected, crv_expected_low, crv_expected_high
FROM own FULL JOIN influence ON own.customer_id = influence.customer_id
LEFT JOIN codes_ahead ON codes_ahead.customer_id = coalesce(own.customer_id, influence.customer_id)
WHERE own.customer_id IS NOT NULL OR crv_orders > 0 OR verdict = 'proven'
"""  # noqa: S608 - our own columns


def compute_values(
    orders: pa.Table,
    influence: pa.Table | None = None,
    *,
    as_of: datetime,
    parameters: ValueParameters | None = None,
    redeemed: pa.Table | None = None,
) -> ValueResult:
    """The value of everyone with an order, or who is proven to bring others some.

    orders: customer_id (null for a guest nobody knows), order_id, created_at, currency, charged (net of
    refunds), voucher_code. influence: `INFLUENCE`. redeemed: `ahead.REDEEMED`.
    The result does not depend on the order of the rows and is sorted by customer_id. Raises OrdersInvalid for
    tables that cannot be read.
    """
    chosen = parameters or ValueParameters()
    with purchases.opened(orders, as_of=as_of, parameters=chosen) as prepared:
        given = INFLUENCE.empty_table() if influence is None else influence
        return valued(prepared, given, chosen, redeemed=redeemed)


def valued(
    prepared: PreparedOrders,
    influence: pa.Table,
    parameters: ValueParameters,
    *,
    redeemed: pa.Table | None = None,
) -> ValueResult:
    """The values by orders that have been taken in already."""
    codes = by_codes(prepared, redeemed, parameters)
    prepared.connection.register("codes_ahead", codes.table)
    prepared.connection.register("own", purchases.summarise(prepared))
    prepared.connection.register("influence", influence)
    standing = prepared.standing
    facts = purchases.table_of(prepared.connection, FACTS, on=standing.on, until=standing.until)
    facts = facts.sort_by("customer_id")
    bought = pc.greater(facts["orders_count"], 0)
    buyers = facts.filter(bought)
    found = Forecaster(prepared, parameters).own_value(buyers) if buyers.num_rows else None
    own = np.zeros((3, facts.num_rows))
    if found:
        ahead = found.ahead
        own[:, bought.to_numpy()] = np.round([ahead.clv, ahead.low, ahead.high], MONEY_DIGITS)
    unpaid = ("No order has been paid yet, so there is no value.",)
    notes = prepared.notes + (remarks(found, prepared.currency, parameters.coverage) if found else unpaid)
    model = _model(found, parameters=parameters, currency=prepared.currency)
    model |= {"stands_on": str(standing.on), "codes": codes.model}
    caused = np.round(by_influence(facts, parameters), MONEY_DIGITS)
    table = _assembled(facts, own, caused, currency=prepared.currency)
    return ValueResult(table=table, model=model, notes=notes)


def stored(table: pa.Table) -> pa.Table:
    """Return values as they are kept: percentiles in whole per cent, rounded down, so that few change."""
    place = table.schema.get_field_index("percentile")
    return table.set_column(place, table.schema.field(place), pc.floor(table["percentile"]))


def _assembled(facts: pa.Table, own: Floats, caused: Floats, *, currency: str) -> pa.Table:
    """The table of values from what was counted and what is expected: three rows, the ends of it last."""
    clv, clv_low, clv_high = own
    codes = {name: pc.round(facts[name], MONEY_DIGITS) for name in facts.column_names if AHEAD[0] in name}
    # Ends are added end to end: wider than the interval of the sum, never narrower.
    by_code = [pc.fill_null(one, 0.0).to_numpy() for one in codes.values()]
    value, low, high = np.round(own + np.array(by_code) + caused, MONEY_DIGITS)
    unknown = pc.is_null(facts["civ"]).to_numpy()
    civ = {f"{AHEAD[1]}{end}": pa.array(one, mask=unknown) for end, one in zip(ENDS, caused, strict=True)}
    size = facts.num_rows
    revenue, baskets = facts["revenue"].to_numpy(), facts["baskets"].to_numpy()
    columns = (
        {name: facts[name] for name in facts.column_names if name in VALUES.names}
        | codes
        | civ
        | {
            "currency": pa.repeat(currency, size),
            "monetary_value": np.round(revenue / np.maximum(baskets, 1), MONEY_DIGITS),
            "clv": clv,
            "clv_low": clv_low,
            "clv_high": clv_high,
            "crv": np.round(facts["crv"].to_numpy(), MONEY_DIGITS),
            "value": value,
            "value_low": low,
            "value_high": high,
            "verdict": pc.fill_null(facts["verdict"], NOT_ENOUGH),
            "evidence": _evidence(facts),
            "rank": rankdata(-value, method="min").astype(np.int64),
            "percentile": 100 * (rankdata(value, method="average") - 0.5) / max(size, 1),
        }
    )
    return shaped(pa.table({name: columns[name] for name in VALUES.names}), VALUES)


def _evidence(facts: pa.Table) -> pa.Array:
    """How much is known of each customer: none, little (one day of buying), some, good."""
    days = np.where(facts["orders_count"].to_numpy() > 0, facts["frequency"].to_numpy() + 1, 0)
    referrals_count = facts["crv_orders"].to_numpy()
    grade = (
        (days + referrals_count >= 1).astype(int)
        + ((days >= SOME_PURCHASES) | (referrals_count >= SOME_REFERRALS))
        + ((days >= GOOD_PURCHASES) | (referrals_count >= GOOD_REFERRALS))
    )
    return pa.array(["none", "little", "some", "good"], pa.string()).take(pa.array(grade))


def _model(found: OwnValue | None, *, parameters: ValueParameters, currency: str) -> dict[str, object]:
    """Everything needed to tell how the values came about."""
    report = found.report() if found else {"method": "none", "why_fallback": "no paid orders"}
    x = found.customers.x if found else np.zeros(0)
    return report | {
        "customers": len(x),
        "repeaters": int(np.sum(x > 0)),
        "currency": currency,
        "horizon_days": parameters.horizon_days,
        "annual_discount": parameters.annual_discount,
        "coverage": parameters.coverage,
        "exchange_rates": dict(parameters.exchange_rates),
    }
