"""What an auditor asks of a consent ledger: is it whole, is it as it was signed, do its guards work?"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from saleor_influence_app.consent import database_guards, ledger, signed_heads
from saleor_influence_app.consent.signed_heads import Head, Known


@dataclass(frozen=True, slots=True)
class Audit:
    """`trouble` and `notes` are sentences; without trouble nothing was changed that we can see."""

    rows: int
    head: str
    trouble: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def of_shop(session: Session, shop_id: int, signed: Sequence[Head]) -> Audit:
    """Return what reading the shop's whole chain found, by the rows themselves and by its signed heads."""
    found = ledger.verify(session, shop_id)
    trouble = [found.broken] if found.broken is not None else []
    orphan = signed_heads.standing_without_subject(session, shop_id)
    if orphan is not None:
        trouble.append(f"row {orphan:,} is a consent that stands, and whom it is about was taken away")
    by_heads, notes = signed_heads.compare(session, shop_id, signed)
    return Audit(found.rows, found.head, [*trouble, *by_heads], notes)


def of_house(session: Session, known: Known, installed: Sequence[str]) -> Audit:
    """Return what is wrong beside the chains of the installed shops: guards, heads, shops that are gone."""
    trouble = [*database_guards.trouble(session), *known.trouble]
    notes: list[str] = []
    for api_url in sorted(known.heads.keys() - set(installed)):
        gone, told = signed_heads.compare(session, None, known.heads[api_url])
        trouble.extend(f"{api_url}: {one}" for one in gone)
        notes.extend(f"{api_url}: {one}" for one in told)
    return Audit(0, "", trouble, notes)
