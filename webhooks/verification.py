"""Whether a body was signed by a shop: a detached RS256 JWS over the raw bytes (RFC 7515, 7797)."""

import math
import re
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

MIN_KEY_BITS: Final = 2048
CLOCK_SKEW_SECONDS: Final = 30
_DETACHED: Final = re.compile(r"[A-Za-z0-9_-]{1,512}\.\.[A-Za-z0-9_-]{1,1024}")


class SignatureInvalid(Exception):
    """The body was not signed by the shop, or not in the way that Saleor signs."""


class UnknownKey(Exception):
    """The signature names a key which the set lacks; after a key rotation a new set will have it."""

    def __init__(self, kid: str) -> None:
        super().__init__(kid)
        self.kid = kid


class _DetachedRegistry(jws.JWSRegistry):
    # joserfc refuses payloads above 128 kB; ours are limited while they are read.
    max_payload_length = 1 << 31


# Unknown header parameters are ignored unless `crit` lists them (RFC 7515, section 4).
_REGISTRY: Final = _DetachedRegistry(algorithms=["RS256"], strict_check_header=False)


def verify(signature: str, body: bytes, keys: Mapping[str, Any]) -> None:
    """Return if a holder of one of the keys (a JSON Web Key Set) signed exactly these bytes.

    Raises UnknownKey if the set lacks the key, SignatureInvalid for everything else. Only RS256 is
    accepted, and only an unencoded detached payload: an attached one would prove other bytes than ours.
    """
    if not _DETACHED.fullmatch(signature):
        raise SignatureInvalid("not a detached JSON Web Signature")
    try:
        signed = jws.extract_compact(signature.encode("ascii"), body, _REGISTRY)
        kid = _kid(signed.protected)
        key = _find_key(kid, keys)
        genuine = jws.validate_compact(signed, key, registry=_REGISTRY)
    except (JoseError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise SignatureInvalid(type(error).__name__) from None
    if not genuine:
        raise SignatureInvalid("the signature does not fit the body")


def named_key(signature: str) -> str:
    """The name of the key that a detached signature says it was made with, whoever made it; "" for none."""
    try:
        return _kid(jws.extract_compact(signature.encode("ascii"), b"", _REGISTRY).protected)
    except (JoseError, SignatureInvalid, KeyError, TypeError, ValueError, RecursionError):
        return ""


def _kid(header: object) -> str:
    if not isinstance(header, dict) or header.get("alg") != "RS256":
        raise SignatureInvalid("only RS256 is accepted")
    if header.get("b64") is not False:
        raise SignatureInvalid("only an unencoded payload (b64=false) is accepted")
    kid = header.get("kid")
    if not isinstance(kid, str):
        raise SignatureInvalid("the signature names no key")
    _check_times(header)
    return kid


def _check_times(header: Mapping[str, Any]) -> None:
    """Saleor writes no times into a signature; where there are some, they count (RFC 7519's names)."""
    now = time.time()
    for name in ("iat", "nbf", "exp"):
        moment = header.get(name, now)
        if type(moment) is not int and (type(moment) is not float or not math.isfinite(moment)):
            raise SignatureInvalid(f"{name} is no time")
        if moment + CLOCK_SKEW_SECONDS < now if name == "exp" else moment > now + CLOCK_SKEW_SECONDS:
            raise SignatureInvalid(f"by its {name}, the signature does not count now")


def _find_key(kid: str, keys: Mapping[str, Any]) -> RSAKey:
    found = keys.get("keys")
    for key in found if isinstance(found, list) else []:
        if (
            isinstance(key, dict)
            and key.get("kid") == kid
            and key.get("kty") == "RSA"
            and key.get("use") != "enc"
        ):
            return _import_key(key["n"], key["e"])
    raise UnknownKey(kid)


@lru_cache(
    maxsize=1024
)  # importing costs more than verifying; cached by content, so that no shop can shadow another
def _import_key(modulus: str, exponent: str) -> RSAKey:
    key = RSAKey.import_key({"kty": "RSA", "n": modulus, "e": exponent})
    if key.public_key.key_size < MIN_KEY_BITS:
        raise SignatureInvalid("the shop's key is too short")
    return key
