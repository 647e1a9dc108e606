"""A preview in SQL finds whom the library assigns: the same people, order and words."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.models import Score
from saleor_influence_app.targeting import definitions, segment_preview
from scoring import segments
from scoring.columns import COLUMNS, GRADED
from scoring.definitions import COMPARE, NEEDS, TOWARDS
from scoring.segments import MEMBERSHIPS, SegmentDefinition
from scoring.values import VALUES
from tests.support.shop_rows import NOW, put_membership, put_run, put_score, put_shop

WHOLE = {field.name for field in VALUES if pa.types.is_integer(field.type)}
NULLABLE = {column.name for column in Score.__table__.columns if column.nullable}
COUNTS = st.integers(0, 12)
AMOUNTS = st.integers(0, 900).map(lambda cents: Decimal(cents) / 100)
SHARES = st.one_of(st.just(1.0), st.floats(0.01, 1), st.sampled_from([0.1, 0.25, 0.5, 0.07]))
NAMES = [*(f"c{number}" for number in range(10)), "ä", "Z", "z", "c-1"]


def cells(column: str) -> st.SearchStrategy[Any]:
    """What a customer may have in a column: few different values, so that many are equal."""
    if column in GRADED:
        return st.sampled_from(GRADED[column])
    kind: st.SearchStrategy[Any] = COUNTS if column in WHOLE else AMOUNTS
    return kind | st.none() if column in NULLABLE else kind


def thresholds(column: str) -> st.SearchStrategy[Any]:
    if column in GRADED:
        return st.sampled_from(GRADED[column])
    return st.integers(-1, 12) | st.integers(0, 900).map(lambda cents: cents / 100) | st.floats(-1, 10)


def allowed(column: str, operator: str) -> bool:
    told = COLUMNS[column]
    return not told.is_worth or TOWARDS[operator] == told.better


CONDITIONS = (
    st.sampled_from([(column, one) for column in COLUMNS for one in COMPARE if allowed(column, one)])
    .flatmap(
        lambda pair: st.fixed_dictionaries(
            {
                "column": st.just(pair[0]),
                "operator": st.just(pair[1]),
                "threshold": thresholds(pair[0]),
                "exit_threshold": st.none() | thresholds(pair[0]),
            }
        )
    )
    .map(lambda one: one if within_the_rules(one) else one | {"exit_threshold": None})
)
DEFINITIONS = st.fixed_dictionaries(
    {
        "name": st.just("tried"),
        "title": st.just("Tried"),
        "description": st.just(""),
        "conditions": st.lists(CONDITIONS, min_size=1, max_size=3),
        "max_share": SHARES,
        "needs": st.sampled_from([None, None, *NEEDS]),
        "order_by": st.sampled_from([name for name in COLUMNS if COLUMNS[name].better != "low"]),
    }
)
ROWS = st.fixed_dictionaries({name: cells(name) for name in VALUES.names[2:]})


def within_the_rules(condition: dict[str, Any]) -> bool:
    whole = {"name": "a", "title": "A", "description": "", "conditions": [condition]}
    return definitions.why_refused(whole) is None


def library_finds(
    rows: dict[str, dict[str, Any]], before: set[str], wanted: SegmentDefinition
) -> dict[str, Any]:
    """What a run would assign, counted as the preview counts."""
    made = [
        {"customer_id": name, "currency": "EUR"}
        | {column: float(value) if isinstance(value, Decimal) else value for column, value in row.items()}
        for name, row in rows.items()
    ]
    inside = [
        {"segment": wanted.name, "customer_id": one, "since": NOW, "reason": "", "parts": ""}
        for one in before
    ]
    members = segments.assign(
        pa.Table.from_pylist(made, schema=VALUES),
        [wanted],
        pa.Table.from_pylist(inside, schema=MEMBERSHIPS),
        as_of=NOW + timedelta(days=1),
    ).to_pylist()
    after = {row["customer_id"] for row in members}
    return {
        "size": len(members),
        "share": len(members) / max(len(rows), 1),
        "entering": len(after - before),
        "leaving": len(before - after),
        "sample": [
            {"customer_id": row["customer_id"], "reason": row["reason"]}
            for row in members[: segment_preview.SAMPLE]
        ],
    }


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.dictionaries(st.sampled_from(NAMES), ROWS, max_size=len(NAMES)),
    before=st.sets(st.sampled_from([*NAMES, "gone"])),
    definition=DEFINITIONS,
)
def test_a_preview_finds_whom_a_run_would_assign(
    session: Session, rows: dict[str, dict[str, Any]], before: set[str], definition: dict[str, Any]
) -> None:
    wanted = definitions.read(definitions.validated(definition))
    shop_id = put_shop(session)
    run_id = put_run(session, shop_id)
    if rows:
        whose = {"shop_id": shop_id, "run_id": run_id, "currency": "EUR"}
        session.execute(insert(Score), [whose | {"customer_id": name} | row for name, row in rows.items()])
    if before:
        put_membership(session, shop_id, "tried", *before)
        put_membership(session, shop_id, "another", *before)

    found = segment_preview.preview(session, shop_id, definition)
    session.rollback()

    why_empty = found.pop("why_empty")
    assert found == library_finds(rows, before, wanted)
    if found["entering"]:
        assert why_empty is None


def test_the_values_of_another_shop_are_not_looked_at(session: Session) -> None:
    definition = {
        "name": "tried",
        "title": "Tried",
        "description": "",
        "conditions": [{"column": "value", "operator": ">=", "threshold": 1}],
    }
    ours, theirs = put_shop(session), put_shop(session, "https://two.example/graphql/")
    put_score(session, ours, "anna")
    for name in ("anna", "bert"):
        put_score(session, theirs, name)
    put_membership(session, theirs, "tried", "anna", "bert")
    session.commit()

    with db.transaction() as reading:
        db.use_one_snapshot(reading)
        found = segment_preview.preview(reading, ours, definition)

    assert (found["size"], found["entering"], found["leaving"], found["share"]) == (1, 1, 0, 1.0)
