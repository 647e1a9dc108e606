"""What the app may do in Saleor, which staff grant step by step."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool

from saleor_influence_app import db
from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.outside import OWN_SHOP
from saleor_influence_app.api.session import RequestSession, Transactions
from saleor_influence_app.saleor.client import SMALL_ANSWER, Opener, SaleorClient, decrypt
from saleor_influence_app.shops import installations

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]
LIVE_SECONDS = 8.0


class AppPermissions(BaseModel):
    """The permissions that the app has in Saleor, by their codes."""

    model_config = ConfigDict(frozen=True)

    permissions: list[str]


async def opener() -> Opener:
    """FastAPI dependency: how the shop's Saleor is asked as the app; tests put their own in its place."""
    return _open


def _open(api_url: str, token_encrypted: str) -> SaleorClient:
    return SaleorClient(api_url, decrypt(token_encrypted), timeout=LIVE_SECONDS, limit=SMALL_ANSWER)


OpenSaleor = Annotated[Opener, Depends(opener)]


@router.get("/api/permissions")
def list_app_permissions(member: Member, session: RequestSession) -> AppPermissions:
    """Return the permissions that the app had when Saleor was last asked."""
    return AppPermissions(permissions=installations.granted(session, member.shop_id))


@router.post("/api/permissions/refresh")
async def refresh_app_permissions(
    member: Member, transaction: Transactions, open_client: OpenSaleor
) -> AppPermissions:
    """Ask Saleor which permissions the app has: when staff grant one, no event tells."""
    await OWN_SHOP.call(installations.look_again, transaction, member.shop_id, opener=open_client)
    return AppPermissions(permissions=await run_in_threadpool(_granted, transaction, member.shop_id))


def _granted(transaction: db.Transaction, shop_id: int) -> list[str]:
    with transaction() as session:
        return installations.granted(session, shop_id)
