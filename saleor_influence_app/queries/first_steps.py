"""The ways in which a shop learns who brings whom, in the order of what is quickest in this shop.

One more way is one more entry of `STEPS`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from saleor_influence_app.consent import agreements
from saleor_influence_app.models import (
    PerkProgramme,
    PrivacySettingsRow,
    Profile,
    ProgrammeState,
    Purpose,
    Shop,
    TieOrigin,
    Trial,
    TrialState,
)
from saleor_influence_app.models.perks import UNDER_WAY
from saleor_influence_app.perks.strategies import KINDS
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.targeting import tie_counts

MOST_OPEN = 3
CODE = "code"
BEGUN = (TrialState.RUNNING, TrialState.ENDED, TrialState.STOPPED)


class FirstStep(ApiModel):
    """A way to learn who brings whom: where it is taken, what comes first, or what it has brought so far.

    place: the page of the panel. needs: what has to be done before, in sentences. ties: by kind, as they are.
    """

    key: str
    title: str
    text: str
    action: str
    place: str
    is_done: bool
    needs: list[str]
    ties: dict[str, int]
    sentence: str | None
    """What a step that is done has brought."""


@dataclass(frozen=True)
class Facts:
    """What the steps of a shop depend on; ties by origin and kind."""

    shop: Shop
    ties: dict[tuple[str, str], int]
    referrals: int
    profiles_on: bool
    profiles: int
    trials: int
    contacts_agreed: bool


def _nothing(_: Facts) -> list[str]:
    return []


def _always(_: Facts) -> bool:
    return True


@dataclass(frozen=True)
class Step:
    """An entry of the list: its words, when it is done, what comes before it, which ties are its own."""

    key: str
    title: str
    text: str
    action: str
    place: str | Callable[[Facts], str]
    is_done: Callable[[Facts], bool]
    brings: Callable[[str, str], bool]
    """Whether a tie of this origin and kind comes of it."""
    needs: Callable[[Facts], list[str]] = _nothing
    is_offered: Callable[[Facts], bool] = _always


def _for_referrals(facts: Facts) -> list[str]:
    permission = KINDS["referral"].permission
    if permission in facts.shop.permissions:
        return []
    return [f"The app needs a permission for the rewards ({permission}); the form has the button."]


def _for_profiles(facts: Facts) -> list[str]:
    return [] if facts.profiles_on else ["An admin has to confirm the privacy settings once."]


STEPS = (
    Step(
        key="referral",
        title="Share a referral link",
        text="Customers get a link for their friends. Each friend who orders with it is a proven tie.",
        action="Make a referral programme",
        place="/perks/new/referral",
        is_done=lambda facts: facts.referrals > 0,
        brings=lambda origin, kind: origin == TieOrigin.ORDERS and kind == CODE,
        needs=_for_referrals,
    ),
    Step(
        key="import",
        title="Import who knows whom",
        text="A club, a team, a list of who referred whom: upload it as a CSV. Ties count from then on.",
        action="Import ties",
        place="/ties",
        is_done=lambda facts: any(origin == TieOrigin.STAFF for origin, _ in facts.ties),
        brings=lambda origin, _: origin == TieOrigin.STAFF,
    ),
    Step(
        key="survey",
        title="Ask who told them",
        text="One question after an order: adverts and searches are counted, and a friend becomes a tie.",
        action="Switch the question on",
        place="/settings",
        is_done=lambda facts: facts.shop.survey,
        brings=lambda origin, _: origin == TieOrigin.SURVEY,
    ),
    Step(
        key="profiles",
        title="Invite customers to link their profiles",
        text="Who agrees links a social profile; follows between two who agreed become ties.",
        action="Invite customers",
        place=lambda facts: "/profiles" if facts.profiles_on else "/privacy-settings",
        is_done=lambda facts: facts.profiles > 0,
        brings=lambda origin, _: origin == TieOrigin.SOCIAL,
        needs=_for_profiles,
    ),
    Step(
        key="trial",
        title="Prove it with a trial by lot",
        text="Contacts who agreed get a letter; a lot decides which of them read what a customer chose.",
        action="See trials",
        place="/trials",
        is_done=lambda facts: facts.trials > 0,
        brings=lambda *_: False,
        is_offered=lambda facts: facts.contacts_agreed or facts.trials > 0,
    ),
)
"""In the order of what is quickest where nothing has to be done before."""


def first_steps(session: Session, shop_id: int) -> list[FirstStep]:
    """Which steps come next, the quickest first and at most three, and which are done?"""
    facts = _facts(session, shop_id)
    told = [_told(step, facts) for step in STEPS if step.is_offered(facts)]
    waiting = sorted((step for step in told if not step.is_done), key=lambda step: len(step.needs))
    return [*waiting[:MOST_OPEN], *(step for step in told if step.is_done)]


def _told(step: Step, facts: Facts) -> FirstStep:
    done = step.is_done(facts)
    ties: dict[str, int] = {}
    for (origin, kind), count in facts.ties.items():
        if done and step.brings(origin, kind):
            ties[kind] = ties.get(kind, 0) + count
    return FirstStep(
        key=step.key,
        title=step.title,
        text=step.text,
        action=step.action,
        place=step.place if isinstance(step.place, str) else step.place(facts),
        is_done=done,
        needs=[] if done else step.needs(facts),
        ties=ties,
        sentence=_brought(step, sum(ties.values()), facts) if done else None,
    )


def _brought(step: Step, ties: int, facts: Facts) -> str:
    if step.key == "trial":
        begun = "1 trial has" if facts.trials == 1 else f"{facts.trials:,} trials have"
        return f"{begun} begun."
    if not ties:
        return "No tie has come of it yet."
    return "1 tie so far." if ties == 1 else f"{ties:,} ties so far."


def _facts(session: Session, shop_id: int) -> Facts:
    known = tie_counts.known(session, shop_id)
    begun = (*UNDER_WAY, ProgrammeState.ENDED)
    programmes = PerkProgramme.kind == "referral", PerkProgramme.state.in_(begun)
    settings = select(PrivacySettingsRow.enabled).where(PrivacySettingsRow.shop_id == shop_id)
    profiles_on = bool(session.scalar(settings))

    def count(table: type[PerkProgramme | Profile | Trial], *wanted: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(table).where(table.shop_id == shop_id, *wanted)
        return session.scalar(query) or 0

    # A trial takes contacts, and those are tied: without ties nobody needs to be asked for their consents.
    agreed = bool(known) and profiles_on and bool(agreements.agreeing(session, shop_id, Purpose.OUTREACH))
    return Facts(
        shop=session.get_one(Shop, shop_id),
        ties=known,
        referrals=count(PerkProgramme, *programmes),
        profiles_on=profiles_on,
        profiles=count(Profile),
        trials=count(Trial, Trial.state.in_(BEGUN)),
        contacts_agreed=agreed,
    )
