"""What is read of a shop to judge a trial: who was drawn, and what they have bought."""

from typing import Any

import pyarrow as pa
from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app import bulk_copy, db
from saleor_influence_app.models import TrialCandidate
from saleor_influence_app.runs import inputs, scores
from scoring import referrals


def purchases(session: Session, shop_id: int, buyers: Any) -> pa.Table:
    """Return everything that these customers (ids, or a query of them) bought, as paid and not refunded."""
    db.expect_many_rows(session)
    lines = inputs.lines(shop_id).subquery("lines")
    wanted: Any = select(lines).where(lines.c.buyer_id.in_(buyers))
    return referrals.paid_as_is(bulk_copy.read(session, wanted, referrals.LINES))


def categories(session: Session, shop_id: int) -> pa.Table:
    """Return the tree of categories."""
    return bulk_copy.read(session, inputs.categories(shop_id), scores.CATEGORIES)


def drawn(session: Session, trial_id: int) -> dict[str, bool]:
    """Return who was drawn and is still here, and whether they are invited."""
    rows = select(TrialCandidate.customer_id, TrialCandidate.invited).where(
        TrialCandidate.trial_id == trial_id
    )
    return {row.customer_id: row.invited for row in session.execute(rows)}
