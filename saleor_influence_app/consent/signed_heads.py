"""Signed heads of the consent ledger: what a shop's chain was at a moment, in the signer's words.

Each head names the one signed before it. One that was signed after a restore from backup says so, and from
which row on earlier heads no longer count.
"""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from saleor_influence_app import settings
from saleor_influence_app.consent import signing
from saleor_influence_app.consent.signing import SignatureInvalid
from saleor_influence_app.models import Action, Consent, ConsentHead, ErasureReason, TombstoneRow
from saleor_influence_app.shops import shops, tombstones

ENDED = (ErasureReason.ERASED, ErasureReason.DELETED, ErasureReason.ANONYMISED)
"""Proofs of the last row about somebody whom the ledger no longer names."""
FILES = "*.heads"


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """What was signed: `head` and `beginning` are hashes of the newest and of the first row, in hex."""

    shop: str
    rows: int
    head: str
    beginning: str
    nameless: int
    """People whose subject was gone without an erasure that is a row of the chain: before there were such."""
    receipts: dict[str, Any]
    """The public key of the shop's receipts."""
    ends: list[str]
    """Tombstones that are written when the shop goes, or installs the app anew."""
    previous: str | None
    """SHA-256 of the head signed before."""
    at: str
    restored: dict[str, Any] | None = None
    """After a restore: `rows` that earlier heads and the chain have in common, and `why`."""
    signed: str = field(default="", compare=False)

    @property
    def moment(self) -> str:
        """Return when it was signed, for people."""
        return f"{datetime.fromisoformat(self.at):%Y-%m-%d %H:%M} UTC"

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the signed text, by which the next head names it."""
        return hashlib.sha256(self.signed.encode()).hexdigest()

    def sign(self, key: OKPKey) -> str:
        """Return the head, signed."""
        payload = asdict(self)
        del payload["signed"]
        return signing.sign({"kind": "consent head"} | payload, key)


@dataclass(frozen=True, slots=True)
class Known:
    """Every head that was found, by shop, and what is wrong with where they are."""

    heads: dict[str, list[Head]]
    trouble: list[str]


def parse(signed: str) -> Head:
    """Return the head; raises SignatureInvalid if the signer has not signed it."""
    payload = signing.verify(signed, signing.signer_keys())
    try:
        if payload.pop("kind") != "consent head":
            raise SignatureInvalid("This is no head of a ledger.")
        return Head(**payload, signed=signed)
    except (KeyError, TypeError):
        raise SignatureInvalid("This is no head of a ledger.") from None


def known(session: Session, more: Iterable[str] = ()) -> Known:
    """Return the heads in the database, in CONSENT_ANCHOR_FOLDER and among `more` signed texts."""
    rows = session.execute(select(ConsentHead.signed, ConsentHead.filed_at)).all()
    folder = settings.get().consent_anchor_folder
    trouble = []
    try:
        filed = list(_lines(folder)) if folder is not None else []
    except OSError as error:
        filed = []
        trouble.append(f"CONSENT_ANCHOR_FOLDER cannot be read ({type(error).__name__})")
    found: dict[str, Head] = {}
    bad = 0
    for signed in [*(row.signed for row in rows), *filed, *more]:
        try:
            found[signed] = parse(signed)
        except SignatureInvalid:
            bad += 1
    if bad:
        trouble.append(f"{bad:,} of the signed heads are damaged, or signed by nobody we know")
    lost = {row.signed for row in rows if row.filed_at is not None} - set(filed) if folder else set()
    if lost:
        trouble.append(f"CONSENT_ANCHOR_FOLDER lacks {len(lost):,} heads that were written to it")
    heads: dict[str, list[Head]] = {}
    for head in sorted(found.values(), key=lambda one: (one.at, one.rows)):
        heads.setdefault(head.shop, []).append(head)
    return Known(heads, trouble)


def _lines(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob(FILES)) if folder.is_dir() else ():
        yield from filter(None, path.read_text(encoding="ascii", errors="replace").split("\n"))


def now(session: Session, shop_id: int, api_url: str, *, previous: Head | None) -> Head | None:
    """Return the chain's present head, not yet signed; None for a chain without rows."""
    ends = select(Consent.number, Consent.hash).where(Consent.shop_id == shop_id).limit(1)
    first = session.execute(ends.order_by(Consent.number)).one_or_none()
    last = session.execute(ends.order_by(Consent.number.desc())).one_or_none()
    if first is None or last is None:
        return None
    key = shops.derived_key(session, shop_id, "tombstones")
    return Head(
        shop=api_url,
        rows=last.number,
        head=last.hash.hex(),
        beginning=first.hash.hex(),
        nameless=nameless(session, shop_id),
        receipts=signing.public(signing.receipt_key(session, shop_id)),
        ends=[tombstones.name_of(one, key) for one in (tombstones.WHOLE_SHOP, tombstones.FORMER_SHOP)],
        previous=previous.digest if previous is not None else None,
        at=datetime.now(UTC).isoformat(timespec="microseconds"),
    )


