"""Invitation trials: planned, and assigned at random when one starts. What came of it is `trial_results`.

Requests call this: it asks in SQL and counts in plain Python, and computes nothing while it holds a lock.
Locks as everywhere: outbox (`staging.lock`), then facts, so that nobody who leaves meanwhile is drawn.
"""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from saleor_influence_app import log
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.experiments import candidates
from saleor_influence_app.models import Category, Customer, TieOrigin, Trial, TrialState
from saleor_influence_app.shops import shops
from saleor_influence_app.shops.suppression import objects
from saleor_influence_app.writeback import staging
from scoring import trial_design

SETTLE = timedelta(days=1)
"""From the end of a trial's window until it is judged: late payments and deliveries are known by then."""

logger = log.get(__name__)

MOST = 20
"""Trials of one shop that run side by side; each is a segment."""
USUAL_DAYS = 30
"""The window of the ledger, as a test holds."""
FEWEST_DAYS, MOST_DAYS = 7, 90

# `social`: no tie but those of networks says that they may follow.
_DRAW = text(f"""
    INSERT INTO trial_guests (shop_id, trial_id, customer_id, invited, drawn_at, social)
    SELECT :shop_id, :trial_id, d.customer_id, d.invited, :now, NOT EXISTS (
        SELECT FROM ties t WHERE t.shop_id = :shop_id AND t.source_id = :source
            AND t.target_id = d.customer_id AND t.origin <> '{TieOrigin.SOCIAL}'
            AND coalesce(t.valid_from, '-infinity') <= :now AND :now < coalesce(t.valid_to, 'infinity'))
    FROM unnest(CAST(:ids AS text[]), CAST(:invited AS boolean[])) AS d (customer_id, invited)
""")


@dataclass(frozen=True)
class Wanted:
    """What staff want to know: do they bring others to buy anything, or of a category, in so many days?"""

    customer_id: str
    days: int = USUAL_DAYS
    category_id: str | None = None


@dataclass(frozen=True)
class Plan:
    """What a trial would be like; `refusal` says why there cannot be one."""

    candidates: tuple[str, ...]
    base_share: float
    detectable: float | None
    refusal: str | None

    @property
    def invited(self) -> int:
        """How many would be invited."""
        return len(self.candidates) // 2

    @property
    def held_out(self) -> int:
        """How many would be held out."""
        return len(self.candidates) - self.invited


def plan(session: Session, shop_id: int, wanted: Wanted, *, now: datetime | None = None) -> Plan:
    """Who could be drawn, and what difference would be found; nothing is drawn."""
    moment = now or datetime.now(UTC)
    _refuse_strangers(session, shop_id, wanted)
    found = _candidates(session, shop_id, wanted, now=moment)
    count = len(found.ids)
    share = len(found.bought) / count if count else 0.0
    smallest = None
    if count // 2 >= trial_design.LEAST:
        smallest = trial_design.detectable(
            count // 2, count - count // 2, level=trial_design.LEVEL, base=share
        )
    refusal = _busy(session, shop_id, wanted.customer_id) or _too_few(count, share, smallest)
    return Plan(found.ids, share, smallest, refusal)


def start(
    session: Session, shop_id: int, wanted: Wanted, *, made_by: str, now: datetime | None = None
) -> int:
    """Half of their candidates, at random, are invited in their name from now on; returns the trial's id.

    Raises InputInvalid, in words, where nothing could be learned. What is computed is computed before the
    locks are taken; who has left since the plan is not drawn.
    """
    moment = now or datetime.now(UTC)
    planned = plan(session, shop_id, wanted, now=moment)
    if planned.refusal is not None:
        raise InputInvalid(planned.refusal)
    staging.lock(session, shop_id)
    shops.lock_facts(session, shop_id)
    _refuse_strangers(session, shop_id, wanted)
    here = set(planned.candidates).intersection(_candidates(session, shop_id, wanted, now=moment).ids)
    refusal = _busy(session, shop_id, wanted.customer_id) or _too_few(
        len(here), planned.base_share, planned.detectable
    )
    if refusal is not None:
        raise InputInvalid(refusal)
    seed = secrets.randbits(63)
    drawn = trial_design.draw(here, seed)
    trial = Trial(
        shop_id=shop_id,
        customer_id=wanted.customer_id,
        category_id=wanted.category_id,
        rule_version=trial_design.RULE_VERSION,
        seed=seed,
        started_at=moment,
        ends_at=moment + timedelta(days=wanted.days),
        made_by=made_by,
        base_share=planned.base_share,
        detectable=planned.detectable,
        invited=sum(drawn.values()),
        held_out=len(drawn) - sum(drawn.values()),
    )
    session.add(trial)
    session.flush()
    given: dict[str, Any] = {"shop_id": shop_id, "trial_id": trial.id, "now": moment}
    given |= {"source": wanted.customer_id, "ids": list(drawn), "invited": list(drawn.values())}
    session.execute(_DRAW, given)
    staging.stage_anew(session, shop_id)
    logger.info("trial.started", trial_id=trial.id, shop_id=shop_id, candidates=len(drawn))
    return trial.id


def stop(session: Session, shop_id: int, trial_id: int) -> None:
    """End the trial without a result; nobody is invited any more."""
    staging.lock(session, shop_id)
    trial = session.scalars(
        select(Trial).where(Trial.shop_id == shop_id, Trial.id == trial_id).with_for_update()
    ).first()
    if trial is None:
        raise RowMissing("There is no such trial in this shop.")
    if trial.state != TrialState.RUNNING:
        raise InputInvalid("This trial has ended already.")
    trial.state, trial.ended_at = TrialState.STOPPED, func.now()
    session.flush()
    staging.stage_anew(session, shop_id)


def _candidates(session: Session, shop_id: int, wanted: Wanted, *, now: datetime) -> candidates.Candidates:
    window = (now - timedelta(days=wanted.days), now)
    return candidates.find(
        session, shop_id, wanted.customer_id, window=window, category_id=wanted.category_id
    )


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
    fewest = 2 * trial_design.LEAST
    if count < fewest:
        known = "1 customer" if count == 1 else f"{count} customers"
        return (
            f"Too few candidates: {known} could be drawn, and a trial needs {fewest}, half of them "
            "invited and half held out. A candidate is tied to them, does not live with them, takes part in "
            "the ledger, has two paid orders of their own and is in no other trial."
        )
    if found is None:
        return (
            f"{share:.0%} of their candidates buy in such a time anyway: "
            "no invitation could show a difference."
        )
    return None
