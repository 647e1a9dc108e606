"""Links to forward: each leads to the shop's storefront with its code; nobody is tracked by it."""

from html import escape
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from saleor_influence_app import db, login_throttle
from saleor_influence_app.api.auth import transactions
from saleor_influence_app.api.shopper_page import language_of, said
from saleor_influence_app.errors import ServiceUnavailable
from saleor_influence_app.perks.strategies.referral import links

router = APIRouter(include_in_schema=False)
MOST = 60
WINDOW_SECONDS = 60
HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-robots-tag": "noindex",
}


@router.api_route("/r/{shop}/{code}", methods=["GET", "HEAD"])
def follow_link(
    shop: str, code: str, *, request: Request, transaction: Annotated[db.Transaction, Depends(transactions)]
) -> Response:
    """Send the browser to the storefront, with the code while it works; it is counted, and no more."""
    if not _within_limit(request):
        return _words(request, "link.often", status=429)
    target = None
    if shop.isascii() and shop.isdigit() and len(shop) < len(str(links.MOST_SHOPS)) + 1:
        with transaction() as session:
            target = links.follow(session, int(shop), code, counts=request.method == "GET")
    if target is None:
        return _words(request, "link.unknown", status=404)
    return RedirectResponse(target, 302, headers=HEADERS)


def _within_limit(request: Request) -> bool:
    address = login_throttle.whose_address(request.client.host if request.client else "?")
    try:
        return login_throttle.spend("referral-links", address, most=MOST, seconds=WINDOW_SECONDS)
    except ServiceUnavailable:  # a friend comes to the shop without Redis, too
        return True


def _words(request: Request, key: str, *, status: int) -> HTMLResponse:
    language = language_of("", request.headers.get("accept-language", ""))
    text = escape(said(key)[language])
    page = f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{text}</title><p>{text}</p>'
    more = {"vary": "Accept-Language"} | ({"retry-after": str(WINDOW_SECONDS)} if status == 429 else {})  # noqa: PLR2004
    return HTMLResponse(page, status, headers=HEADERS | more)
