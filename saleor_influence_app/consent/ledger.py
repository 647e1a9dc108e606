"""The consent ledger: rows that are only ever added, each chained to the one before by the shop's own key."""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app.models import Action, Consent, ConsentSubject, Purpose
from saleor_influence_app.shops import shops

LOCK = 0x0C05E
"""First half of the advisory lock under which a shop's chain grows; the second is the shop."""
BEGINNING = bytes(32)
PAGE = 1000
NOT_CHAINED = frozenset({"hash"})
SINCE_0014 = "limits"
"""Part of the canonical JSON where it has a value: rows without it verify as they were written."""
SESSION = "Saleor session"
Key = tuple[str, str | None]
"""Purpose and network."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What somebody decided, and by which text; an end without their own act has no text."""

    purpose: str
    network: str | None
    action: str
    wording: str = ""
    version: str = ""
    language: str = ""
    proof: str
    age_ok: bool = False
    limits: dict[str, Any] | None = None
    """What was agreed beside the text (`agreements.Limits`)."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What reading the whole chain found: `broken` names the first row that is not as it was written."""

    rows: int
    head: str
    broken: str | None


def record(
    session: Session,
    shop_id: int,
    customer_id: str,
    *,
    decisions: Sequence[Decision],
    now: datetime | None = None,
) -> list[int]:
    """The decisions are the newest rows of the shop's chain; returns their numbers."""
    lock(session, shop_id)
    ref = _ref(session, shop_id, customer_id)
    key = shops.derived_key(session, shop_id, "consent chain")
    last = session.execute(
        select(Consent.number, Consent.hash)
        .where(Consent.shop_id == shop_id)
        .order_by(Consent.number.desc())
        .limit(1)
    ).one_or_none()
    number, previous = (last.number, last.hash) if last is not None else (0, BEGINNING)
    moment, numbers = now or datetime.now(UTC), []
    for decision in decisions:
        number += 1
        row: dict[str, Any] = {
            "shop_id": shop_id,
            "number": number,
            "customer_ref": ref,
            "purpose": decision.purpose,
            "network": decision.network,
            "action": decision.action,
            "wording": decision.wording,
            "wording_version": decision.version,
            "language": decision.language,
            "proof": decision.proof,
            "age_ok": decision.age_ok,
            "at": moment,
            "previous_hash": previous,
            "limits": decision.limits,
        }
        previous = chained(row, key)
        session.execute(insert(Consent).values(**row, hash=previous))
        numbers.append(number)
    return numbers


def lock(session: Session, shop_id: int) -> None:
    """Be the only one who adds to the shop's chain, until the transaction ends."""
    session.execute(text("SELECT pg_advisory_xact_lock(:space, :shop)"), {"space": LOCK, "shop": shop_id})


def current(session: Session, shop_id: int, customer_id: str) -> dict[Key, Consent]:
    """Return the newest decision by purpose and network."""
    subject = session.get(ConsentSubject, (shop_id, customer_id))
    if subject is None:
        return {}
    rows = session.scalars(
        select(Consent)
        .where(Consent.shop_id == shop_id)
        .where(Consent.customer_ref == func.consent_ref(subject.salt, customer_id))
        .order_by(Consent.number)
    )
    return {(row.purpose, row.network): row for row in rows}


def given(session: Session, shop_id: int, customer_id: str) -> set[Key]:
    """Return what they consent to now."""
    return {key for key, row in current(session, shop_id, customer_id).items() if row.action == Action.GIVEN}


def proven(agreed: Consent, proof: str) -> Decision:
    """Return the same yes once more, with how they have proven since that the profile is theirs."""
    return Decision(
        purpose=agreed.purpose,
        network=agreed.network,
        action=Action.GIVEN,
        wording=agreed.wording,
        version=agreed.wording_version,
        language=agreed.language,
        proof=f"ownership: {proof}",
        age_ok=agreed.age_ok,
        limits=agreed.limits,
    )


def verify(session: Session, shop_id: int) -> Verification:
    """Read the chain from its beginning, and whom it is about; a change of any column shows."""
    key = shops.derived_key(session, shop_id, "consent chain")
    previous, rows = BEGINNING, 0
    while page := _after(session, shop_id, rows):
        for row in page:
            rows += 1
            if row.number != rows:
                return Verification(rows, previous.hex(), f"row {rows} is missing")
            if row.previous_hash != previous:
                return Verification(rows, previous.hex(), f"row {rows} does not continue row {rows - 1}")
            values = {column.name: getattr(row, column.name) for column in Consent.__table__.columns}
            if not hmac.compare_digest(row.hash, chained(values, key)):
                return Verification(rows, previous.hex(), f"row {rows} is not as it was written")
            previous = row.hash
    return Verification(rows, previous.hex(), _stranger(session, shop_id))


def _after(session: Session, shop_id: int, number: int) -> Sequence[Consent]:
    query = select(Consent).where(Consent.shop_id == shop_id, Consent.number > number)
    return session.scalars(query.order_by(Consent.number).limit(PAGE)).all()


def knows(session: Session, shop_id: int, digest: str) -> bool:
    """Say whether a row of the shop's chain has this hash, given in hex."""
    try:
        wanted = bytes.fromhex(digest)
    except ValueError:
        return False
    query = select(Consent.number).where(Consent.shop_id == shop_id, Consent.hash == wanted)
    return session.execute(query).first() is not None


def chained(row: dict[str, Any], key: bytes) -> bytes:
    """Return the hash of a row: HMAC-SHA256 over its canonical JSON, in which the hash before stands.

    By the shop's key, so that who can write to the database alone cannot compute a whole new chain.
    """
    left_out = NOT_CHAINED if row.get(SINCE_0014) is not None else NOT_CHAINED | {SINCE_0014}
    plain = {name: _plain(value) for name, value in row.items() if name not in left_out}
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.digest(key, canonical.encode(), "sha256")


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def _ref(session: Session, shop_id: int, customer_id: str) -> bytes:
    """Return what stands for the customer in the ledger; their row of salt is made if there is none."""
    session.execute(
        insert(ConsentSubject)
        .values(shop_id=shop_id, customer_id=customer_id, salt=secrets.token_bytes(32))
        .on_conflict_do_nothing()
    )
    salted = func.consent_ref(ConsentSubject.salt, ConsentSubject.customer_id)
    ref: bytes = session.execute(
        select(salted).where(ConsentSubject.shop_id == shop_id, ConsentSubject.customer_id == customer_id)
    ).scalar_one()
    return ref


_STRANGER = text(f"""
    SELECT p.customer_id FROM profiles p WHERE p.shop_id = :shop_id
        AND NOT consent_given(p.shop_id, p.customer_id, '{Purpose.LINK}', p.network)
    UNION ALL
    SELECT s.customer_id FROM consent_subjects s WHERE s.shop_id = :shop_id AND NOT EXISTS (
        SELECT FROM consents c
        WHERE c.shop_id = s.shop_id AND c.customer_ref = consent_ref(s.salt, s.customer_id))
    LIMIT 1
""")


def _stranger(session: Session, shop_id: int) -> str | None:
    """Say whom the ledger no longer knows: rows at its end, or their salt, were taken away."""
    found = session.execute(_STRANGER, {"shop_id": shop_id}).scalar()
    return None if found is None else f"the newest rows do not know customer {found}: rows are missing"
