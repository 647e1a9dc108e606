"""The shop's own attribution survey, for staff."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.queries import survey
from saleor_influence_app.queries.survey import Survey

router = APIRouter()


@router.get("/api/survey")
def read_survey(
    member: Annotated[StaffMember, Depends(staff("MANAGE_USERS"))],
    session: RequestSession,
    *,
    days: Annotated[int, Query(ge=1, le=730)] = 90,
) -> Survey:
    """Return which channels customers say brought them, with orders and what was paid for them."""
    return survey.survey(session, member.shop_id, days=days)
