"""Invitation trials, which began before lots by (contact, thing): judged once, when their window is over.

Half of a customer's contacts were invited, half held out, and any order counts. None begins any more.
"""

from typing import Any

import pyarrow as pa
from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app import bulk_copy, db
from saleor_influence_app.models import Trial, TrialCandidate
from saleor_influence_app.runs import inputs, scores
from scoring import ledger, referrals
from scoring.ledger import hold_out, trials


def purchases(session: Session, shop_id: int, buyers: Any) -> pa.Table:
    """Return everything that these customers (ids, or a query of them) bought, as paid and not refunded."""
    db.expect_many_rows(session)
    lines = inputs.lines(shop_id).subquery("lines")
    wanted: Any = select(lines).where(lines.c.buyer_id.in_(buyers))
    return referrals.paid_as_is(bulk_copy.read(session, wanted, referrals.LINES))


def counted(session: Session, trial: Trial) -> list[int]:
    """Return how many of the invited, and of those held out, bought within the window."""
    rows = select(TrialCandidate.customer_id, TrialCandidate.invited).where(
        TrialCandidate.trial_id == trial.id
    )
    drawn = {row.customer_id: row.invited for row in session.execute(rows)}
    tree = bulk_copy.read(session, inputs.categories(trial.shop_id), scores.CATEGORIES)
    bought = trials.buyers(
        purchases(session, trial.shop_id, list(drawn)),
        since=trial.started_at,
        until=trial.ends_at,
        category=(trial.category_id, tree),
    )
    return [sum(one in bought for one in drawn if drawn[one] is invited) for invited in (True, False)]


def judge(trial: Trial, counts: list[int]) -> None:
    """Write the result: every customer drawn counts in the arm that they were drawn into."""
    arms = hold_out.Arms(trial.invited, counts[0], trial.held_out, counts[1])
    trial.invited_bought, trial.held_out_bought = counts
    trial.p, trial.difference = trials.p_value(arms), arms.difference
    coverage = ledger.Parameters().interval
    trial.difference_low, trial.difference_high = hold_out.difference_interval(arms, coverage)
