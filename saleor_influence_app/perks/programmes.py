"""Programmes of perks: planned as a draft, started, paused, extended and ended by staff or by their dates.

Locks as everywhere: a programme's row, then its grants. What Saleor has to do is staged in the same
transaction, so that no state here is without its consequence there.
"""

import secrets
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.errors import InputInvalid, PermissionMissing, RowMissing
from saleor_influence_app.fields import Currency, Exact, Id, Json, Moment, OneLine
from saleor_influence_app.models import PerkProgramme, ProgrammeState, Purpose, Segment, Shop
from saleor_influence_app.perks.strategies import of_kind
from saleor_influence_app.perks.strategy import Strategy, Terms
from saleor_influence_app.saleor import versions
from saleor_influence_app.targeting import conditions
from saleor_influence_app.targeting.conditions import ConditionInput

logger = log.get(__name__)

MOST_HELD_OUT = 0.5
MOST_OPEN = 0.5
MOST_PEOPLE = 1_000_000
Share = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0)]
Count = Annotated[int, Field(strict=True, ge=1, le=MOST_PEOPLE)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), OneLine]


_PLAN = (
    "kind",
    "title",
    "segment",
    "conditions",
    "terms",
    "currency",
    "hold_out",
    "open_share",
    "needs_consent",
    "most_money",
    "most_uses",
    "most_people",
    "uses_each",
)
"""What a duplicate has of its original: all but the days."""


class ProgrammeWanted(BaseModel):
    """A programme as staff plan it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Id
    title: Title
    segment: Id | None = None
    """Whose members it is for, by its name."""
    conditions: list[ConditionInput] | None = None
    """In place of a segment: it is for who meets all of them."""
    terms: Json
    starts_at: Moment
    ends_at: Moment
    currency: Currency
    hold_out: Annotated[Share, Field(le=MOST_HELD_OUT)] = 0.2
    """The share of those drawn who are held out, so that what the perk does can be told."""
    open_share: Annotated[Share, Field(le=MOST_OPEN)] = 0.0
    """The share of seats for regular customers who are not in the segment."""
    needs_consent: Annotated[bool, Field(strict=True)] = True
    most_money: Annotated[Exact, Field(gt=0, max_digits=14, decimal_places=3)] | None = None
    most_uses: Count | None = None
    most_people: Count | None = None
    uses_each: Annotated[int, Field(strict=True, ge=1, le=100)] = 1

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if (self.segment is None) == (self.conditions is None):
            raise ValueError("is for the members of a segment or for who meets conditions: give one of both")
        if self.starts_at >= self.ends_at:
            raise ValueError("ends before it starts")
        if self.open_share and self.most_people is None:
            raise ValueError("has seats for regular customers: say how many people get the perk at most")
        return self


def create(session: Session, shop_id: int, wanted: ProgrammeWanted, *, made_by: str) -> int:
    """Keep a draft; returns the programme's id. Raises InputInvalid, in words, for what cannot be meant."""
    programme = PerkProgramme(
        shop_id=shop_id,
        seed=secrets.randbelow(2**63),
        made_by=made_by,
        **_columns(session, shop_id, wanted),
    )
    session.add(programme)
    session.flush()
    return programme.id


def change(session: Session, shop_id: int, programme_id: int, *, wanted: ProgrammeWanted) -> None:
    """The draft says this from now on."""
    programme = locked(session, shop_id, programme_id)
    _demand(programme, ProgrammeState.DRAFT, but="can be extended, but not changed: people have been drawn")
    for name, value in _columns(session, shop_id, wanted).items():
        setattr(programme, name, value)


def delete(session: Session, shop_id: int, programme_id: int) -> None:
    """Drop a draft; what was started stays, since it was given to people."""
    programme = locked(session, shop_id, programme_id)
    _demand(programme, ProgrammeState.DRAFT, but="cannot be deleted: people have been drawn; end it instead")
    session.delete(programme)


def duplicate(session: Session, shop_id: int, programme_id: int, *, made_by: str) -> int:
    """Make a draft of a programme's plan, with lots of its own; returns its id."""
    old = locked(session, shop_id, programme_id)
    now = datetime.now(UTC)
    new = PerkProgramme(
        **{name: getattr(old, name) for name in _PLAN},
        shop_id=shop_id,
        seed=secrets.randbelow(2**63),
        made_by=made_by,
        starts_at=now,
        ends_at=now + (old.ends_at - old.starts_at),
    )
    session.add(new)
    session.flush()
    return new.id


def start(session: Session, shop_id: int, programme_id: int, *, now: datetime | None = None) -> None:
    """Start a draft, or let it wait for its day; resume a paused programme. A worker draws."""
    moment = now or datetime.now(UTC)
    programme = locked(session, shop_id, programme_id)
    if programme.state not in {ProgrammeState.DRAFT, ProgrammeState.PAUSED}:
        raise InputInvalid(f"This programme is {programme.state} already.")
    if programme.ends_at <= moment:
        raise InputInvalid("Its last day is over: extend it first.")
    _demand_granted(session.get_one(Shop, shop_id), programme)
    was_paused = programme.state == ProgrammeState.PAUSED
    programme.state = ProgrammeState.SCHEDULED if programme.starts_at > moment else ProgrammeState.RUNNING
    programme.enrolled_run_id = None
    session.flush()
    if was_paused:
        of_kind(programme.kind).change(session, programme)
    db.after_commit(session, "facts.perks")
    logger.info("perk.started", shop_id=shop_id, programme_id=programme_id, state=programme.state)


