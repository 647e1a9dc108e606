"""Assigned gift cards as a kind of perk."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import Numeric, Select, and_, cast, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from saleor_influence_app.models import Order, PerkGrant, PerkProgramme
from saleor_influence_app.perks.strategies.gift_card import card_uses
from saleor_influence_app.perks.strategies.gift_card.card_uses import CARD_USES, CardUsesReader
from saleor_influence_app.perks.strategies.gift_card.terms import GiftCardTerms
from saleor_influence_app.perks.strategies.gift_card.top_ups import TOP_UP, TopUpWriter
from saleor_influence_app.perks.strategies.gift_card.writers import (
    CARD,
    CARD_WITHDRAWAL,
    CardWithdrawalWriter,
    CardWriter,
)
from saleor_influence_app.perks.strategy import NOT_ORDERED, Bind, Strategy, UsualOrder
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
    writers: ClassVar[saleor_writes.Writers] = {
        CARD: CardWriter(),
        CARD_WITHDRAWAL: CardWithdrawalWriter(),
        TOP_UP: TopUpWriter(),
        CARD_USES: CardUsesReader(),
    }

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

    def look_after(self, session: Session, programme: PerkProgramme, *, now: datetime) -> None:
        """The cards are asked once a day which orders they paid."""
        card_uses.ask(session, programme, now=now)

    def uses(self, programme: PerkProgramme) -> Select[int, str, Decimal, Decimal]:
        """Select orders that were paid with a card of the programme, and how much of it.

        A card in the checkout took its part off what was charged; one that paid as a transaction did not.
        """
        theirs = and_(PerkGrant.programme_id == programme.id, PerkGrant.external_id.is_not(None))
        named = Order.gift_cards.has_key(PerkGrant.external_id)
        paid = cast(Order.gift_cards[PerkGrant.external_id].astext, Numeric)
        in_checkouts = (
            select(PerkGrant.id, Order.order_id, func.coalesce(paid, 0), literal(Decimal(0)))
            .join(Order, and_(Order.shop_id == PerkGrant.shop_id, Order.gift_cards != {}, named))
            .where(theirs)
        )
        told = (
            func.jsonb_each_text(PerkGrant.card_uses)
            .table_valued("order_id", "paid")
            .render_derived()
            .lateral()
        )
        part = cast(told.c.paid, Numeric)
        as_transactions = (
            select(PerkGrant.id, Order.order_id, part, part)
            .select_from(PerkGrant)
            .join(told, true())
            .join(Order, and_(Order.shop_id == PerkGrant.shop_id, Order.order_id == told.c.order_id, ~named))
            .where(theirs)
        )
        rows: Any = union_all(in_checkouts, as_transactions).subquery("paid_by_cards")
        names = ("grant_id", "order_id", "cost", "in_charged")
        return select(*(column.label(name) for column, name in zip(rows.c, names, strict=True)))

    def cost_beside(self, programme: PerkProgramme, *, until: datetime) -> Select[int, Decimal]:
        """Select what cards paid as transactions: it is in what was charged, and nobody paid it."""
        uses = self.uses(programme).subquery("uses")
        same = and_(Order.shop_id == programme.shop_id, Order.order_id == uses.c.order_id)
        return (
            select(uses.c.grant_id, func.sum(uses.c.in_charged).label("cost"))
            .join(Order, and_(same, Order.created_at < until, Order.status.not_in(NOT_ORDERED)))
            .group_by(uses.c.grant_id)
        )


STRATEGY = GiftCards()
