"""A segment looked at before it is saved: who would be in. Two statements in SQL; a run assigns the same.

`scoring.segments` is what a run assigns by; the conditions and derived columns here are the library's own,
written as SQL, and a test holds both to the same people, order and words.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Float, and_, case, cast, func, literal, null, or_, select
from sqlalchemy.orm import Session

from saleor_influence_app.fields import Json
from saleor_influence_app.models import Membership, Score
from saleor_influence_app.targeting import definitions
from scoring import membership
from scoring.columns import GRADED, Numbers
from scoring.definitions import SegmentDefinition

SAMPLE = 10


def preview(session: Session, shop_id: int, definition: Json) -> Json:
    """Return who would be in if this were saved now, by the newest values; nothing is saved."""
    wanted = definitions.read(definitions.validated(definition))
    customers, judged, *meeting = session.execute(_counts(shop_id, wanted)).one()
    before = (Membership.shop_id == shop_id, Membership.segment == wanted.name)
    members = session.scalar(select(func.count()).select_from(Membership).where(*before)) or 0
    waits = membership.waits(wanted, judged=judged)
    first = [] if waits else session.execute(_members(shop_id, wanted, customers)).all()
    size, staying = (first[0].size, first[0].staying) if first else (0, 0)
    return {
        "size": size,
        "share": size / max(customers, 1),
        "entering": size - staying,
        "leaving": members - staying,
        "why_empty": membership.why_empty(wanted, customers=customers, judged=judged, meeting=meeting),
        "sample": [
            {
                "customer_id": one.customer_id,
                "reason": membership.reason(wanted, one[-len(wanted.conditions) :], one.currency),
            }
            for one in first
        ],
    }


def _stored(column: str) -> Any:
    stored = Score.__table__.c[column]
    if column in GRADED:
        grades = {name: float(place) for place, name in enumerate(GRADED[column])}
        return case(grades, value=stored, else_=null())
    return cast(stored, Float)


# A comparison with NULL is NULL, which WHERE and FILTER take for false.
_NUMBERS = Numbers(
    _stored, lambda condition, number, otherwise: case((condition, number), else_=otherwise), null()
)


def _conditions(wanted: SegmentDefinition, *, staying: bool) -> Sequence[Any]:
    return [one.holds(_NUMBERS.of(one.column), staying=staying) for one in wanted.conditions]


def _counts(shop_id: int, wanted: SegmentDefinition) -> Any:
    """Select how many have a value, a CIV, and meet the first condition, the first two, and so on."""
    conditions = _conditions(wanted, staying=False)
    meeting = [
        func.count().filter(and_(*conditions[: place + 1])).label(f"meeting_{place}")
        for place in range(len(conditions))
    ]
    return select(func.count(), func.count(Score.civ), *meeting).where(Score.shop_id == shop_id)


def _members(shop_id: int, wanted: SegmentDefinition, customers: int) -> Any:
    """Select the first members with `size` and `staying` of all, and each condition's number in the end."""
    own = [_NUMBERS.of(one.column).label(f"own_{place}") for place, one in enumerate(wanted.conditions)]
    inside = Membership.customer_id.is_not(None)
    place = func.row_number().over(
        order_by=(
            _NUMBERS.of(wanted.order_by).desc().nulls_last(),
            inside.desc(),
            Score.customer_id.collate("C"),
        )
    )
    named = and_(
        Membership.shop_id == Score.shop_id,
        Membership.customer_id == Score.customer_id,
        Membership.segment == wanted.name,
    )
    eligible = or_(
        and_(*_conditions(wanted, staying=False)), and_(inside, *_conditions(wanted, staying=True))
    )
    ranked = (
        select(Score.customer_id, Score.currency, inside.label("inside"), place.label("place"), *own)
        .outerjoin(Membership, named)
        .where(Score.shop_id == shop_id, eligible)
        .subquery("ranked")
    )
    room = literal(membership.places(wanted, customers))
    slack = literal(membership.places(wanted, customers, slack=membership.STAY_SLACK))
    numbers = [ranked.c[one.name] for one in own]
    return (
        select(
            ranked.c.customer_id,
            ranked.c.currency,
            func.count().over().label("size"),
            func.count().filter(ranked.c.inside).over().label("staying"),
            *numbers,
        )
        .where(or_(ranked.c.place <= room, and_(ranked.c.inside, ranked.c.place <= slack)))
        .order_by(ranked.c.place)
        .limit(SAMPLE)
    )
