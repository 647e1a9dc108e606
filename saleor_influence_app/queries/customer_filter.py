"""Which customers a list shows: filters that combine, each served by an index or small."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import Select, exists, false, func, select
from sqlalchemy.orm import Session

from saleor_influence_app.consent import agreements, privacy_settings
from saleor_influence_app.fields import Day, Exact, Id
from saleor_influence_app.models import (
    Evidence,
    GrantState,
    Membership,
    PerkArm,
    PerkGrant,
    PersonalCode,
    Profile,
    ProfileState,
    Purpose,
    Score,
    Trial,
    TrialCandidate,
    TrialState,
    shown_run,
)
from saleor_influence_app.queries.verdicts import LEADS, PROVEN, Verdict
from saleor_influence_app.writeback.staging import INVITED

ANY = "any"
WhichPerk = Annotated[str, StringConstraints(pattern=r"^(any|[1-9][0-9]{0,8})$")]
"""The id of a programme, or `any`."""
ValueFrom = Annotated[Exact, Field(ge=0, max_digits=20)]
Agreed = Literal["perks", "outreach"]
HasCode = Literal["yes"]
_LEADING = (LEADS, PROVEN)
_HELD = (GrantState.STAGED, GrantState.GIVEN)
_PURPOSES = {"perks": Purpose.PERKS, "outreach": Purpose.OUTREACH}


class CustomerFilter(BaseModel):
    """What customers must all meet to be shown; what is null says nothing.

    Worth has a lower bound alone: nobody is picked for a low one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    segment: Id | None = None
    verdict: Verdict | None = None
    topic: Id | None = None
    """The id of a category in which they lead others."""
    value_from: ValueFrom | None = None
    network: Id | None = None
    """A social network on which they have linked a profile."""
    agreed: Agreed | None = None
    ordered_from: Day | None = None
    """Their last paid order is of this day or later; days are in UTC."""
    ordered_before: Day | None = None
    """It is of a day before this one."""
    perk: WhichPerk | None = None
    """They hold a perk of this programme."""
    has_code: HasCode | None = None

    @property
    def speaks_of_perks(self) -> bool:
        """Say whether who asks must be allowed to see perks and codes."""
        return self.perk is not None or self.has_code is not None


EVERYBODY = CustomerFilter()


def conditions(session: Session, shop_id: int, asked: CustomerFilter) -> list[Any]:
    """Return what rows of `scores` must meet; none for a filter that asks for nothing."""
    found: list[Any] = []
    if asked.segment is not None:
        found.append(_is_in(shop_id, asked.segment))
    if asked.verdict is not None:
        found.append(Score.verdict == asked.verdict)
    if asked.topic is not None:
        found.append(_has(Evidence, shop_id, Evidence.topic == asked.topic, Evidence.verdict.in_(_LEADING)))
    if asked.value_from is not None:
        found.append(Score.value >= asked.value_from)
    if asked.ordered_from is not None or asked.ordered_before is not None:
        found += _last_order(session, shop_id, asked)
    if asked.network is not None:
        found.append(_has_linked(session, shop_id, asked.network))
    if asked.agreed is not None:
        agreeing = agreements.agreeing(session, shop_id, _PURPOSES[asked.agreed])
        found.append(Score.customer_id == func.any_(sorted(agreeing)))
    if asked.perk is not None:
        found.append(_holds_perk(shop_id, asked.perk))
    if asked.has_code is not None:
        found.append(_has(PersonalCode, shop_id))
    return found


def _has(table: Any, shop_id: int, *which: Any) -> Any:
    """Say whether the customer has such a row in the table."""
    return exists().where(table.shop_id == shop_id, table.customer_id == Score.customer_id, *which)


def _last_order(session: Session, shop_id: int, asked: CustomerFilter) -> list[Any]:
    """Say when the last order was, as `Run.last_order` counts it; without a run nobody has one."""
    run = session.scalars(shown_run(shop_id)).first()
    stands_on = run.stands_on if run else None
    if stands_on is None:
        return [false()]
    ago, found = Score.age_days - Score.recency_days, [Score.orders_count > 0]
    if asked.ordered_from is not None:
        found.append(ago < (stands_on - asked.ordered_from + timedelta(days=1)).days)
    if asked.ordered_before is not None:
        found.append(ago >= (stands_on - asked.ordered_before + timedelta(days=1)).days)
    return found


def _has_linked(session: Session, shop_id: int, network: str) -> Any:
    if not privacy_settings.read(session, shop_id).enabled:
        return false()
    return _has(Profile, shop_id, Profile.network == network, Profile.state != ProfileState.GONE)


def _holds_perk(shop_id: int, which: str) -> Any:
    """Say whether the customer has a perk; who was held out has none, and nobody is told of it."""
    of = () if which == ANY else (PerkGrant.programme_id == int(which),)
    held = (PerkGrant.arm == PerkArm.GRANTED, PerkGrant.state.in_(_HELD))
    return _has(PerkGrant, shop_id, *held, *of)


def _is_in(shop_id: int, segment: str) -> Any:
    """Say whether the customer is in the segment: a trial's is of those whom it invites while it runs."""
    member = _has(Membership, shop_id, Membership.segment == segment)
    if not segment.startswith(INVITED):
        return member
    return member | Score.customer_id.in_(_invited(shop_id, segment))


def _invited(shop_id: int, segment: str) -> Select[Any]:
    """Select those whom a running trial invites, if the segment is one's."""
    running = (
        Trial.shop_id == shop_id,
        Trial.state == TrialState.RUNNING,
        func.concat(INVITED, Trial.id) == segment,
    )
    return select(TrialCandidate.customer_id).join(Trial).where(*running, TrialCandidate.invited)
