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
from saleor_influence_app.models import NetworkScore, Score
from saleor_influence_app.targeting import definitions, segment_preview
from saleor_influence_app.targeting.condition_sources import PLACES
from scoring import membership, segments
from scoring.columns import COLUMNS, CONSENTS, GRADED
from scoring.definitions import COMPARE, NEEDS, TOWARDS, can_order
from scoring.segments import MEMBERSHIPS, SegmentDefinition
from scoring.valuation import EVIDENCE, NETWORKS
from scoring.values import VALUES
from tests.support.shop_rows import NOW, put_evidence, put_membership, put_run, put_score, put_shop

STANDS_ON = NOW.date() - timedelta(days=3)
"""The values' ages are counted to this day, and conditions to that of the run."""
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


ABOUT = {"category": ["shoes", "hats"], "network": ["bluesky", "mastodon"]}


def abouts(column: str) -> st.SearchStrategy[Any]:
    needed = COLUMNS[column].about
    return st.none() if needed is None else st.sampled_from(ABOUT[needed])


OF_VALUES = [column for column in COLUMNS if column not in CONSENTS]  # consents: the test after this one
CONDITIONS = (
    st.sampled_from([(column, one) for column in OF_VALUES for one in COMPARE if allowed(column, one)])
    .flatmap(
        lambda pair: st.fixed_dictionaries(
            {
                "column": st.just(pair[0]),
                "operator": st.just(pair[1]),
                "threshold": thresholds(pair[0]),
                "exit_threshold": st.none() | thresholds(pair[0]),
                "about": abouts(pair[0]),
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
        "order_by": st.sampled_from([name for name in COLUMNS if can_order(name)]),
    }
)
ROWS = st.fixed_dictionaries({name: cells(name) for name in VALUES.names[2:] if name not in PLACES})
POINTS = st.none() | st.integers(1, 12)
VERDICTS = st.dictionaries(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(ABOUT["category"])), st.sampled_from(GRADED["verdict"])
)
ON_NETWORKS = st.dictionaries(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(ABOUT["network"])), st.tuples(*[POINTS] * 4)
)
SCORES = ("reach", "amplification", "network", "ambassador")


def within_the_rules(condition: dict[str, Any]) -> bool:
    whole = {"name": "a", "title": "A", "description": "", "conditions": [condition]}
    return definitions.why_refused(whole) is None


def details_of(
    verdicts: dict[tuple[str, str], str], scores: dict[tuple[str, str], tuple[int | None, ...]]
) -> segments.Details:
    evidence = [
        {"customer_id": who, "topic": topic, "verdict": verdict} for (who, topic), verdict in verdicts.items()
    ]
    networks = [
        {"customer_id": who, "kind": kind} | dict(zip(SCORES, found, strict=True))
        for (who, kind), found in scores.items()
    ]
    return segments.Details(
        pa.Table.from_pylist(evidence, schema=EVIDENCE),
        pa.Table.from_pylist(networks, schema=NETWORKS),
        stands_on=STANDS_ON,
    )


def store_details(
    session: Session,
    shop_id: int,
    verdicts: dict[tuple[str, str], str],
    scores: dict[tuple[str, str], tuple[int | None, ...]],
) -> None:
    for (who, topic), verdict in verdicts.items():
        put_evidence(session, shop_id, who, topic=topic, verdict=verdict)
    counted = dict.fromkeys(("contacts", "reach_contacts", "engaged_contacts", "interactions", "months"), 0)
    whose = {"shop_id": shop_id, "run_id": put_run(session, shop_id), "amplification_rate": 0.0} | counted
    for (who, kind), found in scores.items():
        row = whose | {"customer_id": who, "kind": kind} | dict(zip(SCORES, found, strict=True))
        session.execute(insert(NetworkScore), [row])


def reason(row: dict[str, Any]) -> str:
    return membership.reason(membership.parts_on(row["parts"], NOW.date()), "EUR")


