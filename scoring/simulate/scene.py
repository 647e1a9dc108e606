"""Who buys in a world, what there is to buy, and who is early."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scoring.simulate.circles import Floats, Habits, Integers, People
from scoring.simulate.planted import Lines


@dataclass(frozen=True)
class Earliness:
    """How early people differ: they react after `fast_days` on average, everybody else after `slow_days`.

    `share` of the customers are early: more likely those with many ties if `popular`, else anybody. `advert`
    is the chance that a tie sees the advert behind a purchase, `wave` the share of purchases that follow a
    fashion of the circle.
    """

    fast_days: float
    slow_days: float
    share: float = 0.10
    popular: bool = True
    advert: float = 0.02
    wave: float = 0.8


NOBODY_EARLY = Earliness(fast_days=0, slow_days=0, share=0)


@dataclass(frozen=True)
class Scene:
    """People with their habits, and how many products there are.

    The first `accounts` people have an account, the rest are guests. `early` says by customer who reacts
    before others, and `earliness` by how much.
    """

    people: People
    accounts: int
    habits: Habits
    products: int
    early: npt.NDArray[np.bool_]
    earliness: Earliness

    def delays(self, rng: np.random.Generator, customer: Integers) -> Floats:
        """Return after how many days each of these customers reacts."""
        mean = np.where(self.early[customer], self.earliness.fast_days, self.earliness.slow_days)
        return rng.exponential(mean)


Step = Callable[[np.random.Generator, Scene, Lines], Lines]
"""What happens to the purchases that there are so far: more are made, or they are made at other times."""


def draw_early(rng: np.random.Generator, people: People, earliness: Earliness) -> npt.NDArray[np.bool_]:
    """Return who is early, by customer."""
    early = np.zeros(people.size, dtype=np.bool_)
    ties = np.bincount(people.source, minlength=people.size)
    weight = ties + 1.0 if earliness.popular else np.ones(people.size)
    count = round(people.size * earliness.share)
    if count:
        early[rng.choice(people.size, count, replace=False, p=weight / weight.sum())] = True
    return early
