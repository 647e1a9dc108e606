"""A segment looked at before it is saved: who would be in. Statements in SQL; a run assigns the same.

`scoring.segments` is what a run assigns by; the conditions and derived columns here are the library's own,
written as SQL, and a test holds both to the same people, order and words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, literal, null, or_, select
from sqlalchemy.orm import Session

from saleor_influence_app.consent import agreements, privacy_settings
from saleor_influence_app.fields import Json
from saleor_influence_app.models import Membership, Purpose, Score, Segment
from saleor_influence_app.targeting import condition_sources, definitions
from scoring import membership
from scoring.columns import Numbers
from scoring.definitions import SegmentDefinition

SAMPLE = 10


@dataclass(frozen=True)
class _Wanted:
    """A definition in a shop, with its numbers as SQL."""

    shop_id: int
    definition: SegmentDefinition
    numbers: Numbers

    def of_scores(self, query: Any) -> Any:
        """Return a query over `scores` with all that the definition asks for."""
        keys = {self.definition.order_by, *(one.key for one in self.definition.conditions)}
        return condition_sources.from_scores(query, keys)

    def conditions(self, *, staying: bool) -> Sequence[Any]:
        return [one.holds(self.numbers.of(one.key), staying=staying) for one in self.definition.conditions]


def preview(session: Session, shop_id: int, definition: Json) -> Json:
    """Return who would be in if this were saved now, by the newest values; nothing is saved."""
    wanted = definitions.read(definitions.validated(definition))
    asked = _Wanted(shop_id, wanted, _numbers(condition_sources.sources(session, shop_id, [wanted])))
    customers, judged, *meeting = session.execute(_counts(asked)).one()
    before = (Membership.shop_id == shop_id, Membership.segment == wanted.name)
    members = session.scalar(select(func.count()).select_from(Membership).where(*before)) or 0
    waits = membership.waits(wanted, judged=judged)
    chosen = _chosen(asked, customers)
    first = [] if waits else session.execute(_first(chosen)).all()
    size, staying = (first[0].size, first[0].staying) if first else (0, 0)
    return {
        "customers": customers,
        "size": size,
        "share": size / max(customers, 1),
        "entering": size - staying,
        "leaving": members - staying,
        "meeting": meeting[-1],
        "why_empty": membership.why_empty(wanted, customers=customers, judged=judged, meeting=meeting),
        "overlap": _overlap(session, asked, chosen) if first else [],
        "agreed": _agreed(session, shop_id, chosen if first else None),
        "sample": [
            {
                "customer_id": one.customer_id,
                "reason": membership.reason(
                    membership.own_parts(wanted, one[-len(wanted.conditions) :]), one.currency
                ),
            }
            for one in first
        ],
    }


def entering(definition: SegmentDefinition, sources: condition_sources.Sources) -> Sequence[Any]:
    """Return what somebody in `scores` must meet to enter, as SQL."""
    numbers = _numbers(sources)
    return [one.holds(numbers.of(one.key), staying=False) for one in definition.conditions]


def _numbers(sources: condition_sources.Sources) -> Numbers:
    # A comparison with NULL is NULL, which WHERE and FILTER take for false.
    return Numbers(
        lambda key: condition_sources.number(key, sources),
        lambda condition, number, otherwise: case((condition, number), else_=otherwise),
        null(),
    )


def _counts(asked: _Wanted) -> Any:
    """Select how many have a value, a CIV, and meet the first condition, the first two, and so on."""
    conditions = asked.conditions(staying=False)
    meeting = [
        func.count().filter(and_(*conditions[: place + 1])).label(f"meeting_{place}")
        for place in range(len(conditions))
    ]
    query = select(func.count(), func.count(Score.civ), *meeting)
    return asked.of_scores(query).where(Score.shop_id == asked.shop_id)


def _chosen(asked: _Wanted, customers: int) -> Any:
    """Select the members by `place`, with whether they are `inside` now and each condition's number."""
    wanted = asked.definition
    own = [asked.numbers.of(one.key).label(f"own_{place}") for place, one in enumerate(wanted.conditions)]
    inside = Membership.customer_id.is_not(None)
    place = func.row_number().over(
        order_by=(
            asked.numbers.of(wanted.order_by).desc().nulls_last(),
            inside.desc(),
            Score.customer_id.collate("C"),
        )
    )
    named = and_(
        Membership.shop_id == Score.shop_id,
        Membership.customer_id == Score.customer_id,
        Membership.segment == wanted.name,
    )
    eligible = or_(and_(*asked.conditions(staying=False)), and_(inside, *asked.conditions(staying=True)))
    members = select(Score.customer_id, Score.currency, inside.label("inside"), place.label("place"), *own)
    ranked = (
        asked.of_scores(members)
        .outerjoin_from(Score, Membership, named)
        .where(Score.shop_id == asked.shop_id, eligible)
        .subquery("ranked")
    )
    room = literal(membership.places(wanted, customers))
    slack = literal(membership.places(wanted, customers, slack=membership.STAY_SLACK))
    within = or_(ranked.c.place <= room, and_(ranked.c.inside, ranked.c.place <= slack))
    return select(ranked).where(within).subquery("chosen")


def _first(chosen: Any) -> Any:
    """Select the first members with `size` and `staying` of all, and each condition's number in the end."""
    numbers = [column for column in chosen.c if column.name.startswith("own_")]
    return (
        select(
            chosen.c.customer_id,
            chosen.c.currency,
            func.count().over().label("size"),
            func.count().filter(chosen.c.inside).over().label("staying"),
            *numbers,
        )
        .order_by(chosen.c.place)
        .limit(SAMPLE)
    )


def _overlap(session: Session, asked: _Wanted, chosen: Any) -> list[Json]:
    """Return the shop's other segments that members are in now, with how many, the most first."""
    both = func.count(chosen.c.customer_id)
    here = and_(Membership.shop_id == Segment.shop_id, Membership.segment == Segment.name)
    rows = session.execute(
        select(Segment.name, Segment.definition["title"].astext.label("title"), both.label("both"))
        .join(Membership, here)
        .join(chosen, chosen.c.customer_id == Membership.customer_id)
        .where(Segment.shop_id == asked.shop_id, Segment.name != asked.definition.name)
        .group_by(Segment.shop_id, Segment.name)
        .order_by(both.desc(), Segment.name)
    )
    return [{"name": row.name, "title": row.title, "both": row.both} for row in rows]


def _agreed(session: Session, shop_id: int, chosen: Any) -> Json | None:
    """Return how many of the members agreed to perks and to be contacted; None where nobody is asked."""
    if not privacy_settings.read(session, shop_id).enabled:
        return None
    if chosen is None:
        return {"perks": 0, "outreach": 0}
    counts = {
        purpose.value: func.count().filter(
            chosen.c.customer_id == func.any_(sorted(agreements.agreeing(session, shop_id, purpose)))
        )
        for purpose in (Purpose.PERKS, Purpose.OUTREACH)
    }
    row = session.execute(select(*(one.label(name) for name, one in counts.items()))).one()
    return dict(row._asdict())
