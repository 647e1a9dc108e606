"""Answers of a group to a question, counted: each option's share with its interval, or nothing of too few.

Who knows who has a seat would know who said what, if few answered.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from saleor_influence_app.fields import Json
from saleor_influence_app.perks.strategies.beta_invite.terms import BEST, Question
from scoring import shares

FEWEST = 5
"""Answers to a question by a group, from which on they are shown."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many chose an option, and the share with the ends of its 90 % interval."""

    option: str
    count: int
    share: float
    low: float
    high: float


def count(number: int, question: Question, given: Sequence[Json]) -> list[Counted]:
    """Return how often each option was chosen, in the answers of a group; nothing of too few."""
    said = Counter(str(one[str(number)]) for one in given if str(number) in one)
    of = said.total()
    if of < FEWEST:
        return []
    options = question.options or [str(rating) for rating in range(1, BEST + 1)]
    return [Counted(one, said[one], said[one] / of, *shares.interval(said[one], of)) for one in options]
