"""How scoring went."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app import models
from saleor_influence_app.errors import RowMissing
from saleor_influence_app.queries.api_model import ApiModel


class Run(ApiModel):
    """One run: what was asked, how it went; `error` is for a person."""

    id: int
    state: models.RunState
    kind: models.RunKind
    back_to: int | None
    step: str | None
    progress: float | None
    cancel_asked: bool
    seconds: float | None
    peak_memory_mb: int | None
    parameters: dict[str, Any]
    not_before: datetime
    """When a queued one may begin: until then it collects what changes, or lets the last one rest."""
    as_of: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    counts: dict[str, int]
    notes: list[str]
    error: str | None


def runs(session: Session, shop_id: int, *, limit: int) -> list[Run]:
    """Which runs were there lately, the newest first?"""
    found = session.scalars(
        select(models.Run).where(models.Run.shop_id == shop_id).order_by(models.Run.id.desc()).limit(limit)
    )
    return [Run.model_validate(run) for run in found]


def run(session: Session, shop_id: int, run_id: int) -> Run:
    """How is this run going? Another shop's raises `RowMissing`."""
    found = session.scalars(
        select(models.Run).where(models.Run.shop_id == shop_id, models.Run.id == run_id)
    ).first()
    if found is None:
        raise RowMissing("There is no such run in this shop.")
    return Run.model_validate(found)
