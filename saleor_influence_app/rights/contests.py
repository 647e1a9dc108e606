"""What people say is wrong about them: a few at a time, answered in a month, corrected where they are right.

A tie or a household has another end, whom the one who contests must not learn of: their page names it by a
handle, which is a keyed hash of the two.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from saleor_influence_app import log, models, run_queue
from saleor_influence_app.errors import AppError, InputInvalid, RowMissing
from saleor_influence_app.models import (
    Contest,
    Correction,
    Customer,
    Order,
    RequestKind,
    RunKind,
    Tie,
    TieOrigin,
)
from saleor_influence_app.orders import corrections, ownership
from saleor_influence_app.rights import register, subjects
from saleor_influence_app.runs.inputs import MOST_AT_HOME
from saleor_influence_app.shops import shops
from saleor_influence_app.shops.suppression import GUEST

logger = log.get(__name__)

ContestKind = models.ContestKind
Outcome = models.Outcome
MOST_OPEN = 5
HANDLE_BYTES = 12


class TooManyContests(AppError):
    """So many are open that staff must answer first."""

    code = "TOO_MANY_CONTESTS"
    status = 409


@dataclass(frozen=True, slots=True)
class ContestedFact:
    """What is wrong, in their words; `about` is an order's id, or the handle of a tie or of a household."""

    kind: ContestKind
    text: str
    about: str | None = None


@dataclass(frozen=True, slots=True)
class TieSeen:
    """A tie as the one at an end of it may see it."""

    handle: str
    other_id: str
    kind: str
    may_be_led: bool
    """They may lead the other; False: the other may lead them."""
    since: datetime | None


@dataclass(frozen=True, slots=True)
class HouseholdSeen:
    """Somebody who is taken to be of one home with them, and by what."""

    handle: str
    other_id: str
    by: tuple[Literal["address", "card"], ...]


def contest(session: Session, shop_id: int, customer_id: str, *, claim: ContestedFact) -> int:
    """Staff will read and decide it; returns its number."""
    _demand_alive(session, shop_id, customer_id)
    subjects.lock(session, shop_id, customer_id)
    waiting = select(func.count()).where(
        Contest.shop_id == shop_id, Contest.customer_id == customer_id, Contest.answer.is_(None)
    )
    if (session.scalar(waiting) or 0) >= MOST_OPEN:
        raise TooManyContests(f"{MOST_OPEN} of your notes wait for an answer. Wait for one of them first.")
    order_id, other_id = _about(session, shop_id, customer_id, claim=claim)
    row = Contest(
        shop_id=shop_id,
        customer_id=customer_id,
        kind=claim.kind,
        order_id=order_id,
        other_id=other_id,
        text=claim.text,
        at=func.now(),
    )
    session.add(row)
    session.flush()
    logger.info("contest.made", shop_id=shop_id, kind=claim.kind, contest_id=row.id)
    return row.id


@dataclass(frozen=True, slots=True)
class Decided:
    """What staff answer; a contest of a kind that can be corrected needs an outcome."""

    text: str
    outcome: Outcome | None
    by: str


