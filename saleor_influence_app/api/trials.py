"""Invitation trials: seen by who may see customers, begun and stopped by who may manage apps."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import CustomerId, Limit, Offset, RowId
from saleor_influence_app.api.session import RequestSession, SnapshotSession
from saleor_influence_app.experiments import trials as experiments
from saleor_influence_app.experiments.trials import FEWEST_DAYS, MOST_DAYS, USUAL_DAYS, Wanted
from saleor_influence_app.queries import trials
from saleor_influence_app.queries.trials import Trial, TrialPage

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]
Writer = Annotated[StaffMember, Depends(staff("MANAGE_APPS"))]
Days = Annotated[int, Field(strict=True, ge=FEWEST_DAYS, le=MOST_DAYS)]


class TrialInput(BaseModel):
    """In whose name people are invited, for how many days, and whether only a category's products count."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    customer_id: CustomerId
    days: Days = USUAL_DAYS
    category_id: CustomerId | None = None

    def wanted(self) -> Wanted:
        """Return it as the step takes it."""
        return Wanted(self.customer_id, self.days, self.category_id)


class TrialPlan(BaseModel):
    """What a trial would be like: `detectable` is the smallest difference found four times in five."""

    model_config = ConfigDict(frozen=True)

    invited: int
    held_out: int
    base_share: float
    detectable: float | None
    refusal: str | None
    advice: str


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
def start_trial(given: TrialInput, member: Writer, session: RequestSession) -> Trial:
    """Start a trial: half of the candidates are invited, by lot. 422 where nothing could be learned."""
    trial_id = experiments.start(session, member.shop_id, given.wanted(), made_by=member.user_id)
    return trials.trial(session, member.shop_id, trial_id)


@router.post("/api/trials/plan")
def plan_trial(given: TrialInput, member: Member, session: SnapshotSession) -> TrialPlan:
    """Return how many could be drawn and the smallest difference that would be found; draws nothing."""
    plan = experiments.plan(session, member.shop_id, given.wanted())
    return TrialPlan(
        invited=plan.invited,
        held_out=plan.held_out,
        base_share=plan.base_share,
        detectable=plan.detectable,
        refusal=plan.refusal,
        advice=trials.SAME_OFFER,
    )


@router.get("/api/trials/{trial_id}")
def read_trial(trial_id: RowId, member: Member, session: RequestSession) -> Trial:
    """Return a trial, with its result once it has ended."""
    return trials.trial(session, member.shop_id, trial_id)


@router.post("/api/trials/{trial_id}/stop")
def stop_trial(trial_id: RowId, member: Writer, session: RequestSession) -> Trial:
    """Stop a trial without a result."""
    experiments.stop(session, member.shop_id, trial_id)
    return trials.trial(session, member.shop_id, trial_id)
