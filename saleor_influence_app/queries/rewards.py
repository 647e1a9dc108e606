"""Referral links as staff and their senders see them: how often opened, what friends brought."""

from collections import Counter
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app.errors import RowMissing
from saleor_influence_app.models import (
    Order,
    PerkGrant,
    PerkProgramme,
    PerkReward,
    Refusal,
    RewardState,
    Shop,
)
from saleor_influence_app.perks.strategies.referral import links, refusals
from saleor_influence_app.perks.strategies.referral.terms import ReferralTerms
from saleor_influence_app.queries import top_ups
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.money import Money, amount
from saleor_influence_app.queries.top_ups import ToppedUp


class Reward(ApiModel):
    """What a sender gets for a friend's order, or why they get nothing."""

    id: int
    sender_id: str | None
    order_id: str
    number: str | None
    """The order's, as people call it; None: the order is not here any more."""
    state: RewardState
    refusal: Refusal | None
    why: str | None
    """The refusal in words, or what Saleor said when it refused."""
    amount: Money
    due_at: datetime
    returned_at: datetime | None
    card_id: str | None
    """The gift card's id in Saleor, which knows its balance; None: there is none yet."""
    topped_up: ToppedUp | None
    """What staff added to the card; None: nothing, and nothing was tried."""


class RewardPage(ApiModel):
    """Some of a programme's rewards, and what there is in all."""

    total: int
    waiting: int
    given: int
    """Those on their way to Saleor among them."""
    refused: int
    returned: int
    """Of those given, for orders that were cancelled or refunded since."""
    money: Money
    """What was given."""
    visits: int
    """How often links were opened, by programs that look at links, too."""
    target: str | None
    """Where links lead; None: nowhere, until the shop's settings say."""
    rewards: list[Reward]


class ShopperReferral(ApiModel):
    """A link to forward, as its sender sees it."""

    link: str
    reward: Money
    return_days: int
    most: int
    """For how many friends they are rewarded at most."""
    rewards: int
    """For how many they were."""


def of_programme(session: Session, shop_id: int, programme_id: int, *, page: tuple[int, int]) -> RewardPage:
    """What did a programme's links bring? The newest rewards first."""
    programme = session.scalars(
        select(PerkProgramme).where(PerkProgramme.shop_id == shop_id, PerkProgramme.id == programme_id)
    ).first()
    if programme is None:
        raise RowMissing("There is no such programme in this shop.")
    ours = PerkReward.programme_id == programme_id
    counts: Counter[str] = Counter()
    sums = session.execute(
        select(
            PerkReward.state, func.count(), func.sum(PerkReward.amount), func.count(PerkReward.returned_at)
        )
        .where(ours)
        .group_by(PerkReward.state)
    ).all()
    for state, count, _, returned in sums:
        counts[state] += count
        counts["returned"] += returned
    given = (RewardState.STAGED, RewardState.GIVEN)
    money = sum((total for state, _, total, _ in sums if state in given), start=Decimal(0))
    visits = select(func.coalesce(func.sum(PerkGrant.visits), 0)).where(
        PerkGrant.programme_id == programme_id
    )
    rows = session.execute(
        select(PerkReward, PerkGrant.customer_id, Order.number)
        .join(PerkGrant, PerkGrant.id == PerkReward.grant_id)
        .outerjoin(Order, (Order.shop_id == shop_id) & (Order.order_id == PerkReward.order_id))
        .where(ours)
        .order_by(PerkReward.id.desc())
        .offset(page[0])
        .limit(page[1])
    )
    found = rows.all()
    cards = [row.external_id for row, *_ in found if row.external_id is not None]
    added = top_ups.of_cards(session, cards, shop_id=shop_id)
    return RewardPage(
        total=counts.total() - counts["returned"],
        waiting=counts[RewardState.WAITING],
        given=sum(counts[one] for one in given),
        refused=counts[RewardState.REFUSED] + counts[RewardState.FAILED],
        returned=counts["returned"],
        money=amount(money, programme.currency),
        visits=session.scalar(visits) or 0,
        target=target(session, shop_id),
        rewards=[
            _reward(row, sender, number, topped_up=added.get(row.external_id or ""))
            for row, sender, number in found
        ],
    )


def target(session: Session, shop_id: int) -> str | None:
    """Return where the shop's links lead."""
    return session.scalar(select(Shop.referral_url).where(Shop.id == shop_id))


def of_sender(
    session: Session, row: PerkGrant, of: PerkProgramme, *, base: str, target: str | None
) -> ShopperReferral | None:
    """Return the sender's link, and what it brings; None where there is none."""
    link = links.address(base, row, of, target=target)
    if link is None:
        return None
    terms = ReferralTerms.model_validate(of.terms)
    rewarded = select(func.count()).where(
        PerkReward.grant_id == row.id, PerkReward.state.in_((RewardState.STAGED, RewardState.GIVEN))
    )
    return ShopperReferral(
        link=link,
        reward=amount(terms.reward, of.currency),
        return_days=terms.return_days,
        most=of.uses_each,
        rewards=session.scalar(rewarded) or 0,
    )


def _reward(row: PerkReward, sender: str | None, number: str | None, *, topped_up: ToppedUp | None) -> Reward:
    refusal = None if row.refusal is None else Refusal(row.refusal)
    return Reward(
        id=row.id,
        sender_id=sender,
        order_id=row.order_id,
        number=number,
        state=RewardState(row.state),
        refusal=refusal,
        why=row.error if refusal is None else refusals.WORDS[refusal],
        amount=amount(row.amount, row.currency),
        due_at=row.due_at,
        returned_at=row.returned_at,
        card_id=row.external_id,
        topped_up=topped_up,
    )
