"""What a shop's staff can choose; to change it takes the permission to manage apps."""

from typing import Annotated

from fastapi import APIRouter, Depends

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.targeting import shop_settings
from saleor_influence_app.targeting.shop_settings import Preferences

router = APIRouter()


@router.get("/api/settings")
def read_settings(
    member: Annotated[StaffMember, Depends(staff("MANAGE_USERS"))], session: RequestSession
) -> Preferences:
    """Return the shop's settings."""
    return shop_settings.read(session, member.shop_id)


@router.put("/api/settings")
def change_settings(
    wanted: Preferences,
    member: Annotated[StaffMember, Depends(staff("MANAGE_APPS"))],
    session: RequestSession,
) -> Preferences:
    """Change the shop's settings and queue a run that uses them."""
    return shop_settings.change(session, member.shop_id, wanted)
