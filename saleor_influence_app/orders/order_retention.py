"""How long orders are kept: what is older leaves sums by month, and nothing that says who bought.

Months go whole, counted from their first moment in UTC. A month's sums are taken once: an old order that
Saleor tells of again is gone again the next night and counts no second time. To keep orders for longer, set
it so and read the history again; sums of months that are back one by one go then.
"""

from datetime import UTC, datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.models import History, Order, Shop
from saleor_influence_app.shops import shops

logger = log.get(__name__)

_PRUNE = text("""
    WITH gone AS (
        DELETE FROM orders WHERE shop_id = :shop_id AND created_at < :until
        RETURNING order_id, created_at, channel, currency, gross, charged
    ), lines AS (
        DELETE FROM order_lines l USING gone WHERE l.shop_id = :shop_id AND l.order_id = gone.order_id
    ), service AS (
        DELETE FROM order_service s USING gone WHERE s.shop_id = :shop_id AND s.order_id = gone.order_id
    ), summed AS (
        INSERT INTO order_months (shop_id, month, channel, currency, orders, gross, charged)
        SELECT :shop_id, date_trunc('month', created_at, 'UTC'), channel, currency,
            count(*), sum(gross), sum(charged)
        FROM gone GROUP BY 2, channel, currency
        ON CONFLICT DO NOTHING
    )
    SELECT count(*) FROM gone
""")
_FORGET_SUMS = text("DELETE FROM order_months WHERE shop_id = :shop_id AND month >= :since")


def since(session: Session, shop_id: int, *, now: datetime | None = None) -> datetime:
    """Return the first moment of the oldest month whose orders the shop keeps one by one."""
    months = session.scalar(select(Shop.orders_months).where(Shop.id == shop_id)) or 0
    moment = now or datetime.now(UTC)
    index = moment.year * 12 + moment.month - 1 - months
    return datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC)


def oldest(session: Session, shop_id: int, kind: str) -> datetime | None:
    """Return since when rows of this kind are read from Saleor; None: since ever."""
    return since(session, shop_id) if kind == History.ORDERS else None


def prune(transaction: db.Transaction, shop_id: int, *, now: datetime | None = None) -> int:
    """Orders older than the shop keeps them are sums, a month at a time; returns how many went."""
    gone = 0
    while True:
        with transaction() as session:
            first = since(session, shop_id, now=now)
            oldest = session.scalar(select(func.min(Order.created_at)).where(Order.shop_id == shop_id))
            if oldest is None or oldest >= first:
                break
            shops.lock_facts(session, shop_id)
            until = min(first, _next_month(oldest))
            gone += session.execute(_PRUNE, {"shop_id": shop_id, "until": until}).scalar_one()
    if gone:
        logger.info("orders.pruned", shop_id=shop_id, orders=gone)
    return gone


def kept_for_longer(session: Session, shop_id: int) -> None:
    """Delete the sums of months whose orders are kept from now on, and have those orders read again."""
    session.execute(_FORGET_SUMS, {"shop_id": shop_id, "since": since(session, shop_id)})


def _next_month(moment: datetime) -> datetime:
    utc = moment.astimezone(UTC)
    return datetime(utc.year + utc.month // 12, utc.month % 12 + 1, 1, tzinfo=UTC)
