"""Objections (Art. 21 GDPR): nothing is computed of who objects, and their orders count to nobody.

Their orders stay the shop's, in its totals. An objection touches no consent and no linked profile. It ends
when they take part again, which no consent means and nobody else can do for them.
"""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app import db, log, run_queue
from saleor_influence_app.hand_off import segment_moves
from saleor_influence_app.models import (
    AskedBy,
    Customer,
    Objection,
    Profile,
    ProfileState,
    RunKind,
    TieOrigin,
    TombstoneKind,
)
from saleor_influence_app.shops import shops, suppression, tombstones
from saleor_influence_app.shops.tombstones import Ending
from saleor_influence_app.writeback import staging

logger = log.get(__name__)

Themselves = Literal[AskedBy.SELF, AskedBy.GUEST_LINK]

# Ties that follow from orders and responses are computed: the next run after the objection's end derives
# them anew.
_UNTIE = text(f"""
    DELETE FROM ties
    WHERE shop_id = :shop_id AND origin IN ('{TieOrigin.ORDERS}', '{TieOrigin.SURVEY}')
        AND :customer_id IN (source_id, target_id)
""")
_INHERIT = text("""
    INSERT INTO objections (shop_id, customer_id, at, by, reason)
    SELECT g.shop_id, c.customer_id, g.at, g.by, g.reason
    FROM objections g JOIN customers c ON c.shop_id = g.shop_id AND c.email_hash = decode(
        CASE WHEN g.customer_id ~ '^guest:([0-9a-f]{2})+$' THEN substr(g.customer_id, 7) END, 'hex')
    WHERE g.shop_id = :shop_id AND g.ended_at IS NULL AND c.deleted_at IS NULL
    ON CONFLICT (shop_id, customer_id) WHERE ended_at IS NULL DO NOTHING
    RETURNING customer_id, at
""")


def object_(  # noqa: PLR0913 - who, of whom, how, why and when
    session: Session,
    shop_id: int,
    customer_id: str,
    *,
    by: AskedBy,
    reason: str = "",
    now: datetime | None = None,
    restored: bool = False,
) -> bool:
    """Compute nothing of this customer or guest from now on; says whether that is new.

    What was computed of them, or of others because of their orders, is gone with this transaction.
    A guest's objection is also that of the account with their e-mail address. `restored`: it was made before
    a backup was restored, so that Saleor's record of them may say what no row here knows.
    """
    staging.lock(session, shop_id)
    shops.lock_facts(session, shop_id)
    moment = now or datetime.now(UTC)
    names = {customer_id, *_accounts(session, shop_id, customer_id)}
    noted = tombstones.newest(session, shop_id, customer_id)
    if tombstones.since(noted, TombstoneKind.ERASED) is None:
        new = _store(session, shop_id, names, at=moment, by=by, reason=reason)
    else:  # no row may name them: their tombstone alone says that they object
        new = names if tombstones.since(noted, TombstoneKind.OBJECTED) is None else set()
    for name in sorted(new):
        uncertain = restored and not name.startswith(suppression.GUEST)
        with segment_moves.noted(session, shop_id, customer_id=name):
            staging.drop(session, shop_id, name, uncertain=uncertain)
        session.execute(_UNTIE, {"shop_id": shop_id, "customer_id": name})
    if not new:
        return False
    endings = [Ending(customer_id=name, what=TombstoneKind.OBJECTED) for name in sorted(new)]
    tombstones.note(session, shop_id, endings, now=moment)
    db.after_commit(session, "outbox.flush", shop_id)
    run_queue.request(session, shop_id, kind=RunKind.FULL)
    logger.info("objection.made", shop_id=shop_id, by=by)
    return True


def end(
    session: Session, shop_id: int, customer_id: str, *, by: Themselves, now: datetime | None = None
) -> bool:
    """Let the customer or guest take part again; says whether they had objected or been erased.

    After an erasure only what comes later is of them: what was erased stays so.
    """
    staging.lock(session, shop_id)
    shops.lock_facts(session, shop_id)
    moment = now or datetime.now(UTC)
    names = {customer_id, *_accounts(session, shop_id, customer_id), *_guest(session, shop_id, customer_id)}
    ended = session.scalars(
        update(Objection)
        .where(Objection.shop_id == shop_id, Objection.customer_id.in_(names), Objection.ended_at.is_(None))
        .values(ended_at=moment, ended_by=by)
        .returning(Objection.customer_id)
    ).all()
    known = {name for name in names if tombstones.is_away(session, shop_id, name)}
    if not ended and not known:
        return False
    endings = [Ending(customer_id=name, what=TombstoneKind.RETURNED) for name in sorted({*ended, *known})]
    tombstones.note(session, shop_id, endings, now=moment)
    linked = Profile.shop_id == shop_id, Profile.customer_id.in_(names), Profile.state == ProfileState.LINKED
    session.execute(update(Profile).where(*linked).values(next_at=func.now()))
    db.after_commit(session, "social.snapshot", shop_id)
    run_queue.request(session, shop_id, kind=RunKind.FULL)
    logger.info("objection.ended", shop_id=shop_id, by=by)
    return True


def inherit(session: Session, shop_id: int) -> None:
    """Let the accounts of guests who object do so as well: an account takes over a guest's orders.

    The caller holds `shops.lock_facts`; no run has seen such an account with a guest's orders yet.
    """
    rows = session.execute(_INHERIT, {"shop_id": shop_id}).all()
    for at in {row.at for row in rows}:
        endings = [
            Ending(customer_id=row.customer_id, what=TombstoneKind.OBJECTED) for row in rows if row.at == at
        ]
        tombstones.note(session, shop_id, endings, now=at)


def standing_of(session: Session, shop_id: int, customer_id: str) -> Objection | None:
    """Return the objection of the customer or guest that has not ended."""
    wanted = Objection.shop_id == shop_id, Objection.customer_id == customer_id
    return session.scalars(select(Objection).where(*wanted, Objection.ended_at.is_(None))).first()


def _store(  # noqa: PLR0913 - each is a column
    session: Session, shop_id: int, names: set[str], *, at: datetime, by: AskedBy, reason: str
) -> set[str]:
    rows = [
        {"shop_id": shop_id, "customer_id": name, "at": at, "by": by, "reason": reason}
        for name in sorted(names)
    ]
    stored = insert(Objection).values(rows).on_conflict_do_nothing().returning(Objection.customer_id)
    return set(session.scalars(stored))


def _accounts(session: Session, shop_id: int, customer_id: str) -> list[str]:
    """Return the accounts that have a guest's e-mail address."""
    if (address := _address(customer_id)) is None:
        return []
    wanted = Customer.shop_id == shop_id, Customer.email_hash == address, Customer.deleted_at.is_(None)
    return list(session.scalars(select(Customer.customer_id).where(*wanted)))


def _guest(session: Session, shop_id: int, customer_id: str) -> list[str]:
    """Return the guest's name that an account's e-mail address has."""
    wanted = Customer.shop_id == shop_id, Customer.customer_id == customer_id
    name = suppression.GUEST + func.encode(Customer.email_hash, "hex")
    return list(session.scalars(select(name).where(*wanted, Customer.email_hash.is_not(None))))


def _address(customer_id: str) -> bytes | None:
    """Return the hash of the e-mail address in a guest's name; None for other names."""
    try:
        found = bytes.fromhex(customer_id.removeprefix(suppression.GUEST))
    except ValueError:
        return None
    return found if customer_id.startswith(suppression.GUEST) else None
