"""Everything the app page shows of a shop."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.queries import differences, overview, week
from saleor_influence_app.queries.differences import LastMoves
from saleor_influence_app.queries.overview import Overview
from saleor_influence_app.queries.week import Week

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]
MOST_MOVERS = 5


@router.get("/api/overview")
def read_overview(member: Member, session: RequestSession) -> Overview:
    """Return history, drift, the last run, segments, the outbox, the inbox and problems."""
    return overview.overview(session, member.shop_id)


@router.get("/api/overview/week")
def read_week(member: Member, session: RequestSession) -> Week:
    """Return five figures of the last week beside the week before, and segment sizes over time."""
    return week.week(session, member.shop_id, now=datetime.now(UTC))


@router.get("/api/overview/movers")
def read_movers(member: Member, session: RequestSession) -> LastMoves:
    """Return whose value changed most in the last run, and why; null before there are two runs to compare."""
    return differences.last_moves(session, member.shop_id, most=MOST_MOVERS)
