"""What members of programmes spend: before, for the plan, and from the draw on, for the result."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, Text, and_, cast, func, literal, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Order, PerkArm, PerkGrant, PerkProgramme
from saleor_influence_app.orders.ownership import order_owners
from saleor_influence_app.perks import circles
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
    currency, strategy = programme.currency, of_kind(programme.kind)
    buyers = _buyers(
        programme.shop_id,
        circles.senders_of(programme),
        currency,
        with_contacts=strategy.counts_contacts,
    )
    gifts = Order.order_id.in_(
        select(PerkGrant.external_id).where(
            PerkGrant.programme_id == programme.id, PerkGrant.external_id.is_not(None)
        )
    )
    spent = _spent(programme.shop_id, buyers, currency=currency, until=until, gifts=gifts).subquery("spent")
    columns = (PerkGrant.arm, PerkGrant.is_open, spent.c.money, spent.c.orders)
    beside = strategy.cost_beside(programme, until=until)
    if beside is None:
        rows_of = select(*columns, literal(0).label("cost"))
    else:
        costs = beside.subquery("costs")
        rows_of = select(*columns, costs.c.cost).outerjoin(costs, costs.c.grant_id == PerkGrant.id)
    rows = session.execute(
        rows_of.outerjoin(spent, spent.c.key == PerkGrant.id)
        .where(PerkGrant.programme_id == programme.id, ~PerkGrant.by_hand, PerkGrant.arm != PerkArm.REFUSED)
        .order_by(PerkGrant.id)
    ).all()
    return Values(
        money=[float(row.money or 0) - float(row.cost or 0) for row in rows],
        orders=[float(row.orders or 0) for row in rows],
        granted=[row.arm == PerkArm.GRANTED for row in rows],
        is_open=[row.is_open for row in rows],
    )


def past_money(  # noqa: PLR0913 - each narrows what is asked
    session: Session,
    shop_id: int,
    customer_ids: Sequence[str],
    *,
    since: datetime,
    currency: str,
    with_contacts: bool = False,
) -> list[float]:
    """Return what each of these customers' orders brought in since then, zeros too.

    `with_contacts`: and their parts of what people brought in whom they knew by then (`circles`).
    """
    ids = func.unnest(cast(list(customer_ids), ARRAY(Text))).column_valued("customer_id")
    people = select(ids.label("key"), ids.label("customer_id"), literal(since).label("since")).cte("people")
    rows = session.execute(
        _spent(shop_id, _buyers(shop_id, people, currency, with_contacts=with_contacts), currency=currency)
    )
    found = {row.key: float(row.money) for row in rows}
    return [found.get(one, 0.0) for one in customer_ids]


def planned(money: Sequence[float], *, granted: int, held_out: int) -> perk_design.Plan:
    """Return what a programme of this size will be able to show, if members spend as they did."""
    return perk_design.plan(granted, held_out, perk_design.spread_of(money))


def _buyers(shop_id: int, senders: Any, currency: str, *, with_contacts: bool) -> Any:
    """Return (key, customer_id, since, share): whose orders count for whom, since when, and how much."""
    if with_contacts:
        return circles.buyers_of(shop_id, senders, currency=currency).subquery("counting")
    return select(senders, literal(1).label("share")).subquery("counting")


def _spent(
    shop_id: int,
    buyers: Any,
    *,
    currency: str,
    until: datetime | None = None,
    gifts: ColumnElement[bool] | None = None,
) -> Select[Any, Decimal, Decimal]:
    """Select (key, money, orders); orders that are `gifts` are no purchases."""
    owners = order_owners(shop_id).subquery("owners")
    rows = (
        select(
            buyers.c.key,
            func.sum(Order.charged * buyers.c.share).label("money"),
            func.sum(buyers.c.share).label("orders"),
        )
        .join(owners, owners.c.customer_id == buyers.c.customer_id)
        .join(Order, and_(Order.shop_id == owners.c.shop_id, Order.order_id == owners.c.order_id))
        .where(Order.currency == currency, Order.status.not_in(NOT_ORDERED))
        .where(Order.created_at >= buyers.c.since)
        .group_by(buyers.c.key)
    )
    if until is not None:
        rows = rows.where(Order.created_at < until)
    return rows if gifts is None else rows.where(~gifts)
