"""How scoring went, the wish for another run, and the way back to an earlier one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from saleor_influence_app import run_queue
from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import Limit, Offset, RowId
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.fields import InDigits
from saleor_influence_app.queries import differences, runs
from saleor_influence_app.queries.differences import Difference
from saleor_influence_app.queries.runs import Run
from saleor_influence_app.runs import progress, rollback

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]
Writer = Annotated[StaffMember, Depends(staff("MANAGE_APPS"))]


@router.get("/api/runs")
def list_runs(member: Member, session: RequestSession, limit: Limit = 20) -> list[Run]:
    """List runs, the newest first."""
    return runs.runs(session, member.shop_id, limit=limit)


@router.get("/api/runs/{run_id}")
def read_run(run_id: RowId, member: Member, session: RequestSession) -> Run:
    """Return a run: its step and progress, or how it ended."""
    return runs.run(session, member.shop_id, run_id)


@router.post("/api/runs", status_code=202)
def start_run(member: Member, session: RequestSession) -> Run:
    """Queue a full run, which also ends a hold. While one is queued, return that one."""
    run_id = run_queue.ask(session, member.shop_id)
    return runs.run(session, member.shop_id, run_id)


@router.post("/api/runs/{run_id}/cancel", status_code=202)
def cancel_run(run_id: RowId, member: Member, session: RequestSession) -> Run:
    """Cancel a run: it ends at its next step and writes nothing."""
    progress.cancel(session, member.shop_id, run_id)
    return runs.run(session, member.shop_id, run_id)


@router.post("/api/runs/{run_id}/rollback", status_code=202)
def go_back_to_run(run_id: RowId, member: Writer, session: RequestSession) -> Run:
    """Go back to this run's results until somebody asks for a run; return the run that restores them."""
    return runs.run(session, member.shop_id, rollback.go_back(session, member.shop_id, run_id))


@router.get("/api/runs/{run_id}/difference")
def compare_runs(  # noqa: PLR0913 - each is one part of the request
    run_id: RowId,
    member: Member,
    session: RequestSession,
    *,
    against: Annotated[int, Query(ge=1, le=2**31 - 1), InDigits],
    limit: Limit = 20,
    offset: Offset = 0,
) -> Difference:
    """Compare this run with the run `against`: whose value changed, and why."""
    return differences.difference(session, member.shop_id, run_id, against=against, page=(offset, limit))
