"""A customer's value after each run that is kept, and what they spent month by month, to the value ahead."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app.models import Run, Score
from saleor_influence_app.orders.ownership import ORDERS_OF
from saleor_influence_app.queries import influence
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.customer import is_valued
from saleor_influence_app.queries.money import Money, amount
from saleor_influence_app.queries.verdicts import Verdict
from saleor_influence_app.runs.inputs import NO_PURCHASE


class ValueAfter(ApiModel):
    """The value after a run that changed it; it stood until the next one."""

    run_id: int
    at: datetime
    value: Money
    value_low: Money
    value_high: Money
    verdict: Verdict


class SpentBy(ApiModel):
    """What they had paid for in all by the end of a day."""

    on: date
    so_far: Money


class ExpectedBy(ApiModel):
    """What they will have paid in all by the end of the horizon, with its 90 % interval."""

    on: date
    so_far: Money
    low: Money
    high: Money


class ValueHistory(ApiModel):
    """Both, oldest first; empty without a value. Runs are kept for thirty days."""

    values: list[ValueAfter]
    shown_since: datetime | None
    """When the results that are shown were finished: the newest value stands since then at the latest."""
    spent: list[SpentBy]
    """After each month with an order, and on the day of the newest run."""
    expected: ExpectedBy | None


VALUES = text("""
    SELECT said.run_id, r.finished_at AS at, said.value, said.value_low, said.value_high, said.verdict,
        said.currency
    FROM (
        SELECT run_id, value, value_low, value_high, verdict, currency FROM scores
        WHERE shop_id = :shop_id AND customer_id = :customer_id
        UNION ALL SELECT run_id, value, value_low, value_high, verdict, currency FROM scores_past
        WHERE shop_id = :shop_id AND customer_id = :customer_id
    ) AS said JOIN runs r ON r.id = said.run_id
    WHERE r.finished_at IS NOT NULL ORDER BY r.finished_at, r.id
""")
# As a run reads them: orders of the main currency, and of those with a rate.
SPENT = text(f"""
    SELECT max(CAST(o.created_at AT TIME ZONE 'UTC' AS date)) AS on,
        sum(sum(round(CAST(o.charged * rate.value AS numeric), 6)))
            OVER (ORDER BY date_trunc('month', o.created_at AT TIME ZONE 'UTC')) AS so_far
    FROM ({ORDERS_OF}) AS theirs JOIN orders o ON o.shop_id = :shop_id AND o.order_id = theirs.order_id
    JOIN LATERAL (SELECT CAST(value AS numeric) FROM jsonb_each_text(CAST(:rates AS jsonb))
        WHERE upper(key) = upper(o.currency)) AS rate(value) ON true
    WHERE o.charged > 0 AND o.created_at <= :as_of AND o.status <> ALL (:no_purchase)
    GROUP BY date_trunc('month', o.created_at AT TIME ZONE 'UTC') ORDER BY 1
""")  # noqa: S608 - our own words


def value_history(session: Session, shop_id: int, customer_id: str) -> ValueHistory:
    """How did this customer's value and spending come about, and what is expected of them?"""
    run, score = influence.last_run(session, shop_id), session.get(Score, (shop_id, customer_id))
    if run is None or run.as_of is None or score is None or not is_valued(score):
        return ValueHistory(values=[], shown_since=None, spent=[], expected=None)
    whose = {"shop_id": shop_id, "customer_id": customer_id}
    values = [
        ValueAfter(
            run_id=row.run_id,
            at=row.at,
            value=amount(row.value, row.currency),
            value_low=amount(row.value_low, row.currency),
            value_high=amount(row.value_high, row.currency),
            verdict=row.verdict,
        )
        for row in session.execute(VALUES, whose)
        if row.currency == score.currency
    ]
    spent = _spent(session, run, score)
    return ValueHistory(
        values=values, shown_since=run.finished_at, spent=spent, expected=_expected(run, score, spent)
    )


def _spent(session: Session, run: Run, score: Score) -> list[SpentBy]:
    """Return what was paid in all by the last order of each month; the last is `revenue` on the run's day."""
    given: dict[str, Any] = {"shop_id": score.shop_id, "customer_id": score.customer_id, "as_of": run.as_of}
    rates = run.model.get("exchange_rates", {}) | {score.currency: 1}
    given |= {"rates": json.dumps(rates), "no_purchase": list(NO_PURCHASE)}
    found = [
        SpentBy(on=row.on, so_far=amount(row.so_far, score.currency)) for row in session.execute(SPENT, given)
    ]
    if not found or run.day is None:
        return found
    now = SpentBy(on=run.day, so_far=amount(score.revenue, score.currency))
    return [*(one for one in found if one.on < run.day), now]


def _expected(run: Run, score: Score, spent: list[SpentBy]) -> ExpectedBy | None:
    horizon = run.model.get("horizon_days")
    if not spent or run.stands_on is None or horizon is None:
        return None

    def with_revenue(more: Decimal) -> Money:
        return amount(score.revenue + more, score.currency)

    return ExpectedBy(
        on=run.stands_on + timedelta(days=horizon),
        so_far=with_revenue(score.clv),
        low=with_revenue(score.clv_low),
        high=with_revenue(score.clv_high),
    )