def decide(session: Session, shop_id: int, contest_id: int, *, decided: Decided) -> None:
    """The answer stands on the customer's page; what is accepted is corrected, and the next run obeys it."""
    row = session.scalars(
        select(Contest).where(Contest.shop_id == shop_id, Contest.id == contest_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise RowMissing("There is no such contest.")
    if row.kind != ContestKind.OTHER and decided.outcome is None:
        raise InputInvalid("Say whether it is accepted or refused.")
    if (
        decided.outcome == Outcome.ACCEPTED
        and row.kind != ContestKind.OTHER
        and (row.order_id or row.other_id) is None
    ):
        raise InputInvalid("What it is about is gone, so that there is nothing to correct.")
    undone = session.execute(
        delete(Correction)
        .where(Correction.shop_id == shop_id, Correction.contest_id == contest_id)
        .returning(Correction.id)
    ).all()
    row.answer, row.answered_at, row.answered_by = decided.text, func.now(), decided.by
    row.outcome = decided.outcome
    corrected = decided.outcome == Outcome.ACCEPTED and row.kind != ContestKind.OTHER
    if corrected:
        session.add(
            Correction(
                shop_id=shop_id,
                customer_id=row.customer_id,
                kind=row.kind,
                order_id=row.order_id,
                other_id=row.other_id,
                contest_id=contest_id,
                made_by=decided.by,
            )
        )
    session.flush()
    if corrected or undone:
        run_queue.request(session, shop_id, kind=RunKind.FULL)
    note = f"contest {contest_id}: {decided.outcome or 'answered'}"
    register.note_done(
        session, shop_id, row.customer_id, kind=RequestKind.RECTIFICATION, by=decided.by, note=note
    )
    register.sweep_shop(session, shop_id)
    logger.info("contest.decided", shop_id=shop_id, contest_id=contest_id, outcome=decided.outcome)


def withdraw_correction(session: Session, shop_id: int, correction_id: int) -> None:
    """The correction was a mistake: later runs no longer obey it."""
    gone = session.execute(
        delete(Correction)
        .where(Correction.shop_id == shop_id, Correction.id == correction_id)
        .returning(Correction.id)
    ).scalar()
    if gone is None:
        raise RowMissing("There is no such correction.")
    run_queue.request(session, shop_id, kind=RunKind.FULL)
    logger.info("correction.withdrawn", shop_id=shop_id)


def ties_of(session: Session, shop_id: int, customer_id: str) -> Iterator[TieSeen]:
    """Give the ties that hold now and that no correction took away, the newest first.

    Not those to whom they named themselves: nobody is to find out so who is a customer.
    """
    ends = or_(Tie.source_id == customer_id, Tie.target_id == customer_id)
    rows = session.execute(
        select(Tie.source_id, Tie.target_id, Tie.kind, Tie.valid_from)
        .where(Tie.shop_id == shop_id, ends)
        .where(Tie.valid_to.is_(None) | (Tie.valid_to > func.now()))
        .where((Tie.origin != TieOrigin.SURVEY) | (Tie.source_id == customer_id))
        .where(~corrections.are_strangers(shop_id, Tie.source_id, Tie.target_id))
        .order_by(Tie.valid_from.desc().nulls_last(), Tie.kind, Tie.source_id, Tie.target_id)
    )
    key = _key(session, shop_id)
    for row in rows:
        leads = row.source_id == customer_id
        other = row.target_id if leads else row.source_id
        yield TieSeen(_handle(key, "tie", customer_id, other), other, row.kind, leads, row.valid_from)


def households_of(session: Session, shop_id: int, customer_id: str) -> list[HouseholdSeen]:
    """Return who shares a delivery address or card with them, as the ledger takes it."""
    mine = subjects.orders_of(session, shop_id, customer_id)
    found: dict[str, list[Literal["address", "card"]]] = {}
    marks: tuple[tuple[Any, set[bytes], Literal["address", "card"]], ...] = (
        (Order.address_hash, {one.address_hash for one in mine if one.address_hash}, "address"),
        (Order.payment_hash, {one.payment_hash for one in mine if one.payment_hash}, "card"),
    )
    for column, hashes, by in marks:
        for others in _sharing(session, shop_id, column, hashes=hashes):
            if len(others | {customer_id}) <= MOST_AT_HOME:
                for other in others - {customer_id}:
                    found.setdefault(other, []).append(by)
    apart = _apart_from(session, shop_id, customer_id)
    key = _key(session, shop_id)
    return [
        HouseholdSeen(_handle(key, "household", customer_id, other), other, tuple(dict.fromkeys(by)))
        for other, by in sorted(found.items())
        if other not in apart
    ]


def _sharing(session: Session, shop_id: int, column: Any, *, hashes: set[bytes]) -> Iterator[set[str]]:
    """Give the buyers of each mark."""
    if not hashes:
        return
    owners = ownership.order_owners(shop_id).where(column.in_(hashes)).subquery()
    nameless = func.coalesce(func.encode(Order.email_hash, "hex"), Order.order_id)
    buyer = func.coalesce(owners.c.customer_id, GUEST + nameless)
    rows = session.execute(
        select(column.label("mark"), buyer.label("buyer"))
        .outerjoin(owners, owners.c.order_id == Order.order_id)
        .where(Order.shop_id == shop_id, column.in_(hashes))
        .where(~corrections.is_not_theirs(shop_id, Order.order_id))
        .distinct()
    )
    by_mark: dict[bytes, set[str]] = {}
    for row in rows:
        by_mark.setdefault(row.mark, set()).add(row.buyer)
    yield from by_mark.values()


def _apart_from(session: Session, shop_id: int, customer_id: str) -> set[str]:
    rows = session.execute(
        select(Correction.customer_id, Correction.other_id)
        .where(Correction.shop_id == shop_id, Correction.kind == ContestKind.HOUSEHOLD)
        .where(or_(Correction.customer_id == customer_id, Correction.other_id == customer_id))
    )
    return {name for row in rows for name in row if name is not None}


def _about(
    session: Session, shop_id: int, customer_id: str, *, claim: ContestedFact
) -> tuple[str | None, str | None]:
    """Return the order and the other customer that the claim is about."""
    if claim.kind == ContestKind.OTHER:
        return None, None
    if claim.about is None:
        raise InputInvalid("Say which order, tie or household you mean.")
    if claim.kind == ContestKind.ORDER:
        mine = {one.order_id for one in subjects.orders_of(session, shop_id, customer_id)}
        if claim.about not in mine:
            raise RowMissing("This order does not count as yours.")
        return claim.about, None
    seen = ties_of if claim.kind == ContestKind.TIE else households_of
    for one in seen(session, shop_id, customer_id):
        if hmac.compare_digest(one.handle.encode(), claim.about.encode()):
            return None, one.other_id
    raise RowMissing("This is no longer there. Load the page again to see how things are.")


def _key(session: Session, shop_id: int) -> bytes:
    return shops.derived_key(session, shop_id, "handles of others")


def _handle(key: bytes, *names: str) -> str:
    return hmac.digest(key, "\0".join(names).encode(), "sha256")[:HANDLE_BYTES].hex()


def _demand_alive(session: Session, shop_id: int, customer_id: str) -> None:
    """Raise for a customer who was deleted; hold them against deletion until the commit."""
    row = session.execute(
        select(Customer.deleted_at)
        .where(Customer.shop_id == shop_id, Customer.customer_id == customer_id)
        .with_for_update(key_share=True)
    ).one_or_none()
    if row is not None and row.deleted_at is not None:
        raise RowMissing("This account has been deleted.")
