"""Segments: read by who may see customers, changed by who may manage apps, looked at before saving."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import NameInPath
from saleor_influence_app.api.session import RequestSession, SnapshotSession
from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.fields import OneLine, Storable
from saleor_influence_app.queries import segments
from saleor_influence_app.queries.segments import Segment
from saleor_influence_app.targeting import segment_preview
from saleor_influence_app.targeting import segments as segment_changes

router = APIRouter()
Reader = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]
Writer = Annotated[StaffMember, Depends(staff("MANAGE_APPS"))]
Word = Annotated[str, StringConstraints(max_length=200), OneLine]
Threshold = Annotated[float, Field(strict=True, allow_inf_nan=False)] | Word


class ConditionInput(BaseModel):
    """One condition; which columns there are, and what fits them, the scoring library says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: Word
    operator: Literal[">=", "<=", "==", ">", "<"]
    threshold: Threshold
    exit_threshold: Threshold | None = None


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


class SegmentPreview(BaseModel):
    """Who would be in, and how that differs from who is."""

    model_config = ConfigDict(frozen=True)

    size: int
    share: float
    entering: int
    leaving: int
    why_empty: str | None
    sample: list[SampleMember]


@router.get("/api/segments")
def list_segments(member: Reader, session: RequestSession) -> list[Segment]:
    """List the shop's segments with definition and size."""
    return segments.definitions(session, member.shop_id)


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
