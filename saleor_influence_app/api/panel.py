"""The built panel, framed by the dashboards of installed shops alone; and three pages of plain text."""

import re
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.exceptions import HTTPException

from saleor_influence_app import db, settings
from saleor_influence_app.api.auth import transactions
from saleor_influence_app.api.compression import file_answer
from saleor_influence_app.saleor.addresses import origin_of
from saleor_influence_app.shops import installations, panel_frames
from webhooks.router import ShopKeys

router = APIRouter(include_in_schema=False)
TEXTS = Path(__file__).with_name("static")
TEXT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
FOR_EVER = "public, max-age=31536000, immutable"
URL_LIMIT = 500
_ASSET = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\[\]-]{0,200}")
_PLACE = re.compile(r"(?!api(/|$)|assets(/|$))[A-Za-z0-9/_=+-]{0,300}")
"""Names of places, and Saleor's ids, which are base64."""


def distribution() -> Path:
    """FastAPI dependency: the folder that `npm run build` writes."""
    return settings.ROOT / "dashboard_ui" / "dist"


Built = Annotated[Path, Depends(distribution)]


@router.api_route("/assets/{name}", methods=["GET", "HEAD"])
def get_asset(name: str, built: Built, request: Request) -> Response:
    """Answer a built file; its name holds a hash of its content, so it may be kept for ever."""
    file = built / "assets" / name
    if not _ASSET.fullmatch(name) or not file.is_file():
        raise HTTPException(404, "There is no such file.")
    return file_answer(file, request, cache=FOR_EVER)


def _text(name: str) -> Callable[[], FileResponse]:
    def get_text() -> FileResponse:
        return FileResponse(TEXTS / f"{name}.html", headers={"content-security-policy": TEXT_POLICY})

    return get_text


for _name in ("about", "privacy", "support"):  # for people who come from Saleor's list of apps
    router.add_api_route(f"/{_name}", _text(_name), methods=["GET", "HEAD"])


@router.api_route("/{place:path}", methods=["GET", "HEAD"])
def get_panel(
    *,
    place: str,
    built: Built,
    request: Request,
    transaction: Annotated[db.Transaction, Depends(transactions)],
    saleor_api_url: Annotated[str | None, Query(alias="saleorApiUrl")] = None,
) -> HTMLResponse:
    """Answer the panel; its path says what is shown, and the shop's own dashboard may frame it."""
    if not _PLACE.fullmatch(place):
        raise HTTPException(404, "There is no such page.")
    shop = _shop(transaction, saleor_api_url)
    shop_origin = origin_of(saleor_api_url) if shop and saleor_api_url else None
    framed_by = _framing_origin(request)
    if framed_by is not None and not panel_frames.may_frame(framed_by, panel_frames.allowed(shop_origin)):
        return _refused(transaction, shop, framed_by)
    headers = {
        "content-security-policy": policy(shop_origin, settings.get().dashboard_origins),
        "cache-control": "no-cache",
        "vary": "Referer, Sec-Fetch-Dest",
    }
    index = built / "index.html"
    page = index if index.is_file() else TEXTS / "not-built.html"
    return HTMLResponse(page.read_text(encoding="utf-8"), headers=headers)


def _framing_origin(request: Request) -> str | None:
    """Return the origin of the page that shows this one in a frame, None where the browser does not say."""
    if request.headers.get("sec-fetch-dest") not in {"iframe", "frame"}:
        return None
    if request.headers.get("sec-fetch-site") == "same-origin":
        return None
    origin = origin_of(request.headers.get("referer", ""))
    return origin if panel_frames.ORIGIN.fullmatch(origin) and "*" not in origin else None


def _refused(transaction: db.Transaction, shop: ShopKeys | None, origin: str) -> HTMLResponse:
    """Return words for a page that may not frame the panel: the browser would keep it blank.

    Every page may show them: there is nothing in them to click, and nothing of the shop.
    """
    if shop is None:
        why = "The app is not installed in the shop at the address that this dashboard works with."
        what = "Install it from the dashboard, under Extensions."
    else:
        with transaction() as session:
            panel_frames.note_blocked(session, shop.shop_id, origin)
        why = f"This page is at {origin}, which the app does not know as a dashboard of this shop."
        what = f"If it is one, ask the operator of the app to add {origin} to DASHBOARD_ORIGINS."
    template = Template((TEXTS / "refused.html").read_text(encoding="utf-8"))
    headers = {
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
        "cache-control": "no-store",
        "vary": "Referer, Sec-Fetch-Dest",
    }
    return HTMLResponse(template.substitute(why=escape(why), what=escape(what)), headers=headers)


def policy(shop_origin: str | None, dashboard_origins: Sequence[str]) -> str:
    """Return the panel's content security policy for one shop; None = not installed, so not framed there."""
    shop = [shop_origin] if shop_origin else []
    dashboards = [origin for origin in dashboard_origins if panel_frames.ORIGIN.fullmatch(origin)]
    return "; ".join(
        [
            "default-src 'self'",
            "style-src 'self'",
            " ".join(["img-src 'self' data: https:", *shop]),
            " ".join(["connect-src 'self'", *shop]),
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            " ".join(["frame-ancestors", *([*shop, *dashboards] or ["'none'"])]),
        ]
    )


def _shop(transaction: db.Transaction, api_url: str | None) -> ShopKeys | None:
    """Return the shop that is installed at exactly this address."""
    if not api_url or len(api_url) > URL_LIMIT or "\0" in api_url:
        return None
    with transaction() as session:
        return installations.keys_of(session, api_url)
