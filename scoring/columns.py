"""The columns that segments may be defined by: what they may be used for, and their values in words.

Plain Python: a request may import this and `definitions` and `membership` without any analytical library.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from scoring.words import VERDICTS

CONSENTS = ("consent_perks", "consent_outreach")
"""Columns that say whether somebody has agreed to something; nobody may be picked for not having agreed."""
GRADED = {
    "evidence": ("none", "little", "some", "good"),
    "verdict": VERDICTS,
    "category_verdict": VERDICTS,
    **dict.fromkeys(CONSENTS, ("no", "yes")),
}
"""Columns of words that have an order, the weakest first."""
MONEY = frozenset(
    {"revenue", "monetary_value", "crv", "possible_up_to", "net", "follow_on_money"}
    | {
        f"{term}{end}"
        for term in ("clv", "civ", "crv_expected", "civ_expected", "value")
        for end in ("", "_low", "_high")
    }
)


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column that a condition may name: its words, and what a bound on it would pick people for.

    Every part must be chosen: a column that says nothing of itself could be used against somebody.
    """

    words: str
    better: Literal["high", "low", "neither"]
    """Which of its ends is good for a customer."""
    is_worth: bool
    """It says what a customer is worth to the shop: nobody may be picked for being at its worse end."""
    by_networks: bool
    """It may rest on ties of social networks, and so on consents that can be taken back."""
    about: Literal["category", "network"] | None = None
    """What a condition must name beside the column: there is a number for each of them."""


COLUMNS = {
    "orders_count": Column(words="{} paid orders", better="high", is_worth=True, by_networks=False),
    "revenue": Column(words="{} spent so far", better="high", is_worth=True, by_networks=False),
    "frequency": Column(words="came back on {} days", better="high", is_worth=True, by_networks=False),
    "recency_days": Column(
        words="{} days between first and last order", better="neither", is_worth=False, by_networks=False
    ),
    "age_days": Column(words="known for {} days", better="neither", is_worth=False, by_networks=False),
    "monetary_value": Column(words="{} for a usual basket", better="high", is_worth=True, by_networks=False),
    "clv": Column(words="{} expected from own orders", better="high", is_worth=True, by_networks=False),
    "clv_low": Column(
        words="at least {} likely from own orders", better="high", is_worth=True, by_networks=False
    ),
    "clv_high": Column(
        words="up to {} likely from own orders", better="high", is_worth=True, by_networks=False
    ),
    "crv": Column(words="{} brought by the personal code", better="high", is_worth=True, by_networks=False),
    "crv_orders": Column(
        words="{} orders of others with the personal code", better="high", is_worth=True, by_networks=False
    ),
    "civ": Column(words="{} of influence so far", better="high", is_worth=True, by_networks=True),
    "civ_estimate": Column(
        words="an estimated {} of influence", better="high", is_worth=True, by_networks=True
    ),
    "civ_low": Column(words="at least {} of influence", better="high", is_worth=True, by_networks=True),
    "civ_high": Column(words="up to {} of influence", better="high", is_worth=True, by_networks=True),
    "possible_up_to": Column(
        words="possibly up to {} of influence, not counted", better="high", is_worth=True, by_networks=True
    ),
    "influenced": Column(
        words="{} people who bought because of this customer", better="high", is_worth=True, by_networks=True
    ),
    "net": Column(
        words="{} for the budget, after what others led to", better="high", is_worth=True, by_networks=True
    ),
    **{
        f"{name}{end}": Column(
            words=words.format(how), better="high", is_worth=True, by_networks=name == "civ_expected"
        )
        for name, how in (
            ("crv_expected", "expected with the personal code"),
            ("civ_expected", "expected through influence"),
        )
        for end, words in (("", "{{}} {}"), ("_low", "at least {{}} {}"), ("_high", "up to {{}} {}"))
    },
    "value": Column(words="worth {}", better="high", is_worth=True, by_networks=True),
    "value_low": Column(words="worth at least {}", better="high", is_worth=True, by_networks=True),
    "value_high": Column(words="worth up to {}", better="high", is_worth=True, by_networks=True),
    "score": Column(words="influence score {}", better="high", is_worth=True, by_networks=False),
    "reach": Column(words="reach score {}", better="high", is_worth=True, by_networks=False),
    "amplification": Column(words="amplification score {}", better="high", is_worth=True, by_networks=False),
    "network": Column(words="network score {}", better="high", is_worth=True, by_networks=False),
    "ambassador": Column(words="ambassador score {}", better="high", is_worth=True, by_networks=False),
    "follow_on": Column(
        words="{} purchases of others may follow", better="high", is_worth=True, by_networks=False
    ),
    "follow_on_low": Column(
        words="at least {} purchases of others likely to follow",
        better="high",
        is_worth=True,
        by_networks=False,
    ),
    "follow_on_high": Column(
        words="up to {} purchases of others likely to follow", better="high", is_worth=True, by_networks=False
    ),
    "follow_on_money": Column(
        words="{} that others may spend afterwards", better="high", is_worth=True, by_networks=False
    ),
    "verdict": Column(words="verdict: {}", better="high", is_worth=True, by_networks=True),
    "category_verdict": Column(
        words="verdict in {about}: {}", better="high", is_worth=True, by_networks=True, about="category"
    ),
    **{
        f"network_{score}": Column(
            words=f"{score} score on {{about}}: {{}}",
            better="high",
            is_worth=True,
            by_networks=True,
            about="network",
        )
        for score in ("reach", "amplification", "ambassador")
    },
    "consent_perks": Column(words="agreed to perks: {}", better="high", is_worth=False, by_networks=False),
    "consent_outreach": Column(
        words="agreed to be contacted: {}", better="high", is_worth=False, by_networks=False
    ),
    "evidence": Column(words="evidence: {}", better="high", is_worth=True, by_networks=False),
    "rank": Column(words="rank {} by value", better="low", is_worth=True, by_networks=True),
    "percentile": Column(
        words="above {}% of customers by value", better="high", is_worth=True, by_networks=True
    ),
    "days_since_last_order": Column(
        words="last order {} days ago", better="neither", is_worth=False, by_networks=False
    ),
    "gaps_since_last_order": Column(
        words="{} times the usual gap since the last order",
        better="neither",
        is_worth=False,
        by_networks=False,
    ),
}
"""Those of `values.VALUES`, two that follow from them (see `Numbers`), and those of other tables."""
WORDS = {name: column.words for name, column in COLUMNS.items()}


