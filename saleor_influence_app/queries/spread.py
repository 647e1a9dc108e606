"""How a product spread in time: its purchases, tied and untied, and what would have sold anyway.

Nobody is in the answer: who may have led whom is `cascade`'s. A purchase is an order with the product in it.
"""
# ruff: noqa: S608 - statements are put together from our own words

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app.fields import Json
from saleor_influence_app.queries import influence, price_bands, shown_credits
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.price_bands import Band, Prices
from saleor_influence_app.runs import product_spreads

Period = Literal["all", "first-days", "last-days"]
StepSize = Literal["hour", "day", "week", "month"]
State = Literal["not-yet-run", "shut", "nobody-leads", "counted"]
FIRST_DAYS, LAST_DAYS = 7, 90
MOST_DAYS, MOST_WEEKS = 200, 200
"""A longer time is shown by weeks, and a still longer one by months."""


class Sums(ApiModel):
    """Purchases of a product, and how many of them would have sold anyway."""

    purchases: int
    """Orders with the product in them; refunded ones and free gifts are none."""
    units: int
    tied: int
    """Of the purchases, those of buyers who are tied to somebody who bought it shortly before."""
    anyway: float
    """How many would have sold anyway, as far as is shown: `purchases` less what is counted as brought."""
    anyway_low: float
    anyway_high: float
    """Its 90 % interval, from those of the people who brought the others."""


class Step(Sums):
    """One hour, day, week or month with purchases, from its beginning, in UTC."""

    at: datetime


class Spread(ApiModel):
    """A product's purchases in time. Steps without a purchase are left out."""

    product_id: str
    period: Period
    step: StepSize
    first_at: datetime | None
    last_at: datetime | None
    """The product's first and last purchase, whatever the period."""
    start: datetime | None
    end: datetime | None
    """The time that is shown: `end` is where its last step ends."""
    whole: Sums
    """Of all steps together."""
    steps: list[Step]
    state: State
    sentence: str
    bands: list[Band]
    prices: Prices


# Without statistics the planner would compare each order of the time with each line: lines are found first,
# the order of each is looked up (OFFSET 0), and what is known of an order is put together by its id.
_BOUGHT = f"""bought AS MATERIALIZED (
    SELECT o.order_id, o.created_at, o.channel, o.currency, o.voucher_code, o.list_prices, o.line_discounts,
        l.line_id, l.quantity
    FROM order_lines l, LATERAL (
        SELECT * FROM orders o WHERE o.shop_id = l.shop_id AND o.order_id = l.order_id OFFSET 0) o
    WHERE l.shop_id = :shop_id AND l.product_id = :product_id AND {product_spreads.IS_PURCHASE}
)"""
"""A common table: the product's lines of orders that count, as `runs.inputs` reads them."""
_EXTENT = text(f"""
WITH {_BOUGHT} SELECT min(created_at) AS first_at, max(created_at) AS last_at FROM bought
""")
# The part of a line that is counted as brought: all of it with a personal code, of the others each source's
# share beyond chance. What a source's interval says of all that they brought is taken to hold of each row.
_STEPS = text(f"""
WITH {shown_credits.VISIBLE}, {_BOUGHT}, rows AS (
    SELECT v.order_id, v.line_id, v.proven,
        CASE WHEN v.proven THEN 1.0 WHEN e.inferred = 'leads' AND v.amount > 0
            THEN CAST(v.credit / v.amount AS float8) * e.af ELSE 0.0 END AS part,
        CASE WHEN v.proven OR NOT e.civ_estimate > 0 THEN 1.0
            ELSE CAST(e.civ_low / e.civ_estimate AS float8) END AS low,
        CASE WHEN v.proven OR NOT e.civ_estimate > 0 THEN 1.0
            ELSE CAST(e.civ_high / e.civ_estimate AS float8) END AS high
    FROM visible v LEFT JOIN evidence e
        ON e.shop_id = :shop_id AND e.customer_id = v.source_id AND e.topic = ''
    WHERE v.product_id = :product_id
), lines AS (
    SELECT order_id, least(1, sum(part)) AS part, least(1, sum(part * coalesce(low, 1))) AS low,
        least(1, sum(part * coalesce(high, 1))) AS high
    FROM rows GROUP BY order_id, line_id
), led AS (
    SELECT order_id, max(part) AS part, max(low) AS low, max(high) AS high FROM lines GROUP BY order_id
), known AS (
    SELECT order_id, created_at, quantity, CAST(NULL AS float8) AS part,
        CAST(NULL AS float8) AS low, CAST(NULL AS float8) AS high
    FROM bought
    UNION ALL
    SELECT order_id, NULL, NULL, part, low, high FROM led
), purchases AS (
    SELECT min(created_at) AS created_at, sum(quantity) AS units, max(part) AS part, max(low) AS low,
        max(high) AS high
    FROM known GROUP BY order_id HAVING min(created_at) >= :start AND min(created_at) < :end
)
SELECT date_trunc(:step, created_at, 'UTC') AS at, count(*) AS purchases, CAST(sum(units) AS bigint) AS units,
    count(part) AS tied, count(*) - coalesce(sum(part), 0) AS anyway,
    count(*) - coalesce(sum(high), 0) AS anyway_low, count(*) - coalesce(sum(low), 0) AS anyway_high
FROM purchases GROUP BY 1 ORDER BY 1
""")
_PRICES = text(f"""
WITH {_BOUGHT}, priced AS (
    SELECT order_id, created_at, channel, currency, voucher_code IS NOT NULL AS with_code, quantity,
        CAST(list_prices ->> line_id AS numeric) AS listed,
        coalesce(CAST(line_discounts ->> line_id AS numeric), 0) AS off
    FROM bought
    WHERE created_at >= :start AND created_at < :end AND list_prices ? line_id AND quantity > 0
), place AS (
    SELECT channel, currency FROM priced GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2 LIMIT 1
)
SELECT date_trunc(:step, created_at, 'UTC') AS at, currency, count(*) AS lines,
    count(*) FILTER (WHERE off >= :least_off * listed) AS cheaper,
    count(*) FILTER (WHERE off >= :least_off * listed AND with_code) AS by_code,
    sum(off) / sum(listed) AS off, mode() WITHIN GROUP (ORDER BY round(listed / quantity, 2)) AS price,
    count(DISTINCT round(listed / quantity, 2)) AS prices
FROM priced JOIN place USING (channel, currency)
GROUP BY 1, 2 ORDER BY 1
""")
_COUNTED = ("purchases", "units", "tied", "anyway", "anyway_low", "anyway_high")
_DECIMALS = 3


