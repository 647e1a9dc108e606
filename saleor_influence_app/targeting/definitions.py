"""Segments as a shop stores them, within the rules of the library."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.fields import Json
from saleor_influence_app.models import Purpose, Segment
from saleor_influence_app.social.networks import COMBINABLE
from scoring.columns import COLUMNS
from scoring.defaults import DEFAULT_SEGMENTS
from scoring.definitions import Condition, DefinitionInvalid, SegmentDefinition

ABOUT = ("about", "about_name")
CONSENT_COLUMNS = {"consent_perks": Purpose.PERKS, "consent_outreach": Purpose.OUTREACH}
"""Columns that say whether somebody agreed, and to what."""


def store_defaults(session: Session, shop_id: int) -> None:
    """Give the shop the segments we suggest; those it has already stay as they are."""
    rows = [
        {"shop_id": shop_id, "name": one.name, "position": place, "definition": _stored(one)}
        for place, one in enumerate(DEFAULT_SEGMENTS)
    ]
    session.execute(insert(Segment).values(rows).on_conflict_do_nothing())


def validated(definition: Json) -> Json:
    """Return a definition in the form we store, or raise `InputInvalid` with what is wrong with it."""
    try:
        return _stored(read(definition))
    except (ValueError, TypeError, KeyError) as error:
        raise InputInvalid(f"This is no segment: {error}") from error


def why_refused(definition: Json) -> str | None:
    """Return why a stored segment is not assigned: what it says is, or has become, against the rules."""
    try:
        read(definition)
    except (ValueError, TypeError, KeyError) as error:
        return str(error)
    return None


def of_shop(session: Session, shop_id: int) -> dict[str, SegmentDefinition]:
    """Return the shop's segments that are within the rules, by name."""
    stored = session.scalars(select(Segment.definition).where(Segment.shop_id == shop_id))
    return {one["name"]: read(one) for one in stored if why_refused(one) is None}


def read(given: Mapping[str, Any]) -> SegmentDefinition:
    """Return a stored definition as the library's; raises ValueError, TypeError or KeyError if it is none."""
    conditions = tuple(Condition(**one) for one in given["conditions"])
    for one in conditions:
        _refuse_network(one)
    return SegmentDefinition(**{**given, "conditions": conditions})


def asks_for_consent(definition: SegmentDefinition) -> list[str]:
    """Return the purposes that somebody must have agreed to, to be in the segment."""
    columns = {one.column for one in definition.conditions}
    return [purpose for column, purpose in CONSENT_COLUMNS.items() if column in columns]


def _stored(definition: SegmentDefinition) -> Json:
    return asdict(definition) | {"conditions": [_stored_condition(one) for one in definition.conditions]}


def _stored_condition(condition: Condition) -> Json:
    """Without what is not said: the release before knew no `about`, and reads what stands here as well."""
    given = asdict(condition)
    return {name: value for name, value in given.items() if value is not None or name not in ABOUT}


def _refuse_network(condition: Condition) -> None:
    """Refuse a network whose terms allow no use of its numbers beside others."""
    if COLUMNS[condition.column].about == "network" and condition.about not in COMBINABLE:
        raise DefinitionInvalid(
            f"{condition.column}: scores of {condition.called} may not be combined with other figures, by "
            f"that network's own terms; there are {', '.join(COMBINABLE)}"
        )
