"""A shop's public keys, fetched from the origin of its API: they verify webhooks and dashboard tokens."""

import json
from typing import Any

import httpx

from saleor_influence_app.errors import AppError, SaleorRefused
from saleor_influence_app.saleor.addresses import AddressForbidden, CheckedTransport, origin_of

KEYS_LIMIT = 64_000
"""Bytes of a key set; Saleor's has about 500."""
KEYS_SECONDS = 10.0
KEYS_COUNT = 20
PUBLIC_MEMBERS = ("kty", "kid", "n", "e", "use", "alg", "key_ops")


class KeysUnavailable(SaleorRefused):
    """The shop's key set cannot be had, or is none."""

    code = "JWKS_NOT_AVAILABLE"
    status = 401


def fetch_keys(api_url: str, *, transport: httpx.BaseTransport | None = None) -> dict[str, Any]:
    """Return the shop's key set: RSA keys with a `kid`, their public members only.

    Raises `KeysUnavailable`, or `AddressForbidden` where we must not connect.
    """
    url = f"{origin_of(api_url)}/.well-known/jwks.json"
    # identity: a compressed answer could be far larger than what was counted on the wire
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    checked = transport if transport is not None else CheckedTransport(limit=KEYS_LIMIT, seconds=KEYS_SECONDS)
    try:
        with httpx.Client(
            transport=checked, timeout=KEYS_SECONDS / 2, trust_env=False, headers=headers
        ) as client:
            body = _read(client, url)
    except (AddressForbidden, KeysUnavailable):
        raise
    except (httpx.RequestError, AppError) as error:
        raise KeysUnavailable(f"{url} cannot be read: {_in_words(error)}") from error
    return _key_set(body, url)


def _read(client: httpx.Client, url: str) -> bytes:
    with client.stream("GET", url, follow_redirects=False) as response:
        if response.status_code != httpx.codes.OK:
            raise KeysUnavailable(f"{url} answered with status {response.status_code}.")
        if response.headers.get("content-encoding", "identity") != "identity":
            raise KeysUnavailable(f"{url} answered compressed, which was not asked for.")
        return response.read()


def _in_words(error: Exception) -> str:
    return error.message if isinstance(error, AppError) else f"{type(error).__name__}."


def _key_set(body: bytes, url: str) -> dict[str, Any]:
    try:
        read = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise KeysUnavailable(f"{url} is not JSON.") from error
    keys = read.get("keys") if isinstance(read, dict) else None
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
