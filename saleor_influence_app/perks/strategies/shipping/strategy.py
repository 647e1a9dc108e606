"""Shipping for members as a kind of perk."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import Select, and_, literal, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import GrantState, Order, PerkGrant, PerkProgramme
from saleor_influence_app.orders.ownership import order_owners
from saleor_influence_app.perks.strategies.shipping.methods import KIND, method_id
from saleor_influence_app.perks.strategies.shipping.terms import ShippingTerms
from saleor_influence_app.perks.strategy import Bind, Strategy, UsualOrder, redeemed
from saleor_influence_app.writeback.saleor_writes import Writers


class Shipping(Strategy):
    """Nothing is written to Saleor: it asks, whenever a checkout needs its methods."""

    kind = KIND
    title = "Shipping for members"
    bind = Bind.HARD
    binding = (
        "Binds hard: Saleor offers the method to the signed-in customer, and accepts it from nobody else. "
        "A checkout in which they chose it keeps it for up to a day after the end. While the app cannot be "
        "reached nobody is offered it; the shop's own methods stay."
    )
    permission = "MANAGE_SHIPPING"
    since = (3, 21)
    most_uses_each = 100
    terms = ShippingTerms
    writers: ClassVar[Writers] = {}

    def currency_of(self, terms: ShippingTerms) -> str | None:
        """Return the currency of the channels."""
        return terms.channels[0].currency

    def reserve(self, terms: ShippingTerms, usual: UsualOrder, *, uses: int) -> Decimal:  # noqa: ARG002
        """Return what so many shipments cost the shop."""
        return terms.cost * uses

    def summary(self, terms: ShippingTerms, currency: str) -> str:
        """Return the method and its price."""
        prices = sorted({channel.price for channel in terms.channels})
        shown = "free" if prices == [0] else f"from {prices[0].normalize():f} {currency}"
        return f"{terms.name}, {shown}"

    def give(self, session: Session, programme: PerkProgramme, grants: Sequence[PerkGrant]) -> None:  # noqa: ARG002
        """They have it: the next checkout shows it."""
        for grant in grants:
            grant.state, grant.given_at = GrantState.GIVEN, datetime.now(UTC)
        session.flush()

    def change(self, session: Session, programme: PerkProgramme) -> None:
        """Whether the programme runs is looked at whenever Saleor asks."""

    def take_back(self, session: Session, programme: PerkProgramme, grants: Sequence[PerkGrant]) -> None:
        """They have it no longer: the next checkout does not show it."""

    def uses(self, programme: PerkProgramme) -> Select[int, str, Decimal]:
        """Select members' orders that were shipped so, and what a shipment costs."""
        terms = ShippingTerms.model_validate(programme.terms)
        owners = order_owners(programme.shop_id).subquery("owners")
        theirs = and_(owners.c.customer_id == PerkGrant.customer_id, owners.c.shop_id == PerkGrant.shop_id)
        same = and_(Order.shop_id == owners.c.shop_id, Order.order_id == owners.c.order_id)
        return (
            select(PerkGrant.id.label("grant_id"), Order.order_id, literal(terms.cost).label("cost"))
            .join(owners, theirs)
            .join(Order, same)
            .where(PerkGrant.programme_id == programme.id, Order.delivery_method == method_id(programme.id))
        )

    def cost_beside(self, programme: PerkProgramme, *, until: datetime) -> Select[int, Decimal]:  # noqa: ARG002
        """Select what shipments cost the shop."""
        return redeemed(programme)


STRATEGY = Shipping()
