"""After a restore from backup: forget again whoever was forgotten since, and write Saleor's records anew."""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import CursorResult, select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.consent import ledger
from saleor_influence_app.consent.ledger import Decision
from saleor_influence_app.erasure import erasure, objections, person_rows
from saleor_influence_app.models import (
    Action,
    AskedBy,
    Customer,
    OutboxState,
    Shop,
    TombstoneKind,
    TombstoneRow,
)
from saleor_influence_app.shops import installations, shops, tombstone_copies, tombstone_folder, tombstones
from saleor_influence_app.shops.tombstone_folder import Tombstone
from saleor_influence_app.sync import customers

logger = log.get(__name__)


_WRITE_AGAIN = text(f"""
UPDATE outbox o SET state = '{OutboxState.PENDING}', attempts = 0, error = NULL, lease_until = NULL,
    next_attempt_at = now(), written = coalesce(o.written, '{{}}') || CAST(
        CASE WHEN s.segments_attribute_id IS NULL THEN '{{"private": null, "public": null}}'
        ELSE '{{"private": null, "public": null, "attribute": null}}' END AS jsonb)
FROM shops s WHERE s.id = o.shop_id AND o.state <> '{OutboxState.SKIPPED_STAFF}'
""")


@dataclass(frozen=True, slots=True)
class Applied:
    """How much the database had come back with, by what had ended."""

    shops: int = 0
    people: int = 0
    consents: int = 0
    objections: int = 0
    """Made or ended since the backup."""

    @property
    def total(self) -> int:
        """Return everything that had come back."""
        return self.shops + self.people + self.consents + self.objections

    def __add__(self, more: "Applied") -> "Applied":
        """Return both together."""
        return Applied(
            self.shops + more.shops,
            self.people + more.people,
            self.consents + more.consents,
            self.objections + more.objections,
        )


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
            done += _apply(session, shop_id, stones, dry_run=dry_run)
    if dry_run:
        return done
    with transaction() as session:
        tombstone_copies.take_over(session, folder)
        if done.total:
            tombstone_copies.expect_anew(session)
    if done.total:
        logger.warning("tombstones.applied", **asdict(done))
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
            installations.purge(session, shop_id)
        return Applied(shops=1)
    done = Applied()
    for customer_id in sorted(person_rows.everybody(session, shop_id)):
        if theirs := stones.get(tombstones.name_of(customer_id, key)):
            done += _apply_to(session, shop_id, customer_id, stones=theirs, dry_run=dry_run)
    return done


def _apply_to(
    session: Session, shop_id: int, customer_id: str, *, stones: list[Tombstone], dry_run: bool
) -> Applied:
    """Do again for one customer what their tombstones say, the oldest first."""
    withdrawn = [stone for stone in stones if stone.what == TombstoneKind.WITHDRAWN]
    ended = sum(_withdraw(session, shop_id, customer_id, stone=one, dry_run=dry_run) for one in withdrawn)
    gone = [
        stone for stone in reversed(stones) if stone.what in {TombstoneKind.DELETED, TombstoneKind.ERASED}
    ]
    back = next((one for one in gone if _is_back(session, shop_id, customer_id, stone=one)), None)
    if back is not None and not dry_run:
        _forget(session, shop_id, customer_id, stone=back)
        if any(one.what == TombstoneKind.RETURNED and one.moment > back.moment for one in stones):
            objections.end(session, shop_id, customer_id, by=AskedBy.SELF)
    changed = [one for one in stones if one.what in {TombstoneKind.OBJECTED, TombstoneKind.RETURNED}][-1:]
    objected = sum(_object_again(session, shop_id, customer_id, last=one, dry_run=dry_run) for one in changed)
    return Applied(people=int(back is not None), consents=ended, objections=objected)


def _is_back(session: Session, shop_id: int, customer_id: str, *, stone: Tombstone) -> bool:
    """Say whether rows name somebody who was erased; or an account that was deleted, as from before that."""
    if stone.what != TombstoneKind.DELETED:
        return not _is_known(session, stone) and person_rows.is_named(session, shop_id, customer_id)
    customer = session.get(Customer, (shop_id, customer_id))
    if customer is not None and customer.deleted_at is None:
        return customer.seen_at < stone.moment
    return person_rows.is_named(session, shop_id, customer_id)


def _is_known(session: Session, stone: Tombstone) -> bool:
    """Say whether the backup has the tombstone, and so what it stands for: both are of one transaction."""
    known = select(TombstoneRow.number).where(TombstoneRow.checksum == tombstone_folder.checksum(stone))
    return session.execute(known).first() is not None


def _object_again(
    session: Session, shop_id: int, customer_id: str, *, last: Tombstone, dry_run: bool
) -> bool:
    """Make or end the customer's objection as they last did; say whether the backup knew it otherwise."""
    standing = objections.standing_of(session, shop_id, customer_id)
    if _is_known(session, last) or (standing is not None) == (last.what == TombstoneKind.OBJECTED):
        return False
    if last.what == TombstoneKind.RETURNED and standing is not None and standing.at > last.moment:
        return False
    if not dry_run and last.what == TombstoneKind.OBJECTED:
        objections.object_(session, shop_id, customer_id, by=AskedBy.SELF, now=last.moment, restored=True)
    elif not dry_run:
        objections.end(session, shop_id, customer_id, by=AskedBy.SELF, now=last.moment)
    return True


def _forget(session: Session, shop_id: int, customer_id: str, *, stone: Tombstone) -> None:
    if stone.what == TombstoneKind.DELETED:
        shops.lock_facts(session, shop_id)
        customers.delete(session, shop_id, {customer_id: stone.moment})
    else:
        erasure.erase(session, shop_id, customer_id)


def _withdraw(session: Session, shop_id: int, customer_id: str, *, stone: Tombstone, dry_run: bool) -> int:
    if stone.purpose is None:
        return 0
    row = ledger.current(session, shop_id, customer_id).get((stone.purpose, stone.network))
    if row is None or row.action != Action.GIVEN or row.at > stone.moment:
        return 0
    if not dry_run:
        decision = Decision(
            purpose=stone.purpose,
            network=stone.network,
            action=Action.WITHDRAWN,
            proof="withdrawn before a restore",
        )
        erasure.withdraw(session, shop_id, customer_id, decision=decision)
    return 1
