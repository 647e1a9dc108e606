"""What a worker does before a trial runs: it finds the contacts, says what they can show, draws the lots.

The long part, finding contacts, holds no lock. Locks as everywhere: outbox (`staging.lock`), then facts, so
that nobody who leaves meanwhile is drawn.
"""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.consent import agreements
from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.experiments import candidates
from saleor_influence_app.experiments.candidates import Candidates
from saleor_influence_app.models import (
    Customer,
    HandOffEvent,
    HandOffSettings,
    Purpose,
    TieOrigin,
    Trial,
    TrialCandidate,
    TrialState,
)
from saleor_influence_app.shops import shops
from saleor_influence_app.shops.suppression import objects
from saleor_influence_app.writeback import staging
from scoring import lots

logger = log.get(__name__)

EFFECTS = (0.05, 0.02, 0.01)
UNDER_WAY = (TrialState.PLANNING, TrialState.STARTING)

# `social`: no tie but those of networks says that they may follow.
_DRAW = text(f"""
    INSERT INTO trial_guests (shop_id, trial_id, customer_id, invited, told, drawn_at, social)
    SELECT :shop_id, :trial_id, d.customer_id, true, string_to_array(d.told, ' '), :now, NOT EXISTS (
        SELECT FROM ties t WHERE t.shop_id = :shop_id AND t.source_id = :source
            AND t.target_id = d.customer_id AND t.origin NOT IN ('{TieOrigin.SOCIAL}', '{TieOrigin.SURVEY}')
            AND coalesce(t.valid_from, '-infinity') <= :now AND :now < coalesce(t.valid_to, 'infinity'))
    FROM unnest(CAST(:ids AS text[]), CAST(:told AS text[])) AS d (customer_id, told)
    WHERE EXISTS (SELECT FROM ties t WHERE t.shop_id = :shop_id AND t.source_id = :source
        AND t.target_id = d.customer_id)
""")
_TELL = text(f"""
    INSERT INTO hand_off_deliveries (shop_id, channel, event, customer_id, segment)
    SELECT g.shop_id, 'webhook', '{HandOffEvent.LETTER_DRAWN}', g.customer_id, :segment FROM trial_guests g
    WHERE g.trial_id = :trial_id ORDER BY g.customer_id
""")


def work(transaction: db.Transaction, trial_id: int, *, now: datetime | None = None) -> None:
    """Plan the trial or begin it, whichever its state asks for; what was done already is left alone."""
    moment = now or datetime.now(UTC)
    with transaction() as session:
        trial = session.get(Trial, trial_id)
        if trial is None or trial.things is None or trial.state not in UNDER_WAY:
            return
        state, shop_id = trial.state, trial.shop_id
        try:
            found, refusal = _find(session, trial, now=moment), None
        except InputInvalid as error:
            found, refusal = Candidates((), 0, 0), error.message
    with transaction() as session:
        if state == TrialState.STARTING:
            staging.lock(session, shop_id)
            shops.lock_facts(session, shop_id)
        trial = session.scalars(
            select(Trial).where(Trial.id == trial_id, Trial.state == state).with_for_update()
        ).first()
        if trial is None:
            return
        if state == TrialState.PLANNING:
            _plan(trial, found, refusal)
        else:
            _begin(session, trial, found=found, refusal=refusal, now=moment)
        logger.info("trial.worked_on", trial_id=trial_id, shop_id=shop_id, state=trial.state)


def _find(session: Session, trial: Trial, *, now: datetime) -> Candidates:
    window = (now - (trial.ends_at - trial.started_at), now)
    return candidates.find(
        session, trial.shop_id, trial.customer_id, window=window, things=trial.things or ()
    )


def needs(exposures: float, base: float) -> list[dict[str, Any]]:
    """Return by effect: exposures a side that prove it, by one look or at any time, and these' power."""
    return [
        {
            "effect": effect,
            "at_once": lots.needed_at_once(effect, base=base),
            "any_time": lots.exposures_needed(effect, base=base),
            "power": round(lots.power(exposures, base=base, effect=effect), 4),
        }
        for effect in EFFECTS
    ]


def _plan(trial: Trial, found: Candidates, refusal: str | None) -> None:
    things = len(trial.things or ())
    pairs = len(found.ids) * things
    base = lots.base_share(found.bought, pairs)
    smallest = lots.detectable(pairs / 2, base=base)
    refusal = refusal or _too_few(found, smallest)
    trial.contacts, trial.base_share = len(found.ids), base
    trial.invited, trial.held_out = pairs // 2, pairs - pairs // 2
    trial.detectable = 1.0 if smallest is None else smallest
    trial.needs = needs(pairs / 2, base) if pairs else None
    trial.refusal = refusal
    trial.state = TrialState.PLANNED if refusal is None else TrialState.REFUSED


def _begin(session: Session, trial: Trial, *, found: Candidates, refusal: str | None, now: datetime) -> None:
    shop_id, things = trial.shop_id, trial.things or []
    here = _still_here(session, trial, found.ids)
    smallest = lots.detectable(len(here) * len(things) / 2, base=trial.base_share)
    refusal = refusal or _too_few(found, smallest)
    if refusal is not None:
        trial.refusal, trial.state = refusal, TrialState.REFUSED
        return
    said = {one: [thing for thing in things if lots.is_told(trial.seed, one, thing)] for one in here}
    given: dict[str, Any] = {"shop_id": shop_id, "trial_id": trial.id, "source": trial.customer_id}
    given |= {"ids": here, "told": [" ".join(said[one]) for one in here], "now": now}
    session.execute(_DRAW, given)
    drawn = session.scalars(
        select(TrialCandidate).where(TrialCandidate.trial_id == trial.id).order_by(TrialCandidate.customer_id)
    ).all()
    trial.ends_at = now + (trial.ends_at - trial.started_at)
    trial.started_at, trial.state, trial.contacts = now, TrialState.RUNNING, len(drawn)
    trial.invited = sum(len(one.told or ()) for one in drawn)
    trial.held_out = len(drawn) * len(things) - trial.invited
    session.flush()
    staging.stage_some(session, shop_id, [one.customer_id for one in drawn])
    chosen = session.scalar(select(HandOffSettings.webhook_events).where(HandOffSettings.shop_id == shop_id))
    if HandOffEvent.LETTER_DRAWN in (chosen or ()):
        session.execute(_TELL, {"trial_id": trial.id, "segment": f"{staging.INVITED}{trial.id}"})
        db.after_commit(session, "outbox.webhook", shop_id)


def _still_here(session: Session, trial: Trial, ids: Collection[str]) -> list[str]:
    """Return who of them may still get the letter; nobody, where the sender has left or objects."""
    shop_id = trial.shop_id
    here = select(Customer.customer_id).where(
        Customer.shop_id == shop_id,
        Customer.customer_id == func.any_([*ids, trial.customer_id]),
        Customer.deleted_at.is_(None),
        ~objects(shop_id, Customer.customer_id),
    )
    known = set(session.scalars(here))
    if trial.customer_id not in known:
        return []
    wanted = known.intersection(ids)
    return sorted(agreements.agreeing(session, shop_id, Purpose.OUTREACH, among=sorted(wanted)))


def _too_few(found: Candidates, smallest: float | None) -> str | None:
    if smallest is not None:
        return None
    tied = "1 customer is" if found.tied == 1 else f"{found.tied:,} customers are"
    return (
        f"Too few contacts: {tied} tied to them, and {len(found.ids):,} of these could get the letter. A "
        "contact agreed to be contacted personally, does not live with them, takes part in the ledger, has "
        "two paid orders of their own, is in no other trial and is not held out of a perk."
    )
