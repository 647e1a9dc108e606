"""Values and ledger together: who was planted is found, rows sum to what is shown, the quiet lose nothing."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from scoring import simulate, valuation
from scoring.parameters import LEAST_PAID, ValueParameters
from scoring.valuation import Choices, Valuation, compute_valuation
from scoring.values import VALUES
from tests.support.scoring_tables import AS_OF, TIES, by_customer, codes, order, tie
from tests.support.scoring_tables import valuation as valuation_of
from tests.support.simulated_tables import RATES, Planted, planted

CHOICES = Choices(values=ValueParameters(exchange_rates=RATES))


@pytest.fixture(scope="module")
def shop() -> Planted:
    return planted(simulate.shop(customers=3_000, orders=15_000, seed=5, as_of=AS_OF))


@pytest.fixture(scope="module")
def found(shop: Planted) -> Valuation:
    return compute_valuation(shop.inputs, as_of=AS_OF, choices=CHOICES)


def whole(found: Valuation) -> list[dict[str, Any]]:
    """The evidence on customers as a whole."""
    rows: list[dict[str, Any]] = found.evidence.filter(pc.equal(found.evidence["topic"], "")).to_pylist()
    return rows


def opened(found: Valuation) -> bool:
    gate: Any = found.ledger["gate"]
    return bool(gate["opened"])


def test_planted_influencers_are_found_and_nobody_else_leads(shop: Planted, found: Valuation) -> None:
    leads = {row["customer_id"] for row in whole(found) if row["inferred"] == "leads"}

    assert opened(found)
    assert len(leads) >= 3
    assert leads <= shop.influencers
    booked = {row["customer_id"] for row in found.values.table.to_pylist() if row["civ"]}
    assert booked == leads


def test_the_score_ranks_by_the_money_that_may_follow(found: Valuation) -> None:
    rows = [row for row in found.values.table.to_pylist() if row["score"] is not None]

    ranked = [row["score"] for row in sorted(rows, key=lambda row: row["follow_on_money"])]

    assert len(rows) > 100
    assert ranked == sorted(ranked)
    assert ranked[-1] == 100


def test_what_nobody_booked_is_expected_of_nobody(found: Valuation) -> None:
    for row in found.values.table.to_pylist():
        assert (row["civ_expected"] is None) == (row["civ"] is None)
        if row["civ_expected"]:
            assert row["civ_estimate"] > 0
            assert row["civ_expected_low"] <= row["civ_expected"] <= row["civ_expected_high"]
        assert (row["crv_expected"] is None) == (row["crv_orders"] == 0)


def test_a_shop_whose_times_are_shuffled_books_nothing(shop: Planted) -> None:
    """Each line keeps its buyer and its product and gets the time of another one."""
    lines = shop.inputs.lines
    shuffled = pc.sort_indices(pc.binary_reverse(lines["line_id"].cast(pa.binary())))
    times = lines["created_at"].take(shuffled)
    place = lines.schema.get_field_index("created_at")
    inputs = replace(
        shop.inputs,
        lines=lines.set_column(place, "created_at", times),
        codes=shop.inputs.codes.slice(0, 0),
    )

    found = compute_valuation(inputs, as_of=AS_OF, choices=CHOICES)

    assert not opened(found)
    assert pc.sum(found.evidence["civ"]).as_py() == 0
    assert {row["inferred"] for row in whole(found)} <= {"not enough evidence", "buys together"}


def test_the_rows_sum_to_the_money_that_is_shown(found: Valuation) -> None:
    by_id = {row["customer_id"]: row for row in whole(found)}
    proven: dict[str, float] = {}
    inferred: dict[str, float] = {}
    for row in found.credits.to_pylist():
        sums = proven if row["proven"] else inferred
        sums[row["source_id"]] = sums.get(row["source_id"], 0.0) + row["credit"]

    checked = 0
    for row in found.values.table.to_pylist():
        known = by_id.get(row["customer_id"])
        assert row["crv"] == pytest.approx(proven.get(row["customer_id"], 0), abs=1e-6)
        if row["civ"] is not None:
            assert known is not None
            booked = known["af"] if known["inferred"] == "leads" else 0.0
            assert row["civ"] == pytest.approx(booked * inferred.get(row["customer_id"], 0), abs=1e-6)
            checked += row["civ"] > 0
        expected = row["clv"] + (row["crv_expected"] or 0) + (row["civ_expected"] or 0)
        assert row["value"] == pytest.approx(expected, abs=2e-6)
    assert checked >= 3
    assert proven


def test_no_line_is_credited_beyond_its_money_nor_shared_beyond_one(found: Valuation) -> None:
    lines: dict[str, list[dict[str, Any]]] = {}
    for row in found.credits.to_pylist():
        lines.setdefault(row["line_id"], []).append(row)

    for rows in lines.values():
        assert sum(row["share"] for row in rows) <= 1 + 1e-9
        assert sum(row["credit"] for row in rows) <= rows[0]["amount"] + 1e-9
    assert len(lines) > 100


def test_net_moves_booked_money_and_sums_to_the_revenue_of_everybody(shop: Planted, found: Valuation) -> None:
    net = pc.sum(found.values.table["net"]).as_py()
    moved_by_guests = sum(
        row["credit"] for row in found.credits.to_pylist() if row["proven"] and "guest:" in row["customer_id"]
    )
    buyers = shop.inputs.lines
    rates = {"EUR": 1.0, **RATES}
    paid = sum(
        row["net"] * row["paid_share"] * rates[row["currency"]]
        for row in buyers.to_pylist()
        if not row["buyer_id"].startswith("guest:") and row["paid_share"] >= LEAST_PAID
    )

    assert net == pytest.approx(paid + moved_by_guests, rel=1e-9)


def test_a_quiet_customer_is_worth_exactly_the_same_whatever_ties_others_have(
    shop: Planted, found: Valuation
) -> None:
    tied = {
        name for end in ("source_id", "target_id") for name in shop.inputs.ties[end].unique().to_pylist()
    } | set(shop.inputs.codes["customer_id"].to_pylist())
    without = compute_valuation(
        replace(shop.inputs, ties=TIES.empty_table()), as_of=AS_OF, choices=CHOICES
    ).values.table

    before, after = by_customer(without), by_customer(found.values.table)

    # Their place among others may change; what they are worth may not.
    columns = [name for name in VALUES.names if name not in {"rank", "percentile", "net"}]
    quiet = [name for name in before if name not in tied]
    assert len(quiet) > 5
    for name in quiet:
        assert [before[name][one] for one in columns] == [after[name][one] for one in columns]


def test_the_same_books_give_the_same_worth_whatever_their_order(shop: Planted, found: Valuation) -> None:
    turned = replace(
        shop.inputs,
        **{
            name: table.take(pa.array(range(table.num_rows - 1, -1, -1), pa.int64()))
            for name in ("orders", "lines", "codes", "ties")
            for table in [getattr(shop.inputs, name)]
        },
    )

    again = compute_valuation(turned, as_of=AS_OF, choices=CHOICES)

    assert again.values.table.equals(found.values.table)
    for name, keys in (
        ("evidence", ("customer_id", "topic")),
        ("credits", ("source_id", "order_id", "line_id")),
    ):
        one, other = (
            getattr(worth_, name).sort_by([(key, "ascending") for key in keys]) for worth_ in (found, again)
        )
        for column in one.schema:
            left, right = one[column.name].to_pylist(), other[column.name].to_pylist()
            assert left == (pytest.approx(right, abs=2e-9) if pa.types.is_floating(column.type) else right)


def test_dates_of_months_alone_give_values_a_note_and_no_ledger() -> None:
    def first_of(month: int) -> dict[str, Any]:
        moment = datetime(2025 + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        return {"created_at": moment}

    rows = [order(name, code="ANN") | first_of(month) for month in range(14) for name in ("ann", "bea")]

    found = valuation_of(rows, codes(("ANN", "ann", 900)), ties=[tie("ann", "bea")])

    assert found.evidence.num_rows == found.credits.num_rows == 0
    assert found.ledger == {}
    assert any(
        note.startswith("Nobody's influence is computed: dates are 31 days apart")
        for note in found.values.notes
    )
    values = by_customer(found.values.table)
    assert set(values) == {"ann", "bea"}
    assert values["ann"]["clv"] > 0
    assert values["ann"]["civ"] is None


def test_who_shares_a_home_or_a_card_with_the_owner_of_the_code_proves_nothing() -> None:
    rows = [order("ann", 90), order("bea", 50, 20.0, code="ANN"), order("cleo", 40, 7.0, code="ANN")]
    for mark in ("household", "payment"):
        home = [{"customer_id": name, mark: "x1"} for name in ("ann", "bea")]

        values = by_customer(valuation_of(rows, codes(("ANN", "ann", 100)), customers=home).values.table)

        assert (values["ann"]["crv"], values["ann"]["crv_orders"]) == (7.0, 1)


@pytest.mark.parametrize("mark", ["is_staff", "is_reseller", "is_test", "opted_out"])
def test_who_takes_no_part_proves_nothing_and_is_credited_nothing(mark: str) -> None:
    rows = [order("ann", 90), order("bea", 50, 20.0, code="ANN"), order("cleo", 40, 7.0, code="ANN")]
    owner_out, buyer_out = (
        by_customer(
            valuation_of(
                rows, codes(("ANN", "ann", 100)), customers=[{"customer_id": who, mark: True}]
            ).values.table
        )
        for who in ("ann", "bea")
    )

    assert owner_out["ann"]["crv"] == 0
    assert buyer_out["ann"]["crv"] == 7.0


def test_progress_is_told_in_the_order_in_which_a_run_shows_it() -> None:
    told: list[str] = []
    inputs = planted(simulate.shop(customers=20, orders=60, as_of=AS_OF)).inputs

    compute_valuation(inputs, as_of=AS_OF, progress=told.append)

    assert told[0] == "tables"
    assert told[-1] == "values"
    assert len(told) == len(set(told))


def test_a_listener_that_raises_ends_the_computation() -> None:
    class Enough(Exception):
        pass

    def refuse(step: str) -> None:
        if step == "gate":
            raise Enough

    inputs = planted(simulate.shop(customers=20, orders=60, as_of=AS_OF)).inputs
    with pytest.raises(Enough):
        compute_valuation(inputs, as_of=AS_OF, progress=refuse)


def test_an_empty_shop_has_empty_tables_of_the_promised_shapes() -> None:
    found = valuation_of([])

    assert found.values.table.schema == VALUES
    assert found.evidence.schema == valuation.EVIDENCE
    assert found.credits.schema == valuation.CREDITS
    assert not found.values.table.num_rows + found.evidence.num_rows + found.credits.num_rows
