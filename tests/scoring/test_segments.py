"""Who is in, since when, why, and who is not moved by nothing."""

import json
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import membership, segments
from scoring.segments import MEMBERSHIPS, Condition, DefinitionInvalid, SegmentDefinition
from scoring.values import INFLUENCE, VALUES
from tests.support.laws import law
from tests.support.scoring_tables import AS_OF, NO_CODES, codes, order, valuation

NOBODY = MEMBERSHIPS.empty_table()
YESTERDAY = AS_OF - timedelta(days=1)
PLAIN: dict[str, Any] = {
    **dict.fromkeys(INFLUENCE.names),
    "verdict": "not enough evidence",
    **dict.fromkeys(("recency_days", "age_days", "crv_orders", "frequency"), 0),
    **dict.fromkeys(("revenue", "monetary_value", "clv", "clv_low", "clv_high", "crv"), 0.0),
    **dict.fromkeys(("value", "value_low", "value_high", "percentile"), 0.0),
    "currency": "EUR",
    "orders_count": 1,
    "evidence": "little",
    "rank": 1,
}


def customers(**rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(
        [{**PLAIN, "customer_id": name, **row} for name, row in sorted(rows.items())], schema=VALUES
    )


def segment(*conditions: Condition, **more: Any) -> SegmentDefinition:
    return SegmentDefinition("test", "Test", "", conditions, **more)


def names(table: pa.Table) -> list[str]:
    found: list[str] = table["customer_id"].to_pylist()
    return found


def inside(*members: str, name: str = "test") -> pa.Table:
    rows = [{"segment": name, "customer_id": one, "since": YESTERDAY, "parts": "[]"} for one in members]
    return pa.Table.from_pylist(rows, schema=MEMBERSHIPS)


def reason(row: dict[str, Any]) -> str:
    """The sentence, read on the day of the run."""
    return membership.reason(membership.parts_on(row["parts"], AS_OF.date()), "EUR")


def test_who_meets_all_conditions_is_in_since_now_with_the_reason_in_words() -> None:
    values = customers(
        ann={"frequency": 4, "age_days": 30, "recency_days": 18},
        bea={"frequency": 2, "age_days": 30, "recency_days": 18},
    )
    definition = segment(Condition("frequency", ">=", 3), Condition("days_since_last_order", "<=", 60))

    (row,) = segments.assign(values, (definition,), NOBODY, as_of=AS_OF).to_pylist()

    assert (row["segment"], row["customer_id"], row["since"]) == ("test", "ann", AS_OF)
    assert reason(row) == "Came back on 4 days (at least 3); last order 12 days ago (at most 60)."


def test_the_reason_is_told_in_parts_as_well_for_whoever_speaks_another_language() -> None:
    values = customers(ann={"value": 1234.5678, "evidence": "good"}, bea={"value": 950.0, "evidence": "some"})
    definition = segment(
        Condition("value", ">", 1000, exit_threshold=900.0), Condition("evidence", ">=", "some")
    )

    rows = segments.assign(values, (definition,), inside("bea"), as_of=AS_OF).to_pylist()

    ann, bea = (json.loads(row["parts"]) for row in rows)
    assert ann[0] == {
        "column": "value",
        "kind": "money",
        "value": 1234.57,
        "operator": ">",
        "bound": 1000.0,
        "staying": False,
    }
    assert (ann[1]["kind"], ann[1]["value"], ann[1]["bound"]) == ("grade", "good", "some")
    assert (bea[0]["bound"], bea[0]["staying"]) == (900.0, True)


def test_money_and_evidence_are_told_as_people_say_them() -> None:
    values = customers(ann={"value": 1234.5, "evidence": "good", "orders_count": 1})
    definition = segment(
        Condition("value", ">", 1000), Condition("evidence", ">=", "some"), Condition("orders_count", ">=", 1)
    )

    (row,) = segments.assign(values, (definition,), NOBODY, as_of=AS_OF).to_pylist()

    assert reason(row) == (
        "Worth 1,234.50 EUR (more than 1,000.00 EUR); evidence: good (at least some); "
        "1 paid order (at least 1)."
    )


def test_a_member_stays_until_the_exit_threshold_and_keeps_their_date() -> None:
    definition = segment(Condition("frequency", ">=", 3, 2))
    values = customers(ann={"frequency": 2}, bea={"frequency": 2}, cleo={"frequency": 1})

    (row,) = segments.assign(values, (definition,), inside("ann", "cleo"), as_of=AS_OF).to_pylist()

    assert (row["customer_id"], row["since"]) == ("ann", YESTERDAY)
    assert reason(row) == "Came back on 2 days (stays while at least 2)."


def test_no_more_enter_than_the_maximum_share_and_they_are_the_best() -> None:
    values = customers(**{f"c{n:02}": {"value": float(n), "frequency": 9} for n in range(20)})

    members = segments.assign(
        values, (segment(Condition("frequency", ">", 0), max_share=0.1),), NOBODY, as_of=AS_OF
    )

    assert names(members) == ["c19", "c18"]


def test_a_member_keeps_their_place_until_they_are_clearly_overtaken() -> None:
    valuation = {f"c{n:02}": {"value": float(n)} for n in range(20)}
    definition = segment(Condition("value", ">=", 0), max_share=0.5)
    members = segments.assign(customers(**valuation), (definition,), NOBODY, as_of=AS_OF)
    assert "c10" in names(members)

    overtaken_by_one = customers(**(valuation | {"c09": {"value": 10.5}}))
    overtaken_by_many = customers(**(valuation | {f"c0{n}": {"value": 50.0} for n in range(7, 10)}))

    assert set(names(segments.assign(overtaken_by_one, (definition,), members, as_of=AS_OF))) == {
        *names(members),
        "c09",
    }
    assert "c10" not in names(segments.assign(overtaken_by_many, (definition,), members, as_of=AS_OF))


def test_among_equals_members_come_first_and_then_the_id_decides() -> None:
    values = customers(**{name: {"value": 5.0} for name in "abcd"})
    definition = segment(Condition("value", ">", 0), max_share=0.5)

    assert names(segments.assign(values, (definition,), NOBODY, as_of=AS_OF)) == ["a", "b"]
    assert names(segments.assign(values, (definition,), inside("d"), as_of=AS_OF)) == ["d", "a"]


def test_unknown_numbers_meet_no_condition() -> None:
    values = customers(ann={"frequency": 0})

    for condition in (
        Condition("civ", ">=", -1),
        Condition("score", ">", -1),
        Condition("gaps_since_last_order", ">=", 0),
    ):
        assert segments.assign(values, (segment(condition),), NOBODY, as_of=AS_OF).num_rows == 0


def test_what_needs_the_ledger_is_empty_and_says_why_until_the_ledger_has_spoken() -> None:
    definition = segment(Condition("frequency", ">=", 0), needs="ledger")
    silent, spoken = customers(ann={}), customers(ann={"civ": 3.0})

    assert segments.assign(silent, (definition,), NOBODY, as_of=AS_OF).num_rows == 0
    assert membership.waits(definition, judged=0)
    assert "ledger" in str(membership.why_empty(definition, customers=1, judged=0, meeting=[1]))
    assert names(segments.assign(spoken, (definition,), NOBODY, as_of=AS_OF)) == ["ann"]
    assert membership.why_empty(definition, customers=1, judged=1, meeting=[1]) is None


def test_an_empty_segment_names_the_condition_that_nobody_meets() -> None:
    definition = segment(Condition("frequency", ">=", 3), Condition("crv_orders", ">=", 3))

    assert membership.why_empty(definition, customers=2, judged=0, meeting=[1, 0]) == (
        "Nobody meets this (with what stands before it): at least 3 orders of others with the personal code."
    )
    too_small = segment(Condition("frequency", ">=", 3), max_share=0.05)
    assert "less than one person" in str(membership.why_empty(too_small, customers=2, judged=0, meeting=[1]))
    assert (
        membership.why_empty(definition, customers=0, judged=0, meeting=[0, 0])
        == "There are no customers yet."
    )


def test_an_empty_shop_has_no_members() -> None:
    members = segments.assign(customers(), segments.DEFAULT_SEGMENTS, inside("gone"), as_of=AS_OF)

    assert members.equals(NOBODY)


def test_who_has_no_row_any_more_is_in_no_segment() -> None:
    values = customers(ann={"frequency": 3})

    members = segments.assign(
        values, (segment(Condition("frequency", ">=", 3)),), inside("ann", "gone"), as_of=AS_OF
    )

    assert names(members) == ["ann"]


def test_two_segments_of_one_name_are_refused() -> None:
    definition = segment(Condition("frequency", ">=", 3))

    with pytest.raises(DefinitionInvalid, match="several segments are named test"):
        segments.assign(customers(), (definition, definition), NOBODY, as_of=AS_OF)


def bought(name: str, *days: float, **more: Any) -> list[dict[str, Any]]:
    return [order(name, day, **more) for day in days]


def test_the_default_segments_find_whom_they_mean() -> None:
    rows = [
        *bought("yearly", 1400, 1030, 670, 300),
        *bought("weekly", *range(7, 200, 7)),
        *bought("gone", 900, 880, 860, 700, 690),
        *bought("new", 100, 60, 20),
        *bought("once", 30),
        *[row for n in range(3) for row in bought(f"friend{n}", 40 + n, code="STAR")],
        *[row for n in range(3) for row in bought(f"friend{n}", 600 + n, 500 + n)],
        *[row for n in range(60) for row in bought(f"other{n}", 500 + n)],
    ]
    values = valuation(rows, codes(("STAR", "star", 400))).values.table

    members = segments.assign(values, segments.DEFAULT_SEGMENTS, NOBODY, as_of=AS_OF)

    found: dict[str, set[str]] = {one.name: set() for one in segments.DEFAULT_SEGMENTS}
    for row in members.to_pylist():
        found[row["segment"]].add(row["customer_id"])
    assert found == {
        "influencer": {"star"},
        "ambassador": set(),
        "rising": {"new"},
        "loyal": {"yearly", "weekly"},
        "beta-tester": {"weekly"},
    }


def test_a_quiet_loyal_customer_loses_nothing_when_others_bring_friends() -> None:
    quiet = bought("quiet", 400, 300, 200, 100, charged=25.0)
    crowd = [row for n in range(40) for row in bought(f"c{n}", 90, charged=900.0, code="STAR")]
    values = [
        valuation([*quiet, *crowd], owners).values.table
        for owners in (NO_CODES, codes(*((f"STAR{n}" if n else "STAR", f"c{n}", 400) for n in range(40))))
    ]

    before, after = (
        segments.assign(table, segments.DEFAULT_SEGMENTS, NOBODY, as_of=AS_OF).to_pylist() for table in values
    )

    def of_quiet(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row for row in rows if row["customer_id"] == "quiet"]

    assert [row["segment"] for row in of_quiet(before)] == ["loyal"]
    assert of_quiet(after) == of_quiet(before)


people = st.dictionaries(
    st.sampled_from([f"c{n}" for n in range(30)]),
    st.fixed_dictionaries({"value": st.floats(0, 100), "frequency": st.integers(0, 6)}),
    min_size=1,
)


@law(50)
@given(people, people, st.floats(0.05, 1))
def test_membership_is_stable_bounded_and_deserved(
    first: dict[str, Any], second: dict[str, Any], share: float
) -> None:
    definition = segment(Condition("frequency", ">=", 4, 2), max_share=share)
    today, tomorrow = customers(**first), customers(**second)

    members = segments.assign(today, (definition,), NOBODY, as_of=AS_OF)
    again = segments.assign(today, (definition,), members, as_of=AS_OF + timedelta(days=1))
    later = segments.assign(tomorrow, (definition,), members, as_of=AS_OF + timedelta(days=1))

    assert again.equals(members)
    assert len(names(members)) <= share * len(first) + 1e-9
    assert len(names(later)) <= 1.2 * share * len(second) + 1e-9
    for row in later.to_pylist():
        before = row["customer_id"] in names(members)
        assert second[row["customer_id"]]["frequency"] >= (2 if before else 4)
        assert row["since"] == (AS_OF if before else AS_OF + timedelta(days=1))


@settings(max_examples=60, deadline=None)
@given(
    people, st.floats(0, 100), st.sampled_from(["value", "days_since_last_order", "gaps_since_last_order"])
)
def test_the_rule_for_one_customer_is_the_rule_for_the_whole_shop(
    given_people: dict[str, Any], threshold: float, column: str
) -> None:
    """Once everybody has been in, who stays, and the words, are the same by row and by table."""
    rows = {
        name: {**row, "recency_days": 10 * row["frequency"], "age_days": 90, "verdict": "leads"}
        for name, row in given_people.items()
    }
    table = customers(**rows)
    definition = segment(
        Condition(column, ">=", threshold, threshold / 2), Condition("verdict", ">=", "buys together")
    )

    found = segments.assign(table, (definition,), inside(*rows), as_of=AS_OF).to_pylist()

    alone = {}
    for row in table.to_pylist():
        own = membership.numbers(definition, row)
        if membership.stays(definition, own):
            told = membership.reason(membership.own_parts(definition, own), row["currency"])
            when = membership.times(row, AS_OF.date())
            alone[row["customer_id"]] = (told, membership.parts(definition, own, when))
    assert {row["customer_id"]: (reason(row), row["parts"]) for row in found} == alone


def test_what_a_reason_is_made_of_does_not_change_with_time_and_the_sentence_does() -> None:
    definition = segment(
        Condition("age_days", "<=", 180, 240),
        Condition("days_since_last_order", "<=", 60),
        Condition("gaps_since_last_order", "<=", 4),
    )
    values = customers(ann={"frequency": 2, "age_days": 100, "recency_days": 80})

    def after(days: int) -> dict[str, Any]:
        """By a run so many days later, whose values count ages to the same day as before."""
        moment, stood = AS_OF + timedelta(days=days), segments.Details(stands_on=AS_OF.date())
        (row,) = segments.assign(values, [definition], inside("ann"), as_of=moment, details=stood).to_pylist()
        told = membership.parts_on(row["parts"], moment.date())
        return {**row, "told": membership.reason(told, "EUR")}

    today, later = after(0), after(5)

    assert (today["parts"], today["since"]) == (later["parts"], later["since"])
    assert today["told"] == (
        "Known for 100 days (at most 180); last order 20 days ago (at most 60); "
        "0.5 times the usual gap since the last order (at most 4)."
    )
    assert later["told"] == (
        "Known for 105 days (at most 180); last order 25 days ago (at most 60); "
        "0.6 times the usual gap since the last order (at most 4)."
    )
    assert json.loads(today["parts"])[0]["since"] == "2026-03-22"


def test_who_has_been_quiet_for_too_long_leaves_on_the_day_and_not_when_the_week_ends() -> None:
    definition = segment(Condition("days_since_last_order", "<=", 60))
    values = customers(ann={"frequency": 2, "age_days": 140, "recency_days": 80})
    stood = segments.Details(stands_on=AS_OF.date())

    on_the_day, after = (
        segments.assign(values, [definition], inside("ann"), as_of=AS_OF + timedelta(days=n), details=stood)
        for n in (0, 1)
    )

    assert (names(on_the_day), names(after)) == (["ann"], [])


def test_reasons_that_were_stored_with_numbers_are_told_as_they_were() -> None:
    before = (
        '[{"column": "age_days", "kind": "number", "value": 12, "operator": "<=", "bound": 180,'
        ' "staying": false}]'
    )
    assert reason({"parts": before}) == "Known for 12 days (at most 180)."
