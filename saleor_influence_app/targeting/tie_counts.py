"""How many ties a shop has: counted at once where they are few, and by each run where they are many."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from saleor_influence_app.models import Run, Tie
from saleor_influence_app.shops.suppression import objects

MOST_COUNTED = 20_000
"""Ties that a request counts."""
IN_RUN = "ties"
"""Where a run's `model` has its counts, by origin and kind."""

Counts = dict[tuple[str, str], int]


def nobody_objects(shop_id: int) -> list[ColumnElement[bool]]:
    """Leave out ties of people who object: no run counts them."""
    return [~objects(shop_id, end) for end in (Tie.source_id, Tie.target_id)]


def count(session: Session, shop_id: int) -> dict[str, dict[str, int]]:
    """Return how many ties there are by origin and kind, for a run to keep."""
    found: dict[str, dict[str, int]] = {}
    for (origin, kind), number in _counted(session, shop_id, most=None).items():
        found.setdefault(origin, {})[kind] = number
    return found


def known(session: Session, shop_id: int) -> Counts:
    """Return how many ties there are by origin and kind: of many, as the last run counted them.

    The way back to an earlier run brings its results, not the ties of that time.
    """
    found = _counted(session, shop_id, most=MOST_COUNTED + 1)
    if sum(found.values()) <= MOST_COUNTED:
        return found
    done = Run.shop_id == shop_id, Run.back_to.is_(None), Run.model.has_key(IN_RUN)
    last = session.scalars(select(Run.model[IN_RUN]).where(*done).order_by(Run.id.desc()).limit(1)).first()
    return found if last is None else _flat(last)


def _counted(session: Session, shop_id: int, *, most: int | None) -> Counts:
    ties = select(Tie.origin, Tie.kind).where(Tie.shop_id == shop_id, *nobody_objects(shop_id))
    some = ties.limit(most).subquery()
    grouped = select(some.c.origin, some.c.kind, func.count()).group_by(some.c.origin, some.c.kind)
    rows = session.execute(grouped.order_by(some.c.origin, some.c.kind))
    return {(origin, kind): int(number) for origin, kind, number in rows}


def _flat(counts: Mapping[str, Any]) -> Counts:
    return {(origin, kind): number for origin, kinds in counts.items() for kind, number in kinds.items()}
