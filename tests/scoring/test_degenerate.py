"""Shops that are hardly shops, and orders that are hardly orders."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from scoring.parameters import ParametersInvalid
from scoring.purchases import ORDERS, OrdersInvalid
from scoring.values import AHEAD, ENDS, INFLUENCE, VALUES, ValueParameters, ValueResult, compute_values
from tests.support.scoring_tables import AS_OF, by_customer, codes, order, orders, valuation


def valued(*rows: dict[str, Any], **parameters: Any) -> ValueResult:
    return sound(compute_values(orders(rows), as_of=AS_OF, parameters=ValueParameters(**parameters)))


def sound(result: ValueResult) -> ValueResult:
    ahead = {f"{name}{end}" for name in AHEAD for end in ENDS}
    unknown = {field.name for field in INFLUENCE} - {"crv"} | ahead
    for name in VALUES.names:
        if pa.types.is_floating(VALUES.field(name).type) and name not in unknown:
            numbers = result.table[name].to_numpy()
            assert np.isfinite(numbers).all(), name
            assert (numbers >= 0).all(), name
    json.dumps(result.model, allow_nan=False)
    return result


def test_an_empty_shop_has_an_empty_table_and_says_so() -> None:
    result = valued()

    assert result.table.num_rows == 0
    assert result.table.schema == VALUES
    assert result.notes == ("No order has been paid yet, so there is no value.",)


def test_the_first_order_of_the_first_customer_already_has_a_value() -> None:
    result = valued(order("ann", 3, 40.0))

    (row,) = result.table.to_pylist()
    assert row["clv"] > 0
    assert row["clv_low"] == 0
    assert row["clv_high"] > row["clv"]
    assert (row["orders_count"], row["revenue"], row["monetary_value"]) == (1, 40.0, 40.0)
    assert (row["frequency"], row["recency_days"], row["age_days"]) == (0, 0, 3)
    assert (row["rank"], row["percentile"], row["evidence"]) == (1, 50.0, "little")
    assert "shop's mean" in " ".join(result.notes)
    assert result.model["method"] == "shrunken shop means"


def test_a_customer_of_this_minute_has_a_value() -> None:
    (row,) = valued(order("ann", 0)).table.to_pylist()

    assert row["age_days"] == 0
    assert row["clv"] > 0


def test_all_on_the_same_day_is_one_purchase_day_each() -> None:
    result = valued(*(order(name, 0.01 * place) for place in range(5) for name in ("ann", "bea")))

    rows = result.table.to_pylist()
    assert [(row["orders_count"], row["frequency"], row["recency_days"]) for row in rows] == [(5, 0, 0)] * 2
    assert rows[0]["clv"] == rows[1]["clv"] > 0
    assert [row["rank"] for row in rows] == [1, 1]
    assert [row["percentile"] for row in rows] == [50.0, 50.0]


def test_a_hundred_identical_repeaters_are_no_trouble_for_the_fit() -> None:
    result = valued(*(order(f"c{n}", day, 10.0) for n in range(120) for day in (10, 40)))

    assert str(result.model["method"]).startswith("BG/NBD")
    assert len(set(result.table["clv"].to_pylist())) == 1


def test_orders_without_money_are_no_purchases_but_their_customer_is_known() -> None:
    result = valued(order("ann", 5, 0.0), order("bea", 5, -3.0), order("cleo", 5, 9.0))

    rows = by_customer(result.table)
    for name in ("ann", "bea"):
        assert (rows[name]["orders_count"], rows[name]["value"], rows[name]["evidence"]) == (0, 0.0, "none")
    assert rows["cleo"]["value"] > 0
    assert rows["cleo"]["rank"] == 1


def test_orders_from_the_future_wait_and_are_counted_in_a_note() -> None:
    result = valued(order("ann", 1), order("ann", -1), order("bea", -0.5))

    assert result.table["customer_id"].to_pylist() == ["ann"]
    assert by_customer(result.table)["ann"]["orders_count"] == 1
    assert "2 orders dated after 2026-06-30: left aside until then." in result.notes


def test_amounts_beyond_belief_and_missing_ones_are_left_aside() -> None:
    impossible = [order("bea", 1, amount) for amount in (float("nan"), float("inf"), -float("inf"), 1e300)]

    impossible += [order("cleo", 1) | {"created_at": None}, order("cleo", 1) | {"charged": None}]

    result = valued(order("ann", 1), *impossible)

    assert result.table["customer_id"].to_pylist() == ["ann"]
    assert "6 orders without a date or with an amount beyond belief: left aside." in result.notes


def test_huge_and_tiny_amounts_stand_side_by_side() -> None:
    result = valued(order("ann", 9, 9.9e11), order("ann", 2, 9.9e11), order("bea", 5, 0.01))

    rows = by_customer(result.table)
    assert rows["ann"]["revenue"] == 1.98e12
    assert rows["ann"]["rank"] == 1
    assert rows["bea"]["clv"] < rows["ann"]["clv"]


def test_the_currency_of_most_orders_is_taken_and_others_are_converted() -> None:
    rows = [order("ann", 9, 10.0), order("ann", 5, 10.0), order("bea", 5, 10.0, currency="usd")]

    result = valued(*rows, exchange_rates={"USD": 0.5})

    assert set(result.table["currency"].to_pylist()) == {"EUR"}
    assert by_customer(result.table)["bea"]["revenue"] == 5.0
    assert not [note for note in result.notes if "exchange" in note]


def test_money_without_an_exchange_rate_is_left_out_while_the_purchase_counts() -> None:
    result = valued(order("ann", 9), order("ann", 8), order("bea", 40, currency="XXX"))

    bea = by_customer(result.table)["bea"]
    assert (bea["orders_count"], bea["revenue"], bea["monetary_value"]) == (1, 0.0, 0.0)
    assert bea["clv"] > 0
    assert "1 order without an exchange rate into EUR: counted, but not as money." in result.notes


def test_a_shop_in_which_no_money_is_known_has_no_value_but_customers() -> None:
    result = valued(order("ann", 9, currency="XXX"), currency="EUR")

    (row,) = result.table.to_pylist()
    assert (row["orders_count"], row["value"], row["value_high"]) == (1, 0.0, 0.0)


def test_a_chosen_currency_wins_over_the_usual_one() -> None:
    result = valued(
        order("ann", 9), order("bea", 9, currency="USD"), currency="usd", exchange_rates={"EUR": 2}
    )

    assert set(result.table["currency"].to_pylist()) == {"USD"}
    assert by_customer(result.table)["ann"]["revenue"] == 20.0


def test_ids_may_hold_anything_that_text_can() -> None:
    names = ["", " ", "VXNlcjox", "Łukasz", "💛", "a'; DROP TABLE orders; --", "\u202eevil", "x" * 5000]

    result = valued(*(order(name, 5) for name in names))

    assert sorted(result.table["customer_id"].to_pylist()) == sorted(names)


def test_a_redeemed_code_gives_value_to_somebody_who_never_bought() -> None:
    result = sound(valuation([order("ann", 5, 30.0, code="BEA5")], codes(("BEA5", "bea", 10))).values)

    bea = by_customer(result.table)["bea"]
    assert (bea["orders_count"], bea["clv"], bea["crv"]) == (0, 0.0, 30.0)
    assert bea["value"] == bea["crv_expected"] > 0
    assert bea["value_low"] == 0 < bea["value"] < bea["value_high"] == bea["crv_expected_high"]
    assert bea["evidence"] == "some"


def test_guests_whom_nobody_knows_have_no_row() -> None:
    assert valued(order(None, 5), order("ann", 5)).table["customer_id"].to_pylist() == ["ann"]


def test_a_very_old_order_and_a_daily_buyer_of_ten_years_are_no_trouble() -> None:
    daily = [order("daily", day) for day in range(0, 3650, 2)]

    rows = by_customer(valued(order("old", 20_000), *daily).table)

    assert rows["daily"]["frequency"] == len(daily) - 1
    assert rows["daily"]["clv"] > rows["old"]["clv"]


def test_days_are_counted_in_utc_whatever_zone_the_table_is_in() -> None:
    table = orders([order("ann", 2.9), order("ann", 1.1)])
    zone = table["created_at"].cast(pa.timestamp("ns", tz="Pacific/Auckland"))
    elsewhere = table.set_column(2, "created_at", zone)

    moment = AS_OF.astimezone(timezone(timedelta(hours=13)))

    assert compute_values(elsewhere, as_of=moment, parameters=ValueParameters()).table.equals(
        compute_values(table, as_of=AS_OF).table
    )


def test_tables_that_cannot_be_read_are_refused_with_the_reason() -> None:
    table = orders([order("ann", 5)])
    naive = table.set_column(2, "created_at", table["created_at"].cast(pa.timestamp("us")))
    words = table.set_column(4, "charged", pa.array(["plenty"]))

    with pytest.raises(OrdersInvalid, match="lacks voucher_code"):
        compute_values(table.drop_columns(["voucher_code"]), as_of=AS_OF)
    with pytest.raises(OrdersInvalid, match="created_at must hold times with a time zone"):
        compute_values(naive, as_of=AS_OF)
    with pytest.raises(OrdersInvalid, match="cannot be read"):
        compute_values(words, as_of=AS_OF)
    with pytest.raises(OrdersInvalid, match="as_of needs a time zone"):
        compute_values(table, as_of=datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake under test


@pytest.mark.parametrize(
    ("mistake", "named"),
    [
        ({"horizon_days": 0}, "horizon_days"),
        ({"annual_discount": 1.0}, "annual_discount"),
        ({"annual_discount": float("nan")}, "annual_discount"),
        ({"coverage": 1.0}, "coverage"),
        ({"enough_repeaters": 0}, "enough_repeaters"),
        ({"exchange_rates": {"USD": 0.0}}, "USD"),
        ({"exchange_rates": {"USD": float("inf")}}, "USD"),
    ],
)
def test_parameters_that_cannot_be_meant_are_refused_by_name(mistake: dict[str, Any], named: str) -> None:
    with pytest.raises(ParametersInvalid, match=named):
        ValueParameters(**mistake)


def test_the_same_orders_give_the_same_result_to_the_last_digit() -> None:
    rng = np.random.default_rng(3)
    rows = [order(f"c{rng.integers(300)}", rng.uniform(0, 700), rng.lognormal(3, 1)) for _ in range(3000)]

    first, second = valued(*rows), valued(*rows)

    assert first.table.equals(second.table)
    assert first.model == second.model


def test_the_table_of_orders_of_the_contract_is_all_that_is_needed() -> None:
    wide = orders([order("ann", 5)]).append_column("channel", pa.array(["default"]))
    dictionary = wide.set_column(0, "customer_id", wide["customer_id"].dictionary_encode())

    assert set(ORDERS.names) < set(dictionary.column_names)
    assert compute_values(dictionary, as_of=AS_OF.astimezone(UTC)).table.num_rows == 1