def pause(session: Session, shop_id: int, programme_id: int) -> None:
    """Nobody new is drawn, and what can be stopped is stopped, until it is resumed."""
    programme = locked(session, shop_id, programme_id)
    if programme.state not in {ProgrammeState.RUNNING, ProgrammeState.SCHEDULED}:
        raise InputInvalid(f"Only a running programme can be paused; this one is {programme.state}.")
    programme.state = ProgrammeState.PAUSED
    session.flush()
    of_kind(programme.kind).change(session, programme)


def end(session: Session, shop_id: int, programme_id: int, *, now: datetime | None = None) -> None:
    """End the programme for good."""
    programme = locked(session, shop_id, programme_id)
    if programme.state in {ProgrammeState.DRAFT, ProgrammeState.ENDED}:
        raise InputInvalid(f"Only what was started can be ended; this programme is {programme.state}.")
    finish(session, programme, now=now or datetime.now(UTC))


def extend(session: Session, shop_id: int, programme_id: int, *, ends_at: datetime) -> None:
    """Give the programme another last day."""
    programme = locked(session, shop_id, programme_id)
    if programme.state == ProgrammeState.ENDED:
        raise InputInvalid("This programme has ended; duplicate it instead.")
    if ends_at <= max(programme.starts_at, datetime.now(UTC)):
        raise InputInvalid("The last day must be in the future.")
    programme.ends_at = ends_at
    session.flush()
    if programme.state != ProgrammeState.DRAFT:
        of_kind(programme.kind).change(session, programme)


def finish(session: Session, programme: PerkProgramme, *, now: datetime) -> None:
    """The programme, whose row is locked, has ended."""
    programme.state, programme.ended_at = ProgrammeState.ENDED, now
    session.flush()
    of_kind(programme.kind).change(session, programme)
    logger.info("perk.ended", shop_id=programme.shop_id, programme_id=programme.id)


def terms_of(programme: PerkProgramme) -> Terms:
    """Return a stored programme's terms as its kind reads them."""
    return of_kind(programme.kind).terms.model_validate(programme.terms)


def read_terms(strategy: Strategy, given: Json) -> Terms:
    """Return the terms; raises InputInvalid that names what is wrong with them."""
    try:
        return strategy.terms.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, ("terms", *first["loc"])))
        raise InputInvalid(f"{where}: {first['msg'].removeprefix('Value error, ')}.") from error


def _columns(session: Session, shop_id: int, wanted: ProgrammeWanted) -> dict[str, Any]:
    strategy = of_kind(wanted.kind)
    terms = read_terms(strategy, wanted.terms)
    currency = strategy.currency_of(terms)
    if currency is not None and currency != wanted.currency:
        raise InputInvalid(f"The budget is in {wanted.currency}, and what is given in {currency}.")
    if strategy.purpose == Purpose.OUTREACH and not wanted.needs_consent:
        raise InputInvalid(f"{strategy.title} is only for customers who agreed to be contacted.")
    if wanted.uses_each > strategy.most_uses_each:
        raise InputInvalid(f"uses_each: {strategy.title} can be used {strategy.most_uses_each} time at most.")
    return wanted.model_dump() | _whom(session, shop_id, wanted) | {"terms": terms.model_dump(mode="json")}


def _whom(session: Session, shop_id: int, wanted: ProgrammeWanted) -> dict[str, Any]:
    if wanted.conditions is not None:
        return {"segment": "", "conditions": conditions.validated(wanted.conditions)}
    known = select(Segment.name).where(Segment.shop_id == shop_id, Segment.name == wanted.segment)
    if session.scalar(known) is None:
        raise InputInvalid(f"There is no segment '{wanted.segment}' in this shop.")
    return {}


def locked(session: Session, shop_id: int, programme_id: int) -> PerkProgramme:
    """Return the programme, with its row locked; raises RowMissing if the shop has none of this id."""
    row = select(PerkProgramme).where(PerkProgramme.shop_id == shop_id, PerkProgramme.id == programme_id)
    programme = session.scalars(row.with_for_update()).first()
    if programme is None:
        raise RowMissing("There is no such programme in this shop.")
    return programme


def _demand(programme: PerkProgramme, state: ProgrammeState, *, but: str) -> None:
    if programme.state != state:
        raise InputInvalid(f"A programme that is {programme.state} {but}.")


def _demand_granted(shop: Shop, programme: PerkProgramme) -> None:
    strategy = of_kind(programme.kind)
    if not versions.reaches(shop.saleor_version or shop.schema_version, strategy.since):
        needed = ".".join(map(str, strategy.since))
        raise InputInvalid(f"{strategy.title} need Saleor {needed}; this shop has {shop.saleor_version}.")
    for permission in strategy.bound(terms_of(programme)).permissions:
        if permission not in shop.permissions:
            raise PermissionMissing(
                f"{strategy.title} like these need the permission {permission}, which the app does not have. "
                "Grant it to the app in the dashboard, under Extensions."
            )
