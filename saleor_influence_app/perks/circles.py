"""Whose orders count for a sender of referral links: their own, and those of people they knew at the draw.

Held-out senders have no code, so friends whom a code brings are seen on one side only. People who were tied
to a sender before the draw are known on both sides, whatever the lot said, so their orders are compared. A
contact of several senders is shared out among them in equal parts, and who was drawn counts as themselves
alone: no order counts twice, and no part depends on the lots.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from saleor_influence_app.models import (
    Order,
    PerkArm,
    PerkGrant,
    PerkProgramme,
    PerkRedemption,
    PersonalCode,
    Tie,
    TieOrigin,
)
from saleor_influence_app.models.targeting import counts_from
from saleor_influence_app.orders.ownership import order_owners

OTHER_ORDERS = 2
"""Paid orders before the draw that make a contact a trusted one: the ledger's `Parameters.other_orders`."""


def senders_of(programme: PerkProgramme) -> Any:
    """Select (key, customer_id, since) of everybody drawn, whichever way the lot fell."""
    return (
        select(PerkGrant.id.label("key"), PerkGrant.customer_id, PerkGrant.drawn_at.label("since"))
        .where(
            PerkGrant.programme_id == programme.id,
            ~PerkGrant.by_hand,
            PerkGrant.arm != PerkArm.REFUSED,
            PerkGrant.customer_id.is_not(None),
        )
        .cte("senders")
    )


def buyers_of(shop_id: int, senders: Any, *, currency: str) -> Select[Any, str, datetime, float]:
    """Select (key, customer_id, since, share): each sender with the whole, each contact with their part."""
    contacts = contacts_of(shop_id, senders, currency=currency).subquery("contacts")
    themselves = select(senders.c.key, senders.c.customer_id, senders.c.since, literal(1.0).label("share"))
    return select(
        union_all(
            themselves,
            select(contacts.c.key, contacts.c.customer_id, contacts.c.since, contacts.c.share),
        ).subquery("buyers")
    )


def contacts_of(shop_id: int, senders: Any, *, currency: str) -> Select[Any, str, datetime, float]:
    """Select (key, customer_id, since, share) of people whom a sender was tied to, and who can be trusted.

    Trusted is who had paid orders of their own before the draw, none with a code of the sender's. Ties of
    social networks do not count, as in the ledger's main scores, nor do those of the survey: anybody can
    name anybody.
    """
    tied = (
        select(senders.c.key, senders.c.customer_id.label("sender"), Tie.target_id, senders.c.since)
        .join(Tie, and_(Tie.shop_id == shop_id, Tie.source_id == senders.c.customer_id))
        .where(
            Tie.origin.not_in((TieOrigin.SOCIAL, TieOrigin.SURVEY)),
            counts_from() <= senders.c.since,
            or_(Tie.valid_to.is_(None), Tie.valid_to > senders.c.since),
            Tie.target_id.not_in(select(senders.c.customer_id)),
        )
        .distinct()
        .cte("tied")
    )
    owners = order_owners(shop_id).subquery("owners")
    theirs = select(PersonalCode.code).where(
        PersonalCode.shop_id == shop_id, PersonalCode.customer_id == tied.c.sender
    )
    trusted = (
        select(tied.c.key, tied.c.target_id, tied.c.since)
        .join(owners, owners.c.customer_id == tied.c.target_id)
        .join(Order, and_(Order.shop_id == owners.c.shop_id, Order.order_id == owners.c.order_id))
        .where(Order.charged > 0, Order.currency == currency, Order.created_at < tied.c.since)
        .where(or_(Order.voucher_code.is_(None), Order.voucher_code.not_in(theirs)))
        .group_by(tied.c.key, tied.c.target_id, tied.c.since)
        .having(func.count() >= OTHER_ORDERS)
        .cte("trusted")
    )
    share = 1.0 / func.count().over(partition_by=trusted.c.target_id)
    return select(
        trusted.c.key, trusted.c.target_id.label("customer_id"), trusted.c.since, share.label("share")
    )


def brought_beside(session: Session, programme: PerkProgramme, *, until: datetime) -> dict[str, Any]:
    """Return how many orders codes brought from people who are no contacts, and their money: not compared."""
    contacts = contacts_of(programme.shop_id, senders_of(programme), currency=programme.currency)
    counted = contacts.subquery("counted")
    owners = order_owners(programme.shop_id).subquery("owners")
    is_counted = select(counted.c.key).where(
        counted.c.key == PerkRedemption.grant_id, counted.c.customer_id == owners.c.customer_id
    )
    found = session.execute(
        select(
            func.coalesce(func.sum(PerkRedemption.uses), 0).label("orders"),
            func.coalesce(func.sum(PerkRedemption.paid), 0).label("money"),
        )
        .join(
            Order,
            and_(Order.shop_id == PerkRedemption.shop_id, Order.order_id == PerkRedemption.order_id),
        )
        .outerjoin(owners, owners.c.order_id == PerkRedemption.order_id)
        .where(
            PerkRedemption.programme_id == programme.id,
            PerkRedemption.currency == programme.currency,
            ~PerkRedemption.by_owner,
            Order.created_at < until,
            ~is_counted.exists(),
        )
    ).one()
    return {"orders": int(found.orders), "money": str(found.money)}
