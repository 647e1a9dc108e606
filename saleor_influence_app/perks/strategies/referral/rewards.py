"""Senders' rewards: noted with a friend's order, and given once the return period is over.

The programme's row is locked meanwhile, so that however many workers look, no order is rewarded twice and no
sender more often than the programme says.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import and_, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.models import (
    Order,
    PerkProgramme,
    PerkRedemption,
    PerkReward,
    PerkTopUp,
    ProgrammeState,
    Refusal,
    RewardState,
    Shop,
    TopUpState,
)
from saleor_influence_app.perks.strategies.referral import refusals
from saleor_influence_app.perks.strategies.referral.refusals import Judged
from saleor_influence_app.perks.strategies.referral.strategy import KIND
from saleor_influence_app.perks.strategies.referral.terms import MOST_RETURN_DAYS, ReferralTerms
from saleor_influence_app.perks.strategies.referral.writers import REWARD
from saleor_influence_app.writeback import saleor_writes

logger = log.get(__name__)

DECIDED_FOR = timedelta(days=MOST_RETURN_DAYS + 30)
"""After a programme's end: friends' orders of its last day are paid late, and returned."""
REWARDED = (RewardState.STAGED, RewardState.GIVEN)


@dataclass
class _Sender:
    """What was decided for a sender in a programme."""

    given: int = 0
    debts: int = 0
    """Rewards for orders that were given back later, and not set off yet."""
    households: set[bytes] = field(default_factory=set)
    """Of friends who were rewarded."""

    def why_not(self, reward: Judged, *, most: int) -> Refusal | None:
        """Say why a reward that is due is not given."""
        against = (
            (reward.leaks, Refusal.LEAK_PAUSED),
            (not self.households.isdisjoint(reward.household), Refusal.HOUSEHOLD),
            (self.debts > 0, Refusal.SET_OFF),
            (self.given >= most, Refusal.CAP),
        )
        return next((reason for speaks, reason in against if speaks), None)


def sweep(transaction: db.Transaction, *, now: datetime | None = None) -> None:
    """Look at every programme of referral links; one that fails stops no other."""
    moment = now or datetime.now(UTC)
    with transaction() as session:
        ids = list(
            session.scalars(
                select(PerkProgramme.id)
                .join(Shop, Shop.id == PerkProgramme.shop_id)
                .where(Shop.active, PerkProgramme.kind == KIND, PerkProgramme.state != ProgrammeState.DRAFT)
                .where(or_(PerkProgramme.ended_at.is_(None), PerkProgramme.ended_at > moment - DECIDED_FOR))
                .order_by(PerkProgramme.id)
            )
        )
    for programme_id in ids:
        try:
            with transaction() as session:
                decide(session, programme_id, now=moment)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next sweep tries again
            logger.error("rewards.not_decided", programme_id=programme_id, error=type(error).__name__)  # noqa: TRY400


def decide(session: Session, programme_id: int, *, now: datetime) -> int:
    """Note friends' orders that are booked, and give or refuse what can be decided; returns the given."""
    programme = session.get_one(PerkProgramme, programme_id, with_for_update=True)
    terms = ReferralTerms.model_validate(programme.terms)
    _note(session, programme, terms)
    for reward_id in refusals.no_longer_standing(session, programme):
        _store(session, reward_id, returned_at=now)
    senders = _senders(session, programme)
    left = _money_left(session, programme)
    staged: dict[str, dict[str, int]] = {}
    for one in refusals.judge(session, programme):
        refusal = one.refusal
        if refusal is None and one.due_at > now:
            continue
        if refusal is None:
            refusal = senders[one.grant_id].why_not(one, most=programme.uses_each)
        if refusal is None and left is not None and left < terms.reward:
            refusal = Refusal.BUDGET
        if refusal is not None:
            senders[one.grant_id].debts -= refusal == Refusal.SET_OFF
            _store(session, one.id, state=RewardState.REFUSED, refusal=refusal)
            continue
        senders[one.grant_id].given += 1
        senders[one.grant_id].households |= one.household
        left = None if left is None else left - terms.reward
        _store(session, one.id, state=RewardState.STAGED)
        staged[str(one.id)] = {"reward_id": one.id}
    saleor_writes.stage(session, programme.shop_id, kind=REWARD, writes=staged)
    if staged:
        logger.info("rewards.staged", programme_id=programme.id, count=len(staged))
    return len(staged)


def _note(session: Session, programme: PerkProgramme, terms: ReferralTerms) -> None:
    """Each paid order with a code of the programme has a reward that waits; one that has it keeps it."""
    booked = (
        select(PerkRedemption.grant_id, PerkRedemption.order_id)
        .where(PerkRedemption.programme_id == programme.id)
        .group_by(PerkRedemption.grant_id, PerkRedemption.order_id)
        .having(func.sum(PerkRedemption.uses) > 0)
        .subquery("booked")
    )
    columns = (
        "shop_id",
        "programme_id",
        "grant_id",
        "order_id",
        "amount",
        "currency",
        "due_at",
    )
    found = (
        select(
            literal(programme.shop_id),
            literal(programme.id),
            booked.c.grant_id,
            booked.c.order_id,
            literal(terms.reward),
            literal(programme.currency),
            Order.created_at + timedelta(days=terms.return_days),
        )
        .join(Order, and_(Order.shop_id == programme.shop_id, Order.order_id == booked.c.order_id))
        .where(Order.charged > 0)
        .order_by(Order.created_at, booked.c.order_id)
    )
    session.execute(insert(PerkReward).from_select(list(columns), found).on_conflict_do_nothing())


def _senders(session: Session, programme: PerkProgramme) -> defaultdict[int, _Sender]:
    """Return by grant what was decided before."""
    found: defaultdict[int, _Sender] = defaultdict(_Sender)
    same = and_(Order.shop_id == PerkReward.shop_id, Order.order_id == PerkReward.order_id)
    rows = session.execute(
        select(PerkReward, Order.address_hash, Order.payment_hash)
        .outerjoin(Order, same)
        .where(PerkReward.programme_id == programme.id, PerkReward.state != RewardState.WAITING)
    )
    for reward, *marks in rows:
        sender = found[reward.grant_id]
        if reward.state in REWARDED:
            sender.given += 1
            sender.households.update(one for one in marks if one is not None)
        sender.debts += (reward.returned_at is not None) - (reward.refusal == Refusal.SET_OFF)
    return found


def _money_left(session: Session, programme: PerkProgramme) -> Decimal | None:
    """Return what of the budget is neither spent on friends' orders nor given or added to rewards."""
    if programme.most_money is None:
        return None
    off = select(func.coalesce(func.sum(PerkRedemption.cost), 0)).where(
        PerkRedemption.programme_id == programme.id
    )
    rewards = select(func.coalesce(func.sum(PerkReward.amount), 0)).where(
        PerkReward.programme_id == programme.id, PerkReward.state.in_(REWARDED)
    )
    added = select(func.coalesce(func.sum(PerkTopUp.amount), 0)).where(
        PerkTopUp.programme_id == programme.id, PerkTopUp.state != TopUpState.FAILED
    )
    spent = (Decimal(session.scalar(one) or 0) for one in (off, rewards, added))
    return programme.most_money - sum(spent)


def _store(session: Session, reward_id: int, **values: object) -> None:
    row = update(PerkReward).where(PerkReward.id == reward_id)
    session.execute(row.values(**values, changed_at=func.now()))
