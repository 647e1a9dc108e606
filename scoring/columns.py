"""The columns that segments may be defined by, and how a value in one is told in words."""

import math

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from scoring.ledger.verdicts import VERDICTS

Floats = npt.NDArray[np.float64]
GRADED = {"evidence": ("none", "little", "some", "good"), "verdict": VERDICTS}
"""Columns of words that have an order, the weakest first."""
MONEY = frozenset(
    {"revenue", "monetary_value", "crv", "possible_up_to", "net"}
    | {f"{term}{end}" for term in ("clv", "civ", "value") for end in ("", "_low", "_high")}
)
WORDS = {
    "orders_count": "{} paid orders",
    "revenue": "{} spent so far",
    "frequency": "came back on {} days",
    "recency_days": "{} days between first and last order",
    "age_days": "known for {} days",
    "monetary_value": "{} for a usual basket",
    "clv": "{} expected from own orders",
    "clv_low": "at least {} likely from own orders",
    "clv_high": "up to {} likely from own orders",
    "crv": "{} brought by the personal code",
    "crv_orders": "{} orders of others with the personal code",
    "civ": "{} of influence",
    "civ_low": "at least {} of influence",
    "civ_high": "up to {} of influence",
    "possible_up_to": "possibly up to {} of influence, not counted",
    "influenced": "{} people who bought because of her",
    "net": "{} for the budget, after what others led her to",
    "value": "worth {}",
    "value_low": "worth at least {}",
    "value_high": "worth up to {}",
    "score": "influence score {}",
    "reach": "reach score {}",
    "amplification": "amplification score {}",
    "network": "network score {}",
    "ambassador": "ambassador score {}",
    "verdict": "verdict: {}",
    "evidence": "evidence: {}",
    "rank": "rank {} by value",
    "percentile": "above {} % of customers by value",
    "days_since_last_order": "last order {} days ago",
    "gaps_since_last_order": "{} times the usual gap since the last order",
}
"""Those of `values.VALUES`, and two that follow from them (see `numbers`)."""


def numbers(values: pa.Table, column: str) -> Floats:
    """One number a customer; NaN where nothing is known, so that no comparison holds.

    days_since_last_order = age_days - recency_days; gaps_since_last_order = that over the customer's own mean
    gap between purchase days, recency_days / frequency. Neither exists before the purchases it needs.
    """
    if column in GRADED:
        grade = {name: float(place) for place, name in enumerate(GRADED[column])}
        return np.array([grade.get(name, np.nan) for name in values[column].to_pylist()], dtype=np.float64)
    if column == "days_since_last_order":
        since = numbers(values, "age_days") - numbers(values, "recency_days")
        return np.where(numbers(values, "orders_count") > 0, since, np.nan)
    if column == "gaps_since_last_order":
        repeats, span = numbers(values, "frequency"), numbers(values, "recency_days")
        comparable = (repeats > 0) & (span > 0)
        gap = np.where(comparable, span, 1.0) / np.where(comparable, repeats, 1.0)
        return np.where(comparable, numbers(values, "days_since_last_order") / gap, np.nan)
    return np.asarray(values[column].cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def told(column: str, number: float, currency: str) -> str:
    """The number as a person says it: money with its currency, grades by name, no needless decimals."""
    if column in GRADED:
        return GRADED[column][int(number)]
    if column in MONEY:
        return f"{number:,.2f} {currency}".rstrip()
    return f"{number:,.0f}" if math.isclose(number, round(number)) else f"{number:,.1f}"


def plain(column: str, number: float) -> float | str:
    """The number without words around it: grades by name, the rest with as many decimals as `told` needs."""
    return GRADED[column][int(number)] if column in GRADED else round(number, 2)


def described(column: str, number: float, currency: str) -> str:
    """What the column says of one customer: "came back on 1 day"."""
    text = WORDS[column].format(told(column, number, currency))
    if number != 1:
        return text
    return text.replace(" days", " day").replace(" orders", " order").replace(" people", " person")
