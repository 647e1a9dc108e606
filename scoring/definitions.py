"""Segments as data: a name, conditions on columns, a maximum share of customers."""

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scoring.columns import COLUMNS, CONSENTS, GRADED, WORDS

COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}
BOUND = {">=": "at least", "<=": "at most", "==": "exactly", ">": "more than", "<": "less than"}
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOST_LETTERS, MOST_CONDITIONS, LONGEST_ABOUT = 64, 20, 200
NEEDS = ("ledger",)
TOWARDS = {">=": "high", ">": "high", "<=": "low", "<": "low", "==": "both"}
"""Which end of a column a condition picks people for."""


class DefinitionInvalid(ValueError):
    """A segment that cannot be meant; the message says which part and what would be right."""


@dataclass(frozen=True)
class Condition:
    """Who meets `column operator threshold` enters; who is in stays while it holds for exit_threshold.

    A column that says what a customer is worth takes bounds at its better end only.
    Without exit_threshold the same bound serves both ways. For columns of words thresholds are words.
    about: the id of the category or network, for columns that have a number for each; about_name: what it is
    called in sentences.
    """

    column: str
    operator: str
    threshold: float | str
    exit_threshold: float | str | None = None
    about: str | None = None
    about_name: str | None = None

    def __post_init__(self) -> None:
        """Refuse unknown columns and operators, low values, numbers that are none, exits beyond the entry."""
        if self.column not in WORDS:
            raise DefinitionInvalid(
                f"there is no column {self.column!r}; there are {', '.join(sorted(WORDS))}"
            )
        if self.operator not in COMPARE:
            raise DefinitionInvalid(f"there is no operator {self.operator!r}; there are {', '.join(COMPARE)}")
        _refuse_low(self.column, self.operator)
        _refuse_vague(self.column, self.about, self.about_name)
        _refuse_refusals(self.column, self.operator, self.threshold)
        entry = self.bound(staying=False)
        if self.exit_threshold is None:
            return
        stay = self.bound(staying=True)
        if self.operator == "==" or (stay > entry if self.operator in {">=", ">"} else stay < entry):
            raise DefinitionInvalid(
                f"{self.column}: exit_threshold {self.exit_threshold!r} must be easier to meet than "
                f"{self.operator} {self.threshold!r} (and has no place beside ==)"
            )

    @property
    def key(self) -> str:
        """The column, with what the condition is about: conditions of one key are on the same numbers."""
        return self.column if self.about is None else f"{self.column}:{self.about}"

    @property
    def called(self) -> str:
        """What the condition is about, for a sentence."""
        return self.about_name or self.about or ""

    def bound(self, *, staying: bool) -> float:
        """The threshold as a number, for entering or for staying."""
        given = self.exit_threshold if staying and self.exit_threshold is not None else self.threshold
        if self.column in GRADED:
            grades = GRADED[self.column]
            if given not in grades:
                raise DefinitionInvalid(f"{self.column} is one of {', '.join(grades)}, not {given!r}")
            return float(grades.index(given))
        return _number(given, f"{self.column}: a threshold")

    def holds(self, number: Any, *, staying: bool) -> Any:
        """Say whether the condition holds: of a number, of each in an array, or as SQL; of NaN never."""
        return COMPARE[self.operator](number, self.bound(staying=staying))


@dataclass(frozen=True)
class SegmentDefinition:
    """Who belongs: all conditions hold, and at most `max_share` of customers enter, the best by `order_by`.

    needs="ledger": stays empty, and says why, until the credit ledger has a verdict on anybody.
    """

    name: str
    title: str
    description: str
    conditions: tuple[Condition, ...]
    max_share: float = 1.0
    needs: str | None = None
    order_by: str = "value"

    def __post_init__(self) -> None:
        """Refuse what could not be assigned or written to Saleor."""
        object.__setattr__(self, "conditions", tuple(self.conditions))
        _refuse_names(self.name, self.title, self.description)
        if not 1 <= len(self.conditions) <= MOST_CONDITIONS:
            raise DefinitionInvalid(f"{self.name}: a segment needs 1 to {MOST_CONDITIONS} conditions")
        for condition in self.conditions:
            _refuse_stranger(self.name, condition)
        if not 0 < _number(self.max_share, f"{self.name}: max_share") <= 1:
            raise DefinitionInvalid(f"{self.name}: max_share must lie in (0, 1], not {self.max_share!r}")
        if self.needs is not None and self.needs not in NEEDS:
            raise DefinitionInvalid(
                f"{self.name}: needs is {', '.join(NEEDS)} or nothing, not {self.needs!r}"
            )
        if not can_order(self.order_by):
            raise DefinitionInvalid(
                f"{self.name}: order_by must be a column whose large values are good, not {self.order_by!r}"
            )


def can_order(column: object) -> bool:
    """Say whether members may be ordered by the column: large values are good, and there is one a person."""
    told = COLUMNS.get(column) if isinstance(column, str) else None
    return told is not None and told.better != "low" and told.about is None and column not in CONSENTS


def _refuse_vague(column: str, about: object, about_name: object) -> None:
    """Refuse a column that must say which category or network it is about, and a name where there is none."""
    needed = COLUMNS[column].about
    if needed is None and (about is not None or about_name is not None):
        raise DefinitionInvalid(f"{column}: about has no place here")
    if needed is not None and not _is_line(about):
        raise DefinitionInvalid(f"{column}: about must say which {needed}, not {about!r}")
    if needed is not None and about_name is not None and not _is_line(about_name):
        raise DefinitionInvalid(f"{column}: about_name must be a name, not {about_name!r}")


def _is_line(given: object) -> bool:
    return isinstance(given, str) and bool(given.strip()) and len(given) <= LONGEST_ABOUT


def _refuse_refusals(column: str, operator: str, threshold: object) -> None:
    if column in CONSENTS and (operator, threshold) != (">=", "yes"):
        raise DefinitionInvalid(f"{column}: nobody may be picked for not having agreed; use >= 'yes'")


def _refuse_low(column: str, operator: str) -> None:
    """Refuse a bound at the worse end of what somebody is worth, wherever it lies: segments only add."""
    told = COLUMNS[column]
    if told.is_worth and TOWARDS[operator] != told.better:
        right = ">= or >" if told.better == "high" else "<= or <"
        raise DefinitionInvalid(
            f"nobody may be picked for a low value: {column} says what a customer is worth, and "
            f"{operator} ({BOUND[operator]}) would pick those who have less; use {right}, or leave it out"
        )


# Definitions come from people, as JSON: the annotations above are a wish there, hence `object` here.
def _refuse_names(name: object, title: object, description: object) -> None:
    if not (isinstance(name, str) and SLUG.fullmatch(name) and len(name) <= MOST_LETTERS):
        raise DefinitionInvalid(
            f"a name is lower-case letters, digits and single hyphens, up to {MOST_LETTERS}: not {name!r}"
        )
    if not (isinstance(title, str) and title.strip()):
        raise DefinitionInvalid(f"{name}: a segment needs a title")
    if not isinstance(description, str):
        raise DefinitionInvalid(f"{name}: the description must be text")


def _refuse_stranger(name: str, condition: object) -> None:
    if not isinstance(condition, Condition):
        raise DefinitionInvalid(f"{name}: conditions must be Condition values, not {condition!r}")


def _number(given: object, what: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise DefinitionInvalid(f"{what} must be a finite number, not {given!r}")
    return float(given)
