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
    """The newest runs first."""
    return runs.runs(session, member.shop_id, limit=limit)


@router.get("/api/runs/{run_id}")
def read_run(run_id: RowId, member: Member, session: RequestSession) -> Run:
    """How this run is going, or went."""
    return runs.run(session, member.shop_id, run_id)


@router.post("/api/runs", status_code=202)
def start_run(member: Member, session: RequestSession) -> Run:
    """A full run is queued, also while the shop is held; while one is queued, asking again gives the same."""
    run_id = run_queue.ask(session, member.shop_id)
    return runs.run(session, member.shop_id, run_id)


@router.post("/api/runs/{run_id}/cancel", status_code=202)
def cancel_run(run_id: RowId, member: Member, session: RequestSession) -> Run:
    """The run ends at its next step, and nothing of it is written."""
    progress.cancel(session, member.shop_id, run_id)
    return runs.run(session, member.shop_id, run_id)


@router.post("/api/runs/{run_id}/rollback", status_code=202)
def go_back_to_run(run_id: RowId, member: Writer, session: RequestSession) -> Run:
    """This run's results come back, until somebody asks for a new one; gives the run that brings them."""
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
    """Who moved between the run `against` and this one, and why."""
    return differences.difference(session, member.shop_id, run_id, against=against, page=(offset, limit))
