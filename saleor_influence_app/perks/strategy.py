"""What a kind of perk has to know: the form of its terms, how hard it binds, what Saleor does for it."""
# ruff: noqa: ARG002 - what only some kinds do has a body here, for all others

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.models import PerkGrant, PerkProgramme, PerkRedemption, Purpose
from saleor_influence_app.writeback.saleor_writes import Writers

NOT_ORDERED = ("CANCELED", "DRAFT", "EXPIRED", "RETURNED")
"""States of an order in which the perk counts as not used."""


class Bind(StrEnum):
    """Whether somebody else can use what a customer was given."""

    HARD = "hard"
    """Saleor refuses everybody else."""
    NEARLY = "nearly"
    """The app takes it from everybody else, a moment later."""
    SOFT = "soft"
    """Whoever knows it can use it, once."""


class Terms(BaseModel):
    """What staff fill in for a kind; how its JSON is stored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Bound:
    """How hard something binds, in a word and in a sentence, and the permissions that it needs."""

    bind: Bind
    binding: str
    permissions: tuple[str, ...]


@dataclass(frozen=True)
class UsualOrder:
    """What an order of the shop comes to, at most but for one in twenty, in a programme's currency."""

    gross: Decimal
    shipping: Decimal


class Strategy(Protocol):
    """A kind of perk. Its steps run in the transaction that draws, changes or ends; Saleor is told after."""

    kind: ClassVar[str]
    title: ClassVar[str]
    bind: ClassVar[Bind]
    binding: ClassVar[str]
    """How hard it binds, as a sentence for staff."""
    permission: ClassVar[str]
    """What Saleor must have granted to the app."""
    purpose: ClassVar[Purpose] = Purpose.PERKS
    """What customers agree to who get it."""
    since: ClassVar[tuple[int, ...]]
    """The first Saleor version that can."""
    terms: ClassVar[type[Terms]]
    writers: ClassVar[Writers]
    counts_contacts: ClassVar[bool] = False
    """Whether people whom a customer knew at the draw count in the result, as the perk is for them too."""
    most_uses_each: ClassVar[int] = 1
    """How often one customer may use it at most, where a programme allows more than one use."""
    replaceable: ClassVar[bool] = False
    """Whether a customer's code can be replaced by another one."""

    def bound(self, terms: Any) -> Bound:
        """Return how hard what these terms give binds, and what the app needs for it."""
        return Bound(self.bind, self.binding, (self.permission,))

    def currency_of(self, terms: Any) -> str | None:
        """Return the currency that the terms are in; None if they are in any."""

    def reserve(self, terms: Any, usual: UsualOrder, *, uses: int) -> Decimal:
        """Return what to keep of the budget for one customer."""

    def summary(self, terms: Any, currency: str) -> str:
        """Return what the customer gets, in a few words."""

    def give(self, session: Session, programme: PerkProgramme, grants: Sequence[PerkGrant]) -> None:
        """These customers have it, or Saleor is on its way to."""

    def change(self, session: Session, programme: PerkProgramme) -> None:
        """The programme was paused, resumed, extended or ended: Saleor obeys."""

    def take_back(self, session: Session, programme: PerkProgramme, grants: Sequence[PerkGrant]) -> None:
        """These customers no longer have it."""

    def accept(self, session: Session, programme: PerkProgramme, grant: PerkGrant, *, now: datetime) -> None:
        """The customer says yes to what they were asked; most kinds ask nothing."""
        raise InputInvalid("There is nothing to accept: you have this perk.")

    def answer(
        self,
        session: Session,
        programme: PerkProgramme,
        grant: PerkGrant,
        *,
        answers: Mapping[str, str | int],
    ) -> None:
        """The customer answers the kind's questions; most kinds have none."""
        raise InputInvalid("This perk asks nothing.")

    def replace(self, session: Session, programme: PerkProgramme, grant: PerkGrant) -> None:
        """The customer has another code in place of theirs; raises InputInvalid for what has no code."""
        raise InputInvalid(f"{self.title} have no code that could be replaced.")

    def uses(self, programme: PerkProgramme) -> Select[*tuple[Any, ...]]:
        """Select (grant_id, order_id, cost) of the orders in which it was used, whatever became of them.

        And `in_charged`, where an order's charged money can hold a part of the cost.
        """

    def cost_beside(self, programme: PerkProgramme, *, until: datetime) -> Select[int, Decimal] | None:
        """Select (grant_id, cost) of what it cost beyond what it took off orders; None: nothing."""
        return None

    def capped(self, programme: PerkProgramme) -> Select[str] | None:
        """Select customers who have had as much of the kind lately as is allowed; None: there is no cap."""
        return None

    def look_after(self, session: Session, programme: PerkProgramme, *, now: datetime) -> None:
        """Do what the kind has to do every half minute, also a while after the end; most have nothing to do.

        The programme's row is locked.
        """
        return


def redeemed(programme: PerkProgramme) -> Select[int, Decimal]:
    """Select (grant_id, cost) of what was redeemed, for kinds that the shop pays beside."""
    return (
        select(PerkRedemption.grant_id, func.sum(PerkRedemption.cost).label("cost"))
        .where(PerkRedemption.programme_id == programme.id)
        .group_by(PerkRedemption.grant_id)
    )


def mark(programme: PerkProgramme) -> str:
    """Return what marks the programme's things in Saleor: other than that of any programme before it.

    Ids alone would not do: after the database was made anew they begin anew, and Saleor has the old ones.
    """
    return f"{programme.id:x}-{int(programme.made_at.timestamp()):x}"
