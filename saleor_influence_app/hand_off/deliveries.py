"""Deliveries on their way: claimed, prepared as things are now, sent, tried again, given up after days.

One worker delivers for a shop by one way at a time, as long as its lease holds. A worker that is killed
between the receiver's yes and our commit delivers once more, under the same message id.
"""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from saleor_influence_app import db, log, mail, processes
from saleor_influence_app.backoff import Backoff
from saleor_influence_app.hand_off.targets import PROBLEMS
from saleor_influence_app.models import HandOffChannel, HandOffDelivery, HandOffState, Shop
from saleor_influence_app.saleor.client import answer_seconds
from saleor_influence_app.shops import problems

logger = log.get(__name__)

BACKOFF = Backoff(timedelta(seconds=15), timedelta(hours=6))
GIVE_UP = timedelta(days=3)
KEPT_DAYS = 30
"""For so long it is known what was sent, and to whom."""
TELL_AFTER = 4
"""Attempts of one delivery that fail before staff are told."""
SLICE_SECONDS = 60.0
LOCK = 0x0B0E
"""First half of the advisory lock under which a delivery is claimed; the second is the shop."""
REASON_LIMIT = 300
TASKS = {HandOffChannel.WEBHOOK: "outbox.webhook", HandOffChannel.MAIL: "outbox.mail"}
_ADDRESS = re.compile(r"[^\s<>,;:]*@[^\s<>,;:]*")

_CLAIM = text(f"""
UPDATE hand_off_deliveries SET state = '{HandOffState.CLAIMED}', attempts = attempts + 1,
    lease_until = now() + :lease
WHERE id = (
    SELECT id FROM hand_off_deliveries
    WHERE shop_id = :shop_id AND channel = :channel AND state = '{HandOffState.PENDING}'
        AND next_attempt_at <= now()
    ORDER BY next_attempt_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
    AND NOT EXISTS (SELECT FROM hand_off_deliveries o
        WHERE o.shop_id = :shop_id AND o.channel = :channel AND o.state = '{HandOffState.CLAIMED}'
            AND o.lease_until > now())
RETURNING id, shop_id, channel, event, message_id, customer_id, grant_id, segment, happened_at, attempts,
    lease_until
""")
_TAKE_BACK = text(f"""
UPDATE hand_off_deliveries SET state = '{HandOffState.PENDING}', lease_until = NULL, next_attempt_at = now()
WHERE state = '{HandOffState.CLAIMED}' AND lease_until < now()
""")


class NothingToTell(Exception):
    """A delivery that is not made, and why."""


class DeliveryRefused(Exception):
    """The receiver does not take it, today or tomorrow."""


