"""The shopper's own page, as built: framed only by the storefronts that the shop has named."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Annotated, Literal, TypedDict

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from saleor_influence_app import db, settings
from saleor_influence_app.api.auth import URL_LIMIT, transactions
from saleor_influence_app.api.compression import file_answer
from saleor_influence_app.consent import privacy_settings
from saleor_influence_app.consent.languages import ENGLISH, LANGUAGES
from saleor_influence_app.saleor.addresses import origin_of
from saleor_influence_app.shops import installations
from saleor_influence_app.social.networks import TITLES

router = APIRouter(prefix="/shopper", include_in_schema=False)
FILES = settings.ROOT / "dashboard_ui" / "dist" / "shopper"
"""What `npm run build` makes of `dashboard_ui/src/shopper`."""
NOT_BUILT = Path(__file__).with_name("static") / "not-built.html"
_FILE = re.compile(r"[a-z]{2,20}\.(?:js|css|json|svg)")
PageState = Literal["on", "paused", "off", "unknown"]
"""Of social profiles. paused: they were on once. unknown: no such shop here."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the page must know of a shop before anybody has signed in."""

    state: PageState = "unknown"
    api_origin: str | None = None
    storefronts: Sequence[str] = ()
    controller: str = ""


class Wanted(TypedDict):
    """How a page is asked for: of which shop, in which language and theme."""

    frame: Frame
    language: str
    theme: str


@router.api_route("/assets/{name}", methods=["GET", "HEAD"])
def get_shopper_file(name: str, request: Request) -> Response:
    """Answer a script, style or list of words; browsers ask each time whether it has changed."""
    file = FILES / name
    if not _FILE.fullmatch(name) or not file.is_file():
        raise HTTPException(404, "There is no such file.")
    return file_answer(file, request, cache="no-cache")


def _wanted(
    transaction: Annotated[db.Transaction, Depends(transactions)],
    *,
    saleor_api_url: Annotated[str, Query(alias="saleorApiUrl")] = "",
    language: Annotated[str, Query(alias="lang")] = "",
    theme: Annotated[str, Query()] = "",
) -> Wanted:
    return {"frame": _frame(transaction, saleor_api_url), "language": language, "theme": theme}


@router.api_route("/guest", methods=["GET", "HEAD"])
@router.api_route("", methods=["GET", "HEAD"])
def get_shopper_page(request: Request, wanted: Annotated[Wanted, Depends(_wanted)]) -> HTMLResponse:
    """Answer the page of one shop's customers; at /guest of who ordered without an account.

    The link of a guest is in the address' fragment, which no browser sends us.
    """
    assets = "assets" if request.url.path.endswith("/guest") else "shopper/assets"
    return _page("page", request, **wanted, assets=assets)


@router.api_route("/thanks", methods=["GET", "HEAD"])
def get_survey_page(request: Request, wanted: Annotated[Wanted, Depends(_wanted)]) -> HTMLResponse:
    """Answer the question after an order; which order is in the fragment, which no browser sends us."""
    return _page("thanks", request, **wanted, assets="assets")


@router.api_route("/return", methods=["GET", "HEAD"])
def get_return_page(request: Request) -> HTMLResponse:
    """Answer the page that a network sends the browser back to; it hands on the result."""
    return _page("return", request, frame=Frame())


@router.api_route("/me/{place}", methods=["GET", "HEAD"])
def get_proof_page(request: Request, place: str) -> HTMLResponse:
    """Answer the address that a profile links to as proof; it is the same for everybody and names nobody."""
    del place
    return _page("proof", request, frame=Frame())


def policy(frame: Frame) -> str:
    """Return the content security policy: our files, our API and the shop's, framed by its storefronts."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            " ".join(["connect-src 'self'", *([frame.api_origin] if frame.api_origin else [])]),
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            " ".join(["frame-ancestors", *(frame.storefronts or ["'none'"])]),
        ]
    )


def language_of(wanted: str, accepted: str) -> str:
    """Return the language that is asked for, else the first of the browser's that there is, else English."""
    ranked = []
    for place, part in enumerate(accepted.split(",")[:20]):
        name, _, weight = part.strip().partition(";q=")
        quality = float(weight) if re.fullmatch(r"[01](\.[0-9]{1,3})?", weight) else 1.0
        ranked.append((-quality, place, name))
    for name in (wanted, *(name for _, _, name in sorted(ranked))):
        short = name[:2].lower()
        if short in LANGUAGES and name[2:3] in {"", "-", "_"}:
            return short
    return ENGLISH


def _frame(transaction: db.Transaction, api_url: str) -> Frame:
    """Return what our own rows say of the shop; what a request says is never repeated in a header."""
    if not api_url or len(api_url) > URL_LIMIT or "\0" in api_url:
        return Frame()
    with transaction() as session:
        db.use_one_snapshot(session)
        shop = installations.keys_of(session, api_url)
        if shop is None or not shop.active:
            return Frame()
        chosen = privacy_settings.read(session, shop.shop_id)
    return Frame(
        state="on" if chosen.enabled else "off" if chosen.confirmed_at is None else "paused",
        api_origin=origin_of(api_url),
        storefronts=chosen.storefront_origins,
        controller=chosen.controller_name,
    )


def _page(  # noqa: PLR0913 - each is one part of the page's address
    name: str,
    request: Request,
    *,
    frame: Frame,
    language: str = "",
    theme: str = "",
    assets: str = "shopper/assets",
) -> HTMLResponse:
    headers = {
        "content-security-policy": policy(frame),
        "cache-control": "no-store",
        "vary": "Accept-Language",
    }
    file = FILES / f"{name}.html"
    if not file.is_file():
        return HTMLResponse(NOT_BUILT.read_text(encoding="utf-8"), 503, headers=headers)
    values = {
        "languages": " ".join(LANGUAGES),
        "networks": json.dumps(TITLES),
        "language": language_of(language, request.headers.get("accept-language", "")),
        "theme": theme if theme in {"light", "dark"} else "auto",
        "state": frame.state,
        "storefronts": " ".join(frame.storefronts),
        "controller": frame.controller,
        "assets": assets,
    }
    template = Template(file.read_text(encoding="utf-8"))
    filled = {key: escape(value) for key, value in values.items()}
    text = template.substitute(filled, noscript=_noscript(), proof=_proof())
    return HTMLResponse(text, headers=headers)


@cache
def _noscript() -> str:
    return " · ".join(escape(text) for text in said("noscript").values())


@cache
def _proof() -> str:
    return "\n      ".join(f'<p lang="{code}">{escape(text)}</p>' for code, text in said("proof").items())


def said(key: str) -> dict[str, str]:
    """Return a text of the page in every language; it is one without places to fill in."""
    files = {code: (FILES / f"{code}.json").read_text(encoding="utf-8") for code in LANGUAGES}
    return {code: json.loads(text)[key] for code, text in files.items()}
