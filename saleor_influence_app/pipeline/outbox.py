"""From the outbox into customer records: claim, write four to a request, settle. Repeating it is harmless."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app import db, log, processes
from saleor_influence_app.models import OutboxRow, Problem, Shop
from saleor_influence_app.pipeline import claims, hidden_attribute, postbag, problems, staging
from saleor_influence_app.saleor.client import SaleorClient, open_client

logger = log.get(__name__)

BATCH = 400
"""Customers a claim: a hundred requests, so that a crash repeats seconds of work and not minutes."""
SLICE_SECONDS = 60.0
"""A long write-back goes in slices, so that one large shop does not keep a worker from the others."""

Opener = Callable[[str, str], SaleorClient]


@dataclass(frozen=True)
class Flushed:
    """What one call of `flush` did, in customers; `trouble` is the problem's key that stopped it."""

    written: int = 0
    failed: int = 0
    again: int = 0
    skipped_staff: int = 0
    gone: int = 0
    trouble: str | None = None


def flush(
    transaction: db.Transaction,
    shop_id: int,
    *,
    opener: Opener = open_client,
    seconds: float = SLICE_SECONDS,
) -> Flushed:
    """Due rows of the shop are in Saleor, or wait with a reason; the shop's problems are told there.

    One flush a shop: rows that come while another one works are found by its next claim.
    """
    done = Flushed()
    with transaction() as session:
        shop = session.get(Shop, shop_id)
        if shop is None or not shop.active:
            return done
        leftover = not shop.write_back and shop.segments_attribute_id is not None
        idle = claims.busy(session, shop_id) or not (leftover or _due(session, shop_id))
    if not idle:
        with opener(shop.api_url, shop.token_encrypted) as client:
            done = _drain(transaction, shop, client=client, until=time.monotonic() + seconds)
        logger.info("outbox.flushed", shop_id=shop_id, written=done.written, trouble=done.trouble)
    problems.report(transaction, shop_id, opener=opener)
    return done


def remove(session: Session, shop_id: int, customer_id: str) -> None:
    """The customer has withdrawn: no value of hers is here or computed again, her keys are to go."""
    staging.withdraw(session, shop_id, customer_id)
    db.after_commit(session, "outbox.flush", shop_id)


def remove_all(session: Session, shop_id: int) -> None:
    """Nothing is written into this shop any more, and all our keys are to go.

    So it stays until the app is installed anew.
    """
    staging.clear(session, shop_id)
    db.after_commit(session, "outbox.flush", shop_id)


def sweep(session: Session) -> None:
    """No row is forgotten: dead workers' are due again, shops with due rows or untold problems are rung."""
    if taken := claims.take_back(session):
        logger.warning("outbox.taken_back", rows=taken)
    due = select(OutboxRow.shop_id).where(
        OutboxRow.state == "pending", OutboxRow.next_attempt_at <= func.now()
    )
    untold = select(Problem.shop_id).where(~Problem.reported)
    ringing = select(Shop.id).where(Shop.active, Shop.id.in_(due.union(untold)))
    for shop_id in session.scalars(ringing):
        db.after_commit(session, "outbox.flush", shop_id)


def counts(session: Session, shop_id: int) -> dict[str, int]:
    """Return the shop's rows by state; claimed ones are pending still."""
    rows = session.execute(
        select(OutboxRow.state, func.count()).where(OutboxRow.shop_id == shop_id).group_by(OutboxRow.state)
    )
    found = {state: int(count) for state, count in rows}
    pending = found.get("pending", 0) + found.get("claimed", 0)
    return {"pending": pending} | {
        state: found.get(state, 0) for state in ("written", "failed", "skipped_staff")
    }


