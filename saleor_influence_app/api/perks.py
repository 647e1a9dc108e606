"""Perk programmes: planned, started and ended by who may manage discounts."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, ConfigDict

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import CustomerId, Limit, Offset, RowId
from saleor_influence_app.api.session import RequestSession, SnapshotSession
from saleor_influence_app.fields import Moment
from saleor_influence_app.perks import grants, programmes
from saleor_influence_app.perks.programmes import ProgrammeWanted
from saleor_influence_app.queries import grants_export, perk_check, perks
from saleor_influence_app.queries.perk_check import ProgrammeCheck
from saleor_influence_app.queries.perks import GrantPage, PerkKind, Programme, ProgrammePage

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_DISCOUNTS"))]


class ExtensionInput(BaseModel):
    """A programme's new last day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ends_at: Moment


class GrantInput(BaseModel):
    """Who is given a perk by hand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    customer_id: CustomerId


@router.get("/api/perks/kinds")
def list_perk_kinds(member: Member, session: RequestSession) -> list[PerkKind]:
    """List the kinds of perk, how hard each binds, and whether the shop can have it."""
    return perks.kinds(session, member.shop_id)


@router.get("/api/perks")
def list_perks(
    member: Member, session: RequestSession, *, limit: Limit = 20, offset: Offset = 0
) -> ProgrammePage:
    """List perk programmes, the newest first."""
    return perks.programmes_of(session, member.shop_id, page=(offset, limit))


@router.post("/api/perks", status_code=201)
def create_perk(given: ProgrammeWanted, member: Member, session: RequestSession) -> Programme:
    """Keep a draft of a programme; nobody gets anything yet."""
    programme_id = programmes.create(session, member.shop_id, given, made_by=member.user_id)
    return perks.programme(session, member.shop_id, programme_id)


@router.get("/api/perks/grants")
def list_customer_perks(
    member: Member,
    session: RequestSession,
    *,
    customer_id: Annotated[CustomerId, Query()],
    limit: Limit = 20,
    offset: Offset = 0,
) -> GrantPage:
    """List the programmes that a customer was drawn for."""
    return perks.grants(session, member.shop_id, customer_id=customer_id, page=(offset, limit))


@router.post("/api/perks/grants/{grant_id}/take-back", status_code=204)
def take_back_perk(grant_id: RowId, member: Member, session: RequestSession) -> None:
    """Take a perk back from a customer."""
    grants.take_back(session, member.shop_id, grant_id)


@router.get("/api/perks/{programme_id}")
def read_perk(programme_id: RowId, member: Member, session: RequestSession) -> Programme:
    """Return a programme, with what it gave and what came of it."""
    return perks.programme(session, member.shop_id, programme_id)


@router.put("/api/perks/{programme_id}")
def change_perk(
    programme_id: RowId, given: ProgrammeWanted, *, member: Member, session: RequestSession
) -> Programme:
    """Change a draft."""
    programmes.change(session, member.shop_id, programme_id, wanted=given)
    return perks.programme(session, member.shop_id, programme_id)


@router.delete("/api/perks/{programme_id}", status_code=204)
def delete_perk(programme_id: RowId, member: Member, session: RequestSession) -> None:
    """Delete a draft."""
    programmes.delete(session, member.shop_id, programme_id)


@router.get("/api/perks/{programme_id}/check")
def check_perk(programme_id: RowId, member: Member, session: SnapshotSession) -> ProgrammeCheck:
    """Return who would get a draft's perk if it started now, who would be held out, and what to mind."""
    return perk_check.check(session, member.shop_id, programme_id)


@router.post("/api/perks/{programme_id}/start")
def start_perk(programme_id: RowId, member: Member, session: RequestSession) -> Programme:
    """Start a draft, or resume a paused programme: customers are drawn, and Saleor is told."""
    programmes.start(session, member.shop_id, programme_id)
    return perks.programme(session, member.shop_id, programme_id)


@router.post("/api/perks/{programme_id}/pause")
def pause_perk(programme_id: RowId, member: Member, session: RequestSession) -> Programme:
    """Draw nobody new, and stop what can be stopped, until it is started again."""
    programmes.pause(session, member.shop_id, programme_id)
    return perks.programme(session, member.shop_id, programme_id)


@router.post("/api/perks/{programme_id}/end")
def end_perk(programme_id: RowId, member: Member, session: RequestSession) -> Programme:
    """End a programme for good."""
    programmes.end(session, member.shop_id, programme_id)
    return perks.programme(session, member.shop_id, programme_id)


@router.post("/api/perks/{programme_id}/extend")
def extend_perk(
    programme_id: RowId, given: ExtensionInput, *, member: Member, session: RequestSession
) -> Programme:
    """Give a programme another last day."""
    programmes.extend(session, member.shop_id, programme_id, ends_at=given.ends_at)
    return perks.programme(session, member.shop_id, programme_id)


@router.post("/api/perks/{programme_id}/duplicate", status_code=201)
def duplicate_perk(programme_id: RowId, member: Member, session: RequestSession) -> Programme:
    """Make a draft of a programme's plan, with lots of its own."""
    made = programmes.duplicate(session, member.shop_id, programme_id, made_by=member.user_id)
    return perks.programme(session, member.shop_id, made)


@router.get("/api/perks/{programme_id}/grants")
def list_perk_grants(
    programme_id: RowId, member: Member, session: RequestSession, *, limit: Limit = 20, offset: Offset = 0
) -> GrantPage:
    """List who was drawn for a programme."""
    return perks.grants(session, member.shop_id, programme_id=programme_id, page=(offset, limit))


@router.get("/api/perks/{programme_id}/grants/export", response_class=PlainTextResponse)
def export_perk_grants(programme_id: RowId, member: Member, session: RequestSession) -> PlainTextResponse:
    """Export who was given a programme's perk as a CSV; who was held out is not in it."""
    return PlainTextResponse(
        grants_export.as_csv(session, member.shop_id, programme_id), media_type="text/csv"
    )


@router.post("/api/perks/{programme_id}/grants", status_code=204)
def give_perk(programme_id: RowId, given: GrantInput, *, member: Member, session: RequestSession) -> None:
    """Give a running programme's perk to one customer by hand; 422 with the reason where that cannot be."""
    grants.give(session, member.shop_id, programme_id, customer_id=given.customer_id)
