"""What members of programmes spend: before, for the plan, and from the draw on, for the result."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, func, literal, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Order, PerkArm, PerkGrant, PerkProgramme
from saleor_influence_app.orders.ownership import order_owners
from saleor_influence_app.perks.strategies import of_kind
from saleor_influence_app.perks.strategy import NOT_ORDERED
from scoring import perk_design

SETTLE = timedelta(days=14)
"""From a programme's end until it is judged: by then returns and late payments are known."""


@dataclass(frozen=True)
class Values:
    """What each member had, in one sequence: net money, orders, the arm, and whether of the regulars."""

    money: list[float]
    orders: list[float]
    granted: list[bool]
    is_open: list[bool]


def values_of(session: Session, programme: PerkProgramme, *, until: datetime) -> Values:
    """Return what each drawn member had from the draw until then; who has left since had nothing."""
    spent = _spent(programme, since=PerkGrant.drawn_at, until=until).subquery("spent")
    columns = (PerkGrant.arm, PerkGrant.is_open, spent.c.money, spent.c.orders)
    beside = of_kind(programme.kind).cost_beside(programme, until=until)
    if beside is None:
        rows_of = select(*columns, literal(0).label("cost"))
    else:
        costs = beside.subquery("costs")
        rows_of = select(*columns, costs.c.cost).outerjoin(costs, costs.c.grant_id == PerkGrant.id)
    rows = session.execute(
        rows_of.outerjoin(spent, spent.c.grant_id == PerkGrant.id)
        .where(PerkGrant.programme_id == programme.id, ~PerkGrant.by_hand, PerkGrant.arm != PerkArm.REFUSED)
        .order_by(PerkGrant.id)
    ).all()
    return Values(
        money=[float((row.money or 0) - (row.cost or 0)) for row in rows],
        orders=[float(row.orders or 0) for row in rows],
        granted=[row.arm == PerkArm.GRANTED for row in rows],
        is_open=[row.is_open for row in rows],
    )


def past_money(
    session: Session, shop_id: int, customer_ids: Sequence[str], *, since: datetime, currency: str
) -> list[float]:
    """Return what each of these customers' orders brought in since then, zeros too."""
    owners = order_owners(shop_id).subquery("owners")
    rows = session.execute(
        select(owners.c.customer_id, func.sum(Order.charged).label("money"))
        .join(owners, and_(owners.c.shop_id == Order.shop_id, owners.c.order_id == Order.order_id))
        .where(Order.shop_id == shop_id, Order.created_at >= since, Order.currency == currency)
        .where(Order.status.not_in(NOT_ORDERED))
        .group_by(owners.c.customer_id)
    )
    found = {row.customer_id: float(row.money) for row in rows}
    return [found.get(one, 0.0) for one in customer_ids]


def planned(money: Sequence[float], *, granted: int, held_out: int) -> perk_design.Plan:
    """Return what a programme of this size will be able to show, if members spend as they did."""
    return perk_design.plan(granted, held_out, perk_design.spread_of(money))


def _spent(programme: PerkProgramme, *, since: Any, until: datetime) -> Select[int, Decimal, int]:
    owners = order_owners(programme.shop_id).subquery("owners")
    return (
        select(
            PerkGrant.id.label("grant_id"),
            func.sum(Order.charged).label("money"),
            func.count().label("orders"),
        )
        .join(owners, owners.c.customer_id == PerkGrant.customer_id)
        .join(Order, and_(Order.shop_id == owners.c.shop_id, Order.order_id == owners.c.order_id))
        .where(
            PerkGrant.programme_id == programme.id,
            Order.currency == programme.currency,
            Order.status.not_in(NOT_ORDERED),
            Order.order_id.is_distinct_from(PerkGrant.external_id),  # a gift that was sent is no purchase
            Order.created_at >= since,
            Order.created_at < until,
        )
        .group_by(PerkGrant.id)
    )
