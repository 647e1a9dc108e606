"""A customer's value and why; the customers who are worth most."""

from typing import Annotated

from fastapi import APIRouter, Depends

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import CustomerIdInPath, Limit, Offset, SegmentFilter
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.queries import customers
from saleor_influence_app.queries.customers import CustomerPage, CustomerValue, Sort

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]


@router.get("/api/customers/{customer_id}")
def read_customer(customer_id: CustomerIdInPath, member: Member, session: RequestSession) -> CustomerValue:
    """What a customer is worth, why, and how well that is known."""
    return customers.customer(session, member.shop_id, customer_id)


@router.get("/api/customers")
def list_customers(  # noqa: PLR0913 - each is one part of the query string
    member: Member,
    session: RequestSession,
    *,
    sort: Sort = "value",
    limit: Limit = 20,
    offset: Offset = 0,
    segment: SegmentFilter = None,
) -> CustomerPage:
    """The customers in order, of all or of a segment."""
    return customers.customers(session, member.shop_id, sort=sort, segment=segment, page=(offset, limit))
