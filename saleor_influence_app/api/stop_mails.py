"""The page behind the link in each mail about perks: it stops them, with one click and without signing in.

A mail program posts to it by itself (RFC 8058). Reading the page changes nothing: scanners of mails read it.
"""

from html import escape
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse

from saleor_influence_app.api.inputs import RowId
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.api.shopper_page import language_of
from saleor_influence_app.errors import TokenInvalid
from saleor_influence_app.hand_off import letters, stops

router = APIRouter(include_in_schema=False)
Token = Annotated[str, Path(max_length=stops.LONGEST)]
Lang = Annotated[str, Query(alias="lang", max_length=20)]
POLICY = "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
HEADERS = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
}


@router.api_route("/stop-mails/{shop_id}/{token}", methods=["GET", "HEAD"])
def ask_stop_mails(
    shop_id: RowId, token: Token, *, request: Request, session: RequestSession, lang: Lang = ""
) -> HTMLResponse:
    """Ask whether mails are to be stopped."""
    language = language_of(lang, request.headers.get("accept-language", ""))
    try:
        stops.whose(session, shop_id, token)
    except TokenInvalid:
        return _page(language, "invalid", status=404)
    return _page(language, "ask")


@router.post("/stop-mails/{shop_id}/{token}")
def stop_mails(
    shop_id: RowId, token: Token, *, request: Request, session: RequestSession, lang: Lang = ""
) -> HTMLResponse:
    """Stop mails about perks to this customer, for good; a repeat is fine. What is posted is not read."""
    language = language_of(lang, request.headers.get("accept-language", ""))
    try:
        stops.stop(session, shop_id, token)
    except TokenInvalid:
        return _page(language, "invalid", status=404)
    return _page(language, "done")


def _page(language: str, says: str, *, status: int = 200) -> HTMLResponse:
    said = {name: escape(text) for name, text in letters.words(language)["page"].items()}
    button = f'<form method="post"><button>{said["button"]}</button></form>' if says == "ask" else ""
    text = (
        f'<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{said['title']}</title></head>\n"
        f"<body><main><h1>{said['title']}</h1><p>{said[says]}</p>{button}</main></body>\n</html>\n"
    )
    return HTMLResponse(text, status_code=status, headers=HEADERS)
