"""A guest asks for a link to their page; the answer never says whether the address is known."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from starlette.concurrency import run_in_threadpool

from saleor_influence_app import db, login_throttle, mail, settings
from saleor_influence_app.api.auth import transactions
from saleor_influence_app.api.outside import MAILS
from saleor_influence_app.api.shopper_auth import TooMany, asked_shop
from saleor_influence_app.api.shopper_page import language_of
from saleor_influence_app.api.shopper_shapes import GuestLinkAsked, GuestLinkInput
from saleor_influence_app.rights import guest_links, guest_mail

router = APIRouter(prefix="/api/shopper")
HOUR = 3600
MOST_OF_AN_ADDRESS = 10
"""Links that one network address may ask for within an hour."""
MOST_OF_A_SHOP = 300


async def sender() -> mail.Sender:
    """FastAPI dependency: how mail is sent; tests put their own in its place."""
    return mail.send


@router.post("/guest-links", status_code=202)
async def ask_for_guest_link(
    given: GuestLinkInput,
    request: Request,
    *,
    transaction: Annotated[db.Transaction, Depends(transactions)],
    send: Annotated[mail.Sender, Depends(sender)],
    saleor_api_url: Annotated[str | None, Header()] = None,
) -> GuestLinkAsked:
    """Mail a link to the page, if the shop has orders or an account with this address."""
    shop, _ = await asked_shop(request, transaction, saleor_api_url)
    hours = int(guest_links.LASTS.total_seconds()) // HOUR
    if not mail.is_on():
        return GuestLinkAsked(by_mail=False, hours=hours)
    who = login_throttle.whose_address(request.client.host if request.client else "?")
    await run_in_threadpool(_demand_within_limits, who, shop.shop_id)
    asked = guest_mail.Asked(
        email=given.email,
        page_url=f"{(settings.get().app_iframe_base_url or '').rstrip('/')}/shopper",
        language=language_of(given.language, ""),
    )
    MAILS.begin(guest_mail.send, transaction, shop.shop_id, asked, sender=send)
    return GuestLinkAsked(by_mail=True, hours=hours)


def _demand_within_limits(who: str, shop_id: int) -> None:
    for what, name, most in (
        ("guest-links-of-address", who, MOST_OF_AN_ADDRESS),
        ("guest-links-of-shop", str(shop_id), MOST_OF_A_SHOP),
    ):
        if not login_throttle.spend(what, name, most=most, seconds=HOUR):
            raise TooMany("Too many links were asked for. Wait an hour, or write to the shop.")
