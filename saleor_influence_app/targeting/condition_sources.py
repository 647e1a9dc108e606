"""Where the columns of conditions are stored, as SQL for a statement over `scores`, now or after a run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlalchemy import Float, Select, and_, case, cast, func, literal, null, select
from sqlalchemy.orm import Session

from saleor_influence_app.consent import agreements
from saleor_influence_app.fields import Json
from saleor_influence_app.models import Evidence, NetworkScore, Run, RunState, Score, as_of_run, shown_run
from saleor_influence_app.targeting.definitions import CONSENT_COLUMNS
from scoring import membership
from scoring.columns import CONSENTS, GRADED, column_of
from scoring.definitions import SegmentDefinition

Query = TypeVar("Query", bound=Select[Any])
Agreed = Mapping[str, frozenset[str]]
"""Who has agreed, by column; only of those columns that somebody asks for."""
PLACES = frozenset({"rank", "percentile"})
"""Columns that say where a customer stands among all others."""
GONE = "Has no value any more: their orders are gone, or they object."
OUTRANKED = (
    "Meets the conditions as they are now: others ranked higher within the largest share, "
    "or the conditions were different then."
)


@dataclass(frozen=True)
class Tables:
    """Where values, verdicts and scores by network are read."""

    scores: Any
    evidence: Any
    networks: Any
    places: Any


def _with_places(scores: Any, evidence: Any, networks: Any) -> Tables:
    return Tables(scores, evidence, networks, _places(scores))


def _places(scores: Any) -> Any:
    """Select the columns `PLACES` of everybody, as `scoring.values` computes them: they are not stored."""
    better = func.rank().over(partition_by=scores.c.shop_id, order_by=scores.c.value.desc()) - 1
    equal = func.count().over(partition_by=(scores.c.shop_id, scores.c.value))
    everybody = func.count().over(partition_by=scores.c.shop_id)
    above = cast(everybody - better, Float) - cast(equal, Float) / 2
    return select(
        scores.c.shop_id,
        scores.c.customer_id,
        (better + 1).label("rank"),
        (100 * above / everybody).label("percentile"),
    ).subquery("places")


NOW = _with_places(Score.__table__, Evidence.__table__, NetworkScore.__table__)


@dataclass(frozen=True)
class Sources:
    """What columns are read from. day: of the run whose values they are; aged: days that ages lack to it."""

    agreed: Agreed
    tables: Tables
    day: date
    aged: int


def _after(shop_id: int, run_id: int) -> Tables:
    models = (Score, Evidence, NetworkScore)
    return _with_places(*(as_of_run(one, shop_id, run_id).subquery(one.__tablename__) for one in models))


def from_scores(query: Query, keys: Iterable[str], tables: Tables = NOW) -> Query:
    """Return the query over `scores` with the places beside them, if one of these keys asks for one.

    All customers are put in order for it: only rules that ask for a place pay that.
    """
    if PLACES.isdisjoint(keys):
        return query
    same = [tables.places.c[name] == tables.scores.c[name] for name in ("shop_id", "customer_id")]
    return query.join_from(tables.scores, tables.places, and_(*same))


def agreed_in(session: Session, shop_id: int, definitions: Iterable[SegmentDefinition]) -> Agreed:
    """Return who has agreed to what these segments ask for."""
    columns = {condition.column for one in definitions for condition in one.conditions}
    return {
        column: agreements.agreeing(session, shop_id, purpose)
        for column, purpose in CONSENT_COLUMNS.items()
        if column in columns
    }


def sources(
    session: Session, shop_id: int, definitions: Iterable[SegmentDefinition], *, run_id: int | None = None
) -> Sources:
    """Return where these segments read what they ask: now, or as it was after a run; consents are of now."""
    asked = select(Run).where(Run.shop_id == shop_id, Run.state == RunState.DONE, Run.id == run_id)
    run = session.scalars(shown_run(shop_id) if run_id is None else asked).first()
    day = (run and run.day) or datetime.now(UTC).date()
    stands_on = (run and run.stands_on) or day
    return Sources(
        agreed_in(session, shop_id, definitions),
        NOW if run_id is None else _after(shop_id, run_id),
        day,
        (day - stands_on).days,
    )


def stored(key: str, sources: Sources) -> Any:
    """Return what a condition of this key asks of the customer in `scores`: NULL where nothing is known.

    The query takes it through `from_scores`.
    """
    column, _, about = key.partition(":")
    tables, whose = sources.tables, sources.tables.scores.c
    if column in CONSENTS:
        agreed = sorted(sources.agreed[column])
        return case((whose.customer_id == func.any_(agreed), literal("yes")), else_=literal("no"))
    if column == "age_days":
        return case((whose.orders_count > 0, whose.age_days + sources.aged), else_=literal(0.0))
    if column in PLACES:
        return tables.places.c[column]
    if not about:
        return whose[column]
    (table, which), asked = (
        ((tables.evidence.c, "topic"), "verdict")
        if column == "category_verdict"
        else ((tables.networks.c, "kind"), column.removeprefix("network_"))
    )
    theirs = (table.shop_id == whose.shop_id, table.customer_id == whose.customer_id, table[which] == about)
    return select(table[asked]).where(*theirs).scalar_subquery()


def number(key: str, sources: Sources) -> Any:
    """Return the same as a number; a grade by its place."""
    found, column = stored(key, sources), column_of(key)
    if column in GRADED:
        grades = {name: float(place) for place, name in enumerate(GRADED[column])}
        return case(grades, value=found, else_=null())
    return cast(found, Float)


def row_of(
    session: Session,
    shop_id: int,
    customer_id: str,
    *,
    definitions: Iterable[SegmentDefinition],
    run_id: int | None = None,
) -> dict[str, Any] | None:
    """Return the customer's values, now or after a run, with what these segments ask beside them, by key.

    Consents are always those of now. `day` is that of the run, and `age_days` is counted to it.
    """
    chosen = tuple(definitions)
    where = sources(session, shop_id, chosen, run_id=run_id)
    keys = {one.key for definition in chosen for one in definition.conditions}
    beside = ["age_days", *sorted(key for key in keys if key in {*CONSENTS, *PLACES} or ":" in key)]
    asked = [stored(key, where).label(f"beside_{at}") for at, key in enumerate(beside)]
    tables = where.tables
    own = (tables.scores.c.shop_id == shop_id, tables.scores.c.customer_id == customer_id)
    query = from_scores(select(tables.scores, *asked), beside, tables).where(*own)
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    row = dict(found._asdict())
    return row | {key: row.pop(f"beside_{at}") for at, key in enumerate(beside)} | {"day": where.day}


@dataclass(frozen=True)
class Reason:
    """What a reason is made of, with numbers as of a day, and the sentence that this makes."""

    parts: list[Json]
    sentence: str


def why_in(stored_parts: str, *, day: date, currency: str) -> Reason:
    """Return the reason of a membership as of that day, from what is stored of it."""
    parts = membership.parts_on(stored_parts, day)
    return Reason(parts, membership.reason(parts, currency))


def why_out(
    session: Session, shop_id: int, customer_id: str, *, definition: SegmentDefinition, run_id: int
) -> str:
    """Return in words what kept the customer from staying in the segment in that run."""
    row = row_of(session, shop_id, customer_id, definitions=[definition], run_id=run_id)
    if row is None:
        return GONE
    numbers = membership.numbers(definition, row)
    return membership.unmet(definition, numbers, row["currency"]) or OUTRANKED
