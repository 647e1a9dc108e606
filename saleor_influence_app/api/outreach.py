"""The board of an outreach programme: staff take tasks, do them, and write down what came of it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import Limit, Offset, RowId
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.perks.strategies.outreach import tasks
from saleor_influence_app.perks.strategies.outreach.tasks import OutreachResult
from saleor_influence_app.queries import outreach
from saleor_influence_app.queries.outreach import AnyState, OutreachBoard, OutreachFacts

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]


@router.get("/api/perks/{programme_id}/outreach")
def list_outreach_tasks(  # noqa: PLR0913 - which, of whom, and how much of it
    programme_id: RowId,
    member: Member,
    session: RequestSession,
    *,
    state: Annotated[AnyState, Query()] = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> OutreachBoard:
    """List what is to be done for whom, the most urgent first."""
    page = (offset, limit)
    return outreach.board(
        session, member.shop_id, programme_id, staff_id=member.user_id, state=state, page=page
    )


@router.get("/api/outreach/{task_id}")
def read_outreach_facts(task_id: RowId, member: Member, session: RequestSession) -> OutreachFacts:
    """Return what is worth saying to the customer of a task."""
    return outreach.facts(session, member.shop_id, task_id)


@router.post("/api/outreach/{task_id}/assign", status_code=204)
def assign_outreach_task(task_id: RowId, member: Member, session: RequestSession) -> None:
    """Take a task; 422 with the reason `taken` if a colleague has it."""
    tasks.assign(session, member.shop_id, task_id, by=member.user_id)


@router.post("/api/outreach/{task_id}/release", status_code=204)
def release_outreach_task(task_id: RowId, member: Member, session: RequestSession) -> None:
    """Give a task back to the board."""
    tasks.release(session, member.shop_id, task_id)


@router.post("/api/outreach/{task_id}/finish", status_code=204)
def finish_outreach_task(
    task_id: RowId, given: OutreachResult, *, member: Member, session: RequestSession
) -> None:
    """Say that a task is done, or with an answer what the customer said."""
    tasks.finish(session, member.shop_id, task_id, by=member.user_id, result=given)
