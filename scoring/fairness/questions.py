"""Who is compared with whom, and in what: the audit's questions, each with its unfair answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Columns = Mapping[str, npt.NDArray[np.generic]]
LOW, MIDDLE, HIGH, UNKNOWN = "low", "middle", "high", "unknown"
BANDS: Final = (LOW, MIDDLE, HIGH, UNKNOWN)
"""Thirds by the score shown when an order was placed; unknown: there was not enough evidence for one."""


@dataclass(frozen=True)
class Outcome:
    """Something that happened to an order. `worse`: 1 if more of it is worse for the customer, -1 if less.

    `is_ratio`: compared as logarithms, since a wait grows by a factor; its effect is told in `unit` all the
    same, of a typical wait of those compared with. Other outcomes are shares from 0 to 1.
    """

    name: str
    unit: str
    worse: int
    is_ratio: bool = False


@dataclass(frozen=True)
class Comparison:
    """People who may be treated differently, and those with whom they are compared.

    `suspected`: 1 if the unfair answer is that they are served worse, -1 if better.
    """

    name: str
    suspected: int
    group: Callable[[Columns], Flags]
    reference: Callable[[Columns], Flags]


def _has_score(of: Columns) -> Flags:
    return np.isin(of["band"], (LOW, MIDDLE, HIGH))


def _flags(column: npt.NDArray[np.generic]) -> Flags:
    return np.asarray(column, dtype=np.bool_)


OUTCOMES: Final = (
    Outcome("fulfilment_hours", "hours", 1, is_ratio=True),
    Outcome("refunded_share", "points", -1),
    Outcome("refund_days", "days", 1, is_ratio=True),
    Outcome("discount_share", "points", -1),
    Outcome("cancelled_by_staff", "points", 1),
)
COMPARISONS: Final = (
    Comparison(
        "lowest_third", 1, lambda of: of["band"] == LOW, lambda of: _has_score(of) & (of["band"] != LOW)
    ),
    Comparison("unknown", 1, lambda of: of["band"] == UNKNOWN, _has_score),
    Comparison(
        "late_with_high_score",
        -1,
        lambda of: _flags(of["paid_late"]) & (of["band"] == HIGH),
        lambda of: _flags(of["paid_late"]) & (of["band"] != HIGH),
    ),
)
