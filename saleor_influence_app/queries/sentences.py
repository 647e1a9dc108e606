"""What numbers mean, in sentences for the staff of a shop: plain words, no formula."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from saleor_influence_app.models import Score
from saleor_influence_app.queries.money import amount

Grade = Literal["none", "little", "some", "good"]

EVIDENCE = {
    "none": "Nothing has been paid yet, so there is nothing to go by.",
    "little": "One day with a purchase says little: the value leans on what customers here do on average.",
    "some": "A few purchases, or an order with their code: the value rests partly on their own history.",
    "good": "Enough purchases or referrals for the value to rest on this customer's own history.",
}
NO_FORECAST = "Not enough evidence yet to say who may follow."
UNVALUED = {
    "no-orders": "Nothing has been paid yet.",
    "unknown": "This customer is not known here yet; new customers arrive within minutes.",
    "not-yet-run": "Values have not been calculated since this customer became known.",
    "objected": "This customer objected: nothing is calculated of them.",
}


def reasons(score: Score, *, days_since: int | None, last_order: date | None, horizon_days: int) -> list[str]:
    """Return what a customer's value is made of, one sentence a part, the larger part first."""
    own = _own(score, days_since=days_since, last_order=last_order, horizon_days=horizon_days)
    span = _span(horizon_days)
    others = [*_referred(score, span), *_influence(score, span)]
    return [*others, *own] if score.value > 2 * score.clv else [*own, *others]


def unused(codes: Sequence[str]) -> str:
    """Return what there is to say of a friend of the shop: no orders, and codes that nobody has used."""
    if len(codes) == 1:
        return f"Nothing has been paid yet, by this customer or with their personal code {codes[0]}."
    return f"Nothing has been paid yet, by this customer or with their {len(codes)} personal codes."


def forecast(score: Score) -> str:
    """Return how many purchases of others may follow this customer's, within how many days, how surely."""
    expected, low, high = score.follow_on, score.follow_on_low, score.follow_on_high
    if expected is None or low is None or high is None or score.follow_on_days is None:
        return NO_FORECAST
    ahead = "day" if score.follow_on_days == 1 else _count(score.follow_on_days, "day")
    if high == 0:
        return f"Most likely no purchase of others will follow this customer's in the next {ahead}."
    least = round(expected)
    about = f"about {_count(least, 'purchase')}" if least else f"up to {_count(high, 'purchase')}"
    sure = f"80% interval {low:,} to {high:,}"
    return f"In the next {ahead} {about} of others may follow this customer's ({sure})."


def drift(*, here: int, saleor: int, gaps: int, checked_at: datetime) -> str:
    """Return the drift meter's sentence, which speaks of the time of the comparison and of no later one."""
    known = f"{here:,} of {saleor:,} orders, {gaps:,} {'gap' if gaps == 1 else 'gaps'}"
    return f"{known} when compared on {checked_at:%-d %B %Y, %H:%M} UTC"


def _own(score: Score, *, days_since: int | None, last_order: date | None, horizon_days: int) -> list[str]:
    if score.orders_count == 0:
        return ["This customer has not paid for an order."]
    revenue = amount(score.revenue, score.currency)
    said = [
        f"{_count(score.orders_count, 'paid order')} worth {revenue} so far{_last(days_since, last_order)}."
    ]
    if score.clv > 0:
        expected = amount(score.clv, score.currency)
        about = ""
        if score.monetary_value > 0:
            purchases = float(score.clv / score.monetary_value)
            about = f", about {_about(purchases)} of {amount(score.monetary_value, score.currency)}"
        said.append(f"Expected over the next {_span(horizon_days)}: {expected}{about}.")
    else:
        said.append(f"No further purchase is expected over the next {_span(horizon_days)}.")
    return said


def _referred(score: Score, span: str) -> list[str]:
    if score.crv_orders == 0:
        return []
    brought, ahead = amount(score.crv, score.currency), _ahead(score.crv_expected, score, span)
    orders = _count(score.crv_orders, "order")
    return [f"{orders} of others with this customer's personal code brought {brought} so far; {ahead}."]


def _influence(score: Score, span: str) -> list[str]:
    if not score.civ:
        return []
    brought, ahead = amount(score.civ, score.currency), _ahead(score.civ_expected, score, span)
    return [f"{brought} of what others spent so far is counted as this customer's influence; {ahead}."]


def _ahead(money: Decimal | None, score: Score, span: str) -> str:
    return f"{amount(money or Decimal(0), score.currency)} is expected over the next {span}"


def _last(days: int | None, last_order: date | None) -> str:
    if days is None or last_order is None:
        return ""
    when = "today" if days == 0 else "yesterday" if days == 1 else f"{days:,} days ago"
    return f", the last one {when} ({last_order:%-d %B %Y})"


def _about(purchases: float) -> str:
    if purchases < 0.05:  # noqa: PLR2004 - would be told as 0.0
        return "less than a tenth of a purchase"
    if round(purchases, 1) == 1:
        return "one purchase"
    return f"{purchases:.1f} purchases" if purchases < 10 else f"{purchases:.0f} purchases"  # noqa: PLR2004


def _span(days: int) -> str:
    return "year" if days == 365 else _count(days, "day")  # noqa: PLR2004 - the default horizon


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
