"""The double-standard audit of a shop: its orders as the library takes them, and what it says of them.

A period is a quarter that ended a week ago, so that nearly everything paid in it has been sent. An order of a
month counts with the band that its customer had in that month; one from before the installation, which no
score can have touched, with their first. Guests have no score; staff, who objected and whom the shop leaves
out are in no audit.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
from sqlalchemy import literal_column, select, text
from sqlalchemy.orm import Session

from saleor_influence_app import bulk_copy, db
from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.models import Band, Shop
from scoring import fairness

PERIOD = timedelta(days=91)
SETTLES = timedelta(days=7)
LATE_DAYS = 3
"""Who pays more than so many days after ordering pays late."""
OFF = "Fair service is off in this shop. A person with MANAGE_APPS switches it on in the settings."

_ORDERS = f"""(
    SELECT o.order_id, o.customer_id, o.created_at AS placed_at, o.channel,
        o.delivery_method AS shipping_method, s.warehouse,
        CAST(o.gross + coalesce(o.discount, 0) AS float8) AS basket,
        CASE WHEN b.band IS NULL THEN '{Band.UNKNOWN}' ELSE b.band END AS band,
        coalesce(s.paid_at > o.created_at + make_interval(days => {LATE_DAYS}), false) AS paid_late,
        o.created_at < i.installed_at AS before,
        CASE WHEN s.first_fulfilled_at IS NOT NULL OR o.status NOT IN ('CANCELED', 'EXPIRED') THEN
            greatest(0, CAST(extract(epoch FROM coalesce(s.first_fulfilled_at, :as_of) - s.paid_at) AS float8)
                / 3600) END AS fulfilment_hours,
        CASE WHEN s.paid_at IS NOT NULL AND o.gross > 0
            THEN CAST(least(1, s.refunded / o.gross) AS float8) END AS refunded_share,
        greatest(0, CAST(extract(epoch FROM coalesce(s.refunded_at, :as_of) - s.refund_asked_at) AS float8)
            / 86400) AS refund_days,
        CASE WHEN o.gross + o.discount > 0
            THEN CAST(greatest(0, o.discount - coalesce(o.voucher_discount, 0)) / (o.gross + o.discount)
                AS float8) END AS discount_share,
        CAST(CAST(s.cancelled_by_staff AS int) AS float8) AS cancelled_by_staff
    FROM orders o
    JOIN shops i ON i.id = o.shop_id
    LEFT JOIN order_service s ON s.shop_id = o.shop_id AND s.order_id = o.order_id
    LEFT JOIN LATERAL (
        SELECT k.band FROM score_bands k
        WHERE k.shop_id = o.shop_id AND k.customer_id = o.customer_id
            AND (k.month <= o.created_at OR o.created_at < i.installed_at)
        ORDER BY CASE WHEN o.created_at < i.installed_at THEN k.month END, k.month DESC LIMIT 1
    ) AS b ON true
    WHERE o.shop_id = :shop_id AND o.customer_id IS NOT NULL
        AND ((o.created_at >= :since AND o.created_at < :until AND o.created_at >= :banded_from)
            OR (o.created_at < i.installed_at AND o.created_at >= i.installed_at - :period))
        AND NOT EXISTS (SELECT FROM customers c WHERE c.shop_id = o.shop_id
            AND c.customer_id = o.customer_id AND c.is_staff)
        AND NOT EXISTS (SELECT FROM exclusions e WHERE e.shop_id = o.shop_id
            AND e.customer_id = o.customer_id)
        AND NOT EXISTS (SELECT FROM objections j WHERE j.shop_id = o.shop_id
            AND j.customer_id = o.customer_id AND j.ended_at IS NULL)
) AS found"""  # noqa: S608 - put together from our own words


_PROMISES = text("""
SELECT count(*) AS orders, count(s.promised_by) AS promised,
    count(*) FILTER (WHERE s.first_fulfilled_at <= s.promised_by) AS kept,
    count(*) FILTER (WHERE coalesce(s.first_fulfilled_at, :as_of) > s.promised_by) AS broken,
    count(s.refund_asked_at) AS refunds_asked,
    count(*) FILTER (WHERE s.refund_asked_at IS NOT NULL AND s.refunded_at IS NOT NULL) AS refunds_paid
FROM orders o JOIN order_service s ON s.shop_id = o.shop_id AND s.order_id = o.order_id
WHERE o.shop_id = :shop_id AND o.created_at >= :since AND o.created_at < :until
    AND o.status NOT IN ('CANCELED', 'EXPIRED')
""")


@dataclass(frozen=True)
class Promises:
    """What became of the period's orders, guests' among them, but for cancelled ones.

    `kept`: sent within the time that the shipping method names for delivery; `broken`: not sent within it.
    `refunds_paid`: of those asked for.
    """

    orders: int
    promised: int
    kept: int
    broken: int
    refunds_asked: int
    refunds_paid: int


@dataclass(frozen=True)
class Statement:
    """What an audit said of a shop's orders from `since` up to `until`."""

    since: date
    until: date
    promises: Promises
    audit: fairness.Audit


def audit(session: Session, shop_id: int, *, as_of: datetime) -> Statement:
    """Return what can be said of the shop's orders; raises InputInvalid where fair service is off."""
    if not session.scalar(select(Shop.fair_service).where(Shop.id == shop_id)):
        raise InputInvalid(OFF)
    until = as_of - SETTLES
    since = until - PERIOD
    db.expect_many_rows(session)
    orders = _orders(session, shop_id, as_of=as_of, since=since, until=until)
    given = {"shop_id": shop_id, "as_of": as_of, "since": since, "until": until}
    promises = Promises(**session.execute(_PROMISES, given).one()._mapping)  # noqa: SLF001 - its public name
    seed = until.date().toordinal()
    return Statement(since.date(), until.date(), promises, fairness.audit(orders, seed=seed))


def _orders(session: Session, shop_id: int, *, as_of: datetime, since: datetime, until: datetime) -> pa.Table:
    """Return the orders as `fairness.ORDERS`; none before the first month whose bands are kept."""
    first = session.scalar(
        text("SELECT min(month) FROM score_bands WHERE shop_id = :shop_id"), {"shop_id": shop_id}
    )
    if first is None:
        return fairness.ORDERS.empty_table()
    given = {"shop_id": shop_id, "as_of": as_of, "since": since, "until": until, "period": PERIOD}
    source = text(_ORDERS).bindparams(**given, banded_from=first)
    columns: list[Any] = [literal_column(name) for name in fairness.ORDERS.names]
    return bulk_copy.read(session, select(*columns).select_from(source), fairness.ORDERS)
