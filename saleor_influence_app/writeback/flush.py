"""From the outbox into customer records: claim, write four to a request, settle. Repeating it is harmless."""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from saleor_influence_app import correlation, db, log, processes, run_queue
from saleor_influence_app.errors import SaleorRefused
from saleor_influence_app.models import OutboxRow, OutboxState, Problem, Shop
from saleor_influence_app.saleor.client import Opener, SaleorClient, open_client
from saleor_influence_app.shops import circuit_breaker, problems
from saleor_influence_app.writeback import outbox, segment_attribute, sender, staging

logger = log.get(__name__)

BATCH = 400
"""Customers a claim: a hundred requests, so that a crash repeats seconds of work and not minutes."""
SLICE_SECONDS = 60.0
"""A long write-back goes in slices, so that one large shop does not keep a worker from the others."""


_REFUSALS = text(f"""
SELECT count(*) FILTER (WHERE state = '{OutboxState.FAILED}'),
    count(*) FILTER (WHERE state = '{OutboxState.PENDING}' AND wanted IS NULL),
    count(*) FILTER (WHERE state = '{OutboxState.PENDING}' AND wanted IS NOT NULL),
    min(error)
FROM outbox
WHERE shop_id = :shop_id AND error IS NOT NULL
    AND (state = '{OutboxState.FAILED}' OR (state = '{OutboxState.PENDING}'
        AND attempts >= CASE WHEN wanted IS NULL THEN CAST(:alone AS int) ELSE :reported END))
""")
_LEFT = text(f"""
SELECT count(*) FILTER (WHERE state IN ('{OutboxState.PENDING}', '{OutboxState.CLAIMED}')),
    count(*) FILTER (WHERE state = '{OutboxState.PENDING}' AND next_attempt_at <= now()),
    count(*) FILTER (WHERE state = '{OutboxState.CLAIMED}' AND lease_until > now()),
    count(*) FILTER (WHERE state = '{OutboxState.SKIPPED_STAFF}')
FROM outbox WHERE shop_id = :shop_id AND wanted IS NULL
""")


@dataclass(frozen=True)
class Flushed:
    """What one call of `flush` did, in customers; `trouble` is the problem's key that stopped it."""

    written: int = 0
    failed: int = 0
    again: int = 0
    skipped_staff: int = 0
    gone: int = 0
    trouble: str | None = None
    run_ids: frozenset[int] = frozenset()


def flush(
    transaction: db.Transaction,
    shop_id: int,
    *,
    opener: Opener = open_client,
    seconds: float = SLICE_SECONDS,
) -> Flushed:
    """Write the shop's due rows to Saleor, or let them wait with a reason; report the shop's problems.

    A row ends done, or is due again: a removal within minutes, a write that Saleor refused after a day.
    One flush a shop: rows that come while another one works are found by its next claim.
    """
    done = Flushed()
    with transaction() as session:
        shop = session.get(Shop, shop_id)
        if shop is None or not shop.active:
            return done
        work = _due(session, shop_id) or segment_attribute.is_to_go(shop)
        idle = outbox.busy(session, shop_id) or not work
    if not idle:
        try:
            client = opener(shop.api_url, shop.token_encrypted)
        except SaleorRefused as error:  # our own key does not open the token
            with transaction() as session:
                problems.raise_problem(session, shop_id, problems.WRITEBACK_DENIED, error.message)
            return Flushed(trouble=problems.WRITEBACK_DENIED)
        with client:
            done = _drain(transaction, shop, client=client, until=time.monotonic() + seconds)
        with transaction() as session:
            asked = run_queue.correlation_ids(session, done.run_ids)
        with correlation.caused_by(asked):
            logger.info(
                "outbox.flushed",
                shop_id=shop_id,
                run_ids=sorted(done.run_ids),
                written=done.written,
                trouble=done.trouble,
            )
    problems.report(transaction, shop_id, opener=opener)
    return done


