"""Circles of similar people and the ties between them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Habits:
    """What the people of a world are like.

    `taste` is the share of purchases from one's own circle's products, `homophily` the share of ties within
    it; `strength` the chance that one exposure leads to a purchase (influence, common cause).
    """

    orders_each: float = 9.0
    lines_each: float = 1.6
    ties_each: float = 10.0
    products_per_customer: float = 0.25
    circle: int = 60
    taste: float = 0.5
    homophily: float = 0.6
    mutual: float = 0.3
    influencers: float = 0.05
    strength: float = 0.05


@dataclass(frozen=True)
class People:
    """Ties source -> target, and each customer's circle and taste."""

    size: int
    source: Integers
    target: Integers
    circle: Integers
    influencers: Integers


def draw_people(rng: np.random.Generator, size: int, habits: Habits) -> People:
    """Circles of similar people, ties mostly within them, a few people with very many."""
    circles = max(2, size // habits.circle)
    circle = np.sort(rng.integers(0, circles, size))
    start = np.searchsorted(circle, np.arange(circles + 1))
    wanted = np.minimum(rng.pareto(1.6, size) * habits.ties_each * 0.6 + 1, size / 20 + 5).astype(np.int64)
    source = np.repeat(np.arange(size), wanted)
    inside = rng.random(len(source)) < habits.homophily
    low, high = start[circle[source]], start[circle[source] + 1]
    near = low + np.floor(rng.random(len(source)) * (high - low)).astype(np.int64)
    target = np.where(inside, near, rng.integers(0, size, len(source)))
    back = rng.random(len(source)) < habits.mutual
    both = np.stack([np.r_[source, target[back]], np.r_[target, source[back]]])
    both = both[:, both[0] != both[1]]
    code = np.unique(both[0] * size + both[1])
    influencers = np.sort(rng.choice(size, max(1, round(size * habits.influencers)), replace=False))
    return People(size, code // size, code % size, circle, influencers)
