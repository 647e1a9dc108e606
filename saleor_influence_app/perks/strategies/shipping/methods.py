"""Which shipping methods of ours a checkout has: asked while a shopper waits, so one indexed query."""

import base64
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import GrantState, PerkGrant, PerkProgramme, PerkRedemption, ProgrammeState
from saleor_influence_app.perks.strategies.shipping.terms import ShippingTerms

KIND = "shipping"
APP = "saleor-influence-app"
"""The app's identifier, as manifest.json says: Saleor puts it into the method's id."""


def methods(
    session: Session, shop_id: int, *, customer_id: str | None, channel: str, currency: str
) -> list[dict[str, Any]]:
    """Return the methods that this customer has in the channel, in the form that Saleor reads."""
    if customer_id is None:
        return []
    used = select(func.coalesce(func.sum(PerkRedemption.uses), 0)).where(
        PerkRedemption.grant_id == PerkGrant.id
    )
    rows = session.execute(
        select(PerkProgramme.id, PerkProgramme.terms)
        .join(PerkGrant, PerkGrant.programme_id == PerkProgramme.id)
        .where(
            PerkGrant.shop_id == shop_id,
            PerkGrant.customer_id == customer_id,
            PerkGrant.state == GrantState.GIVEN,
            PerkProgramme.kind == KIND,
            PerkProgramme.state == ProgrammeState.RUNNING,
            PerkProgramme.starts_at <= func.now(),
            PerkProgramme.ends_at > func.now(),
            used.scalar_subquery() < PerkProgramme.uses_each,
        )
        .order_by(PerkProgramme.id)
    )
    offered = []
    for programme_id, stored in rows:
        terms = ShippingTerms.model_validate(stored)
        for one in terms.channels:
            if (one.slug, one.currency) == (channel, currency):
                days = {"minimum_delivery_days": terms.min_days, "maximum_delivery_days": terms.max_days}
                offered.append(
                    {
                        "id": _name(programme_id),
                        "name": terms.name,
                        "amount": f"{one.price:f}",
                        "currency": currency,
                        **{key: value for key, value in days.items() if value is not None},
                    }
                )
    return offered


def method_id(programme_id: int) -> str:
    """Return the id that an order has which was shipped so."""
    return base64.b64encode(f"app:{APP}:{_name(programme_id)}".encode()).decode()


def _name(programme_id: int) -> str:
    return f"perk-{programme_id}"
