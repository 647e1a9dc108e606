"""What must not change a value, and what must change it in proportion."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from scoring import buying, lifetime, spending
from scoring.values import ValueParameters, compute_values
from tests.support.laws import law
from tests.support.scoring_tables import AS_OF, by_customer, codes, order, orders, tie, valuation

Rows = list[dict[str, Any]]
MONEY = ("revenue", "monetary_value", "clv", "clv_low", "clv_high", "crv", "value", "value_low", "value_high")

customer = st.sampled_from(["ann", "bea", "cleo", "dora", None])
one_order = st.builds(
    order,
    customer,
    st.floats(0, 900),
    st.one_of(st.floats(0.01, 5000), st.just(0.0)),
    currency=st.sampled_from(["EUR", "EUR", "EUR", "USD"]),
    code=st.sampled_from([None, None, "ANN", "bea", "STRANGER"]),
)
shops = st.lists(one_order, min_size=1, max_size=25)
CODES = codes(("ANN", "ann", 1000), ("bea", "bea", 400))
TIES = [tie("ann", "cleo"), tie("bea", "ann"), tie("dora", "bea")]
RATES = ValueParameters(currency="EUR", exchange_rates={"USD": 0.9})
few = law(50, sample=8, may=[HealthCheck.too_slow])
# A ledger of whatever size takes half a second, most of it to put its queries together.
fewer = law(50, sample=2, may=[HealthCheck.too_slow])


def values(rows: Rows) -> pa.Table:
    return compute_values(orders(rows), as_of=AS_OF, parameters=RATES).table


def numbered(rows: Rows) -> Rows:
    return [{**row, "order_id": f"o{place}"} for place, row in enumerate(rows)]


@few
@given(shops)
def test_every_value_is_a_number_that_is_not_negative_inside_its_interval(rows: Rows) -> None:
    table = values(rows)

    for name in MONEY:
        numbers = table[name].to_numpy()
        assert np.isfinite(numbers).all(), name
        assert (numbers >= 0).all(), name
    for term in ("clv", "value"):
        low, middle, high = (table[f"{term}{end}"].to_numpy() for end in ("_low", "", "_high"))
        assert ((low <= middle) & (middle <= high)).all()
    assert table["value"].equals(table["clv"])
    assert table["civ"].null_count == table["score"].null_count == table.num_rows
    assert table["customer_id"].to_pylist() == sorted(set(table["customer_id"].to_pylist()))


@few
@given(shops, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows: Rows, random: Any) -> None:
    known = numbered(rows)

    assert values(random.sample(known, len(known))).equals(values(known))


# The new names sort the other way round.
NAMES = {"ann": "Ω-ann", "bea": "z 💛", "cleo": "x' OR 1=1 --", "dora": "0", None: None}


def renamed(rows: Rows, *columns: str) -> Rows:
    return [{**row, **{column: NAMES[row[column]] for column in columns}} for row in rows]


@few
@given(shops)
def test_renaming_the_customers_renames_the_rows_and_nothing_else(rows: Rows) -> None:
    before, after = by_customer(values(rows)), by_customer(values(renamed(rows, "customer_id")))

    assert after == {NAMES[key]: {**row, "customer_id": NAMES[key]} for key, row in before.items()}


@few
@given(shops, st.sampled_from([0.01, 4.0, 1000.0]))
def test_scaling_all_money_scales_every_amount_and_nothing_else(rows: Rows, factor: float) -> None:
    scaled = [{**row, "charged": row["charged"] * factor} for row in rows]

    before, after = values(rows), values(scaled)

    for name in after.column_names:
        if name in MONEY:
            expected = before[name].to_numpy() * factor
            # Amounts are kept to a millionth, so small ones lose digits.
            near = pytest.approx(expected, rel=1e-3, abs=2e-4 * max(factor, 1))
            assert after[name].to_numpy() == near, name
        elif name not in {"rank", "percentile"}:
            assert after[name].equals(before[name]), name


@few
@given(shops, st.floats(0, 900), st.floats(0.01, 5000))
def test_an_unrelated_order_changes_nothing_that_was_counted_of_others(
    rows: Rows, days_ago: float, charged: float
) -> None:
    counted = ("orders_count", "revenue", "frequency", "recency_days", "age_days", "monetary_value", "crv")
    before = by_customer(values(rows))

    after = by_customer(values([*rows, order("stranger", days_ago, charged)]))

    assert set(after) == {*before, "stranger"}
    for name, row in before.items():
        assert {key: after[name][key] for key in counted} == {key: row[key] for key in counted}


def influence(rows: Rows, owners: pa.Table = CODES, ties: Rows = TIES) -> dict[str, dict[str, Any]]:
    return by_customer(valuation(rows, owners, ties=ties, parameters=RATES).values.table)


@fewer
@given(shops, st.randoms(use_true_random=False), st.sampled_from([0.01, 4.0, 1000.0]))
def test_the_laws_hold_for_what_others_bring_too(rows: Rows, random: Any, factor: float) -> None:
    # Money in cents, as shops have it: what is left of smaller amounts depends on the factor.
    known = numbered([{**row, "charged": round(row["charged"], 2)} for row in rows])
    owners = CODES.set_column(1, "customer_id", pa.array([NAMES["ann"], NAMES["bea"]], pa.string()))

    before = influence(known)

    for row in before.values():
        parts = row["clv"] + (row["crv_expected"] or 0) + (row["civ_expected"] or 0)
        assert row["value"] == pytest.approx(parts, abs=1e-5)
        assert 0 <= row["value_low"] <= row["value"] <= row["value_high"]
    mixed = random.sample(known, len(known))
    after = influence(renamed(mixed, "customer_id"), owners, renamed(TIES, "source_id", "target_id"))
    assert after == {NAMES[key]: {**row, "customer_id": NAMES[key]} for key, row in before.items()}
    scaled = influence([{**row, "charged": row["charged"] * factor} for row in known])
    with_stranger = influence([*known, order("stranger", 3, 70.0, order_id="unrelated")])
    for name, row in before.items():
        assert scaled[name]["crv"] == pytest.approx(row["crv"] * factor, abs=2e-6)
        for column in ("crv", "crv_orders", "civ", "net", "verdict", "influenced"):
            assert with_stranger[name][column] == row[column], column


def customers_like(x: float, recency: float, age: float, basket: float) -> lifetime.Customers:
    one = [np.array([number]) for number in (x, recency, age, x + 1, basket, x, basket if x else 0.0)]
    return lifetime.Customers(*one)


@few
@given(
    x=st.integers(0, 300),
    recency=st.floats(0, 1),
    age=st.floats(0, 5000),
    basket=st.floats(0.01, 1e9),
    horizon=st.sampled_from([1, 30, 365, 3650]),
)
def test_with_the_models_given_a_customer_depends_on_nobody_else(
    x: int, recency: float, age: float, basket: float, horizon: int
) -> None:
    fitted = lifetime.Fitted(
        buying=buying.BuyingModel(r=0.6, alpha=40, a=0.7, b=3.5),
        spending=spending.SpendingModel(p=5, q=4, gamma=45),
        notes=(),
    )
    parameters = ValueParameters(horizon_days=horizon)
    age = float(np.floor(age))
    alone = customers_like(x, np.floor(recency * age) if x else 0.0, age, basket)
    other = customers_like(3, 50, 4000, 12.0)
    both = lifetime.Customers(
        *(np.concatenate([getattr(one, name) for one in (alone, other)]) for name in vars(alone))
    )

    single, pair = lifetime.predict(fitted, alone, parameters), lifetime.predict(fitted, both, parameters)

    assert np.isfinite([single.clv, single.low, single.high]).all()
    assert pair.clv[0] == pytest.approx(single.clv[0], rel=1e-9)
    # The table of quantiles is interpolated over the ages at hand.
    assert pair.high[0] == pytest.approx(single.high[0], rel=0.03, abs=1e-6)
