"""Ties between customers: seen by who may see customers, entered by who may manage apps."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query
from fastapi.responses import PlainTextResponse
from pydantic import Field

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import After, CustomerId, Limit
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.fields import Line
from saleor_influence_app.queries import ties
from saleor_influence_app.queries.ties import TiePage
from saleor_influence_app.targeting import tie_import
from saleor_influence_app.targeting import ties as tie_changes
from saleor_influence_app.targeting.tie_import import TieImport, TieInput

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]
Writer = Annotated[StaffMember, Depends(staff("MANAGE_APPS"))]
MOST_ROWS = 10_000
CSV = Annotated[bytes, Body(media_type="text/csv")]
DryRun = Annotated[bool, Query(description="Only say what would happen.")]


@router.get("/api/ties")
def list_ties(
    member: Member,
    session: RequestSession,
    *,
    customer_id: Annotated[CustomerId | None, Query()] = None,
    limit: Limit = 20,
    after: After = None,
) -> TiePage:
    """List ties: all, or one customer's."""
    return ties.ties(session, member.shop_id, customer_id=customer_id, after=after, limit=limit)


@router.get("/api/ties/export", response_class=PlainTextResponse)
def export_ties(member: Member, session: RequestSession) -> PlainTextResponse:
    """Export the ties that staff entered as a CSV. Removing the app deletes them; the CSV can be imported."""
    return PlainTextResponse(ties.as_csv(session, member.shop_id), media_type="text/csv")


@router.post("/api/ties")
def tell_ties(
    given: Annotated[list[TieInput], Field(max_length=MOST_ROWS)],
    member: Writer,
    session: RequestSession,
    *,
    dry_run: DryRun = False,
) -> TieImport:
    """Add ties. A row that cannot be used is returned with the reason; the others are added."""
    return tie_import.bring(session, member.shop_id, given, dry_run=dry_run)


@router.post("/api/ties/import")
def import_ties(given: CSV, member: Writer, session: RequestSession, *, dry_run: DryRun = False) -> TieImport:
    """Add ties from a CSV: columns source, target, kind and, if known, weight, valid_from, valid_to.

    Source and target are Saleor ids or e-mail addresses of customers; addresses are not stored.
    """
    return tie_import.bring_csv(session, member.shop_id, given, dry_run=dry_run)


@router.delete("/api/ties", status_code=204)
def drop_tie(
    source_id: Annotated[CustomerId, Query()],
    target_id: Annotated[CustomerId, Query()],
    kind: Annotated[Line, Query(max_length=40)],
    *,
    member: Writer,
    session: RequestSession,
) -> None:
    """Delete a tie that staff entered."""
    tie_changes.drop(session, member.shop_id, source_id=source_id, target_id=target_id, kind=kind)
