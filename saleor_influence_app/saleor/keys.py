"""A shop's public keys, fetched from the origin of its API: they verify webhooks and dashboard tokens."""

from datetime import UTC, datetime
from typing import Any

import httpx

from saleor_influence_app import answers
from saleor_influence_app.errors import AppError, SaleorRefused, SaleorUnreachable
from saleor_influence_app.saleor.addresses import AddressForbidden, CheckedTransport, origin_of
from saleor_influence_app.saleor.client import LONGEST_RETRY_AFTER

KEYS_LIMIT = 64_000
"""Bytes of a key set; Saleor's has about 500."""
KEYS_SECONDS = 8.0
KEYS_COUNT = 20
PUBLIC_MEMBERS = ("kty", "kid", "n", "e", "use", "alg", "key_ops")
CODE = "JWKS_NOT_AVAILABLE"


class KeysUnavailable(SaleorRefused):
    """The shop has no key set at its address, or it is none."""

    code = CODE
    status = 401


def fetch_keys(api_url: str, *, transport: httpx.BaseTransport | None = None) -> dict[str, Any]:
    """Return the shop's key set: RSA keys with a `kid`, their public members only.

    Raises `SaleorUnreachable` for trouble that passes, `KeysUnavailable` for an answer that is no key set, or
    `AddressForbidden` where we must not connect.
    """
    url = f"{origin_of(api_url)}/.well-known/jwks.json"
    checked = transport if transport is not None else CheckedTransport(limit=KEYS_LIMIT, seconds=KEYS_SECONDS)
    headers = {"Accept": "application/json"}
    try:
        with httpx.Client(
            transport=checked, timeout=KEYS_SECONDS, trust_env=False, headers=headers
        ) as client:
            response = client.get(url, follow_redirects=False)
    except AddressForbidden:
        raise
    except (httpx.RequestError, SaleorUnreachable) as error:
        raise SaleorUnreachable(f"{url} cannot be read: {_in_words(error)}", code=CODE) from error
    except AppError as error:
        raise KeysUnavailable(f"{url} cannot be read: {error.message}") from error
    return _key_set(_body(response, url), url)


def _body(response: httpx.Response, url: str) -> dict[str, Any]:
    where = f"{url} answered with status {response.status_code}."
    if answers.passes(response.status_code):
        header = response.headers.get("retry-after")
        seconds = answers.retry_after(header, now=datetime.now(UTC), longest=LONGEST_RETRY_AFTER)
        raise SaleorUnreachable(where, code=CODE, retry_after=seconds)
    if not response.is_success:
        raise KeysUnavailable(where)
    read = answers.json_object(response.content)
    if read is None:
        raise SaleorUnreachable(f"{url} is not JSON.", code=CODE)
    return read


def _in_words(error: Exception) -> str:
    return error.message if isinstance(error, AppError) else f"{type(error).__name__}."


def _key_set(read: dict[str, Any], url: str) -> dict[str, Any]:
    keys = read.get("keys")
    if not isinstance(keys, list):
        raise KeysUnavailable(f"{url} is not a key set.")
    usable = [
        {member: key[member] for member in PUBLIC_MEMBERS if member in key}
        for key in keys[:KEYS_COUNT]
        if isinstance(key, dict)
        and key.get("kty") == "RSA"
        and all(isinstance(key.get(member), str) and key[member] for member in ("kid", "n", "e"))
    ]
    if not usable:
        raise KeysUnavailable(f"{url} holds no RSA key with a name (kid).")
    return {"keys": usable}
