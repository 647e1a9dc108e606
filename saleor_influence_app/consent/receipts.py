"""A receipt of a decision: what was agreed to or withdrawn, signed, for the person to keep.

The names of ISO/IEC TS 27560 and of Kantara's consent receipt are used where there is one for what we say.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from joserfc import jws
from joserfc.errors import JoseError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app.consent import privacy_settings, signing, wording
from saleor_influence_app.errors import RowMissing
from saleor_influence_app.models import Consent, ConsentSubject, Shop

Check = Literal["valid", "unreadable", "unknown key", "altered", "unknown shop", "cut off", "changed"]
_WORDS: dict[Check, str] = {
    "valid": "The receipt is valid: row {number} of the ledger is the one that it was made of.",
    "unreadable": "This file is no receipt, or only a part of one.",
    "unknown key": "The receipt was signed with a key that is not this shop's: it is not from here, or the "
    "shop was installed anew since.",
    "altered": "The receipt was altered: its signature is not one of what it says.",
    "unknown shop": "The receipt is of {shop}, which is not installed here.",
    "cut off": "Row {number} is missing: the ledger has been cut off since the receipt was made.",
    "changed": "Row {number} of the ledger is not the one that the receipt was made of: it was changed.",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What a receipt is worth, in words."""

    outcome: Check
    words: str


def receipt(session: Session, shop_id: int, customer_id: str, *, number: int) -> dict[str, Any]:
    """Return the receipt of a row of theirs: `receipt` to be read, `signed` as a compact JWS of it."""
    subject = session.get(ConsentSubject, (shop_id, customer_id))
    row = session.get(Consent, (shop_id, number))
    theirs = select(func.consent_ref(ConsentSubject.salt, ConsentSubject.customer_id)).where(
        ConsentSubject.shop_id == shop_id, ConsentSubject.customer_id == customer_id
    )
    if row is None or subject is None or row.customer_ref != session.scalar(theirs):
        raise RowMissing("There is no such decision of yours.")
    said = _said(session, row, customer_id)
    return {"receipt": said, "signed": signing.sign(said, signing.receipt_key(session, shop_id))}


def check(session: Session, text: str) -> Checked:
    """Check a receipt against the shop's key and its ledger as it is now."""
    try:
        given = json.loads(text)
        said, signed = dict(given["receipt"]), str(given["signed"])
        shop, number, digest = str(said["shop"]), int(said["row"]["number"]), str(said["row"]["hash"])
        key_id = jws.extract_compact(signed.encode()).headers()["kid"]
    except (ValueError, KeyError, TypeError, JoseError, RecursionError):
        return _checked("unreadable", {})
    named = {"shop": shop, "number": number}
    shop_id = session.scalar(select(Shop.id).where(Shop.api_url == shop))
    if shop_id is None:
        return _checked("unknown shop", named)
    known = signing.public_keys(session, shop)
    if key_id not in {key["kid"] for key in known["keys"]}:
        return _checked("unknown key", named)
    try:
        is_same = signing.verify(signed, known) == said
    except signing.SignatureInvalid:
        is_same = False
    if not is_same:
        return _checked("altered", named)
    found = session.scalar(select(Consent.hash).where(Consent.shop_id == shop_id, Consent.number == number))
    if found is None:
        return _checked("cut off", named)
    return _checked("valid" if found.hex() == digest else "changed", named)


def _checked(outcome: Check, named: Mapping[str, object]) -> Checked:
    return Checked(outcome, _WORDS[outcome].format_map(named))


def _said(session: Session, row: Consent, customer_id: str) -> dict[str, Any]:
    """Return what the receipt says: who is responsible, what text, when, and its place in the ledger."""
    chosen = privacy_settings.read(session, row.shop_id)
    limits = row.limits or {}
    shown = None
    if row.wording:
        digest = wording.text_hash(row.purpose, row.network, language=row.language, text=row.wording)
        shown = {
            "text": row.wording,
            "text_hash": digest,
            "version": row.wording_version,
            "language": row.language,
        }
    return {
        "consentReceiptID": f"{row.number}/{row.hash.hex()[:16]}",
        "consentTimestamp": int(row.at.timestamp()),
        "collectionMethod": row.proof,
        "language": row.language or None,
        "piiPrincipalId": customer_id,
        "piiControllers": [
            {
                "piiController": limits.get("controller", chosen.controller_name),
                "contact": chosen.controller_contact,
            }
        ],
        "purpose": row.purpose,
        "network": row.network,
        "consentType": "EXPLICIT",
        "decision": row.action,
        "shown": shown,
        "limits": row.limits,
        "shop": session.get_one(Shop, row.shop_id).api_url,
        "row": {"number": row.number, "hash": row.hash.hex(), "previous_hash": row.previous_hash.hex()},
    }
