"""Uses of perks, booked from orders: a row for each use, and one for whatever changes about it afterwards.

What orders say now is held against the sum of the rows, and the difference is added: booking twice adds
nothing, a cancelled order gives its use back, a refund changes the money. An order that is kept no longer
stays booked as it was.
"""

from sqlalchemy import and_, case, func, insert, literal, or_, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Order, PerkGrant, PerkProgramme, PerkRedemption
from saleor_influence_app.orders.ownership import order_owners
from saleor_influence_app.perks.strategies import of_kind
from saleor_influence_app.perks.strategy import NOT_ORDERED


def book(session: Session, programme: PerkProgramme) -> int:
    """Add what orders say beyond the rows that are there; returns how many rows were added.

    The programme's row is locked by whoever calls.
    """
    uses = of_kind(programme.kind).uses(programme).subquery("uses")
    in_charged = uses.c.get("in_charged", literal(0))
    counts = Order.status.not_in(NOT_ORDERED)
    now = (
        select(
            uses.c.grant_id,
            uses.c.order_id,
            case((counts, 1), else_=0).label("uses"),
            case((counts, Order.charged - in_charged), else_=0).label("paid"),
            case((counts, func.coalesce(uses.c.cost, 0)), else_=0).label("cost"),
            Order.currency,
        )
        .join(Order, and_(Order.shop_id == programme.shop_id, Order.order_id == uses.c.order_id))
        .cte("now")
    )
    before = (
        select(
            PerkRedemption.grant_id,
            PerkRedemption.order_id,
            func.sum(PerkRedemption.uses).label("uses"),
            func.sum(PerkRedemption.paid).label("paid"),
            func.sum(PerkRedemption.cost).label("cost"),
        )
        .where(PerkRedemption.programme_id == programme.id)
        .group_by(PerkRedemption.grant_id, PerkRedemption.order_id)
        .cte("before")
    )
    owners = (
        order_owners(programme.shop_id).where(Order.order_id.in_(select(now.c.order_id))).subquery("owners")
    )
    changes = {name: now.c[name] - func.coalesce(before.c[name], 0) for name in ("uses", "paid", "cost")}
    same = and_(before.c.grant_id == now.c.grant_id, before.c.order_id == now.c.order_id)
    difference = (
        select(
            literal(programme.shop_id),
            literal(programme.id),
            now.c.grant_id,
            now.c.order_id,
            *(column.label(name) for name, column in changes.items()),
            now.c.currency,
            func.coalesce(owners.c.customer_id == PerkGrant.customer_id, False),
        )
        .join(PerkGrant, PerkGrant.id == now.c.grant_id)
        .outerjoin(before, same)
        .outerjoin(owners, owners.c.order_id == now.c.order_id)
        .where(or_(*(column != 0 for column in changes.values())))
    )
    columns = ("shop_id", "programme_id", "grant_id", "order_id", *changes, "currency", "by_owner")
    added = session.connection().execute(insert(PerkRedemption).from_select(list(columns), difference))
    return added.rowcount
