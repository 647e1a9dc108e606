"""Invitation trials: how they are going, and what came of them, in words that say no more than is known."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from saleor_influence_app import models
from saleor_influence_app.errors import RowMissing
from saleor_influence_app.experiments.trials import SETTLE
from saleor_influence_app.models import Category, TrialCandidate
from saleor_influence_app.queries import influence
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.writeback.staging import INVITED

SAME_OFFER = (
    "Give both halves the same offer, one that everybody can use, and let only the invited hear of it "
    "from this customer. Otherwise the trial measures the offer."
)


class Arm(ApiModel):
    """One half: how many were drawn and are still here, and how many bought, once the trial has ended."""

    drawn: int
    here: int
    bought: int | None


class Trial(ApiModel):
    """A trial. Until it has ended nothing is said of who bought; `proven` waits for the run after that."""

    id: int
    customer_id: str
    state: models.TrialState
    category_id: str | None
    category_name: str | None
    segment: str
    started_at: datetime
    ends_at: datetime
    judged_from: datetime
    ended_at: datetime | None
    invited: Arm
    held_out: Arm
    base_share: float
    detectable: float
    p: float | None
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    proven: bool | None
    sentence: str
    seed: str
    rule_version: str


class TrialRow(ApiModel):
    """A trial of invitations: in a shopper's name, or one they were drawn into; in whose name is not said."""

    role: Literal["in your name", "invited", "held out"]
    drawn_at: datetime
    ends_at: datetime
    state: str


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


def invited_in(session: Session, shop_id: int, customer_id: str) -> list[tuple[str, datetime]]:
    """Into which running trials is a customer invited, by segment, and since when?"""
    rows = session.execute(
        select(models.Trial.id, TrialCandidate.drawn_at)
        .join(TrialCandidate, TrialCandidate.trial_id == models.Trial.id)
        .where(
            TrialCandidate.shop_id == shop_id,
            TrialCandidate.customer_id == customer_id,
            TrialCandidate.invited,
        )
        .where(models.Trial.state == models.TrialState.RUNNING)
        .order_by(models.Trial.id)
    )
    return [(f"{INVITED}{row.id}", row.drawn_at) for row in rows]


def drawn_of(session: Session, shop_id: int, customer_id: str) -> list[TrialRow]:
    """Which trials were in a shopper's name, into which were they drawn, and into which half?"""
    trial, candidate = models.Trial, TrialCandidate
    own = select(trial.id, literal("in your name").label("role"), trial.started_at.label("drawn_at"))
    own = own.where(trial.shop_id == shop_id, trial.customer_id == customer_id)
    role = case((candidate.invited, "invited"), else_="held out").label("role")
    drawn = select(candidate.trial_id, role, candidate.drawn_at)
    drawn = drawn.where(candidate.shop_id == shop_id, candidate.customer_id == customer_id)
    found = union_all(own, drawn).subquery("found")
    rows = session.execute(
        select(found.c.role, found.c.drawn_at, trial.ends_at, trial.state)
        .join(trial, trial.id == found.c.id)
        .order_by(found.c.drawn_at, trial.id)
    )
    return [TrialRow.model_validate(row) for row in rows]


def proof(trial: models.Trial) -> str:
    """Return the sentence of a trial in which the invited won."""
    return f"Proven: {_counted(trial)} (p = {_p(trial.p)})."


def _rows() -> Select[Any]:
    here = {
        name: select(func.count())
        .where(TrialCandidate.trial_id == models.Trial.id, TrialCandidate.invited.is_(invited))
        .scalar_subquery()
        .label(name)
        for name, invited in (("invited_here", True), ("held_out_here", False))
    }
    return select(models.Trial, Category.name.label("category_name"), *here.values()).outerjoin(
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
    proven = None
    if trial.state == models.TrialState.ENDED and trial.ended_at is not None and as_of is not None:
        proven = trial.id in said.get("won", []) if trial.ended_at <= as_of else None
    copied = set(Trial.model_fields) & {column.name for column in models.Trial.__table__.columns}
    given = {name: getattr(trial, name) for name in copied - {"invited", "held_out", "seed"}}
    return Trial(
        **given,
        category_name=row.category_name,
        segment=f"{INVITED}{trial.id}",
        judged_from=trial.ends_at + SETTLE,
        invited=Arm(drawn=trial.invited, here=row.invited_here, bought=trial.invited_bought),
        held_out=Arm(drawn=trial.held_out, here=row.held_out_here, bought=trial.held_out_bought),
        proven=proven,
        sentence=_sentence(trial, proven=proven, ended=said.get("ended", 0)),
        seed=str(trial.seed),  # more digits than numbers in a browser have
    )


def _sentence(trial: models.Trial, *, proven: bool | None, ended: int) -> str:
    if trial.state == models.TrialState.STOPPED:
        return f"Stopped on {_day(trial.ended_at)}: no result."
    if trial.state == models.TrialState.RUNNING:
        sizes = f"{trial.invited:,} invited in this customer's name, {trial.held_out:,} held out"
        looked = f"the result is counted once, on {_day(trial.ends_at + SETTLE)}"
        return f"Running until {_day(trial.ends_at)}: {sizes}; {looked}."
    if proven:
        return proof(trial)
    if proven is None:
        return f"{_capital(_counted(trial))}; the next run says what that means."
    if trial.difference_low is not None and trial.difference_low > 0:
        family = f"among the {ended:,} trials of this shop that is not beyond chance"
        return f"No proof: {_counted(trial)} (p = {_p(trial.p)}); {family}."
    return f"No difference shown: {_counted(trial)} (p = {_p(trial.p)})."


def _counted(trial: models.Trial) -> str:
    invited = f"of {trial.invited:,} invited in this customer's name {trial.invited_bought:,} bought"
    return f"{invited}, of {trial.held_out:,} held out {trial.held_out_bought:,}"


def _p(p: float | None) -> str:
    """Say it as papers do."""
    if p is None or p >= 0.995:  # noqa: PLR2004 - would be told as 1.00
        return "1"
    if p < 0.001:  # noqa: PLR2004 - digits behind which nobody looks
        return f"{p:.0e}".replace("e-0", "e-")
    return f"{p:.3f}" if p < 0.01 else f"{p:.2f}"  # noqa: PLR2004 - the same


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _day(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%-d %B %Y}"
