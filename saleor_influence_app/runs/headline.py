"""What a run keeps of all customers together, so that two weeks can be compared when their rows are gone."""

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app.fields import Json
from saleor_influence_app.models import Score

IN_RUN = "headline"
"""Where a run's `model` has it."""


def headline(session: Session, shop_id: int, model: Json) -> Json:
    """Return `value`, all that is expected of all customers, as text, and `verdicts`, how many have which.

    Own purchases count as the run foretold them (`model`), which is what the panel shows.
    """
    rows = session.execute(
        select(Score.verdict, func.count(), func.sum(Score.value), func.sum(Score.clv))
        .where(Score.shop_id == shop_id)
        .group_by(Score.verdict)
    ).all()
    value = sum((value for _, _, value, _ in rows), Decimal(0))
    own = sum((clv for *_, clv in rows), Decimal(0))
    foretold = (model.get("total") or {}).get("expected")
    if foretold is not None:
        value += Decimal(str(foretold)) - own
    return {
        "value": str(round(value, 2)),
        "verdicts": {verdict: int(count) for verdict, count, *_ in rows},
    }
