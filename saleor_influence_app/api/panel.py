"""The built panel, framed by the dashboards of installed shops alone; and three pages of plain text."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import FileResponse, HTMLResponse
from starlette.exceptions import HTTPException

from saleor_influence_app import db, settings
from saleor_influence_app.api.auth import transactions
from saleor_influence_app.pipeline import installs
from saleor_influence_app.saleor.addresses import origin_of

router = APIRouter(include_in_schema=False)
TEXTS = Path(__file__).with_name("static")
TEXT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
FOR_EVER = "public, max-age=31536000, immutable"
URL_LIMIT = 500
_ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.*-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_ASSET = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\[\]-]{0,200}")
_PLACE = re.compile(r"(?!api(/|$)|assets(/|$))[A-Za-z0-9/_=+-]{0,300}")
"""Names of places, and Saleor's ids, which are base64."""


def distribution() -> Path:
    """FastAPI dependency: the folder that `npm run build` writes."""
    return settings.ROOT / "dashboard_ui" / "dist"


Built = Annotated[Path, Depends(distribution)]


@router.api_route("/assets/{name}", methods=["GET", "HEAD"])
def get_asset(name: str, built: Built) -> FileResponse:
    """Answer a built file; its name holds a hash of its content, so it may be kept for ever."""
    file = built / "assets" / name
    if not _ASSET.fullmatch(name) or not file.is_file():
        raise HTTPException(404, "There is no such file.")
    return FileResponse(file, headers={"cache-control": FOR_EVER})


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
    transaction: Annotated[db.Transaction, Depends(transactions)],
    saleor_api_url: Annotated[str | None, Query(alias="saleorApiUrl")] = None,
) -> HTMLResponse:
    """Answer the panel; its path says what is shown, and the shop's own dashboard may frame it."""
    if not _PLACE.fullmatch(place):
        raise HTTPException(404, "There is no such page.")
    shop_origin = _installed_origin(transaction, saleor_api_url)
    headers = {
        "content-security-policy": policy(shop_origin, settings.get().dashboard_origins),
        "cache-control": "no-cache",
    }
    index = built / "index.html"
    page = index if index.is_file() else TEXTS / "not-built.html"
    return HTMLResponse(page.read_text(encoding="utf-8"), headers=headers)


def policy(shop_origin: str | None, dashboard_origins: Sequence[str]) -> str:
    """Return the panel's content security policy for one shop; None = not installed, so not framed there."""
    shop = [shop_origin] if shop_origin else []
    dashboards = [origin for origin in dashboard_origins if _ORIGIN.fullmatch(origin)]
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


def _installed_origin(transaction: db.Transaction, api_url: str | None) -> str | None:
    """Return the shop's origin, from our row and never from the request."""
    if not api_url or len(api_url) > URL_LIMIT or "\0" in api_url:
        return None
    with transaction() as session:
        return origin_of(api_url) if installs.keys_of(session, api_url) else None
