"""Outreach as a kind of perk."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import Select, and_, delete, func, literal, select, union_all
from sqlalchemy.orm import Session

from saleor_influence_app.consent import agreements
from saleor_influence_app.models import (
    GrantState,
    Order,
    OutreachTask,
    PerkArm,
    PerkGrant,
    PerkProgramme,
    ProgrammeState,
    Purpose,
    TaskState,
)
from saleor_influence_app.perks.strategies.outreach.drafts import (
    DRAFT,
    DRAFT_DELETION,
    DraftDeletionWriter,
    DraftWriter,
)
from saleor_influence_app.perks.strategies.outreach.terms import WORDS, OutreachTerms
from saleor_influence_app.perks.strategy import Bind, Strategy, UsualOrder, redeemed
from saleor_influence_app.shops import shops
from saleor_influence_app.shops.suppression import objects
from saleor_influence_app.writeback import saleor_writes

CAP_DAYS = 90
DONE = (TaskState.DONE, TaskState.ANSWERED)
_ALIVE = (GrantState.STAGED, GrantState.GIVEN)


class Outreach(Strategy):
    """A task for each customer, on a board."""

    kind = "outreach"
    title = "Outreach by staff"
    bind = Bind.HARD
    binding = (
        "Binds hard: staff turn to each customer themselves, and only to those who agreed to be contacted. "
        "Who no longer agrees is off the board at once."
    )
    permission = "MANAGE_ORDERS"
    purpose = Purpose.OUTREACH
    since = (3, 21)
    terms = OutreachTerms
    writers: ClassVar[saleor_writes.Writers] = {DRAFT: DraftWriter(), DRAFT_DELETION: DraftDeletionWriter()}

    def currency_of(self, terms: OutreachTerms) -> str | None:
        """Return the currency of the gift's channel; without a gift any will do."""
        return None if terms.gift is None else terms.gift.currency

    def reserve(self, terms: OutreachTerms, usual: UsualOrder, *, uses: int) -> Decimal:  # noqa: ARG002
        """Return what a gift and the time of staff cost the shop."""
        return terms.task_cost + (Decimal(0) if terms.gift is None else terms.gift.cost)

    def summary(self, terms: OutreachTerms, currency: str) -> str:  # noqa: ARG002 - as every kind
        """Return what is done."""
        return WORDS[terms.task]

    def give(self, session: Session, programme: PerkProgramme, grants: Sequence[PerkGrant]) -> None:
        """Each is on the board; a gift is on its way to being a draft order."""
        session.flush()
        terms = OutreachTerms.model_validate(programme.terms)
        now = datetime.now(UTC)
        session.add_all(
            OutreachTask(
                shop_id=programme.shop_id,
                programme_id=programme.id,
                grant_id=grant.id,
                customer_id=grant.customer_id,
                due_at=now + timedelta(days=terms.due_days),
            )
            for grant in grants
        )
        if terms.gift is None:
            for grant in grants:
                grant.state, grant.given_at = GrantState.GIVEN, now
        else:
            writes = {str(grant.id): {"grant_id": grant.id} for grant in grants}
            saleor_writes.stage(session, programme.shop_id, kind=DRAFT, writes=writes)
        session.flush()

    def change(self, session: Session, programme: PerkProgramme) -> None:
        """With the programme what nobody has taken ends; what somebody has taken can still be done."""
        if programme.state == ProgrammeState.ENDED:
            open_ones = select(OutreachTask.grant_id).where(
                OutreachTask.programme_id == programme.id, OutreachTask.state == TaskState.SUGGESTED
            )
            self._end(session, programme, _alive(programme).where(PerkGrant.id.in_(open_ones)))

    def take_back(self, session: Session, programme: PerkProgramme, grants: Sequence[PerkGrant]) -> None:
        """They are off the board, and drafts of gifts are deleted."""
        ids = [grant.id for grant in grants]
        session.execute(delete(OutreachTask).where(OutreachTask.grant_id.in_(ids)))
        if programme.terms["gift"] is not None:  # also where no draft is known: one may be under way
            drafts = {str(grant.id): {"grant_id": grant.id} for grant in grants}
            saleor_writes.stage(session, programme.shop_id, kind=DRAFT_DELETION, writes=drafts)

    def uses(self, programme: PerkProgramme) -> Select[int, str, Decimal]:
        """Select gifts that were sent: drafts that became orders, and what one costs."""
        terms = OutreachTerms.model_validate(programme.terms)
        cost = Decimal(0) if terms.gift is None else terms.gift.cost
        same = and_(Order.shop_id == PerkGrant.shop_id, Order.order_id == PerkGrant.external_id)
        return (
            select(PerkGrant.id.label("grant_id"), Order.order_id, literal(cost).label("cost"))
            .join(Order, same)
            .where(PerkGrant.programme_id == programme.id)
        )

    def cost_beside(self, programme: PerkProgramme, *, until: datetime) -> Select[int, Decimal]:  # noqa: ARG002
        """Select what gifts and the tasks that were done cost the shop."""
        terms = OutreachTerms.model_validate(programme.terms)
        done = select(OutreachTask.grant_id, literal(terms.task_cost).label("cost")).where(
            OutreachTask.programme_id == programme.id, OutreachTask.state.in_(DONE)
        )
        costs = union_all(redeemed(programme), done).subquery("costs")
        return select(costs.c.grant_id, func.sum(costs.c.cost).label("cost")).group_by(costs.c.grant_id)

    def capped(self, programme: PerkProgramme) -> Select[str]:
        """Select whom staff have turned to as often as the programme allows within 90 days."""
        terms = OutreachTerms.model_validate(programme.terms)
        return (
            select(func.coalesce(PerkGrant.customer_id, ""))
            .join(PerkProgramme, PerkProgramme.id == PerkGrant.programme_id)
            .where(
                PerkGrant.shop_id == programme.shop_id,
                PerkGrant.arm == PerkArm.GRANTED,
                PerkGrant.state != GrantState.FAILED,
                PerkGrant.drawn_at > func.now() - timedelta(days=CAP_DAYS),
                PerkGrant.customer_id.is_not(None),
                PerkProgramme.kind == self.kind,
            )
            .group_by(PerkGrant.customer_id)
            .having(func.count() >= terms.most_in_90_days)
        )

    def look_after(self, session: Session, programme: PerkProgramme, *, now: datetime) -> None:  # noqa: ARG002
        """Who no longer agrees to be contacted, objects or has left is off the board."""
        alive = _alive(programme)
        if session.scalars(alive.limit(1)).first() is None:
            return
        agreeing = agreements.agreeing(session, programme.shop_id, Purpose.OUTREACH)
        wanted = PerkGrant.customer_id == func.any_(sorted(agreeing))
        objecting = objects(programme.shop_id, PerkGrant.customer_id)
        self._end(session, programme, alive.where(~func.coalesce(wanted, False) | objecting))

    def _end(self, session: Session, programme: PerkProgramme, wanted: Select[PerkGrant]) -> None:
        shops.lock_facts(session, programme.shop_id)  # an erasure takes the same rows in another order
        grants = list(session.scalars(wanted.with_for_update(of=PerkGrant)))
        for grant in grants:
            grant.state, grant.changed_at = GrantState.TAKEN_BACK, func.now()
        session.flush()
        if grants:
            self.take_back(session, programme, grants)


def _alive(programme: PerkProgramme) -> Select[PerkGrant]:
    return select(PerkGrant).where(PerkGrant.programme_id == programme.id, PerkGrant.state.in_(_ALIVE))


STRATEGY = Outreach()
