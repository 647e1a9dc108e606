"""Expectations stand as of the week's start: within a week only new facts change anybody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pyarrow as pa
import pytest

from scoring import segments, simulate
from scoring.parameters import ValueParameters
from scoring.purchases import ORDERS
from scoring.segments import MEMBERSHIPS, Condition, Details, SegmentDefinition
from scoring.valuation import Choices, ScoringInputs, Valuation, compute_valuation
from scoring.values import VALUES, compute_values
from tests.support.scoring_tables import order, orders
from tests.support.simulated_tables import RATES, planted

SUNDAY = datetime(2026, 6, 28, 20, tzinfo=UTC)
MONDAY, TUESDAY, SATURDAY, NEXT_MONDAY = (SUNDAY + timedelta(days=n, hours=-3) for n in (1, 2, 6, 8))
WEEKLY = ValueParameters(exchange_rates=RATES, weekly=True)
EXPECTED = [name for name in VALUES.names if "clv" in name or "expected" in name or name.startswith("value")]
TIMED = SegmentDefinition(
    "timed",
    "Timed",
    "",
    (Condition("age_days", ">=", 1), Condition("days_since_last_order", ">=", 1), Condition("clv", ">=", 0)),
)


@cache
def shop() -> ScoringInputs:
    """A shop whose newest order is of Sunday."""
    return planted(simulate.shop(customers=1_000, orders=6_000, seed=5, as_of=SUNDAY)).inputs


@cache
def found_on(moment: datetime) -> Valuation:
    return compute_valuation(shop(), as_of=moment, choices=Choices(values=WEEKLY))


def members_on(moment: datetime) -> pa.Table:
    found = found_on(moment).values
    stands_on = datetime.fromisoformat(str(found.model["stands_on"])).date()
    details, before = Details(stands_on=stands_on), MEMBERSHIPS.empty_table()
    known = segments.assign(found.table, [TIMED], before, as_of=MONDAY, details=details)
    return segments.assign(found.table, [TIMED], known, as_of=moment, details=details)


def by_customer(table: pa.Table) -> dict[str, dict[str, Any]]:
    return {row["customer_id"]: row for row in table.to_pylist()}


@pytest.mark.parametrize("moment", [MONDAY, SATURDAY])
def test_two_runs_of_one_week_without_new_facts_say_the_same_of_everybody(moment: datetime) -> None:
    one, other = found_on(TUESDAY), found_on(moment)
    assert one.values.table.equals(other.values.table)
    assert one.evidence.equals(other.evidence)
    assert one.credits.equals(other.credits)
    assert members_on(TUESDAY).equals(members_on(moment))
    assert other.values.model["stands_on"] == "2026-06-29"


def test_the_next_week_moves_everybody() -> None:
    now, then = found_on(SATURDAY).values, found_on(NEXT_MONDAY).values
    assert then.model["stands_on"] == "2026-07-06"
    was, is_now = by_customer(now.table), by_customer(then.table)
    bought = [one for one, row in was.items() if row["orders_count"] > 0]
    assert len(bought) > 0.9 * len(was)
    assert all(was[one]["value"] != is_now[one]["value"] for one in bought if was[one]["value"] > 0)
    assert {is_now[one]["age_days"] - was[one]["age_days"] for one in bought} == {7}


def test_a_new_order_changes_its_customers_row_alone() -> None:
    """Their own purchases count at once, by the models of the week's start."""
    table = shop().orders
    whose = table["customer_id"].drop_null()[0].as_py()
    (row,) = orders([order(whose, 0)]).to_pylist()
    bought = row | {"order_id": "new", "created_at": TUESDAY - timedelta(hours=5), "currency": "EUR"}
    more = pa.concat_tables([table, pa.Table.from_pylist([bought], schema=ORDERS).cast(table.schema)])

    before, after = (compute_values(one, as_of=TUESDAY, parameters=WEEKLY) for one in (table, more))

    was, now = (by_customer(one.table.drop_columns(["rank", "percentile"])) for one in (before, after))
    assert {one for one in was if was[one] != now[one]} == {whose}
    assert now[whose]["orders_count"] == was[whose]["orders_count"] + 1
    assert now[whose]["clv"] > was[whose]["clv"]
    models = [{"buying", "spending", "back_test"} & set(one.model) for one in (before, after)]
    assert models[0] == models[1] != set()
    assert all(before.model[name] == after.model[name] for name in models[0])


def test_who_came_first_this_week_has_a_value_and_the_day_is_known() -> None:
    table = shop().orders
    (row,) = orders([order("newcomer", 0)]).to_pylist()
    bought = row | {"order_id": "new", "created_at": TUESDAY - timedelta(hours=5), "currency": "EUR"}
    more = pa.concat_tables([table, pa.Table.from_pylist([bought], schema=ORDERS).cast(table.schema)])

    found = compute_values(more, as_of=SATURDAY, parameters=WEEKLY)

    newcomer = by_customer(found.table)["newcomer"]
    assert newcomer["clv"] > 0
    assert newcomer["age_days"] == -1


def test_the_value_of_a_monday_is_that_of_what_was_known_on_sunday() -> None:
    """The first run of a week says what a run at its start would have said."""
    midnight = datetime(2026, 6, 28, 23, 59, tzinfo=UTC)
    daily = compute_values(shop().orders, as_of=midnight, parameters=replace(WEEKLY, weekly=False))
    weekly = compute_values(shop().orders, as_of=SATURDAY, parameters=WEEKLY)
    assert daily.model["back_test"] == weekly.model["back_test"]
    for name in EXPECTED:
        one, other = (
            table[name].fill_null(0).to_numpy(zero_copy_only=False) for table in (daily.table, weekly.table)
        )
        # Ends of intervals are read off a table, which covers newcomers too in the week's runs.
        assert other == pytest.approx(one, rel=0.03 if name.endswith(("low", "high")) else 1e-9)


def test_a_young_shop_stands_as_of_today() -> None:
    """Before four weeks of paid orders each day teaches more than a week's rest would save."""
    rows = [order(f"c{n}", n % 25) for n in range(60)]
    monday = compute_values(orders(rows), as_of=TUESDAY, parameters=WEEKLY)
    later = compute_values(orders(rows), as_of=SATURDAY, parameters=WEEKLY)
    assert (monday.model["stands_on"], later.model["stands_on"]) == ("2026-06-30", "2026-07-04")
    assert not monday.table.select(EXPECTED).equals(later.table.select(EXPECTED))
    grown = compute_values(orders([*rows, order("old", 60)]), as_of=SATURDAY, parameters=WEEKLY)
    assert grown.model["stands_on"] == "2026-06-29"


def test_the_total_is_counted_to_the_day_of_the_run() -> None:
    """Of a shop that sells nothing in a week, less is expected each day, by models of a week before."""
    weekly = found_on(SATURDAY).values
    daily = compute_valuation(shop(), as_of=SATURDAY, choices=Choices(values=replace(WEEKLY, weekly=False)))
    total, wanted = (found.model["total"]["expected"] for found in (weekly, daily.values))  # type: ignore[index]
    told = sum(weekly.table["clv"].to_pylist())
    assert total == pytest.approx(wanted, rel=0.02)
    assert total - wanted < (told - wanted) / 2, told
