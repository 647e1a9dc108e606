"""Adding to gift cards: staff top up one card of a programme, or all of them, within its budget."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app import log
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.models import (
    GrantState,
    PerkGrant,
    PerkProgramme,
    PerkReward,
    PerkTopUp,
    ProgrammeState,
    Refusal,
    RewardState,
)
from saleor_influence_app.perks import budgets, programmes
from saleor_influence_app.perks.strategies.gift_card import strategy as gift_card
from saleor_influence_app.perks.strategies.gift_card.top_ups import TOP_UP
from saleor_influence_app.perks.strategies.referral import strategy as referral
from saleor_influence_app.shops import shops
from saleor_influence_app.writeback import saleor_writes

logger = log.get(__name__)

OPEN = (ProgrammeState.RUNNING, ProgrammeState.PAUSED)


@dataclass(frozen=True)
class _Card:
    grant: PerkGrant
    card_id: str
    reward_id: int | None


def top_up(  # noqa: PLR0913 - each is a part of what staff ask for
    session: Session, shop_id: int, programme_id: int, *, amount: Decimal, key: str, card_id: str | None
) -> int:
    """Add the amount to the programme's card, or without one to all of them; return to how many.

    Asked again with the same key, nothing more is added. Raises InputInvalid beyond the budget, where no card
    is topped up, and RowMissing for a card that is none of the programme's.
    """
    programme = programmes.locked(session, shop_id, programme_id)
    before = select(func.count()).where(PerkTopUp.programme_id == programme_id, PerkTopUp.key == key)
    if known := session.scalar(before):
        return known
    if programme.state not in OPEN:
        raise InputInvalid("Gift cards can be topped up while their programme runs.")
    shops.lock_facts(session, shop_id)  # an erasure takes the same rows in another order
    cards = _cards(session, programme, card_id=card_id)
    left = budgets.left(session, programme).money
    if left is not None and left < amount * len(cards):
        money = f"{left:.2f} {programme.currency}"
        raise InputInvalid(f"Of the budget {money} is left, less than this adds.", reason=Refusal.BUDGET)
    rows = [
        PerkTopUp(
            shop_id=shop_id,
            programme_id=programme_id,
            grant_id=card.grant.id,
            reward_id=card.reward_id,
            card_id=card.card_id,
            key=key,
            amount=amount,
            currency=programme.currency,
        )
        for card in cards
    ]
    session.add_all(rows)
    for card in cards:
        card.grant.reserved += amount
    session.flush()
    writes = {str(row.id): {"top_up_id": row.id} for row in rows}
    saleor_writes.stage(session, shop_id, kind=TOP_UP, writes=writes)
    logger.info("perk.cards_topped_up", programme_id=programme_id, count=len(rows))
    return len(rows)


def _cards(session: Session, programme: PerkProgramme, *, card_id: str | None) -> list[_Card]:
    if programme.kind == gift_card.STRATEGY.kind:
        found = _own(session, programme, card_id)
    elif programme.kind == referral.KIND:
        found = _rewards(session, programme, card_id)
    else:
        raise InputInvalid("This programme gives no gift cards.")
    if not found and card_id is not None:
        raise RowMissing("The programme has no such gift card that a customer has.")
    if not found:
        raise InputInvalid("Nobody has a gift card of this programme yet.")
    return found


def _own(session: Session, programme: PerkProgramme, card_id: str | None) -> list[_Card]:
    wanted = select(PerkGrant).where(
        PerkGrant.programme_id == programme.id,
        PerkGrant.state == GrantState.GIVEN,
        PerkGrant.customer_id.is_not(None),
        PerkGrant.external_id.is_not(None) if card_id is None else PerkGrant.external_id == card_id,
    )
    rows = session.scalars(wanted.order_by(PerkGrant.id).with_for_update())
    return [_Card(one, one.external_id or "", None) for one in rows]


def _rewards(session: Session, programme: PerkProgramme, card_id: str | None) -> list[_Card]:
    wanted = (
        select(PerkGrant, PerkReward.external_id, PerkReward.id)
        .join(PerkReward, PerkReward.grant_id == PerkGrant.id)
        .where(
            PerkReward.programme_id == programme.id,
            PerkReward.state == RewardState.GIVEN,
            PerkGrant.customer_id.is_not(None),
            PerkReward.external_id.is_not(None) if card_id is None else PerkReward.external_id == card_id,
        )
    )
    rows = session.execute(wanted.order_by(PerkReward.id).with_for_update(of=PerkGrant)).all()
    return [_Card(grant, card or "", reward_id) for grant, card, reward_id in rows]
