"""The drift meter: how far a shop's rows here are from those in Saleor, as of the newest comparison."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.models import Backfill, BackfillState, Contact, DriftCheck, History, Shop
from saleor_influence_app.shops import circuit_breaker, schedules

logger = log.get(__name__)

AGAIN_AFTER = timedelta(hours=1)
"""A comparison that failed is made up for by the sweep."""
REST = timedelta(minutes=10)
"""Between two comparisons of a shop that tasks ask for."""


@dataclass(slots=True)
class Tally:
    """What a comparison of one kind has found so far."""

    listed: int = 0
    missing: int = 0
    """Listed by Saleor, not here, and not to be had."""
    surplus: int = 0
    """Here, not listed by Saleor, and left alone."""
    mended: int = 0
    every_id: bool = False
    """Whether Saleor was asked for every id, and not only for numbers."""

    @property
    def gaps(self) -> int:
        """Ids on one side only, after mending."""
        return self.missing + self.surplus


def note(session: Session, shop_id: int, tallies: Mapping[str, Tally]) -> None:
    """The drift meter shows these findings, by kind."""
    of_orders, of_customers = tallies[History.ORDERS], tallies[History.CUSTOMERS]
    values: dict[str, object] = {
        "checked_at": func.now(),
        "orders_saleor": of_orders.listed,
        "orders_here": of_orders.listed - of_orders.missing,
        "customers_saleor": of_customers.listed,
        "customers_here": of_customers.listed - of_customers.missing,
        "gaps": of_orders.gaps + of_customers.gaps,
        "mended": of_orders.mended + of_customers.mended,
    }
    if of_orders.every_id and of_customers.every_id:
        values["every_id_at"] = func.now()
    session.execute(
        insert(DriftCheck)
        .values(shop_id=shop_id, **values)
        .on_conflict_do_update(index_elements=[DriftCheck.shop_id], set_=values)
    )
    logger.info("drift.noted", shop_id=shop_id, gaps=values["gaps"], mended=values["mended"])


def is_older_than(session: Session, shop_id: int, age: timedelta) -> bool:
    """Tell whether the shop's last comparison is older than this, or there was none."""
    young = select(DriftCheck.shop_id).where(
        DriftCheck.shop_id == shop_id, DriftCheck.checked_at > func.now() - age
    )
    return session.scalar(young) is None


def every_id_was_read(session: Session, shop_id: int, *, within: timedelta) -> bool:
    """Tell whether every id was compared so lately."""
    lately = select(DriftCheck.shop_id).where(
        DriftCheck.shop_id == shop_id, DriftCheck.every_id_at > func.now() - within
    )
    return session.scalar(lately) is not None


def sweep(session: Session) -> None:
    """Shops whose history is read, and whose moment of the night has come, are queued."""
    reads = select(Backfill).where(Backfill.shop_id == Shop.id)
    due = schedules.due(
        session,
        Contact.compare_at,
        ~reads.where(Backfill.state != BackfillState.DONE).exists(),
        ~reads.where(Backfill.lease_until > func.now()).exists(),
        Shop.id.not_in(circuit_breaker.silent()),
    )
    for shop_id in due:
        db.after_commit(session, "history.compare", shop_id)


def plan(session: Session, shop_id: int, *, done: bool) -> None:
    """The next comparison is in the coming night, or within the hour if this one comes to nothing."""
    now = datetime.now(UTC)
    again = schedules.next_night(shop_id, now=now) if done else now + AGAIN_AFTER
    schedules.put_off(session, shop_id, compare_at=again)
