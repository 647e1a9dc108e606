"""Assigned gift cards as a kind of perk."""

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import Numeric, Select, and_, cast, func, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Order, PerkGrant, PerkProgramme
from saleor_influence_app.perks.strategies.gift_card.terms import GiftCardTerms
from saleor_influence_app.perks.strategies.gift_card.writers import (
    CARD,
    CARD_WITHDRAWAL,
    CardWithdrawalWriter,
    CardWriter,
)
from saleor_influence_app.perks.strategy import Bind, Strategy, UsualOrder
from saleor_influence_app.writeback import saleor_writes


class GiftCards(Strategy):
    """A card for each customer."""

    kind = "gift_card"
    title = "Gift cards"
    bind = Bind.HARD
    binding = (
        "Binds hard: Saleor accepts the card from the customer it is assigned to and from nobody else. "
        "The customer finds its code in their account."
    )
    permission = "MANAGE_GIFT_CARD"
    since = (3, 23)
    terms = GiftCardTerms
    takes_off = True
    writers: ClassVar[saleor_writes.Writers] = {CARD: CardWriter(), CARD_WITHDRAWAL: CardWithdrawalWriter()}

    def currency_of(self, terms: GiftCardTerms) -> str | None:
        """Return the cards' currency."""
        return terms.currency

    def reserve(self, terms: GiftCardTerms, usual: UsualOrder, *, uses: int) -> Decimal:  # noqa: ARG002
        """Return the balance: more cannot be spent, in however many orders."""
        return terms.amount

    def summary(self, terms: GiftCardTerms, currency: str) -> str:
        """Return what is on the card."""
        return f"a gift card of {terms.amount.normalize():f} {currency}"

    def give(self, session: Session, programme: PerkProgramme, grants: Sequence[PerkGrant]) -> None:
        """Each is to have a card."""
        session.flush()
        writes = {str(grant.id): {"grant_id": grant.id} for grant in grants}
        saleor_writes.stage(session, programme.shop_id, kind=CARD, writes=writes)

    def change(self, session: Session, programme: PerkProgramme) -> None:
        """Cards that were given stay good until they expire: they are the customers'."""

    def take_back(self, session: Session, programme: PerkProgramme, grants: Sequence[PerkGrant]) -> None:
        """Cards are switched off, and nobody's."""
        cards = {
            str(grant.id): {"card_id": grant.external_id} for grant in grants if grant.external_id is not None
        }
        saleor_writes.stage(session, programme.shop_id, kind=CARD_WITHDRAWAL, writes=cards)

    def uses(self, programme: PerkProgramme) -> Select[int, str, Decimal]:
        """Select orders that were paid with a card of the programme, and how much of it."""
        used = Order.gift_cards.has_key(PerkGrant.external_id)
        same = and_(Order.shop_id == PerkGrant.shop_id, Order.gift_cards != {}, used)
        paid = cast(Order.gift_cards[PerkGrant.external_id].astext, Numeric)
        return (
            select(PerkGrant.id.label("grant_id"), Order.order_id, func.coalesce(paid, 0).label("cost"))
            .join(Order, same)
            .where(PerkGrant.programme_id == programme.id, PerkGrant.external_id.is_not(None))
        )


STRATEGY = GiftCards()
