"""Conditions that stand alone, without a segment: who meets them now is asked by SQL, and stored nowhere.

They are those of segments, with the same columns and rules.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import Select, false, select
from sqlalchemy.orm import Session

from saleor_influence_app.fields import Json, OneLine
from saleor_influence_app.models import Score
from saleor_influence_app.targeting import condition_sources, definitions, segment_preview
from scoring import membership
from scoring.definitions import SegmentDefinition

Word = Annotated[str, StringConstraints(max_length=200), OneLine]
OUTDATED = "conditions that do not hold any more"
Threshold = Annotated[float, Field(strict=True, allow_inf_nan=False)] | Word


class ConditionInput(BaseModel):
    """One condition; which columns there are, and what fits them, the scoring library says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: Word
    operator: Literal[">=", "<=", "==", ">", "<"]
    threshold: Threshold
    exit_threshold: Threshold | None = None
    about: Word | None = None
    """The id of the category, or the network, for columns that have a number for each."""
    about_name: Word | None = None
    """What that is called, for sentences."""


def validated(conditions: Sequence[ConditionInput]) -> list[Json]:
    """Return conditions in the form we store, or raise `InputInvalid` with what is wrong with them."""
    given = _definition([one.model_dump(mode="json") for one in conditions])
    return list(definitions.validated(given)["conditions"])


def why_refused(conditions: Sequence[Json]) -> str | None:
    """Return why nobody meets stored conditions: they are, or have become, against the rules."""
    return definitions.why_refused(_definition(conditions))


def members(session: Session, shop_id: int, conditions: Sequence[Json]) -> Select[str]:
    """Select the customers who meet all of them by the newest values; nobody, if they are against the rules.

    Consents are those of now.
    """
    found = select(Score.customer_id).where(Score.shop_id == shop_id)
    if why_refused(conditions) is not None:
        return found.where(false())
    wanted = definitions.read(_definition(conditions))
    sources = condition_sources.sources(session, shop_id, [wanted])
    keys = [one.key for one in wanted.conditions]
    return condition_sources.from_scores(found, keys).where(*segment_preview.entering(wanted, sources))


def in_words(conditions: Sequence[Json], currency: str) -> str:
    """Return what must be met: "at least 3 paid orders; verdict: at least likely"."""
    return OUTDATED if why_refused(conditions) is not None else membership.asked(_read(conditions), currency)


def parts(conditions: Sequence[Json]) -> list[Json]:
    """Return the same for whoever words it in another language: column, operator and bound."""
    return [] if why_refused(conditions) is not None else membership.asked_parts(_read(conditions))


def _read(conditions: Sequence[Json]) -> SegmentDefinition:
    return definitions.read(_definition(conditions))


def _definition(conditions: Sequence[Json]) -> dict[str, Any]:
    return {"name": "conditions", "title": "Conditions", "description": "", "conditions": list(conditions)}