def spread(session: Session, shop_id: int, product_id: str, *, period: Period) -> Spread:
    """How did this product sell in time, and how much of it came after somebody the buyer knows?"""
    given: Json = (
        shown_credits.parameters(shop_id)
        | product_spreads.OF_PURCHASE
        | {
            "product_id": product_id,
            "least_off": price_bands.LEAST_OFF,
        }
    )
    extent = session.execute(_EXTENT, given).one()
    start, end, step = _shown(extent.first_at, extent.last_at, period)
    given |= {"start": start, "end": end, "step": step}
    rows = [] if start is None else [dict(one) for one in session.execute(_STEPS, given).mappings()]
    priced = [] if start is None else session.execute(_PRICES, given).all()
    steps = [Step(**_rounded(one)) for one in rows]
    whole = Sums(**_rounded({name: sum(one[name] for one in rows) for name in _COUNTED}))
    state = _state(session, shop_id, whole)
    bands, prices = price_bands.bands_of(priced, after=lambda at: _next(at, step))
    return Spread(
        product_id=product_id,
        period=period,
        step=step,
        first_at=extent.first_at,
        last_at=extent.last_at,
        start=start,
        end=end,
        whole=whole,
        steps=steps,
        state=state,
        sentence=_sentence(state, whole),
        bands=bands,
        prices=prices,
    )


def _shown(
    first: datetime | None, last: datetime | None, period: Period
) -> tuple[datetime | None, datetime | None, StepSize]:
    """Return from when to when is shown, both where a step begins, and the size of the steps."""
    if first is None or last is None:
        return None, None, "hour" if period == "first-days" else "day"
    if period == "first-days":
        start = _begin(first, "hour")
        return start, min(start + timedelta(days=FIRST_DAYS), _next(_begin(last, "hour"), "hour")), "hour"
    if period == "last-days":
        end = _next(_begin(last, "day"), "day")
        return max(_begin(first, "day"), end - timedelta(days=LAST_DAYS)), end, "day"
    days = (last - first).days
    step: StepSize = "day" if days < MOST_DAYS else "week" if days < 7 * MOST_WEEKS else "month"
    return _begin(first, step), _next(_begin(last, step), step), step


def _begin(at: datetime, step: StepSize) -> datetime:
    """Return where the step begins, as PostgreSQL's date_trunc does: a week on its Monday."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    if step == "hour":
        return hour
    day = hour.replace(hour=0)
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def _next(at: datetime, step: StepSize) -> datetime:
    """Return where the step that begins there ends."""
    if step == "month":
        return (at + timedelta(days=31)).replace(day=1)
    return at + {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}[step]


def _rounded(found: dict[str, Any]) -> dict[str, Any]:
    return {name: round(one, _DECIMALS) if name.startswith("any") else one for name, one in found.items()}


def _state(session: Session, shop_id: int, whole: Sums) -> State:
    """Return why nothing is counted as brought, or that something is."""
    if whole.anyway < whole.purchases:
        return "counted"
    opened = influence.gate_open(influence.last_run(session, shop_id))
    return "not-yet-run" if opened is None else "nobody-leads" if opened else "shut"


def _sentence(state: State, whole: Sums) -> str:
    """Say what would have sold anyway, with its interval, or why it is not known."""
    if whole.purchases == 0:
        return "Nobody bought it in this time."
    if state == "not-yet-run":
        return "Nothing has been calculated yet, so it is not known what would have sold anyway."
    if state == "shut":
        return "Influence does not show in this shop beyond chance, so all of it counts as sold anyway."
    if state == "nobody-leads":
        return "Nobody is shown to have led others to it, so all of it counts as sold anyway."
    brought = whole.purchases - whole.anyway
    low, high = whole.purchases - whole.anyway_high, whole.purchases - whole.anyway_low
    interval = f"90% interval {low:,.1f} to {high:,.1f}" if high > low else "with their personal code"
    return (
        f"{brought:,.1f} of {whole.purchases:,} purchases are counted as brought by another customer "
        f"({interval}). The others would have sold anyway, as far as is shown."
    )
