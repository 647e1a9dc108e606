"""What staff added to gift cards, by card and by programme."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from saleor_influence_app.models import PerkTopUp, TopUpState
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.money import Money, amount


class ToppedUp(ApiModel):
    """What was added to a card; what is on it only Saleor knows."""

    given: Money
    waiting: int
    """Top-ups on their way to Saleor."""
    error: str | None
    """Why the newest top-up that failed was not added."""


def of_cards(session: Session, card_ids: Sequence[str], *, shop_id: int) -> dict[str, ToppedUp]:
    """Return what was added to these cards of a shop; a card that was never topped up is not in it."""
    newest = func.array_agg(aggregate_order_by(PerkTopUp.error, PerkTopUp.id.desc()))
    rows = session.execute(
        select(
            PerkTopUp.card_id,
            PerkTopUp.currency,
            func.sum(PerkTopUp.amount).filter(PerkTopUp.state == TopUpState.GIVEN).label("given"),
            func.count().filter(PerkTopUp.state == TopUpState.STAGED).label("waiting"),
            newest.filter(PerkTopUp.state == TopUpState.FAILED).label("errors"),
        )
        .where(PerkTopUp.shop_id == shop_id, PerkTopUp.card_id.in_(card_ids))
        .group_by(PerkTopUp.card_id, PerkTopUp.currency)
    )
    return {
        row.card_id: ToppedUp(
            given=amount(row.given or Decimal(0), row.currency),
            waiting=row.waiting,
            error=row.errors[0] if row.errors else None,
        )
        for row in rows
    }


def waiting(session: Session, programme_ids: Sequence[int]) -> dict[int, int]:
    """Return how many top-ups of each programme are on their way to Saleor."""
    rows = session.execute(
        select(PerkTopUp.programme_id, func.count().label("waiting"))
        .where(PerkTopUp.programme_id.in_(programme_ids), PerkTopUp.state == TopUpState.STAGED)
        .group_by(PerkTopUp.programme_id)
    )
    return {row.programme_id: row.waiting for row in rows}
