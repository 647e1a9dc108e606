"""Invitation trials: lots are drawn when one starts, and what came of it is looked at once, after its window.

Locks as everywhere: outbox (`staging.lock`), then facts, so that nobody who leaves meanwhile is drawn.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db, log, run_queue, settings
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.models import Category, Customer, RunKind, Shop, Trial, TrialState
from saleor_influence_app.shops import shops
from saleor_influence_app.shops.suppression import objects
from saleor_influence_app.writeback import staging

SETTLE = timedelta(days=1)
"""From the end of a trial's window until it is judged: late payments and deliveries are known by then."""

# What computes is imported where it is used: it brings the analytical libraries, which no web process needs
# before it plans its first trial.
if TYPE_CHECKING:
    import pyarrow as pa

logger = log.get(__name__)

MOST = 20
"""Trials of one shop that run side by side; each is a segment."""
USUAL_DAYS = 30
"""The window of the ledger, as a test holds."""
FEWEST_DAYS, MOST_DAYS = 7, 90

# `social`: no tie but those of networks says that they may follow.
_DRAW = text("""
    INSERT INTO trial_guests (shop_id, trial_id, customer_id, invited, drawn_at, social)
    SELECT :shop_id, :trial_id, d.customer_id, d.invited, :now, NOT EXISTS (
        SELECT FROM ties t WHERE t.shop_id = :shop_id AND t.source_id = :source
            AND t.target_id = d.customer_id AND t.origin <> 'social'
            AND coalesce(t.valid_from, '-infinity') <= :now AND :now < coalesce(t.valid_to, 'infinity'))
    FROM unnest(CAST(:ids AS text[]), CAST(:invited AS boolean[])) AS d (customer_id, invited)
""")


@dataclass(frozen=True)
class Wanted:
    """What staff want to know: do they bring guests to buy anything, or of a category, in so many days?"""

    customer_id: str
    days: int = USUAL_DAYS
    category_id: str | None = None


@dataclass(frozen=True)
class Plan:
    """What a trial would be like; `refusal` says why there cannot be one."""

    guests: tuple[str, ...]
    base_share: float
    detectable: float | None
    refusal: str | None

    @property
    def invited(self) -> int:
        """How many would be invited."""
        return len(self.guests) // 2

    @property
    def held_out(self) -> int:
        """How many would be held out."""
        return len(self.guests) - self.invited


def plan(session: Session, shop_id: int, wanted: Wanted, *, now: datetime | None = None) -> Plan:
    """Who could be drawn, and what difference would be found; nothing is drawn."""
    from saleor_influence_app.experiments import trial_inputs
    from scoring import ledger
    from scoring.ledger import hold_out, trials

    moment = now or datetime.now(UTC)
    _refuse_strangers(session, shop_id, wanted)
    lines = trial_inputs.followers_purchases(session, shop_id, wanted.customer_id)
    ids = _guests(session, shop_id, wanted.customer_id, lines=lines, now=moment)
    bought = trials.buyers(
        lines,
        since=moment - timedelta(days=wanted.days),
        until=moment,
        category=(wanted.category_id, trial_inputs.categories(session, shop_id)),
    )
    share = len(bought.intersection(ids)) / len(ids) if ids else 0.0
    size, level = len(ids) // 2, trials.level(ledger.Parameters())
    found = None
    if size >= trials.LEAST:
        found = hold_out.detectable(size, len(ids) - size, level=level, base=share)
    refusal = _busy(session, shop_id, wanted.customer_id) or _too_few(len(ids), share, found)
    return Plan(tuple(ids), share, found, refusal)


def start(
    session: Session, shop_id: int, wanted: Wanted, *, made_by: str, now: datetime | None = None
) -> int:
    """Half of their guests, by lot, are invited in their name from now on; returns the trial's id.

    Raises InputInvalid, in words, where nothing could be learned.
    """
    from scoring.ledger import trials

    moment = now or datetime.now(UTC)
    staging.lock(session, shop_id)
    shops.lock_facts(session, shop_id)
    planned = plan(session, shop_id, wanted, now=moment)
    if planned.refusal is not None:
        raise InputInvalid(planned.refusal)
    seed = secrets.randbits(63)
    drawn = trials.draw(planned.guests, seed)
    trial = Trial(
        shop_id=shop_id,
        customer_id=wanted.customer_id,
        category_id=wanted.category_id,
        rule_version=trials.RULE_VERSION,
        seed=seed,
        started_at=moment,
        ends_at=moment + timedelta(days=wanted.days),
        made_by=made_by,
        base_share=planned.base_share,
        detectable=planned.detectable,
        invited=planned.invited,
        held_out=planned.held_out,
    )
    session.add(trial)
    session.flush()
    given: dict[str, Any] = {"shop_id": shop_id, "trial_id": trial.id, "now": moment}
    given |= {"source": wanted.customer_id, "ids": list(drawn), "invited": list(drawn.values())}
    session.execute(_DRAW, given)
    staging.stage_anew(session, shop_id)
    logger.info("trial.started", trial_id=trial.id, shop_id=shop_id, guests=len(drawn))
    return trial.id