def placed(rows: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The rows as a run has them: everybody has a place, which is not stored as it is."""
    worth = [row["value"] for row in rows.values()]
    return {
        name: row
        | {
            "rank": 1 + sum(other > row["value"] for other in worth),
            "percentile": 100
            * (sum(other < row["value"] for other in worth) + worth.count(row["value"]) / 2)
            / len(rows),
        }
        for name, row in rows.items()
    }


def library_finds(
    rows: dict[str, dict[str, Any]],
    before: set[str],
    wanted: SegmentDefinition,
    details: segments.Details,
) -> dict[str, Any]:
    """What a run would assign, counted as the preview counts."""
    made = [
        {"customer_id": name, "currency": "EUR"}
        | {column: float(value) if isinstance(value, Decimal) else value for column, value in row.items()}
        for name, row in placed(rows).items()
    ]
    inside = [{"segment": wanted.name, "customer_id": one, "since": NOW, "parts": ""} for one in before]
    members = segments.assign(
        pa.Table.from_pylist(made, schema=VALUES),
        [wanted],
        pa.Table.from_pylist(inside, schema=MEMBERSHIPS),
        as_of=NOW,
        details=details,
    ).to_pylist()
    after = {row["customer_id"] for row in members}
    return {
        "customers": len(rows),
        "size": len(members),
        "share": len(members) / max(len(rows), 1),
        "entering": len(after - before),
        "leaving": len(before - after),
        "sample": [
            {"customer_id": row["customer_id"], "reason": reason(row)}
            for row in members[: segment_preview.SAMPLE]
        ],
    }


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.dictionaries(st.sampled_from(NAMES), ROWS, max_size=len(NAMES)),
    before=st.sets(st.sampled_from([*NAMES, "gone"])),
    definition=DEFINITIONS,
    verdicts=VERDICTS,
    scores=ON_NETWORKS,
)
def test_a_preview_finds_whom_a_run_would_assign(
    session: Session,
    rows: dict[str, dict[str, Any]],
    before: set[str],
    definition: dict[str, Any],
    verdicts: dict[tuple[str, str], str],
    scores: dict[tuple[str, str], tuple[int | None, ...]],
) -> None:
    wanted = definitions.read(definitions.validated(definition))
    shop_id = put_shop(session)
    run_id = put_run(session, shop_id)
    if rows:
        whose = {"shop_id": shop_id, "run_id": run_id, "currency": "EUR", "percentile": 0}
        session.execute(insert(Score), [whose | {"customer_id": name} | row for name, row in rows.items()])
    if before:
        put_membership(session, shop_id, "tried", *before)
        put_membership(session, shop_id, "another", *before)
    store_details(session, shop_id, verdicts, scores)
    put_run(session, shop_id, model={"stands_on": str(STANDS_ON)})

    found = segment_preview.preview(session, shop_id, definition)
    session.rollback()

    why_empty, meeting = found.pop("why_empty"), found.pop("meeting")
    assert (found.pop("agreed"), found.pop("overlap")) == (None, [])  # nobody is asked; one segment
    assert found == library_finds(rows, before, wanted, details_of(verdicts, scores))
    assert meeting >= found["entering"]
    if found["entering"]:
        assert why_empty is None


def test_a_preview_names_the_segments_that_its_members_are_in_already(session: Session) -> None:
    shop_id = put_shop(session)
    definitions.store_defaults(session, shop_id)
    for name in ("anna", "bert", "carl"):
        put_score(session, shop_id, name, value={"anna": 3, "bert": 2, "carl": 0}[name])
    put_membership(session, shop_id, "loyal", "anna", "bert", "carl")
    put_membership(session, shop_id, "rising", "bert")
    worth = {"column": "value", "operator": ">=", "threshold": 1}
    definition = {"name": "tried", "title": "Tried", "description": "", "conditions": [worth]}

    found = segment_preview.preview(session, shop_id, definition)

    assert [(one["name"], one["title"], one["both"]) for one in found["overlap"]] == [
        ("loyal", "Loyal", 2),
        ("rising", "Rising", 1),
    ]


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
