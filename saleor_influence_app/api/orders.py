"""Who led to an order, and what followed it."""

from typing import Annotated

from fastapi import APIRouter, Depends

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import OrderIdInPath
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.queries import order_influence
from saleor_influence_app.queries.credits import CreditRow, credits_of_order
from saleor_influence_app.queries.order_influence import OrderInfluence

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]


@router.get("/api/orders/{order_id}/credits")
def list_credits_of_order(
    order_id: OrderIdInPath, member: Member, session: RequestSession
) -> list[CreditRow]:
    """Return who led to this order, line by line; nobody for most orders."""
    return credits_of_order(session, member.shop_id, order_id)


@router.get("/api/orders/{order_id}/influence")
def read_order_influence(order_id: OrderIdInPath, member: Member, session: RequestSession) -> OrderInfluence:
    """Return the code that this order was placed with, and whom its customer may have led since."""
    return order_influence.order_influence(session, member.shop_id, order_id)
