"""Trials by lot: how they are going, and what came of them, in words that say no more than is known."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from saleor_influence_app import models, spreadsheets
from saleor_influence_app.consent import agreements
from saleor_influence_app.errors import RowMissing
from saleor_influence_app.experiments.trials import SETTLE
from saleor_influence_app.models import Category, Purpose, TrialCandidate, TrialState
from saleor_influence_app.queries import influence, trial_sentences
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.writeback.staging import INVITED

NOT_BEGUN = (TrialState.PLANNING, TrialState.PLANNED, TrialState.REFUSED, TrialState.STARTING)
LETTER = ("customer_id", "product_id", "chosen", "sender_id", "trial_id", "ends_at")


class Arm(ApiModel):
    """One side: exposures drawn (of invitation trials people), and how many of them bought, as last seen."""

    drawn: int
    bought: int | None


class Need(ApiModel):
    """How many exposures a side prove an effect, in one look at the end and looked at at any time.

    `power`: how surely this trial proves it.
    """

    effect: float
    at_once: int
    any_time: int
    power: float


class Trial(ApiModel):
    """A trial. `things` is null for invitation trials of before; `proven` waits for the run after a look."""

    id: int
    customer_id: str
    state: models.TrialState
    things: list[str] | None
    category_name: str | None
    segment: str
    started_at: datetime
    ends_at: datetime
    judged_from: datetime
    ended_at: datetime | None
    looked_at: datetime | None
    contacts: int | None
    here: int
    refusal: str | None
    needs: list[Need] | None
    invited: Arm
    held_out: Arm
    base_share: float
    detectable: float
    e_value: float | None
    p: float | None
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    proven: bool | None
    sentence: str
    seed: str | None
    rule_version: str


class TrialRow(ApiModel):
    """A trial: in a shopper's name, or one they were drawn into; in whose name is not said.

    `things` of a letter, by product: is the sender said to have chosen it?
    """

    role: Literal["in your name", "letter", "invited", "held out"]
    drawn_at: datetime
    ends_at: datetime
    state: str
    things: dict[str, bool]


class TrialPage(ApiModel):
    """Some trials, and how many there are in all."""

    total: int
    trials: list[Trial]


def trials(session: Session, shop_id: int, *, customer_id: str | None, page: tuple[int, int]) -> TrialPage:
    """Which trials are there, in everybody's name or one's, the newest first? `page` is (offset, limit)."""
    wanted = [models.Trial.shop_id == shop_id]
    if customer_id is not None:
        wanted.append(models.Trial.customer_id == customer_id)
    total = session.scalar(select(func.count()).select_from(models.Trial).where(*wanted)) or 0
    ordered = _rows().where(*wanted).order_by(models.Trial.id.desc()).offset(page[0]).limit(page[1])
    return TrialPage(total=total, trials=_shown(session, shop_id, ordered))


def trial(session: Session, shop_id: int, trial_id: int) -> Trial:
    """How is this trial going, or what came of it?"""
    found = _shown(
        session, shop_id, _rows().where(models.Trial.shop_id == shop_id, models.Trial.id == trial_id)
    )
    if not found:
        raise RowMissing("There is no such trial in this shop.")
    return found[0]


def letters(session: Session, shop_id: int, trial_id: int) -> str:
    """Return a CSV of a running trial's letters to who still agrees: a row for each contact and thing."""
    found = session.get(models.Trial, trial_id)
    if found is None or found.shop_id != shop_id:
        raise RowMissing("There is no such trial in this shop.")
    rows = select(TrialCandidate).where(TrialCandidate.trial_id == trial_id)
    drawn = {row.customer_id: set(row.told or ()) for row in session.scalars(rows)}
    if found.state != TrialState.RUNNING or found.things is None:
        drawn = {}
    agreeing = agreements.agreeing(session, shop_id, Purpose.OUTREACH, among=sorted(drawn))
    until = found.ends_at.isoformat()
    table = (
        (who, thing, "yes" if thing in drawn[who] else "no", found.customer_id, trial_id, until)
        for who in sorted(agreeing)
        for thing in found.things or ()
    )
    return spreadsheets.written(LETTER, table)


