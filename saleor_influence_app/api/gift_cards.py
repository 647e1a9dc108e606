"""Whose a gift card is: asked of the shop's Saleor, and kept nowhere."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool

from saleor_influence_app import db
from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import NameInPath
from saleor_influence_app.api.outside import OWN_SHOP
from saleor_influence_app.api.permissions import OpenSaleor
from saleor_influence_app.api.session import Transactions
from saleor_influence_app.errors import PermissionMissing
from saleor_influence_app.saleor import gift_cards
from saleor_influence_app.saleor.client import Opener
from saleor_influence_app.shops import installations

router = APIRouter()


class GiftCardPeople(BaseModel):
    """Ids of customers; null: nobody, or somebody without an account."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    bought_by: str | None
    """Who bought it, or the member of staff who made it."""
    used_by: str | None
    assigned_to: str | None
    """The one customer who may use it."""


@router.get("/api/gift-cards/{gift_card_id}/people")
async def read_gift_card_people(
    gift_card_id: NameInPath,
    member: Annotated[StaffMember, Depends(staff("MANAGE_GIFT_CARD"))],
    *,
    transaction: Transactions,
    open_client: OpenSaleor,
) -> GiftCardPeople:
    """Return who bought the card, who used it, and who alone may use it; the app needs MANAGE_GIFT_CARD."""
    contact = await run_in_threadpool(_contact, transaction, member.shop_id)
    found = await OWN_SHOP.call(_people, contact, gift_card_id, open_client=open_client)
    return GiftCardPeople.model_validate(found)


def _contact(transaction: db.Transaction, shop_id: int) -> installations.Contacted:
    with transaction() as session:
        if gift_cards.PERMISSION not in installations.granted(session, shop_id):
            raise PermissionMissing(f"The app lacks the permission {gift_cards.PERMISSION} in Saleor.")
        return installations.contacted(session, shop_id)


def _people(
    contact: installations.Contacted, gift_card_id: str, *, open_client: Opener
) -> gift_cards.GiftCardPeople:
    with open_client(contact.api_url, contact.token_encrypted) as client:
        return gift_cards.read_people(client, gift_card_id, saleor_version=contact.saleor_version)