def compare(session: Session, shop_id: int | None, heads: Sequence[Head]) -> tuple[list[str], list[str]]:
    """Return what is wrong with the chain by its signed heads, and what is to be known beside that.

    Without a shop: of heads of one that is not installed here any more.
    """
    wanted = {1, *(head.rows for head in heads)}
    rows = select(Consent.number, Consent.hash).where(
        Consent.shop_id == shop_id, Consent.number == func.any_(list(wanted))
    )
    hashes = {row.number: row.hash.hex() for row in session.execute(rows)}
    count = session.scalar(select(func.max(Consent.number)).where(Consent.shop_id == shop_id)) or 0
    left, restored = _after_restores(heads)
    former = [head for head in left if head.beginning != hashes.get(1)]
    ours = [head for head in left if head.beginning == hashes.get(1)]
    trouble, notes = _of_former(session, former, is_empty=not count)
    notes.extend(restored)
    for head in ours:
        if head.rows > count:
            missing, told = head.rows - count, f"on {head.moment} there were {head.rows:,}"
            trouble.append(f"the newest {missing:,} rows are missing: {told}")
            break
        if hashes.get(head.rows) != head.head:
            told = f"row {head.rows:,} is not the one that was signed on {head.moment}"
            trouble.append(f"{told}: the chain was computed anew")
            break
    trouble.extend(_gaps(heads))
    if ours and shop_id is not None and nameless(session, shop_id) > min(head.nameless for head in ours):
        trouble.append("whom some rows are about was taken away, and no erasure is in the ledger")
    return trouble, notes


def _after_restores(heads: Sequence[Head]) -> tuple[list[Head], list[str]]:
    """Return the heads that count still, and what the signer was told of restores."""
    common, left, notes = 2**63, [], []
    for head in reversed(heads):
        if head.rows <= common:
            left.append(head)
        if head.restored is not None:
            common = min(common, int(head.restored["rows"]))
            why = head.restored["why"]
            notes.append(
                f"a backup was put back before {head.moment}: rows after {common:,} are gone ({why})"
            )
    return left[::-1], notes[::-1]


def _gaps(heads: Sequence[Head]) -> Iterator[str]:
    digests = {head.digest for head in heads}
    for head in heads:
        if head.previous is not None and head.previous not in digests:
            yield f"the head signed before that of {head.moment} is missing"


def _of_former(session: Session, former: Sequence[Head], *, is_empty: bool) -> tuple[list[str], list[str]]:
    """Judge heads of a chain with another beginning: it ended by a shop's going, or was replaced."""
    trouble, notes = [], []
    for beginning in dict.fromkeys(head.beginning for head in former):
        last = [head for head in former if head.beginning == beginning][-1]
        told = f"a chain of {last.rows:,} rows, signed on {last.moment},"
        if (ended := _ended(session, last)) is not None:
            notes.append(f"{told} ended when the shop went or installed the app anew, on {ended}")
        elif is_empty:
            trouble.append(f"{told} is gone, and nothing notes that the shop went")
        else:
            trouble.append(f"{told} had another first row: the chain was begun or computed anew")
    return trouble, notes


def _ended(session: Session, head: Head) -> str | None:
    """Return when the chain's tombstone is from; it must be in TOMBSTONE_FOLDER too, where that is set."""
    row = session.scalars(select(TombstoneRow).where(TombstoneRow.who == func.any_(head.ends))).first()
    if row is None:
        return None
    folder = settings.get().tombstone_folder
    if folder is not None and folder.is_dir() and row.who not in tombstones.read(folder):
        return None
    return f"{row.at:%Y-%m-%d %H:%M} UTC"


_NEWEST = """
    SELECT DISTINCT ON (customer_ref{apart}) number, customer_ref, action, proof FROM consents
    WHERE shop_id = :shop_id AND customer_ref NOT IN (
        SELECT sha256(salt || convert_to(customer_id, 'UTF8')) FROM consent_subjects WHERE shop_id = :shop_id)
    ORDER BY customer_ref{apart}, number DESC
"""
_STANDING = text(f"""
    SELECT min(number) FROM ({_NEWEST.format(apart=", purpose, network")}) AS newest
    WHERE action = '{Action.GIVEN}'
""")
_NAMELESS = text(f"""
    SELECT count(*) FROM ({_NEWEST.format(apart="")}) AS newest
    WHERE action <> '{Action.WITHDRAWN}' OR proof <> ALL (:ended)
""")


def nameless(session: Session, shop_id: int) -> int:
    """Return how many people of the chain have no subject, and no erasure as their last row."""
    return session.scalar(_NAMELESS, {"shop_id": shop_id, "ended": list(ENDED)}) or 0


def standing_without_subject(session: Session, shop_id: int) -> int | None:
    """Return the first row of a consent that stands while whom it is about is gone; None if all are known."""
    number: int | None = session.scalar(_STANDING, {"shop_id": shop_id})
    return number
