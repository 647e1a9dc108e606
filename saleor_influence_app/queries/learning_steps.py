"""Which small steps teach this shop most of who is followed, and how much of that is known."""

from typing import Any
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app.models import LearningStep, PerkProgramme, ProgrammeState, Run, Shop, StepKind
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.runs import step_limits

SHOWN = 10
LEAST = 0.0005
"""A share that is less is said to be less than 0.1 %."""
FEW_WORDS = ("No", "This", "These two", "These three", "These four", "These five", "These six", "These seven",
             "These eight", "These nine", "These ten")  # fmt: skip
NOT_YET = "How much of your customers' influence is known is counted with the next calculation."
NO_TIES = (
    "The app knows the influence of 0% of your customers' reach: between people who are known to know each "
    "other, no purchase could follow another one yet."
)
AGREEMENTS = "Trials and referral links need customers who agreed to be contacted, or to perks."
NOBODY = (
    "No step can be suggested: nobody who may be written to has agreed to it, or everybody had a perk or a "
    "letter within the last 90 days."
)
TITLES = {
    StepKind.TRIAL: "Begin a trial in their name",
    StepKind.LINK: "Give them a referral link",
    StepKind.QUESTION: "Ask after an order who told them",
}


class NextStep(ApiModel):
    """A step: what it is, for whom, how many messages it takes, where it is done.

    customer_id: None where the step is the shop's. points: percentage points of the customers' reach whose
    influence is known by it, beside the steps before it.
    """

    kind: StepKind
    customer_id: str | None
    title: str
    messages: int
    points: float
    effort: str
    teaches: str
    place: str


class Learning(ApiModel):
    """How much is known, and which steps teach most for each message.

    known, after: shares, from 0 to 1, of the reach of all customers: now, and after these steps. None: it is
    not counted yet.
    """

    known: float | None
    after: float | None
    sentence: str
    steps: list[NextStep]


def learning(session: Session, shop_id: int, run: Run | None) -> Learning:
    """Which steps teach this shop most, of those that are still possible?"""
    found: dict[str, Any] | None = None if run is None else run.model.get("finder")
    if run is None or found is None:
        return Learning(known=None, after=None, sentence=NOT_YET, steps=[])
    rows = _possible(session, shop_id, run)[:SHOWN]
    place = _place_of_links(session, shop_id)
    steps = [_told(row, place) for row in rows]
    known = float(found["known"])
    after = known + sum(row.gain for row in rows)
    sentence = _sentence(known, after, len(steps))
    if steps and all(step.customer_id is None for step in steps):
        sentence = f"{sentence} {AGREEMENTS}"
    return Learning(known=known, after=after, sentence=sentence, steps=steps)


def _possible(session: Session, shop_id: int, run: Run) -> list[LearningStep]:
    """Return the run's steps without those that became impossible since."""
    rows = session.scalars(
        select(LearningStep)
        .where(LearningStep.shop_id == shop_id, LearningStep.run_id == run.id)
        .order_by(LearningStep.position)
    ).all()
    people = {row.customer_id for row in rows if row.customer_id is not None}
    if not rows:
        return []
    allowed = step_limits.allowed(session, shop_id, among=people)
    is_asked = session.scalar(select(Shop.survey).where(Shop.id == shop_id))
    may = {StepKind.LINK: allowed.links, StepKind.TRIAL: allowed.names}
    return [
        row
        for row in rows
        if (not is_asked if row.customer_id is None else row.customer_id in may[StepKind(row.kind)])
    ]


def _place_of_links(session: Session, shop_id: int) -> str:
    """Return where a link is given: the newest running programme, or the form of a new one."""
    running = select(PerkProgramme.id).where(
        PerkProgramme.shop_id == shop_id,
        PerkProgramme.kind == step_limits.REFERRAL,
        PerkProgramme.state == ProgrammeState.RUNNING,
    )
    programme = session.scalars(running.order_by(PerkProgramme.id.desc()).limit(1)).first()
    return "/perks/new/referral" if programme is None else f"/perks/{programme}"


def _told(row: LearningStep, links: str) -> NextStep:
    kind = StepKind(row.kind)
    return NextStep(
        kind=kind,
        customer_id=row.customer_id,
        title=TITLES[kind],
        messages=row.messages,
        points=100 * row.gain,
        effort=_effort(kind, row.messages),
        teaches=_points(row.gain),
        place=_place(row, links),
    )


def _place(row: LearningStep, links: str) -> str:
    if row.customer_id is None:
        return "/settings"
    return links if row.kind == StepKind.LINK else f"/evidence/{quote(row.customer_id, safe='')}"


def _effort(kind: StepKind, messages: int) -> str:
    if kind == StepKind.TRIAL:
        return f"{messages:,} letters"
    return "1 message" if kind == StepKind.LINK else "no message"


def _points(gain: float) -> str:
    return f"+{100 * gain:.1f} points" if gain >= LEAST else "less than 0.1 points"


def percent(share: float) -> str:
    """Return a share as a person says it: whole from 10 %, with a decimal below, never 0 where it is not."""
    if 0 < share < LEAST:
        return "less than 0.1%"
    return f"{100 * share:.0f}%" if share == 0 or share >= 0.0995 else f"{100 * share:.1f}%"  # noqa: PLR2004


def _sentence(known: float, after: float, steps: int) -> str:
    said = f"The app knows the influence of {percent(known)} of your customers' reach."
    said = NO_TIES if known == 0 else said
    if steps == 0:
        return f"{said} {NOBODY}"
    which = f"{FEW_WORDS[steps]} step{'s' if steps > 1 else ''}"
    if percent(after) == percent(known):
        return f"{said} {which} would add {_added(after - known)}."
    return f"{said} {which} would make it {percent(after)}."


def _added(share: float) -> str:
    return f"{100 * share:.1f} points" if share >= LEAST else "less than 0.1 points"