def _drain(transaction: db.Transaction, shop: Shop, *, client: SaleorClient, until: float) -> Flushed:
    """Claim, deliver and settle until nothing is due, time is up or trouble says to stop.

    While one batch is on its way, a second thread settles the one before and claims the one after: Saleor
    never waits for our database.
    """
    attribute_id = hidden_attribute.prepare(transaction, shop, client=client)
    done, settled, wait = Flushed(), None, None
    with (
        postbag.Postbag(client, attribute_id=attribute_id) as bag,
        ThreadPoolExecutor(1, "outbox-clerk") as clerk,
    ):
        batch = _turn(transaction, shop.id, None)
        while wait is None and (batch or settled):
            upcoming = clerk.submit(_turn, transaction, shop.id, settled)
            settled = bag.deliver(batch) if batch else None
            batch = upcoming.result()
            if settled is not None:
                done, wait = _sum(done, settled), _pause(settled, until)
    with transaction() as session:
        if settled is not None:  # there is a wait: what is in hand is put down
            claims.settle(session, shop.id, settled.answers)
            claims.release(session, shop.id, batch)
            db.after_commit(session, "outbox.flush", shop.id, countdown=wait)
        _tell(session, shop.id, done=done, last=settled)
    if not shop.write_back and _empty(transaction, shop.id):
        hidden_attribute.retire(transaction, shop, client=client)
    return done


def _turn(transaction: db.Transaction, shop_id: int, delivery: postbag.Delivery | None) -> list[claims.Claim]:
    """What was delivered is settled, and the next batch is claimed."""
    with transaction() as session:
        if delivery is not None:
            claims.settle(session, shop_id, delivery.answers)
        return claims.claim(session, shop_id, limit=BATCH)


def _pause(delivery: postbag.Delivery, until: float) -> float | None:
    """Return the seconds until the next slice, or None to go on at once."""
    if delivery.trouble is not None:
        return delivery.trouble.wait_seconds
    if delivery.pause_seconds is not None:
        return delivery.pause_seconds
    # With the attribute gone, `prepare` must run anew before the rows that wait for it.
    return (
        0.0 if delivery.attribute_missing or time.monotonic() >= until or processes.stop_is_asked() else None
    )


def _tell(session: Session, shop_id: int, *, done: Flushed, last: postbag.Delivery | None) -> None:
    """Problems say how writing back goes now."""
    if last is not None and last.trouble is not None:
        problems.raise_problem(session, shop_id, last.trouble.key, last.trouble.message)
    elif done.written or done.gone:
        problems.resolve_problem(session, shop_id, problems.WRITEBACK_UNREACHABLE, problems.WRITEBACK_DENIED)
    if last is not None and last.attribute_missing:
        session.get_one(Shop, shop_id).segments_attribute_id = None
    failed = select(OutboxRow.error).where(OutboxRow.shop_id == shop_id, OutboxRow.state == "failed")
    count = session.scalar(select(func.count()).select_from(failed.subquery())) or 0
    if count == 0:
        problems.resolve_problem(session, shop_id, problems.WRITEBACK_FAILED)
        return
    reason = session.scalars(failed.order_by(OutboxRow.customer_id).limit(1)).first()
    message = (
        f"Customer records that could not be written: {count}; each night they are tried again. {reason}"
    )
    problems.raise_problem(session, shop_id, problems.WRITEBACK_FAILED, message)


def _empty(transaction: db.Transaction, shop_id: int) -> bool:
    with transaction() as session:
        row = select(OutboxRow.customer_id).where(OutboxRow.shop_id == shop_id, ~OutboxRow.withdrawn)
        return session.execute(row.limit(1)).first() is None


def _due(session: Session, shop_id: int) -> bool:
    row = select(OutboxRow.customer_id).where(
        OutboxRow.shop_id == shop_id,
        OutboxRow.state == "pending",
        OutboxRow.next_attempt_at <= func.now(),
    )
    return session.execute(row.limit(1)).first() is not None


def _sum(done: Flushed, delivery: postbag.Delivery) -> Flushed:
    tally = Counter(answer.state for answer in delivery.answers)
    return Flushed(
        written=done.written + tally["written"],
        failed=done.failed + tally["failed"],
        again=done.again + tally["pending"],
        skipped_staff=done.skipped_staff + tally["skipped_staff"],
        gone=done.gone + tally["gone"],
        trouble=delivery.trouble.key if delivery.trouble else None,
    )
