"""Signatures that somebody outside can check: JSON Web Signatures with Ed25519 (RFC 7515, RFC 8037).

Two keys sign. Heads of chains are signed by the signer, a process of its own, with a key that neither web nor
workers can read. A shopper's receipt must be there at once, so that the app signs it, with a key of the shop
that follows from its own. Each signed head names that key: the signer vouches for it.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app import settings
from saleor_influence_app.errors import SettingInvalid
from saleor_influence_app.models import Shop
from saleor_influence_app.shops import shops

ALGORITHM = "Ed25519"
_CURVE_SEED = bytes.fromhex("302e020100300506032b657004220420")
"""What PKCS 8 has before the 32 bytes of an Ed25519 private key (RFC 8410)."""

Keys = dict[str, Any]
"""A JSON Web Key Set: `{"keys": [...]}`."""


class SignatureInvalid(Exception):
    """A text that none of the keys has signed, or that was changed."""


def sign(payload: Mapping[str, Any], key: OKPKey) -> str:
    """Return the payload signed, as a compact JWS whose header names the key."""
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    header = {"alg": ALGORITHM, "kid": key.thumbprint()}
    return jws.serialize_compact(header, text.encode(), key, algorithms=[ALGORITHM])


def verify(signed: str, public_keys: Keys) -> dict[str, Any]:
    """Return what was signed by one of the keys; raises SignatureInvalid for everything else."""
    try:
        kid = jws.extract_compact(signed.encode()).headers()["kid"]
        [found] = [key for key in public_keys["keys"] if key["kid"] == kid]
        payload = jws.deserialize_compact(signed, OKPKey.import_key(found), algorithms=[ALGORITHM]).payload
        return dict(json.loads(payload))
    except (JoseError, KeyError, TypeError, ValueError, RecursionError):
        raise SignatureInvalid("None of the known keys has signed this, or it was changed.") from None


def receipt_key(session: Session, shop_id: int) -> OKPKey:
    """Return the key that the app signs receipts of this shop with; it goes with the shop."""
    seed = shops.derived_key(session, shop_id, "consent receipts")
    return OKPKey.import_key(_CURVE_SEED + seed)


def public_keys(session: Session, api_url: str | None = None) -> Keys:
    """Return the signer's public keys, old ones too; with the shop's address that of its receipts as well."""
    keys = list(signer_keys()["keys"])
    shop_id = session.scalar(select(Shop.id).where(Shop.api_url == api_url)) if api_url else None
    if shop_id is not None:
        keys.append(public(receipt_key(session, shop_id)))
    return {"keys": keys}


def signer_keys() -> Keys:
    """Return the public keys in CONSENT_PUBLIC_KEYS_FILE; none where it is not set."""
    path = settings.get().consent_public_keys_file
    return {"keys": []} if path is None else _read_public(path)


def public(key: OKPKey) -> dict[str, Any]:
    """Return the public half, named by its thumbprint (RFC 7638)."""
    half = key.as_dict(private=False)
    return {"kty": half["kty"], "crv": half["crv"], "x": half["x"], "kid": key.thumbprint(), "use": "sig"}


def read_key() -> OKPKey:
    """Return the signer's own key from CONSENT_SIGNING_KEY_FILE; raises SettingInvalid if it cannot be."""
    path = settings.get().consent_signing_key_file
    if path is None:
        raise SettingInvalid("Set CONSENT_SIGNING_KEY_FILE for the signer: docs/privacy.md says how.")
    try:
        return OKPKey.import_key(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise SettingInvalid(
            "CONSENT_SIGNING_KEY_FILE does not exist; `./influence consent new-key` writes it."
        ) from None
    except (OSError, ValueError, JoseError) as error:
        raise SettingInvalid(f"CONSENT_SIGNING_KEY_FILE cannot be read ({type(error).__name__}).") from None


def make_key(private: Path, public_file: Path) -> dict[str, Any]:
    """Write a new key for the signer, add its public half to the public keys, and return that half.

    Raises FileExistsError rather than overwrite a private key.
    """
    key = OKPKey.generate_key("Ed25519")
    half = public(key)
    known = _read_public(public_file)["keys"] if public_file.exists() else []
    descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.as_pem(private=True))
        file.flush()
        os.fsync(file.fileno())
    public_file.write_text(json.dumps({"keys": [*known, half]}, indent=2) + "\n", encoding="utf-8")
    return half


def _read_public(path: Path) -> Keys:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        keys = [public(OKPKey.import_key(key)) for key in found["keys"]]
    except (OSError, ValueError, KeyError, TypeError, JoseError) as error:
        raise SettingInvalid(f"CONSENT_PUBLIC_KEYS_FILE cannot be read ({type(error).__name__}).") from None
    return {"keys": keys}