def column_of(key: str) -> str:
    """Return the column of a condition's key, which ends in what the condition is about: `column:about`."""
    return key.partition(":")[0]


@dataclass(frozen=True)
class Numbers:
    """Where the numbers of columns come from: one customer's row, a whole table, or a statement in SQL.

    stored(column) gives a stored one; where(condition, number, otherwise) chooses; `unknown` meets no bound.
    """

    stored: Callable[[str], Any]
    where: Callable[[Any, Any, Any], Any]
    unknown: Any

    def of(self, column: str) -> Any:
        """Return the column's number, `unknown` where nothing is known.

        days_since_last_order = age_days - recency_days; gaps_since_last_order = that over the customer's
        own mean gap between purchase days, recency_days / frequency. Neither exists before the purchases it
        needs.
        """
        if column == "days_since_last_order":
            since = self.stored("age_days") - self.stored("recency_days")
            return self.where(self.stored("orders_count") > 0, since, self.unknown)
        if column == "gaps_since_last_order":
            repeats, span = self.stored("frequency"), self.stored("recency_days")
            comparable = (repeats > 0) & (span > 0)
            gap = self.where(comparable, span, 1.0) / self.where(comparable, repeats, 1.0)
            return self.where(comparable, self.of("days_since_last_order") / gap, self.unknown)
        return self.stored(column)


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


def described(column: str, number: float, currency: str, *, about: str = "") -> str:
    """What the column says of one customer: "came back on 1 day"."""
    text = WORDS[column].format(told(column, number, currency), about=about)
    return in_singular(text) if number == 1 else text


def in_singular(text: str) -> str:
    """Return the words of a column for a number that is one: "1 paid order"."""
    return (
        text.replace(" days", " day")
        .replace(" orders", " order")
        .replace(" people", " person")
        .replace(" purchases", " purchase")
    )
