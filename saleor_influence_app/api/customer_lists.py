"""Lists of customers: by filters that combine, saved as views, and as files that a worker writes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import After, CustomerId, Limit, RowId, SegmentFilter
from saleor_influence_app.api.session import RequestSession, Transactions
from saleor_influence_app.errors import PermissionMissing
from saleor_influence_app.fields import Day, Id
from saleor_influence_app.queries import customer_exports, customer_views, customers
from saleor_influence_app.queries.customer_exports import CustomerExportAnswer
from saleor_influence_app.queries.customer_filter import (
    EVERYBODY,
    Agreed,
    CustomerFilter,
    HasCode,
    ValueFrom,
    WhichPerk,
)
from saleor_influence_app.queries.customer_views import SavedView, ViewName
from saleor_influence_app.queries.customers import CustomerPage, Sort
from saleor_influence_app.queries.verdicts import Verdict

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]
MOST_NAMED = 50


class ExportInput(BaseModel):
    """Of which list a file is made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    asked: CustomerFilter = Field(default=EVERYBODY)
    sort: Sort = "value"


def _asked(  # noqa: PLR0913 - each is one part of the query string
    *,
    segment: SegmentFilter = None,
    verdict: Verdict | None = None,
    topic: Annotated[Id | None, Query()] = None,
    value_from: Annotated[ValueFrom | None, Query()] = None,
    network: Annotated[Id | None, Query()] = None,
    agreed: Agreed | None = None,
    ordered_from: Annotated[Day | None, Query()] = None,
    ordered_before: Annotated[Day | None, Query()] = None,
    perk: Annotated[WhichPerk | None, Query()] = None,
    has_code: HasCode | None = None,
) -> CustomerFilter:
    """FastAPI dependency: the filter that a query string asks for."""
    return CustomerFilter(
        segment=segment,
        verdict=verdict,
        topic=topic,
        value_from=value_from,
        network=network,
        agreed=agreed,
        ordered_from=ordered_from,
        ordered_before=ordered_before,
        perk=perk,
        has_code=has_code,
    )


def _may_ask(member: StaffMember, asked: CustomerFilter) -> None:
    if asked.speaks_of_perks and "MANAGE_DISCOUNTS" not in member.permissions:
        raise PermissionMissing("Filters by perk or code take the permission to manage discounts.")


@router.get("/api/customers")
def list_customers(  # noqa: PLR0913 - each is one part of the query string
    member: Member,
    session: RequestSession,
    *,
    asked: Annotated[CustomerFilter, Depends(_asked)],
    sort: Sort = "value",
    limit: Limit = 20,
    after: After = None,
    customer_id: Annotated[list[CustomerId] | None, Query(max_length=MOST_NAMED)] = None,
) -> CustomerPage:
    """List customers in order: all, those whom filters ask for, or of some that Saleor found."""
    _may_ask(member, asked)
    return customers.customers(
        session, member.shop_id, sort=sort, asked=asked, among=customer_id, after=after, limit=limit
    )


@router.get("/api/customer-views")
def list_customer_views(member: Member, session: RequestSession) -> list[SavedView]:
    """List the shop's saved views of the list of customers."""
    return customer_views.views(session, member.shop_id)


@router.post("/api/customer-views")
def save_customer_view(view: SavedView, member: Member, session: RequestSession) -> list[SavedView]:
    """Save a view under its name, in place of one that has it; at most 50."""
    customer_views.save(session, member.shop_id, view)
    return customer_views.views(session, member.shop_id)


@router.delete("/api/customer-views", status_code=204)
def drop_customer_view(name: Annotated[ViewName, Query()], member: Member, session: RequestSession) -> None:
    """Delete a saved view."""
    customer_views.drop(session, member.shop_id, name)


@router.get("/api/customer-exports")
def list_customer_exports(member: Member, session: RequestSession) -> list[CustomerExportAnswer]:
    """List the newest files of customers: who asked for which, and how far they are."""
    return customer_exports.exports(session, member.shop_id)


@router.post("/api/customer-exports", status_code=202)
def start_customer_export(
    given: ExportInput, member: Member, session: RequestSession
) -> CustomerExportAnswer:
    """Have a worker write a CSV with a row for each customer whom the filters ask for."""
    _may_ask(member, given.asked)
    export_id = customer_exports.ask(
        session, member.shop_id, asked=given.asked, sort=given.sort, user_id=member.user_id
    )
    return customer_exports.export(session, member.shop_id, export_id)


@router.get("/api/customer-exports/{export_id}/file", response_class=StreamingResponse)
def load_customer_export(
    export_id: RowId, member: Member, session: RequestSession, *, transaction: Transactions
) -> StreamingResponse:
    """Return the CSV to who asked for it, for an hour after it was written."""
    customer_exports.check_readable(session, member.shop_id, export_id, user_id=member.user_id)
    return StreamingResponse(customer_exports.lines(transaction, export_id), media_type="text/csv")
