"""Segments: read by who may see customers, changed by who may manage apps, looked at before saving."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import Limit, NameInPath
from saleor_influence_app.api.session import RequestSession, SnapshotSession
from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.fields import InDigits, Storable
from saleor_influence_app.queries import segment_choices, segment_history, segments
from saleor_influence_app.queries.segment_choices import SegmentChoices
from saleor_influence_app.queries.segment_history import SegmentMoves, SizeAfter
from saleor_influence_app.queries.segments import Segment
from saleor_influence_app.targeting import segment_preview
from saleor_influence_app.targeting import segments as segment_changes
from saleor_influence_app.targeting.conditions import ConditionInput, Word

router = APIRouter()
Reader = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]
Writer = Annotated[StaffMember, Depends(staff("MANAGE_APPS"))]


class DefinitionInput(BaseModel):
    """A segment as staff write it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Word
    title: Word
    description: Annotated[str, StringConstraints(max_length=2000), Storable] = ""
    conditions: Annotated[list[ConditionInput], Field(max_length=100)]
    max_share: Annotated[float, Field(strict=True, allow_inf_nan=False)] = 1.0
    needs: Word | None = None
    order_by: Word = "value"


class SampleMember(BaseModel):
    """One who would be in, and why."""

    model_config = ConfigDict(frozen=True)

    customer_id: str
    reason: str


class SegmentOverlap(BaseModel):
    """How many who would be in are in another segment now."""

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    both: int


class SegmentConsents(BaseModel):
    """How many who would be in have agreed to perks, and to be contacted."""

    model_config = ConfigDict(frozen=True)

    perks: int
    outreach: int


class SegmentPreview(BaseModel):
    """Who would be in, and how that differs from who is."""

    model_config = ConfigDict(frozen=True)

    customers: int
    """How many have a value: the share is of them."""
    size: int
    share: float
    entering: int
    leaving: int
    meeting: int
    """How many meet all conditions, before the largest share cuts the list."""
    why_empty: str | None
    overlap: list[SegmentOverlap]
    """Other segments, those that share most members first."""
    agreed: SegmentConsents | None
    """Null: the shop asks nobody."""
    sample: list[SampleMember]


@router.get("/api/segments")
def list_segments(member: Reader, session: RequestSession) -> list[Segment]:
    """List the shop's segments with definition and size."""
    return segments.definitions(session, member.shop_id)


@router.get("/api/segments/choices")
def list_segment_choices(member: Reader, session: RequestSession) -> SegmentChoices:
    """Return the columns of conditions, and the categories and networks that they can be about."""
    return segment_choices.choices(session, member.shop_id)


@router.get("/api/segments/{name}/sizes")
def list_segment_sizes(name: NameInPath, member: Reader, session: RequestSession) -> list[SizeAfter]:
    """Return how many were in the segment after each run whose result is kept, the oldest first."""
    return segment_history.history(session, member.shop_id, name)


@router.get("/api/segments/{name}/moves")
def list_segment_moves(
    name: NameInPath,
    member: Reader,
    session: RequestSession,
    *,
    run_id: Annotated[int | None, Query(ge=1, le=2**31 - 1), InDigits] = None,
    limit: Limit = 50,
) -> SegmentMoves:
    """Return who entered and who left in a run, and why; of the last one unless told otherwise."""
    return segment_history.moves(session, member.shop_id, name, run_id=run_id, limit=limit)


@router.put("/api/segments/{name}")
def save_segment(
    name: NameInPath, definition: DefinitionInput, *, member: Writer, session: RequestSession
) -> Segment:
    """Save a segment and queue the run that fills it."""
    if definition.name != name:
        raise InputInvalid("The name in the address and the name in the definition differ.")
    segment_changes.save(session, member.shop_id, _json(definition))
    return next(one for one in segments.definitions(session, member.shop_id) if one.name == name)


@router.delete("/api/segments/{name}", status_code=204)
def drop_segment(name: NameInPath, member: Writer, session: RequestSession) -> None:
    """Delete a segment and queue the run that removes its name from Saleor."""
    segment_changes.drop(session, member.shop_id, name)


@router.post("/api/segments/preview")
def preview_segment(definition: DefinitionInput, member: Reader, session: SnapshotSession) -> SegmentPreview:
    """Preview who would be in a segment, without saving it."""
    return SegmentPreview.model_validate(segment_preview.preview(session, member.shop_id, _json(definition)))


def _json(definition: DefinitionInput) -> dict[str, Any]:
    return definition.model_dump(mode="json")
