"""Beta invites as a kind of perk."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import Select, and_, literal, select, update
from sqlalchemy.orm import Session

from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.models import (
    GrantState,
    InvitationState,
    Order,
    OrderLine,
    PerkGrant,
    PerkInvitation,
    PerkProgramme,
    ProgrammeState,
)
from saleor_influence_app.orders.ownership import order_owners
from saleor_influence_app.perks.strategies.beta_invite import answers as given_answers
from saleor_influence_app.perks.strategies.beta_invite import seats
from saleor_influence_app.perks.strategies.beta_invite.terms import BetaTerms
from saleor_influence_app.perks.strategies.beta_invite.writers import PREVIEW, PreviewWriter, is_open, stage
from saleor_influence_app.perks.strategy import Bind, Strategy, UsualOrder
from saleor_influence_app.writeback import saleor_writes


class BetaInvites(Strategy):
    """A seat for each customer who accepts, while there are seats."""

    kind = "beta_invite"
    title = "Beta invites"
    bind = Bind.SOFT
    binding = (
        "Binds softly: what they try is in none of the shop's lists, and the app shows its link to those who "
        "have a seat alone. But whoever learns the link can open it and buy, signed in or not: Saleor has no "
        "products that belong to a customer. Published collections that a product is in do show it."
    )
    permission = "MANAGE_PRODUCTS"
    since = (3, 21)
    terms = BetaTerms
    writers: ClassVar[saleor_writes.Writers] = {PREVIEW: PreviewWriter()}

    def currency_of(self, terms: BetaTerms) -> str | None:  # noqa: ARG002 - as every kind
        """Return none: an invitation costs nothing."""
        return None

    def reserve(self, terms: BetaTerms, usual: UsualOrder, *, uses: int) -> Decimal:  # noqa: ARG002
        """Return nothing: members pay the price."""
        return Decimal(0)

    def summary(self, terms: BetaTerms, currency: str) -> str:  # noqa: ARG002 - as every kind
        """Return how many may try it."""
        seats = f"{terms.seats:,} {'seat' if terms.seats == 1 else 'seats'}"
        count = len(terms.products)
        what = "a product before it is" if count == 1 else f"{count} products before they are"
        return f"{seats} to try {what} out"

    def give(self, session: Session, programme: PerkProgramme, grants: Sequence[PerkGrant]) -> None:  # noqa: ARG002
        """They are invited once the products are open to them."""
        # Where they are already, one that is told again has them invited.
        stage(session, programme, most=1 if is_open(programme) else None)

    def change(self, session: Session, programme: PerkProgramme) -> None:
        """The products are open to members while it runs; ended, they are listed as they were before."""
        if programme.state == ProgrammeState.ENDED:
            seats.close(session, programme)
            late = update(PerkGrant).where(
                PerkGrant.programme_id == programme.id, PerkGrant.state == GrantState.STAGED
            )
            session.execute(late.values(state=GrantState.FAILED, error="The programme ended before."))
        stage(session, programme)

    def take_back(self, session: Session, programme: PerkProgramme, grants: Sequence[PerkGrant]) -> None:
        """They have no seat; who declined has answered nothing. Somebody who waits gets the seat."""
        for grant in grants:
            invitation = _invitation(session, grant)
            if invitation is None:
                continue
            if grant.state == GrantState.DECLINED:
                invitation.state = InvitationState.DECLINED
                given_answers.drop(session, grant, invitation)
            else:
                invitation.state = InvitationState.NO_SEAT
        session.flush()
        seats.fill(session, programme, now=datetime.now(UTC))

    def look_after(self, session: Session, programme: PerkProgramme, *, now: datetime) -> None:
        """While it runs, seats of who did not answer go on, and on its day all is for everybody."""
        if programme.state != ProgrammeState.RUNNING:
            return
        seats.fill(session, programme, now=now)
        days = BetaTerms.model_validate(programme.terms).public_after_days
        opened = (programme.preview or {}).get("opened_at")
        if days is None or opened is None or "public_at" in (programme.preview or {}):
            return
        if datetime.fromisoformat(opened) + timedelta(days=days) <= now:
            programme.preview = {**(programme.preview or {}), "public_at": now.isoformat()}
            session.flush()
            stage(session, programme)

    def accept(self, session: Session, programme: PerkProgramme, grant: PerkGrant, *, now: datetime) -> None:
        """They take their seat, or wait for one."""
        invitation = _invitation(session, grant)
        if invitation is None:
            raise InputInvalid("You are not invited yet.")
        seats.accept(session, programme, invitation, now=now)

    def answer(
        self,
        session: Session,
        programme: PerkProgramme,
        grant: PerkGrant,
        *,
        answers: Mapping[str, str | int],
    ) -> None:
        """Who has a seat answers."""
        invitation = _invitation(session, grant)
        if invitation is None or invitation.state != InvitationState.ACCEPTED:
            raise InputInvalid("Only who has accepted is asked: accept first.")
        questions = BetaTerms.model_validate(programme.terms).questions
        given_answers.store(session, grant, invitation, questions=questions, answers=answers)

    def uses(self, programme: PerkProgramme) -> Select[int, str, Decimal]:
        """Select orders of the products by those who accepted; they cost nothing."""
        products = BetaTerms.model_validate(programme.terms).products
        owners = order_owners(programme.shop_id).subquery("owners")
        same = and_(Order.shop_id == owners.c.shop_id, Order.order_id == owners.c.order_id)
        bought = select(OrderLine.order_id).where(
            OrderLine.shop_id == Order.shop_id,
            OrderLine.order_id == Order.order_id,
            OrderLine.product_id.in_(products),
        )
        return (
            select(PerkGrant.id.label("grant_id"), Order.order_id, literal(Decimal(0)).label("cost"))
            .join(PerkInvitation, PerkInvitation.grant_id == PerkGrant.id)
            .join(owners, and_(owners.c.customer_id == PerkGrant.customer_id))
            .join(Order, same)
            .where(PerkGrant.programme_id == programme.id)
            .where(PerkInvitation.state == InvitationState.ACCEPTED)
            .where(Order.created_at >= PerkInvitation.answered_at, bought.exists())
        )


def _invitation(session: Session, grant: PerkGrant) -> PerkInvitation | None:
    theirs = select(PerkInvitation).where(PerkInvitation.grant_id == grant.id)
    return session.scalars(theirs.with_for_update()).first()


STRATEGY = BetaInvites()
