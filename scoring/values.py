"""What each customer is worth: value = CLV + CRV + CIV, additive, in the shop's currency.

CLV is her own expected money (`lifetime`), CRV what her personal codes brought (`referrals`). CIV, the
influence value, needs the credit ledger: its column is null until then, and the sum goes without it.
"""

from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.stats import rankdata

from scoring import lifetime, purchases, referrals
from scoring.parameters import ValueParameters

Floats = npt.NDArray[np.float64]
SOME_PURCHASES, GOOD_PURCHASES = 2, 5
SOME_REFERRALS, GOOD_REFERRALS = 1, 3
MONEY_DIGITS = 6  # clean sums: equal histories get equal values, whatever the hardware
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
__all__ = ["VALUES", "ValueParameters", "ValueResult", "compute_values"]


@dataclass(frozen=True)
class ValueResult:
    """One row a customer (columns: `VALUES`), the model as JSON-able values, remarks in plain words."""

    table: pa.Table
    model: dict[str, object]
    notes: tuple[str, ...]


VALUES = pa.schema(
    [
        ("customer_id", pa.string()),
        ("currency", pa.string()),
        ("orders_count", pa.int64()),
        ("revenue", pa.float64()),
        ("frequency", pa.int64()),
        ("recency_days", pa.int64()),
        ("age_days", pa.int64()),
        ("monetary_value", pa.float64()),
        ("clv", pa.float64()),
        ("clv_low", pa.float64()),
        ("clv_high", pa.float64()),
        ("crv", pa.float64()),
        ("crv_orders", pa.int64()),
        ("civ", pa.float64()),
        ("value", pa.float64()),
        ("value_low", pa.float64()),
        ("value_high", pa.float64()),
        ("score", pa.int32()),
        ("evidence", pa.string()),
        ("rank", pa.int64()),
        ("percentile", pa.float64()),
    ]
)
FACTS = """
SELECT coalesce(own.customer_id, brought.customer_id) AS customer_id,
       coalesce(orders_count, 0) AS orders_count, coalesce(revenue, 0) AS revenue,
       coalesce(frequency, 0) AS frequency, coalesce(recency_days, 0) AS recency_days,
       coalesce(age_days, 0) AS age_days, coalesce(baskets, 0) AS baskets,
       coalesce(repeat_revenue, 0) AS repeat_revenue,
       coalesce(crv, 0) AS crv, coalesce(crv_orders, 0) AS crv_orders
FROM own FULL JOIN brought ON own.customer_id = brought.customer_id
"""


def compute_values(
    orders: pa.Table, codes: pa.Table, *, as_of: datetime, parameters: ValueParameters | None = None
) -> ValueResult:
    """The value of everyone with an order, or with a personal code that somebody redeemed.

    orders: customer_id (null for a guest nobody knows), order_id, created_at, currency, charged (net of
    refunds), voucher_code. codes: code, customer_id, valid_from. The result does not depend on the order of
    the rows, and is sorted by customer_id. Raises OrdersInvalid for tables that cannot be read.
    """
    chosen = parameters or ValueParameters()
    # DuckDB spills under fixed names into the working directory: two workers there would share files.
    with (
        TemporaryDirectory(prefix="influence-") as spill,
        duckdb.connect(config={**CONFIG, "temp_directory": spill}) as connection,
    ):
        intake = purchases.take_in(connection, orders, as_of=as_of, parameters=chosen)
        connection.register("own", purchases.summarise(connection, as_of=as_of))
        connection.register("brought", referrals.credit(connection, codes))
        facts = purchases.table_of(connection, FACTS).sort_by("customer_id")
    bought = pc.greater(facts["orders_count"], 0)
    customers = lifetime.customers_of(facts.filter(bought))
    fitted = lifetime.fit(customers, chosen) if len(customers.x) else None
    own = np.zeros((3, facts.num_rows))
    if fitted:
        ahead = lifetime.predict(fitted, customers, chosen)
        own[:, bought.to_numpy()] = np.round([ahead.clv, ahead.low, ahead.high], MONEY_DIGITS)
    table = _assembled(facts, own, currency=intake.currency)
    notes = intake.notes + (
        fitted.notes if fitted else ("No order has been paid yet, so there is no value.",)
    )
    model = _model(fitted, customers, parameters=chosen, currency=intake.currency)
    return ValueResult(table=table, model=model, notes=notes)


def _assembled(facts: pa.Table, own: Floats, *, currency: str) -> pa.Table:
    """The table of values from what was counted and what was predicted."""
    clv, clv_low, clv_high = own
    crv = np.round(facts["crv"].to_numpy(), MONEY_DIGITS)
    value = np.round(clv + crv, MONEY_DIGITS)
    size = facts.num_rows
    revenue, baskets = facts["revenue"].to_numpy(), facts["baskets"].to_numpy()
    columns = {name: facts[name] for name in facts.column_names if name in VALUES.names} | {
        "currency": pa.repeat(currency, size),
        "monetary_value": np.round(revenue / np.maximum(baskets, 1), MONEY_DIGITS),
        "clv": clv,
        "clv_low": clv_low,
        "clv_high": clv_high,
        "crv": crv,
        "civ": pa.nulls(size, pa.float64()),
        "value": value,
        "value_low": np.round(clv_low + crv, MONEY_DIGITS),
        "value_high": np.round(clv_high + crv, MONEY_DIGITS),
        "score": pa.nulls(size, pa.int32()),
        "evidence": _evidence(facts),
        "rank": rankdata(-value, method="min").astype(np.int64),
        "percentile": 100 * (rankdata(value, method="average") - 0.5) / max(size, 1),
    }
    return pa.table({name: columns[name] for name in VALUES.names}).cast(VALUES)


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


def _model(
    fitted: lifetime.Fitted | None,
    customers: lifetime.Customers,
    *,
    parameters: ValueParameters,
    currency: str,
) -> dict[str, object]:
    """Everything needed to tell how the values came about."""
    report = fitted.report() if fitted else {"method": "none", "why_fallback": "no paid orders"}
    return report | {
        "customers": len(customers.x),
        "repeaters": int(np.sum(customers.x > 0)),
        "currency": currency,
        "horizon_days": parameters.horizon_days,
        "annual_discount": parameters.annual_discount,
        "coverage": parameters.coverage,
        "exchange_rates": dict(parameters.exchange_rates),
    }
