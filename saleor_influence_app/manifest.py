"""The Saleor manifest: what stands in manifest.json, cut to what the asking Saleor version knows."""

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from saleor_influence_app.saleor.versions import OLDEST, major_minor
from saleor_influence_app.settings import ROOT
from webhooks import catalog

FILE = ROOT / "manifest.json"
PLACEHOLDER = "{APP_URL}"

MOUNTS_SINCE = {
    # 3.21 knows neither the target WIDGET nor these places, and refuses a manifest that names them.
    "CUSTOMER_DETAILS_WIDGETS": (3, 22),
    "ORDER_DETAILS_WIDGETS": (3, 22),
    "DRAFT_ORDER_DETAILS_WIDGETS": (3, 22),
    "PRODUCT_DETAILS_WIDGETS": (3, 22),
    "VOUCHER_DETAILS_WIDGETS": (3, 22),
    "VOUCHER_DETAILS_MORE_ACTIONS": (3, 22),
    "VOUCHER_OVERVIEW_MORE_ACTIONS": (3, 22),
    "GIFT_CARD_DETAILS_WIDGETS": (3, 22),
    "GIFT_CARD_DETAILS_MORE_ACTIONS": (3, 22),
    "CATEGORY_DETAILS_MORE_ACTIONS": (3, 22),
    "COLLECTION_DETAILS_MORE_ACTIONS": (3, 22),
    "HOMEPAGE_WIDGETS": (3, 23),
    # The dashboard knows it from 3.23.21 on, an older 3.23 refuses the manifest, and no request tells the
    # patch version.
    "SEARCH_ACTION": (3, 24),
}
CUSTOMER_ATTRIBUTES = "MANAGE_CUSTOMER_TYPES_AND_ATTRIBUTES"
CUSTOMER_ATTRIBUTES_SINCE = (3, 24)
"""The permission came with 3.23.26, but a manifest request tells no patch version, and an older 3.23 refuses
a manifest with a permission that it does not know. So on 3.23 it is asked for only when the person who
installs says so with `?customer-attributes=true`; staff can also grant it later, without a reinstall."""
CUSTOMER_ATTRIBUTES_FIRST = (3, 23)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The app as the browser sees it and as Saleor's servers see it, without a slash at the end."""

    iframe_url: str
    api_url: str


def app_id() -> str:
    """Return the identifier by which Saleor knows this app; it never changes."""
    return str(template()["id"])


@cache
def version() -> str:
    """Return the version of the package, from pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


@cache
def template() -> dict[str, Any]:
    """Return manifest.json as it stands, with placeholders."""
    read: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return read


def generated() -> dict[str, Any]:
    """Return manifest.json as it should stand: the package's version, the catalog's webhooks."""
    return {**template(), "version": version(), "webhooks": catalog.manifest_webhooks(PLACEHOLDER)}


def render(
    addresses: Addresses, *, schema_version: str | None = None, customer_attributes: bool = False
) -> dict[str, Any]:
    """Return the manifest for a Saleor whose requests say `saleor-schema-version: <schema_version>`."""
    known = major_minor(schema_version)
    return {
        **_placed(template(), addresses.iframe_url),
        "version": version(),
        "permissions": _permissions(known, asked_for=customer_attributes),
        "tokenTargetUrl": _placed(template()["tokenTargetUrl"], addresses.api_url),
        "brand": _placed(template()["brand"], addresses.api_url),  # the logo is fetched by Saleor's worker
        "extensions": [
            extension
            for extension in template()["extensions"]
            if known >= MOUNTS_SINCE.get(extension["mount"], OLDEST)
        ],
        "webhooks": catalog.manifest_webhooks(addresses.api_url, saleor_version=known),
    }


def _permissions(known: tuple[int, int], *, asked_for: bool) -> list[str]:
    wanted = known >= CUSTOMER_ATTRIBUTES_SINCE or (asked_for and known >= CUSTOMER_ATTRIBUTES_FIRST)
    return [code for code in template()["permissions"] if wanted or code != CUSTOMER_ATTRIBUTES]


def _placed(value: Any, url: str) -> Any:
    """Return the value with every placeholder replaced."""
    if isinstance(value, str):
        return value.replace(PLACEHOLDER, url)
    if isinstance(value, list):
        return [_placed(item, url) for item in value]
    if isinstance(value, dict):
        return {key: _placed(item, url) for key, item in value.items()}
    return value
