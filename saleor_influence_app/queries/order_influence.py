"""An order: the code that it was placed with, and whom its customer may have led since."""
# ruff: noqa: S608 - statements are put together from our own words

from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app.errors import RowMissing
from saleor_influence_app.models import Order, PersonalCode, Score
from saleor_influence_app.queries import influence, shown_credits
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.shops.suppression import objects

MOST_NAMED = 5

_FOLLOWED = f"""WITH {shown_credits.VISIBLE}, followed AS (
    SELECT v.customer_id, v.order_id, v.by_guest, o.created_at,
        v.credit > 0 AND (v.proven OR :leads) AS counted
    FROM visible v JOIN orders o ON o.shop_id = :shop_id AND o.order_id = v.order_id
    WHERE v.source_id = :source_id AND o.created_at > :since
)"""
_COUNTED = text(f"""{_FOLLOWED} SELECT count(DISTINCT customer_id), count(DISTINCT order_id),
    count(DISTINCT order_id) FILTER (WHERE counted) FROM followed""")
_NEWEST = text(f"""{_FOLLOWED} SELECT customer_id, count(DISTINCT order_id) AS orders,
        max(created_at) AS last_at, bool_or(counted) AS is_counted
    FROM followed WHERE NOT by_guest GROUP BY customer_id
    ORDER BY last_at DESC, customer_id LIMIT :most""")


class OrderCode(ApiModel):
    """The voucher code of an order, and whose personal code it is; null: nobody's."""

    code: str
    owner_id: str | None
    is_own: bool


class Follower(ApiModel):
    """Somebody who bought after this order's customer."""

    customer_id: str
    orders: int
    last_at: datetime
    is_counted: bool
    """Whether any of it is counted for who may have led."""


class LedSince(ApiModel):
    """Orders of others since this one that its customer may have led to; the newest followers are named."""

    people: int
    """Guests among them."""
    orders: int
    counted_orders: int
    newest: list[Follower]


class OrderInfluence(ApiModel):
    """What is known of an order, beside who may have led to it."""

    customer_id: str | None
    placed_at: datetime
    is_calculated: bool
    """Whether a run has looked at it."""
    code: OrderCode | None
    led: LedSince | None
    """Null for a guest's order."""


def order_influence(session: Session, shop_id: int, order_id: str) -> OrderInfluence:
    """Which code was used in this order, and what followed it? One that is not here raises `RowMissing`."""
    order = session.get(Order, (shop_id, order_id))
    if order is None:
        raise RowMissing("This order is not here: it has not arrived yet, or is older than orders are kept.")
    run = influence.last_run(session, shop_id)
    return OrderInfluence(
        customer_id=order.customer_id,
        placed_at=order.created_at,
        is_calculated=run is not None and run.as_of is not None and run.as_of >= order.created_at,
        code=None if order.voucher_code is None else _code(session, order),
        led=None if order.customer_id is None else _led(session, order, order.customer_id),
    )


def _code(session: Session, order: Order) -> OrderCode:
    code = str(order.voucher_code)
    owner = session.scalars(
        select(PersonalCode.customer_id).where(
            PersonalCode.shop_id == order.shop_id,
            PersonalCode.code == code,
            ~objects(order.shop_id, PersonalCode.customer_id),
        )
    ).first()
    return OrderCode(code=code, owner_id=owner, is_own=owner is not None and owner == order.customer_id)


def _led(session: Session, order: Order, customer_id: str) -> LedSince:
    """Return who followed since, of the credit rows that may be shown."""
    score = session.get(Score, (order.shop_id, customer_id))
    given = shown_credits.parameters(order.shop_id) | {
        "source_id": customer_id,
        "since": order.created_at,
        "leads": score is not None and (score.civ or 0) > 0,
        "most": MOST_NAMED,
    }
    people, orders, counted = session.execute(_COUNTED, given).one()
    newest = [Follower.model_validate(one) for one in session.execute(_NEWEST, given)]
    return LedSince(people=people, orders=orders, counted_orders=counted, newest=newest)
