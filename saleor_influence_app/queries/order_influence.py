"""An order: the code that it was placed with, and whom its customer may have led since."""

from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from saleor_influence_app.errors import RowMissing
from saleor_influence_app.models import NAMED, Credit, Order, PersonalCode, Score, Tie
from saleor_influence_app.queries import influence
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.credits import GUEST
from saleor_influence_app.queries.verdicts import SET_ASIDE
from saleor_influence_app.shops.suppression import objects

MOST_NAMED = 5


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
    """Return who followed since; whoever objects, or was named and is not to be shown, is in no figure."""
    shop_id = order.shop_id
    leads = exists().where(Score.shop_id == shop_id, Score.customer_id == Credit.source_id, Score.civ > 0)
    shown = exists().where(
        Tie.shop_id == shop_id,
        Tie.source_id == Credit.source_id,
        Tie.target_id == Credit.customer_id,
        ~Tie.is_hidden,
    )
    followed = (
        select(
            Credit.customer_id,
            Credit.order_id,
            Order.created_at,
            and_(Credit.credit > 0, or_(Credit.proven, leads)).label("counted"),
        )
        .join(Order, and_(Order.shop_id == Credit.shop_id, Order.order_id == Credit.order_id))
        .where(
            Credit.shop_id == shop_id,
            Credit.source_id == customer_id,
            Credit.tie_kind.not_in(SET_ASIDE),
            Order.created_at > order.created_at,
            or_(Credit.tie_kind != NAMED, shown),
            ~objects(shop_id, Credit.customer_id),
            ~objects(shop_id, Credit.source_id),
        )
        .subquery()
    )
    order_ids = func.count(followed.c.order_id.distinct())
    people, orders, counted = session.execute(
        select(
            func.count(followed.c.customer_id.distinct()),
            order_ids,
            order_ids.filter(followed.c.counted),
        )
    ).one()
    last = func.max(followed.c.created_at)
    newest = session.execute(
        select(
            followed.c.customer_id,
            order_ids.label("orders"),
            last.label("last_at"),
            func.bool_or(followed.c.counted).label("is_counted"),
        )
        .where(~followed.c.customer_id.startswith(GUEST))
        .group_by(followed.c.customer_id)
        .order_by(last.desc(), followed.c.customer_id)
        .limit(MOST_NAMED)
    )
    return LedSince(
        people=people,
        orders=orders,
        counted_orders=counted,
        newest=[Follower.model_validate(one) for one in newest],
    )
