"""Trials by lot: seen by who may see customers, planned, begun and stopped by who may manage apps."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import CustomerId, Limit, Offset, RowId
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.experiments import trials as experiments
from saleor_influence_app.experiments.trials import (
    FEWEST_DAYS,
    FEWEST_THINGS,
    MOST_DAYS,
    MOST_THINGS,
    USUAL_DAYS,
    Wanted,
)
from saleor_influence_app.queries import trials
from saleor_influence_app.queries.trials import Trial, TrialPage

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]
Writer = Annotated[StaffMember, Depends(staff("MANAGE_APPS"))]
Days = Annotated[int, Field(strict=True, ge=FEWEST_DAYS, le=MOST_DAYS)]
ThingId = Annotated[CustomerId, Field(pattern=r"^[A-Za-z0-9+/=_-]+$")]
Things = Annotated[list[ThingId], Field(min_length=FEWEST_THINGS, max_length=MOST_THINGS)]


class TrialInput(BaseModel):
    """Whose choices the letter names, which products are in it, and for how many days orders count."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    customer_id: CustomerId
    things: Things
    days: Days = USUAL_DAYS

    def wanted(self) -> Wanted:
        """Return it as the step takes it."""
        return Wanted(self.customer_id, tuple(self.things), self.days)


@router.get("/api/trials")
def list_trials(
    member: Member,
    session: RequestSession,
    *,
    customer_id: Annotated[CustomerId | None, Query()] = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> TrialPage:
    """List trials: all, or those in one customer's name."""
    return trials.trials(session, member.shop_id, customer_id=customer_id, page=(offset, limit))


@router.post("/api/trials", status_code=201)
def plan_trial(given: TrialInput, member: Writer, session: RequestSession) -> Trial:
    """Have a worker plan a trial: who gets the letter, and what that can show. Nothing is drawn."""
    trial_id = experiments.plan(session, member.shop_id, given.wanted(), made_by=member.user_id)
    return trials.trial(session, member.shop_id, trial_id)


@router.get("/api/trials/{trial_id}")
def read_trial(trial_id: RowId, member: Member, session: RequestSession) -> Trial:
    """Return a trial with what is known of it."""
    return trials.trial(session, member.shop_id, trial_id)


@router.delete("/api/trials/{trial_id}", status_code=204)
def discard_trial(trial_id: RowId, member: Writer, session: RequestSession) -> None:
    """Delete a plan that has not begun."""
    experiments.discard(session, member.shop_id, trial_id)


@router.post("/api/trials/{trial_id}/start")
def start_trial(trial_id: RowId, member: Writer, session: RequestSession) -> Trial:
    """Start a planned trial: a worker draws the lots, and hands the letters off."""
    experiments.start(session, member.shop_id, trial_id)
    return trials.trial(session, member.shop_id, trial_id)


@router.post("/api/trials/{trial_id}/stop")
def stop_trial(trial_id: RowId, member: Writer, session: RequestSession) -> Trial:
    """Stop a trial; what has been counted by then stands."""
    experiments.stop(session, member.shop_id, trial_id)
    return trials.trial(session, member.shop_id, trial_id)


@router.get("/api/trials/{trial_id}/letters", response_class=PlainTextResponse)
def export_letters(trial_id: RowId, member: Member, session: RequestSession) -> PlainTextResponse:
    """Export a running trial's letters as a CSV: a row for each contact and thing."""
    return PlainTextResponse(trials.letters(session, member.shop_id, trial_id), media_type="text/csv")