def stop(session: Session, shop_id: int, trial_id: int) -> None:
    """The trial is over without a result, and nobody is invited any more."""
    staging.lock(session, shop_id)
    trial = session.scalars(
        select(Trial).where(Trial.shop_id == shop_id, Trial.id == trial_id).with_for_update()
    ).first()
    if trial is None:
        raise RowMissing("There is no such trial in this shop.")
    if trial.state != TrialState.RUNNING:
        raise InputInvalid("This trial has ended already.")
    trial.state, trial.ended_at = "stopped", func.now()
    session.flush()
    staging.stage_anew(session, shop_id)


def sweep(transaction: db.Transaction, *, now: datetime | None = None) -> None:
    """Every trial whose window is over has its result, and a run that counts it is queued."""
    moment = now or datetime.now(UTC)
    due = select(Trial.id, Trial.shop_id).join(Shop, Shop.id == Trial.shop_id)
    due = due.where(Trial.state == TrialState.RUNNING, Trial.ends_at <= moment - SETTLE, Shop.active)
    with transaction() as session:
        waiting = session.execute(due.order_by(Trial.id)).all()
    for trial_id, shop_id in waiting:
        try:
            with transaction() as session:
                staging.lock(session, shop_id)
                _end(session, trial_id, now=moment)
        except Exception as error:  # noqa: BLE001 - one shop's trouble stops no other's trials
            logger.error("trial.not_ended", trial_id=trial_id, error=type(error).__name__)  # noqa: TRY400


def _end(session: Session, trial_id: int, *, now: datetime) -> None:
    from saleor_influence_app.experiments import trial_inputs
    from scoring import ledger
    from scoring.ledger import hold_out, trials

    trial = session.scalars(
        select(Trial).where(Trial.id == trial_id, Trial.state == TrialState.RUNNING).with_for_update()
    ).first()
    if trial is None:
        return
    shop_id = trial.shop_id
    drawn = trial_inputs.drawn(session, trial_id)
    bought = trials.buyers(
        trial_inputs.purchases(session, shop_id, list(drawn)),
        since=trial.started_at,
        until=trial.ends_at,
        category=(trial.category_id, trial_inputs.categories(session, shop_id)),
    )
    counts = [sum(one in bought for one in drawn if drawn[one] is invited) for invited in (True, False)]
    arms = hold_out.Arms(trial.invited, counts[0], trial.held_out, counts[1])
    trial.invited_bought, trial.held_out_bought = counts
    trial.p, trial.difference = trials.p_value(arms), arms.difference
    coverage = ledger.Parameters().interval
    trial.difference_low, trial.difference_high = hold_out.difference_interval(arms, coverage)
    trial.state, trial.ended_at = "ended", now
    session.flush()
    staging.stage_anew(session, shop_id)
    run_queue.request(session, shop_id, kind=RunKind.FULL)
    logger.info("trial.ended", trial_id=trial_id, shop_id=shop_id)


def _guests(
    session: Session, shop_id: int, customer_id: str, *, lines: "pa.Table", now: datetime
) -> list[str]:
    from saleor_influence_app.experiments import trial_inputs
    from scoring import ledger
    from scoring.ledger import trials

    chosen = settings.get()
    limits = ledger.Limits(
        memory_limit=chosen.scoring_memory,
        threads=chosen.scoring_threads,
        spill_directory=chosen.scoring_spill_folder,
    )
    shop = trial_inputs.shop_around(session, shop_id, customer_id, lines=lines)
    try:
        with ledger.open_engine(limits) as engine:
            return trials.candidates_of(
                shop, customer_id, as_of=now, engine=engine, parameters=ledger.Parameters()
            )
    except ledger.ResolutionTooCoarse as trouble:
        raise InputInvalid(f"Nobody's influence is computed here: {trouble}.") from trouble


def _refuse_strangers(session: Session, shop_id: int, wanted: Wanted) -> None:
    customer = session.get(Customer, (shop_id, wanted.customer_id))
    if customer is None or customer.deleted_at is not None:
        raise RowMissing("There is no such customer in this shop.")
    if session.scalar(select(objects(shop_id, wanted.customer_id))):
        raise InputInvalid("This customer objected: no trial is made in their name.")
    if wanted.category_id is not None and session.get(Category, (shop_id, wanted.category_id)) is None:
        raise RowMissing("There is no such category in this shop.")


def _busy(session: Session, shop_id: int, customer_id: str) -> str | None:
    running = select(Trial.customer_id).where(Trial.shop_id == shop_id, Trial.state == TrialState.RUNNING)
    found = session.scalars(running).all()
    if customer_id in found:
        return "A trial in their name is running already."
    return f"{MOST} trials are running in this shop; stop one or wait." if len(found) >= MOST else None


def _too_few(count: int, share: float, found: float | None) -> str | None:
    from scoring.ledger import trials

    if count < 2 * trials.LEAST:
        known = "1 customer" if count == 1 else f"{count} customers"
        return (
            f"Too few guests: {known} could be drawn, and a trial needs {2 * trials.LEAST}, half of them "
            "invited and half held out. A guest is tied to them, does not live with them, takes part in the "
            "ledger, has two paid orders of their own and is in no other trial."
        )
    if found is None:
        return (
            f"{share:.0%} of their guests buy in such a time anyway: no invitation could show a difference."
        )
    return None
