"""Everything the app page shows of a shop."""

from typing import Annotated

from fastapi import APIRouter, Depends

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.queries import overview
from saleor_influence_app.queries.overview import Overview

router = APIRouter()


@router.get("/api/overview")
def read_overview(
    member: Annotated[StaffMember, Depends(staff("MANAGE_USERS"))], session: RequestSession
) -> Overview:
    """Return history, drift, the last run, segments, the outbox, the inbox and problems."""
    return overview.overview(session, member.shop_id)
