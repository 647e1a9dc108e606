"""Where a customer stands by value: counted when somebody asks, since one who moves shifts all below."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Score

MOST_RANKED = 10_000
"""Places that are counted; further down the percentile says enough."""


def rank_of(session: Session, score: Score) -> int | None:
    """Return 1 for the highest value, equal values alike; None beyond the first `MOST_RANKED`."""
    better = select(Score.customer_id).where(Score.shop_id == score.shop_id, Score.value > score.value)
    # In the order of the index: else a small table, whose statistics are old, is read in full.
    some = better.order_by(Score.value.desc()).limit(MOST_RANKED).subquery()
    found = session.scalar(select(func.count()).select_from(some)) or 0
    return None if found == MOST_RANKED else found + 1
