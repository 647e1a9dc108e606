"""What a shop can know without ties, and how it learns who brings whom."""

from typing import Annotated

from fastapi import APIRouter, Depends

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.queries import insights
from saleor_influence_app.queries.insights import Insights

router = APIRouter()


@router.get("/api/insights")
def read_insights(
    member: Annotated[StaffMember, Depends(staff("MANAGE_USERS"))], session: RequestSession
) -> Insights:
    """Return what is expected, who is due or slipping, what sells together, and the first steps."""
    return insights.insights(session, member.shop_id)
