"""After a restore from backup: forget again whoever was forgotten since, and write Saleor's records anew."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import CursorResult, select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.models import Customer, Shop
from saleor_influence_app.pipeline import customers, installs, shops
from saleor_influence_app.pipeline.privacy import consents, erasure, persons, tombstone_copies, tombstones
from saleor_influence_app.pipeline.privacy.consents import Decision
from saleor_influence_app.pipeline.privacy.tombstone_folder import Tombstone

logger = log.get(__name__)


_WRITE_AGAIN = text("""
UPDATE outbox o SET state = 'pending', attempts = 0, error = NULL, lease_until = NULL,
    next_attempt_at = now(), written = coalesce(o.written, '{}') || CAST(
        CASE WHEN s.segments_attribute_id IS NULL THEN '{"private": null, "public": null}'
        ELSE '{"private": null, "public": null, "attribute": null}' END AS jsonb)
FROM shops s WHERE s.id = o.shop_id AND o.state <> 'skipped_staff'
""")


@dataclass(frozen=True, slots=True)
class Applied:
    """How much the database had come back with, by what had ended."""

    shops: int = 0
    people: int = 0
    consents: int = 0

    @property
    def total(self) -> int:
        """Return everything that had come back."""
        return self.shops + self.people + self.consents


def apply(transaction: db.Transaction, folder: Path, *, dry_run: bool = False) -> Applied:
    """End here again what ended according to the folder's tombstones; a repeat finds nothing to do."""
    stones = tombstones.read(folder)
    if not stones:
        return Applied()
    with transaction() as session:
        shop_ids = session.scalars(select(Shop.id).order_by(Shop.id)).all()
    done = Applied()
    for shop_id in shop_ids:
        with transaction() as session:
            found = _apply(session, shop_id, stones, dry_run=dry_run)
        done = Applied(done.shops + found.shops, done.people + found.people, done.consents + found.consents)
    if dry_run:
        return done
    with transaction() as session:
        tombstone_copies.take_over(session, folder)
    if done.total:
        logger.warning("tombstones.applied", shops=done.shops, people=done.people, consents=done.consents)
    return done


def write_again(session: Session) -> int:
    """Have every customer record written anew, and return how many.

    What the outbox remembers of a record is of the day of the backup; Saleor has what was written since.
    """
    result = session.execute(_WRITE_AGAIN)
    for shop_id in shops.active_ids(session):
        db.after_commit(session, "outbox.flush", shop_id)
    return result.rowcount if isinstance(result, CursorResult) else 0


def _apply(session: Session, shop_id: int, stones: dict[str, list[Tombstone]], *, dry_run: bool) -> Applied:
    key = shops.derived_key(session, shop_id, "tombstones")
    if tombstones.name_of(tombstones.WHOLE_SHOP, key) in stones:
        if not dry_run:
            installs.purge(session, shop_id)
        return Applied(shops=1)
    people, ended = 0, 0
    for customer_id in sorted(persons.everybody(session, shop_id)):
        for stone in _standing(stones.get(tombstones.name_of(customer_id, key), [])):
            if stone.what == "withdrawn":
                ended += _withdraw(session, shop_id, customer_id, stone=stone, dry_run=dry_run)
            elif _is_back(session, shop_id, customer_id, stone=stone):
                people += 1
                if not dry_run:
                    _forget(session, shop_id, customer_id, stone=stone)
                break
    return Applied(people=people, consents=ended)


def _standing(stones: list[Tombstone]) -> list[Tombstone]:
    """Return the tombstones that count: who took part again is erased no longer."""
    returned = max((stone.moment for stone in stones if stone.what == "returned"), default=None)
    return [
        stone
        for stone in stones
        if stone.what in {"withdrawn", "deleted"}
        or (stone.what == "erased" and (returned is None or returned < stone.moment))
    ]


def _is_back(session: Session, shop_id: int, customer_id: str, *, stone: Tombstone) -> bool:
    """Say whether rows name somebody who was erased; or an account that was deleted, as from before that."""
    if stone.what != "deleted":
        return persons.is_named(session, shop_id, customer_id)
    customer = session.get(Customer, (shop_id, customer_id))
    if customer is not None and customer.deleted_at is None:
        return customer.seen_at < stone.moment
    return persons.is_named(session, shop_id, customer_id)


def _forget(session: Session, shop_id: int, customer_id: str, *, stone: Tombstone) -> None:
    if stone.what == "deleted":
        shops.lock_facts(session, shop_id)
        customers.delete(session, shop_id, {customer_id: stone.moment})
    else:
        erasure.erase(session, shop_id, customer_id)


def _withdraw(session: Session, shop_id: int, customer_id: str, *, stone: Tombstone, dry_run: bool) -> int:
    if stone.purpose is None:
        return 0
    row = consents.current(session, shop_id, customer_id).get((stone.purpose, stone.network))
    if row is None or row.action != "given" or row.at > stone.moment:
        return 0
    if not dry_run:
        decision = Decision(
            purpose=stone.purpose,
            network=stone.network,
            action="withdrawn",
            proof="withdrawn before a restore",
        )
        erasure.withdraw(session, shop_id, customer_id, decision=decision)
    return 1
