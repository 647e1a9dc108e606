"""Whether influence shows in the shop."""

from typing import Annotated

from fastapi import APIRouter, Depends

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.queries import influence
from saleor_influence_app.queries.influence import Influence

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]


@router.get("/api/influence")
def read_influence(member: Member, session: RequestSession) -> Influence:
    """Return whether influence shows in the shop, with the counts for the plot, verdicts, ties and money."""
    return influence.influence(session, member.shop_id)