def remove_all(session: Session, shop_id: int) -> None:
    """Stop writing into this shop and remove all our keys, until the app is installed anew."""
    staging.clear(session, shop_id)
    db.after_commit(session, "outbox.flush", shop_id)


@dataclass(frozen=True)
class Left:
    """What of ours is still in a shop's records and is to go."""

    records: int
    due: int
    """Of the records, those that are to be tried now; the others wait for a while first."""
    claimed: int
    """Of the records, those that somebody is at."""
    staff: int
    """Accounts of staff, which Saleor lets no app change; looked at once a day."""
    attribute: bool


def left(session: Session, shop_id: int) -> Left:
    """Return what is still to be removed from the shop's records."""
    shop = session.get_one(Shop, shop_id)
    records, due, claimed, staff = session.execute(_LEFT, {"shop_id": shop_id}).one()
    attribute = not shop.write_back and shop.segments_attribute_id is not None
    return Left(records, due, claimed, staff, attribute)


def sweep(session: Session) -> None:
    """Make rows of dead workers and set-aside ones due again, and queue shops with work."""
    if taken := outbox.take_back(session):
        logger.warning("outbox.taken_back", rows=taken)
    outbox.make_due_again(session)
    due = select(OutboxRow.shop_id).where(
        OutboxRow.state == OutboxState.PENDING, OutboxRow.next_attempt_at <= func.now()
    )
    untold = select(Problem.shop_id).where(~Problem.reported)
    waiting = select(Shop.id).where(
        Shop.active,
        Shop.id.in_(due.union(untold)) | segment_attribute.TO_GO,
        Shop.id.not_in(circuit_breaker.silent()),
    )
    for shop_id in session.scalars(waiting):
        db.after_commit(session, "outbox.flush", shop_id)


def counts(session: Session, shop_id: int) -> dict[str, int]:
    """Return the shop's rows by state; claimed ones are pending still."""
    rows = session.execute(
        select(OutboxRow.state, func.count()).where(OutboxRow.shop_id == shop_id).group_by(OutboxRow.state)
    )
    found = {str(state): int(count) for state, count in rows}
    pending = found.get(OutboxState.PENDING, 0) + found.get(OutboxState.CLAIMED, 0)
    others = (OutboxState.WRITTEN, OutboxState.FAILED, OutboxState.SKIPPED_STAFF)
    return {str(OutboxState.PENDING): pending} | {str(state): found.get(state, 0) for state in others}


def _drain(transaction: db.Transaction, shop: Shop, *, client: SaleorClient, until: float) -> Flushed:
    """Claim, deliver and settle until nothing is due, time is up or trouble says to stop.

    While one batch is on its way, a second thread settles the one before and claims the one after: Saleor
    never waits for our database.
    """
    attribute_id = segment_attribute.prepare(transaction, shop, client=client)
    done, settled, wait = Flushed(), None, None
    with (
        sender.RequestSender(client, attribute_id=attribute_id) as requests,
        ThreadPoolExecutor(1, "outbox-clerk") as clerk,
    ):
        batch = _settle_and_claim(transaction, shop.id, None)
        while wait is None and (batch or settled):
            upcoming = clerk.submit(_settle_and_claim, transaction, shop.id, settled)
            settled = requests.send(batch) if batch else None
            batch = upcoming.result()
            if settled is not None:
                done, wait = _sum(done, settled), _pause(settled, until)
    with transaction() as session:
        if settled is not None:  # there is a wait: what is in hand is put down
            outbox.settle(session, shop.id, settled.answers)
            outbox.release(session, shop.id, batch)
            if wait is not None and wait <= 0:  # later ones are found by the sweep
                db.after_commit(session, "outbox.flush", shop.id)
        _report(session, shop.id, done=done, last=settled)
    if segment_attribute.is_to_go(shop) and _empty(transaction, shop.id):
        segment_attribute.retire(transaction, shop, client=client)
    return done


