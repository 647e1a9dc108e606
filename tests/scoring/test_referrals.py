"""CRV: what a personal code brought, and what it did not."""

from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest

from scoring.referrals import LEAKS
from tests.support.scoring_tables import AS_OF, by_customer, codes, order, valuation

ANNS = codes(("ANN-10", "ann", 100))


def valued(*rows: dict[str, Any], owners: pa.Table = ANNS) -> dict[str, dict[str, Any]]:
    return by_customer(valuation(rows, owners).values.table)


def test_somebody_elses_order_with_the_code_is_the_owners_referral_value() -> None:
    rows = valued(
        order("ann", 90), order("bea", 50, 20.0, code="ANN-10"), order("cleo", 5, 7.5, code="ANN-10")
    )

    assert (rows["ann"]["crv"], rows["ann"]["crv_orders"]) == (27.5, 2)
    assert rows["ann"]["value"] == round(rows["ann"]["clv"] + rows["ann"]["crv_expected"], 6)
    assert rows["ann"]["crv_expected"] > 0
    assert rows["bea"]["crv"] == rows["cleo"]["crv"] == 0


def test_the_buyer_keeps_their_own_value_when_the_owner_is_credited() -> None:
    without = valued(order("ann", 90), order("bea", 50, 20.0))
    with_code = valued(order("ann", 90), order("bea", 50, 20.0, code="ANN-10"))

    assert with_code["bea"]["value"] == without["bea"]["value"]


def test_a_code_in_another_case_is_another_code() -> None:
    assert valued(order("bea", 5, code="ANN-10"))["ann"]["crv_orders"] == 1
    assert "ann" not in valued(order("bea", 5, code="aNn-10"))


def test_a_guest_may_redeem_a_code_too() -> None:
    assert valued(order(None, 5, 12.0, code="ANN-10"))["ann"]["crv"] == 12.0


def test_the_owners_own_redemption_earns_nothing() -> None:
    assert valued(order("ann", 5, code="ANN-10"))["ann"]["crv_orders"] == 0


def test_an_order_before_the_code_was_theirs_earns_nothing() -> None:
    rows = valued(order("ann", 200), order("bea", 150, code="ANN-10"))

    assert rows["ann"]["crv_orders"] == 0


def test_a_code_that_changed_hands_credits_the_owner_of_the_moment() -> None:
    owners = codes(("ANN-10", "ann", 100), ("ANN-10", "dora", 20))

    rows = valued(
        order("bea", 50, 20.0, code="ANN-10"),
        order("bea", 5, 3.0, code="ANN-10"),
        order("dora", 4, 900.0, code="ANN-10"),
        owners=owners,
    )

    assert (rows["ann"]["crv"], rows["ann"]["crv_orders"]) == (20.0, 1)
    # Their own redemption earns nothing, neither for them nor for the owner before them.
    assert (rows["dora"]["crv"], rows["dora"]["crv_orders"]) == (3.0, 1)


def test_a_code_registered_twice_for_one_moment_credits_an_order_once() -> None:
    rows = valued(order("bea", 5, 9.0, code="X"), owners=codes(("X", "ann", 9), ("X", "dora", 9)))

    assert rows["ann"]["crv"] == 9.0
    assert "dora" not in rows


def test_refunded_unpaid_and_future_orders_earn_nothing() -> None:
    rows = valued(
        order("ann", 90),
        order("bea", 5, 0.0, code="ANN-10"),
        order("bea", 6, -2.0, code="ANN-10"),
        order("bea", -5, 30.0, code="ANN-10"),
    )

    assert (rows["ann"]["crv"], rows["ann"]["crv_orders"]) == (0.0, 0)


def test_a_public_code_belongs_to_nobody() -> None:
    rows = valued(order("ann", 90), order("bea", 5, code="WELCOME"), owners=codes())

    assert {row["crv"] for row in rows.values()} == {0.0}


def test_a_quiet_customer_is_worth_what_they_were_whatever_others_bring() -> None:
    quiet = [order("quiet", day, 25.0) for day in (300, 200, 100, 10)]
    loud = [order("ann", 90), order("bea", 5, 5000.0)]
    redeemed = [order("ann", 90), order("bea", 5, 5000.0, code="ANN-10")]

    before, after = valued(*quiet, *loud)["quiet"], valued(*quiet, *redeemed)["quiet"]

    for name in ("clv", "clv_low", "clv_high", "value", "evidence"):
        assert after[name] == before[name]


def paused(*leaks: tuple[str, float, float | None]) -> pa.Table:
    rows = [
        {
            "code": code,
            "since": AS_OF - timedelta(days=since),
            "until": None if until is None else AS_OF - timedelta(days=until),
        }
        for code, since, until in leaks
    ]
    return pa.Table.from_pylist(rows, schema=LEAKS)


@pytest.mark.parametrize(
    ("leaks", "crv"),
    [
        ([], 7.0),
        ([("ANN-10", 20, None)], 4.0),
        ([("ANN-10", 20, 8)], 5.0),
        ([("ANN-10", 10, 5)], 5.0),
        ([("ann-10", 90, None)], 7.0),
        ([("ANN-10", 90, 19), ("ANN-10", 7, None)], 2.0),
    ],
)
def test_a_code_is_not_credited_while_it_leaks(
    leaks: list[tuple[str, float, float | None]], crv: float
) -> None:
    rows = [
        order("ann", 90),
        order("bea", 30, 4.0, code="ANN-10"),
        order("cleo", 10, 2.0, code="ANN-10"),
        order("dora", 5, 1.0, code="ANN-10"),
    ]

    found = valuation(rows, ANNS, leaks=paused(*leaks))

    assert by_customer(found.values.table)["ann"]["crv"] == crv
    assert found.credits.filter(found.credits["proven"]).num_rows == 3, "every order is shown"


def test_without_leaks_every_figure_is_what_it_was() -> None:
    rows = [order("ann", 90), order("bea", 30, 4.0, code="ANN-10"), order("cleo", 10, 2.0, code="ANN-10")]
    without, another = valuation(rows, ANNS), valuation(rows, ANNS, leaks=paused(("BEA", 99, None)))

    for name in ("evidence", "credits", "networks", "ledger"):
        assert getattr(without, name) == getattr(another, name)
    assert without.values.table == another.values.table
