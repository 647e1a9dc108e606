"""A customer's value and why; whom the ledger passes by."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import After, CustomerIdInPath, Limit, Offset, Steps
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.queries import (
    customer,
    excluded,
    neighbourhood,
    timeline,
    value_history,
    written,
)
from saleor_influence_app.queries.credits import CreditPage, Part, credits_of
from saleor_influence_app.queries.customer import CustomerValue
from saleor_influence_app.queries.excluded import ExclusionPage
from saleor_influence_app.queries.neighbourhood import Neighbourhood
from saleor_influence_app.queries.timeline import Timeline
from saleor_influence_app.queries.value_history import ValueHistory
from saleor_influence_app.queries.written import Written
from saleor_influence_app.targeting import exclusions

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]
Writer = Annotated[StaffMember, Depends(staff("MANAGE_APPS"))]


class ExclusionInput(BaseModel):
    """Why the ledger passes a customer by."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: exclusions.ExclusionReason


@router.get("/api/customers/{customer_id}")
def read_customer(customer_id: CustomerIdInPath, member: Member, session: RequestSession) -> CustomerValue:
    """Return a customer's value with interval, reasons, evidence, verdict, scores and segments."""
    return customer.customer(session, member.shop_id, customer_id)


@router.get("/api/customers/{customer_id}/credits")
def list_credits(  # noqa: PLR0913 - each is one part of the request
    customer_id: CustomerIdInPath,
    member: Member,
    session: RequestSession,
    *,
    part: Part = "inferred",
    limit: Limit = 20,
    offset: Offset = 0,
) -> CreditPage:
    """Return the order lines behind a customer's CRV or CIV; `booked` of all sums to the shown value."""
    return credits_of(session, member.shop_id, customer_id, part=part, page=(offset, limit))


@router.get("/api/customers/{customer_id}/neighbourhood")
def read_neighbourhood(
    customer_id: CustomerIdInPath,
    member: Member,
    session: RequestSession,
    *,
    depth: Steps = 1,
    limit: Limit = 100,
) -> Neighbourhood:
    """Who may have led whom around a customer, with communities; at most `limit` people a step."""
    return neighbourhood.neighbourhood(session, member.shop_id, customer_id, depth=depth, most=limit)


@router.get("/api/customers/{customer_id}/timeline")
def read_timeline(  # noqa: PLR0913 - each is one part of the request
    customer_id: CustomerIdInPath,
    member: Member,
    session: RequestSession,
    *,
    kind: timeline.Kind | None = None,
    limit: Limit = 20,
    after: After = None,
) -> Timeline:
    """What happened with a customer, newest first; perks only for who may manage discounts."""
    withheld: list[timeline.Kind] = [] if "MANAGE_DISCOUNTS" in member.permissions else ["perk"]
    return timeline.timeline(
        session, member.shop_id, customer_id, kind=kind, withheld=withheld, after=after, limit=limit
    )


@router.get("/api/customers/{customer_id}/value-history")
def read_value_history(
    customer_id: CustomerIdInPath, member: Member, session: RequestSession
) -> ValueHistory:
    """Return a customer's value after each run that is kept, what they spent, and what is expected."""
    return value_history.value_history(session, member.shop_id, customer_id)


@router.get("/api/customers/{customer_id}/written")
def read_written(customer_id: CustomerIdInPath, member: Member, session: RequestSession) -> Written:
    """Return what stands in the customer's record in Saleor, what is to stand there, and since when."""
    return written.written(session, member.shop_id, customer_id)


@router.get("/api/exclusions")
def list_exclusions(
    member: Member, session: RequestSession, *, limit: Limit = 20, offset: Offset = 0
) -> ExclusionPage:
    """List the customers whom the ledger passes by."""
    return excluded.excluded(session, member.shop_id, page=(offset, limit))


@router.put("/api/customers/{customer_id}/exclusion", status_code=204)
def exclude_customer(
    customer_id: CustomerIdInPath, given: ExclusionInput, *, member: Writer, session: RequestSession
) -> None:
    """Leave a customer out of the ledger: resellers and test accounts say nothing about influence."""
    exclusions.exclude(session, member.shop_id, customer_id, reason=given.reason)


@router.delete("/api/customers/{customer_id}/exclusion", status_code=204)
def include_customer(customer_id: CustomerIdInPath, member: Writer, session: RequestSession) -> None:
    """Take a customer into the ledger again."""
    exclusions.include(session, member.shop_id, customer_id)