class DeliveryDelayed(Exception):
    """The receiver did not take it now; `of_all`: it takes nothing at the moment."""

    def __init__(self, reason: str, *, of_all: bool = True, seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.of_all = of_all
        self.seconds = seconds
        """For so long the receiver wants to be left alone."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A delivery that this worker has until `lease_until`."""

    id: int
    shop_id: int
    channel: str
    event: str
    message_id: str
    customer_id: str
    grant_id: int | None
    segment: str | None
    happened_at: datetime
    attempts: int
    lease_until: datetime


class Channel(Protocol):
    """A way by which somebody is told."""

    name: HandOffChannel

    def prepare(self, session: Session, delivery: Delivery) -> Any:
        """Return what is to be sent, as things are now; raises NothingToTell."""

    def send(self, prepared: Any) -> None:
        """Return once it was taken; raises NothingToTell, DeliveryRefused or DeliveryDelayed."""


def drain(
    transaction: db.Transaction, shop_id: int, *, channel: Channel, seconds: float = SLICE_SECONDS
) -> int:
    """Deliver what is due, one after another; return how many are done."""
    done, until = 0, time.monotonic() + seconds
    with transaction() as session:
        shop = session.get(Shop, shop_id)
        if shop is None or not shop.active:
            return 0
    while time.monotonic() < until and not processes.stop_is_asked():
        delivery = _claim(transaction, shop_id, channel.name)
        if delivery is None or not _deliver(transaction, delivery, channel=channel):
            return done
        done += 1
    with transaction() as session:
        db.after_commit(session, TASKS[channel.name], shop_id)
    return done


def without_addresses(reason: str) -> str:
    """Return what a server said without e-mail addresses: it is stored, and shown to staff."""
    return _ADDRESS.sub("(address)", " ".join(reason.split()))[:REASON_LIMIT]


def lease() -> timedelta:
    """Return how long a claim holds: longer than one delivery can take."""
    return timedelta(seconds=answer_seconds() + mail.LONGEST_SECONDS + 60)


def _claim(transaction: db.Transaction, shop_id: int, channel: HandOffChannel) -> Delivery | None:
    with transaction() as session:
        session.execute(text("SELECT pg_advisory_xact_lock(:space, :shop)"), {"space": LOCK, "shop": shop_id})
        given = {"shop_id": shop_id, "channel": channel, "lease": lease()}
        row = session.execute(_CLAIM, given).mappings().first()
    return None if row is None else Delivery(**row)


def _deliver(transaction: db.Transaction, delivery: Delivery, *, channel: Channel) -> bool:
    """Say whether the next one may follow at once."""
    try:
        with transaction() as session:
            prepared = channel.prepare(session, delivery)
        channel.send(prepared)
    except NothingToTell as why:
        _close(transaction, delivery, HandOffState.DROPPED, reason=str(why))
    except DeliveryRefused as error:
        reason = without_addresses(str(error))
        _close(transaction, delivery, HandOffState.GIVEN_UP, reason=reason)
        logger.warning("hand_off.refused", shop_id=delivery.shop_id, channel=delivery.channel)
    except DeliveryDelayed as error:
        _put_off(transaction, delivery, error)
        return not error.of_all
    else:
        _close(transaction, delivery, HandOffState.SENT)
    return True


def _close(
    transaction: db.Transaction, delivery: Delivery, state: HandOffState, *, reason: str | None = None
) -> None:
    with transaction() as session:
        _write(session, delivery, state=state, error=reason, lease_until=None, done_at=func.now())
        if state == HandOffState.SENT:
            problems.resolve_problem(session, delivery.shop_id, _problem(delivery))


def _put_off(transaction: db.Transaction, delivery: Delivery, error: DeliveryDelayed) -> None:
    reason = without_addresses(str(error))
    if delivery.happened_at < datetime.now(UTC) - GIVE_UP:
        _close(transaction, delivery, HandOffState.GIVEN_UP, reason=reason)
        logger.warning("hand_off.given_up", shop_id=delivery.shop_id, channel=delivery.channel)
        return
    wait = max(BACKOFF.after(delivery.attempts - 1), timedelta(seconds=error.seconds))
    with transaction() as session:
        again = func.now() + min(wait, BACKOFF.longest)
        state = HandOffState.PENDING
        _write(session, delivery, state=state, error=reason, lease_until=None, next_attempt_at=again)
        if error.of_all and delivery.attempts >= TELL_AFTER:
            what = "webhook" if delivery.channel == HandOffChannel.WEBHOOK else "mail server"
            message = (
                f"Perks are not handed off: the shop's {what} takes nothing. {reason} It is tried again for "
                f"{GIVE_UP.days} days; look at Settings, Hand-off."
            )
            problems.raise_problem(session, delivery.shop_id, _problem(delivery), message)


def _write(session: Session, delivery: Delivery, **values: Any) -> None:
    """Store what came of it; nothing if the lease ran out and another worker has it, or the row is gone."""
    session.execute(
        update(HandOffDelivery)
        .where(HandOffDelivery.id == delivery.id, HandOffDelivery.lease_until == delivery.lease_until)
        .values(**values)
    )


def _problem(delivery: Delivery) -> str:
    return PROBLEMS[HandOffChannel(delivery.channel)]


def sweep(session: Session) -> None:
    """Make deliveries of workers that died due again, queue shops that have any, and delete old ones."""
    taken = session.connection().execute(_TAKE_BACK).rowcount
    if taken:
        logger.warning("hand_off.taken_back", rows=taken)
    waiting = (
        select(HandOffDelivery.shop_id, HandOffDelivery.channel)
        .join(Shop, Shop.id == HandOffDelivery.shop_id)
        .where(
            Shop.active,
            HandOffDelivery.state == HandOffState.PENDING,
            HandOffDelivery.next_attempt_at <= func.now(),
        )
        .distinct()
    )
    for shop_id, channel in session.execute(waiting):
        db.after_commit(session, TASKS[HandOffChannel(channel)], shop_id)
    old = HandOffDelivery.done_at < func.now() - timedelta(days=KEPT_DAYS)
    session.execute(delete(HandOffDelivery).where(old))