def _settle_and_claim(
    transaction: db.Transaction, shop_id: int, delivery: sender.BatchResult | None
) -> list[outbox.Claim]:
    """Store the results of the last batch, and claim the next."""
    with transaction() as session:
        if delivery is not None:
            outbox.settle(session, shop_id, delivery.answers)
        return outbox.claim(session, shop_id, limit=BATCH)


def _pause(delivery: sender.BatchResult, until: float) -> float | None:
    """Return the seconds until the next slice, or None to go on at once."""
    if delivery.trouble is not None:
        return delivery.trouble.wait_seconds
    if delivery.pause_seconds is not None:
        return delivery.pause_seconds
    # With the attribute gone, `prepare` must run anew before the rows that wait for it.
    return (
        0.0 if delivery.attribute_missing or time.monotonic() >= until or processes.stop_is_asked() else None
    )


def _report(session: Session, shop_id: int, *, done: Flushed, last: sender.BatchResult | None) -> None:
    """Raise or resolve the problems that say how writing back goes."""
    if last is not None and last.trouble is not None:
        problems.raise_problem(session, shop_id, last.trouble.key, last.trouble.message)
    elif done.written or done.gone:
        problems.resolve_problem(session, shop_id, problems.WRITEBACK_UNREACHABLE, problems.WRITEBACK_DENIED)
    if last is not None and last.attribute_missing:
        session.get_one(Shop, shop_id).segments_attribute_id = None
    if last is None or last.trouble is None:  # while nothing goes, that alone is the problem
        _report_refusals(session, shop_id)


def _report_refusals(session: Session, shop_id: int) -> None:
    """Raise the problem of records that do not say what they should, with when each is tried again."""
    found = session.execute(
        _REFUSALS, {"shop_id": shop_id, "alone": sender.ALONE_AFTER, "reported": sender.MAX_ATTEMPTS}
    )
    refused, kept, stuck, reason = found.one()
    sentences = [
        f"{count:,} customer record{'' if count == 1 else 's'} {words}"
        for count, words in (
            (refused, "could not be written: each is tried again after a day, or with the next full run."),
            (kept, "may still hold keys of ours that are to go: each is tried again every few minutes."),
            (stuck, "could not be written so far: each is tried again every few minutes."),
        )
        if count
    ]
    if sentences:
        message = " ".join([*sentences, f"Saleor says: {reason}"])
        problems.raise_problem(session, shop_id, problems.WRITEBACK_FAILED, message)
    else:
        problems.resolve_problem(session, shop_id, problems.WRITEBACK_FAILED)


def _empty(transaction: db.Transaction, shop_id: int) -> bool:
    with transaction() as session:
        row = select(OutboxRow.customer_id).where(
            OutboxRow.shop_id == shop_id, OutboxRow.state != OutboxState.SKIPPED_STAFF
        )
        return session.execute(row.limit(1)).first() is None


def _due(session: Session, shop_id: int) -> bool:
    row = select(OutboxRow.customer_id).where(
        OutboxRow.shop_id == shop_id,
        OutboxRow.state == OutboxState.PENDING,
        OutboxRow.next_attempt_at <= func.now(),
    )
    return session.execute(row.limit(1)).first() is not None


def _sum(done: Flushed, delivery: sender.BatchResult) -> Flushed:
    tally = Counter(answer.state for answer in delivery.answers)
    return Flushed(
        written=done.written + tally[OutboxState.WRITTEN],
        failed=done.failed + tally[OutboxState.FAILED],
        again=done.again + tally[OutboxState.PENDING],
        skipped_staff=done.skipped_staff + tally[OutboxState.SKIPPED_STAFF],
        gone=done.gone + tally[None],
        trouble=delivery.trouble.key if delivery.trouble else None,
        run_ids=done.run_ids | {answer.claim.run_id for answer in delivery.answers if answer.claim.run_id},
    )
