"""Trials by lots of (contact, thing): asked for, started, stopped and discarded by requests.

Requests only write down what is wanted. A worker plans (`planning`), draws the lots and judges (`results`).
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.models import Customer, Order, OrderLine, Trial, TrialCandidate, TrialState
from saleor_influence_app.shops.suppression import objects
from saleor_influence_app.writeback import staging
from scoring import lots

logger = log.get(__name__)

SETTLE = timedelta(days=1)
"""From the end of a trial's window until it is judged: late payments and deliveries are known by then."""
PROVES = lots.PROVES
"""An e-value that proves."""
MOST = 20
"""Trials of one shop that run, or are planned, side by side; each is a segment."""
USUAL_DAYS = 30
"""The window of the ledger, as a test holds."""
FEWEST_DAYS, MOST_DAYS = 7, 90
FEWEST_THINGS, MOST_THINGS = 2, 10
TASK = "runs.trial"
OPEN = (TrialState.PLANNING, TrialState.PLANNED, TrialState.STARTING, TrialState.RUNNING)


@dataclass(frozen=True)
class Wanted:
    """What staff want to know: do these contacts buy what this customer is said to have chosen?"""

    customer_id: str
    things: tuple[str, ...]
    days: int = USUAL_DAYS


def plan(session: Session, shop_id: int, wanted: Wanted, *, made_by: str, now: datetime | None = None) -> int:
    """Write down what is wanted, for a worker to plan; return the trial's id, or raise InputInvalid."""
    moment = now or datetime.now(UTC)
    _refuse_strangers(session, shop_id, wanted.customer_id)
    _demand_different(session, shop_id, wanted.things)
    _demand_room(session, shop_id, wanted.customer_id)
    trial = Trial(
        shop_id=shop_id,
        customer_id=wanted.customer_id,
        things=list(wanted.things),
        state=TrialState.PLANNING,
        rule_version=lots.RULE_VERSION,
        seed=secrets.randbits(63),
        started_at=moment,
        ends_at=moment + timedelta(days=wanted.days),
        made_by=made_by,
        base_share=lots.PRIOR_BASE,
        detectable=1.0,
        invited=0,
        held_out=0,
    )
    session.add(trial)
    session.flush()
    db.after_commit(session, TASK, trial.id)
    return trial.id


def start(session: Session, shop_id: int, trial_id: int) -> None:
    """Have a worker draw the lots of a planned trial, and write its segment."""
    trial = _locked(session, shop_id, trial_id)
    if trial.state != TrialState.PLANNED:
        raise InputInvalid("Only a trial that is planned can be started.")
    _refuse_strangers(session, shop_id, trial.customer_id)
    running = select(Trial.id).where(
        Trial.shop_id == shop_id,
        Trial.customer_id == trial.customer_id,
        Trial.state.in_((TrialState.STARTING, TrialState.RUNNING)),
    )
    if session.scalar(running.limit(1)) is not None:
        raise InputInvalid("A trial in their name is running already.")
    trial.state = TrialState.STARTING
    db.after_commit(session, TASK, trial.id)


def stop(session: Session, shop_id: int, trial_id: int) -> None:
    """End the trial now: of lots the result so far stands, of invitations there is none."""
    staging.lock(session, shop_id)
    trial = _locked(session, shop_id, trial_id)
    if trial.state != TrialState.RUNNING:
        raise InputInvalid("This trial is not running.")
    trial.state, trial.ended_at = TrialState.STOPPED, func.now()
    session.flush()
    end_segment(session, trial)


def discard(session: Session, shop_id: int, trial_id: int) -> None:
    """Delete a plan; what has run stays."""
    trial = _locked(session, shop_id, trial_id)
    if trial.state not in {TrialState.PLANNING, TrialState.PLANNED, TrialState.REFUSED}:
        raise InputInvalid("Only a plan can be discarded; stop a trial that is running.")
    session.delete(trial)


def end_segment(session: Session, trial: Trial) -> None:
    """Have Saleor told that nobody is in the trial's segment any more."""
    drawn = select(TrialCandidate.customer_id).where(
        TrialCandidate.trial_id == trial.id, TrialCandidate.invited
    )
    staging.stage_some(session, trial.shop_id, list(session.scalars(drawn)))


def _locked(session: Session, shop_id: int, trial_id: int) -> Trial:
    trial = session.scalars(
        select(Trial).where(Trial.shop_id == shop_id, Trial.id == trial_id).with_for_update()
    ).first()
    if trial is None:
        raise RowMissing("There is no such trial in this shop.")
    return trial


def _refuse_strangers(session: Session, shop_id: int, customer_id: str) -> None:
    customer = session.get(Customer, (shop_id, customer_id))
    if customer is None or customer.deleted_at is not None:
        raise RowMissing("There is no such customer in this shop.")
    if session.scalar(select(objects(shop_id, customer_id))):
        raise InputInvalid("This customer objected: no trial is made in their name.")


def _demand_different(session: Session, shop_id: int, things: tuple[str, ...]) -> None:
    """Raise where two things are of one category: who is told of one may buy it instead of the other."""
    if len(set(things)) < len(things):
        raise InputInvalid("Name each product once.")
    newest = (
        select(OrderLine.product_id, OrderLine.category_id)
        .join(Order, (Order.shop_id == OrderLine.shop_id) & (Order.order_id == OrderLine.order_id))
        .where(OrderLine.shop_id == shop_id, OrderLine.product_id == func.any_(list(things)))
        .ext(distinct_on(OrderLine.product_id))
        .order_by(OrderLine.product_id, Order.created_at.desc(), OrderLine.line_id)
    )
    categories = [row.category_id for row in session.execute(newest) if row.category_id is not None]
    if len(set(categories)) < len(categories):
        raise InputInvalid(
            "Choose products of different categories: somebody who buys one of two like things instead of "
            "the other would count twice."
        )


def _demand_room(session: Session, shop_id: int, customer_id: str) -> None:
    open_ones = select(Trial.customer_id).where(Trial.shop_id == shop_id, Trial.state.in_(OPEN))
    found = session.scalars(open_ones).all()
    if customer_id in found:
        raise InputInvalid("A trial in their name is planned or running already.")
    if len(found) >= MOST:
        raise InputInvalid(f"{MOST} trials are planned or running in this shop; end one first.")
