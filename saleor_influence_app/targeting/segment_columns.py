"""The columns of conditions as people choose among them: in groups, in words, with what fits each."""

from dataclasses import dataclass
from typing import Literal

from scoring.columns import COLUMNS, CONSENTS, GRADED, MONEY
from scoring.definitions import COMPARE, TOWARDS, can_order

Unit = Literal["money", "count", "days", "points", "percent", "times", "grade"]


@dataclass(frozen=True)
class ColumnChoice:
    """A column that a condition may name."""

    column: str
    group: str
    label: str
    unit: Unit
    operators: list[str]
    grades: list[str]
    """The words that a threshold is one of, the weakest first; none where it is a number."""
    about: Literal["category", "network"] | None
    """What a condition must say beside it."""
    orders: bool
    """Whether members may be ordered by it."""


GROUPS: dict[str, dict[str, str]] = {
    "Own purchases": {
        "orders_count": "Paid orders",
        "revenue": "Spent so far",
        "frequency": "Days on which they came back",
        "monetary_value": "Usual basket",
        "days_since_last_order": "Days since the last order",
        "gaps_since_last_order": "Time since the last order, in usual gaps",
        "age_days": "Days since the first order",
        "recency_days": "Days between first and last order",
        "evidence": "How much is known of them",
    },
    "Influence": {
        "verdict": "Verdict on influence",
        "influenced": "People who bought because of them",
        "civ": "Influence so far (CIV)",
        "civ_estimate": "Influence so far, estimated",
        "civ_low": "Influence so far, lower bound",
        "civ_high": "Influence so far, upper bound",
        "civ_expected": "Expected through influence",
        "civ_expected_low": "Expected through influence, lower bound",
        "civ_expected_high": "Expected through influence, upper bound",
        "possible_up_to": "Possible influence, not counted",
        "crv": "Brought by the personal code (CRV)",
        "crv_orders": "Orders of others with the personal code",
        "crv_expected": "Expected with the personal code",
        "crv_expected_low": "Expected with the personal code, lower bound",
        "crv_expected_high": "Expected with the personal code, upper bound",
        "follow_on": "Purchases of others that may follow",
        "follow_on_low": "Purchases that may follow, lower bound",
        "follow_on_high": "Purchases that may follow, upper bound",
        "follow_on_money": "What others may spend afterwards",
    },
    "Influence in a category": {"category_verdict": "Verdict in a category"},
    "Scores": {
        "score": "Influence score",
        "reach": "Reach score",
        "amplification": "Amplification score",
        "network": "Network score",
        "ambassador": "Ambassador score",
    },
    "Scores on one network": {
        "network_reach": "Reach score on a network",
        "network_amplification": "Amplification score on a network",
        "network_ambassador": "Ambassador score on a network",
    },
    "Value": {
        "value": "Value",
        "value_low": "Value, lower bound",
        "value_high": "Value, upper bound",
        "clv": "Expected from own orders (CLV)",
        "clv_low": "Expected from own orders, lower bound",
        "clv_high": "Expected from own orders, upper bound",
        "net": "Value for the budget",
        "rank": "Rank by value",
        "percentile": "Share of customers below them by value",
    },
    "What they agreed to": {
        "consent_perks": "Agreed to perks",
        "consent_outreach": "Agreed to be contacted",
    },
}
_SCORES = {"score", "reach", "amplification", "network", "ambassador"}


def choices() -> list[ColumnChoice]:
    """Return every column, by group."""
    return [
        ColumnChoice(
            column=column,
            group=group,
            label=label,
            unit=_unit(column),
            operators=_operators(column),
            grades=["yes"] if column in CONSENTS else list(GRADED.get(column, ())),
            about=COLUMNS[column].about,
            orders=can_order(column),
        )
        for group, columns in GROUPS.items()
        for column, label in columns.items()
    ]


def _operators(column: str) -> list[str]:
    """Return what may stand between column and threshold: of worth, only what picks for the better end."""
    if column in CONSENTS:
        return [">="]
    told = COLUMNS[column]
    return [one for one in COMPARE if not told.is_worth or TOWARDS[one] == told.better]


def _unit(column: str) -> Unit:
    if column in GRADED:
        return "grade"
    if column in MONEY:
        return "money"
    if column in _SCORES or column.startswith("network_"):
        return "points"
    if column == "gaps_since_last_order":
        return "times"
    if column == "percentile":
        return "percent"
    return "days" if "days" in column or column == "frequency" else "count"
