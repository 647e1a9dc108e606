"""Whom the ledger passes by."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app import models
from saleor_influence_app.queries.api_model import ApiModel


class Exclusion(ApiModel):
    """A customer whose purchases say nothing about influence, and why."""

    customer_id: str
    reason: models.ExclusionReason


class ExclusionPage(ApiModel):
    """Some of them, and how many there are."""

    total: int
    exclusions: list[Exclusion]


def excluded(session: Session, shop_id: int, *, page: tuple[int, int]) -> ExclusionPage:
    """Who is left out, and why? `page` is (offset, limit)."""
    here = models.Exclusion.shop_id == shop_id
    rows = session.scalars(
        select(models.Exclusion)
        .where(here)
        .order_by(models.Exclusion.reason, models.Exclusion.customer_id)
        .offset(page[0])
        .limit(page[1])
    )
    return ExclusionPage(
        total=session.scalar(select(func.count()).select_from(models.Exclusion).where(here)) or 0,
        exclusions=[Exclusion.model_validate(row) for row in rows],
    )
