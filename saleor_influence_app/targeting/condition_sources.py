"""Where the columns of conditions are stored, as SQL for a statement over `scores`, now or after a run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Float, Select, and_, case, cast, func, literal, null, select
from sqlalchemy.orm import Session

from saleor_influence_app.consent import agreements
from saleor_influence_app.models import Evidence, NetworkScore, Score, as_of_run
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


def stored(key: str, agreed: Agreed, tables: Tables = NOW) -> Any:
    """Return what a condition of this key asks of the customer in `scores`: NULL where nothing is known.

    The query takes it through `from_scores`.
    """
    column, _, about = key.partition(":")
    whose = tables.scores.c
    if column in CONSENTS:
        return case(
            (whose.customer_id == func.any_(sorted(agreed[column])), literal("yes")), else_=literal("no")
        )
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


def number(key: str, agreed: Agreed) -> Any:
    """Return the same as a number; a grade by its place."""
    found, column = stored(key, agreed), column_of(key)
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

    Consents are always those of now.
    """
    chosen = tuple(definitions)
    agreed = agreed_in(session, shop_id, chosen)
    keys = {one.key for definition in chosen for one in definition.conditions}
    beside = sorted(key for key in keys if key in {*CONSENTS, *PLACES} or ":" in key)
    tables = NOW if run_id is None else _after(shop_id, run_id)
    asked = [stored(key, agreed, tables).label(f"beside_{at}") for at, key in enumerate(beside)]
    own = (tables.scores.c.shop_id == shop_id, tables.scores.c.customer_id == customer_id)
    query = from_scores(select(tables.scores, *asked), beside, tables).where(*own)
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    row = dict(found._asdict())
    return row | {key: row.pop(f"beside_{at}") for at, key in enumerate(beside)}


def why_out(
    session: Session, shop_id: int, customer_id: str, *, definition: SegmentDefinition, run_id: int
) -> str:
    """Return in words what kept the customer from staying in the segment in that run."""
    row = row_of(session, shop_id, customer_id, definitions=[definition], run_id=run_id)
    if row is None:
        return GONE
    numbers = membership.numbers(definition, row)
    return membership.unmet(definition, numbers, row["currency"]) or OUTRANKED