def invited_in(session: Session, shop_id: int, customer_id: str) -> list[tuple[str, datetime]]:
    """Which running trials' letters does a customer get, by segment, and since when?"""
    rows = session.execute(
        select(models.Trial.id, TrialCandidate.drawn_at)
        .join(TrialCandidate, TrialCandidate.trial_id == models.Trial.id)
        .where(
            TrialCandidate.shop_id == shop_id,
            TrialCandidate.customer_id == customer_id,
            TrialCandidate.invited,
        )
        .where(models.Trial.state == TrialState.RUNNING)
        .order_by(models.Trial.id)
    )
    return [(f"{INVITED}{row.id}", row.drawn_at) for row in rows]


def drawn_of(session: Session, shop_id: int, customer_id: str) -> list[TrialRow]:
    """Which trials were in a shopper's name, into which were they drawn, and what did the lots say?"""
    trial, candidate = models.Trial, TrialCandidate
    own = select(
        trial.id,
        literal("in your name").label("role"),
        trial.started_at.label("drawn_at"),
        trial.things.label("told"),
    )
    own = own.where(trial.shop_id == shop_id, trial.customer_id == customer_id, trial.state.not_in(NOT_BEGUN))
    role = case(
        (candidate.told.is_not(None), "letter"), (candidate.invited, "invited"), else_="held out"
    ).label("role")
    drawn = select(candidate.trial_id, role, candidate.drawn_at, candidate.told)
    drawn = drawn.where(candidate.shop_id == shop_id, candidate.customer_id == customer_id)
    found = union_all(own, drawn).subquery("found")
    rows = session.execute(
        select(found.c.role, found.c.drawn_at, found.c.told, trial.ends_at, trial.state, trial.things)
        .join(trial, trial.id == found.c.id)
        .order_by(found.c.drawn_at, trial.id)
    )
    return [
        TrialRow(
            role=row.role,
            drawn_at=row.drawn_at,
            ends_at=row.ends_at,
            state=row.state,
            things={one: one in (row.told or ()) for one in row.things or ()},
        )
        for row in rows
    ]


def _rows() -> Select[Any]:
    here = (
        select(func.count()).where(TrialCandidate.trial_id == models.Trial.id).scalar_subquery().label("here")
    )
    return select(models.Trial, Category.name.label("category_name"), here).outerjoin(
        Category,
        (Category.shop_id == models.Trial.shop_id) & (Category.category_id == models.Trial.category_id),
    )


def _shown(session: Session, shop_id: int, query: Select[Any]) -> list[Trial]:
    run = influence.last_run(session, shop_id)
    said = {} if run is None else run.model.get("ledger", {}).get("trials", {})
    as_of = None if run is None else run.as_of
    return [_one(row, said=said, as_of=as_of) for row in session.execute(query)]


def _one(row: Any, *, said: dict[str, Any], as_of: datetime | None) -> Trial:
    trial: models.Trial = row.Trial
    known = trial.looked_at if trial.things is not None else trial.ended_at
    counts = trial.state == TrialState.ENDED or trial.things is not None
    proven = None
    if counts and known is not None and as_of is not None:
        proven = trial.id in said.get("won", []) if known <= as_of else None
    copied = set(Trial.model_fields) & {column.name for column in models.Trial.__table__.columns}
    given = {name: getattr(trial, name) for name in copied - {"invited", "held_out", "seed"}}
    ended = trial.state in {TrialState.ENDED, TrialState.STOPPED}
    return Trial(
        **given,
        category_name=row.category_name,
        here=row.here,
        segment=f"{INVITED}{trial.id}",
        judged_from=trial.ends_at + SETTLE,
        invited=Arm(drawn=trial.invited, bought=trial.invited_bought),
        held_out=Arm(drawn=trial.held_out, bought=trial.held_out_bought),
        proven=proven,
        sentence=trial_sentences.sentence(trial, proven=proven, family=said.get("ended", 0)),
        # More digits than numbers in a browser have; before the end it would tell the lots of who comes.
        seed=str(trial.seed) if ended else None,
    )
