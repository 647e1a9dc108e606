"""How scoring went, and the wish for another run."""

from typing import Annotated

from fastapi import APIRouter, Depends

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import Limit
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.pipeline import runs as pipeline
from saleor_influence_app.queries import runs
from saleor_influence_app.queries.runs import Run

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]


@router.get("/api/runs")
def list_runs(member: Member, session: RequestSession, limit: Limit = 20) -> list[Run]:
    """The newest runs first."""
    return runs.runs(session, member.shop_id, limit=limit)


@router.post("/api/runs", status_code=202)
def start_run(member: Member, session: RequestSession) -> Run:
    """A full run is queued; while one is queued, asking again gives the same."""
    run_id = pipeline.ask(session, member.shop_id)
    return runs.run(session, member.shop_id, run_id)
