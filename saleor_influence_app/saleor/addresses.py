"""Which shops we speak to: an API URL of one plain form, at an address that we may dial."""

import re
from urllib.parse import urlsplit

from saleor_influence_app import addresses
from saleor_influence_app.errors import SaleorRefused, SaleorUnreachable

URL_LIMIT = 500

# One plain form only: what Python, httpx and a browser might read differently never gets past this.
_API_URL = re.compile(
    r"(?P<origin>https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?)(?P<path>/[A-Za-z0-9/_.-]*)"
)


class AddressForbidden(SaleorRefused):
    """A shop that we may not speak to, by its name or by the address that its name resolves to."""

    code = "SALEOR_URL_PROHIBITED"
    status = 403


class CheckedTransport(addresses.CheckedTransport):
    """The guard of all outgoing connections; what it refuses here is said of Saleor."""

    forbidden = AddressForbidden
    refused = SaleorRefused
    unreachable = SaleorUnreachable


def allowed_origin(api_url: str, pattern: str) -> str:
    """Return the API URL's origin if `pattern` matches it from end to end, else raise `AddressForbidden`."""
    plain = _API_URL.fullmatch(api_url) if len(api_url) <= URL_LIMIT else None
    if plain is None:
        raise AddressForbidden("The Saleor API URL is not of the form https://shop.example/graphql/.")
    if not re.fullmatch(pattern, plain["origin"]):
        raise AddressForbidden(f"{plain['origin']} is not allowed by ALLOWED_DOMAIN_PATTERN of this app.")
    return plain["origin"]


def origin_of(api_url: str) -> str:
    """Return scheme, host and port of a URL that was accepted before."""
    parts = urlsplit(api_url)
    return f"{parts.scheme}://{parts.netloc}"
