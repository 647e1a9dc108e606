"""People who buy as the models say: BG/NBD purchase times and Gamma-Gamma baskets, from a seed."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Population:
    """The laws of one population, times in days, money in the shop's currency.

    Rates λ ~ Gamma(r, alpha_days), drop-out after each purchase p ~ Beta(a, b) (Fader, Hardie, Lee 2005);
    one basket ~ Gamma(p, rate) with rate ~ Gamma(q, gamma) (Fader, Hardie 2013).
    """

    r: float = 0.6
    alpha_days: float = 40.0
    a: float = 0.7
    b: float = 3.5
    p: float = 5.0
    q: float = 4.0
    gamma: float = 45.0


@dataclass(frozen=True)
class People:
    """One number a person: purchases a day, chance of leaving after a purchase, scale of their baskets."""

    rate: Floats
    dropout: Floats
    basket_rate: Floats


def draw_people(rng: np.random.Generator, count: int, population: Population) -> People:
    """`count` people drawn from the population."""
    return People(
        rate=rng.gamma(population.r, 1 / population.alpha_days, count),
        dropout=np.clip(rng.beta(population.a, population.b, count), 1e-9, 1.0),
        basket_rate=np.maximum(rng.gamma(population.q, 1 / population.gamma, count), 1e-12),
    )


def expected_repeats(people: People, days: Floats) -> Floats:
    """Expected repeat purchases of people with known rate and drop-out within `days` of the first one."""
    return np.asarray(-np.expm1(-people.rate * people.dropout * days) / people.dropout, dtype=np.float64)


def draw_repeats(rng: np.random.Generator, people: People, days: Floats) -> tuple[Integers, Floats]:
    """Owner and day of every repeat purchase, ordered by owner and day.

    A person buys by a Poisson process until they leave; they leave after the k-th repeat purchase with
    chance `dropout` each, so the first min(Poisson, Geometric) purchases happen. The first purchase of
    all, at day 0, is not among them and nobody leaves after it.
    """
    planned = rng.poisson(people.rate * days)
    lives = rng.geometric(people.dropout)
    owner = np.repeat(np.arange(len(planned)), planned)
    when = rng.random(len(owner)) * days[owner]
    order = np.lexsort((when, owner))
    place = np.arange(len(owner)) - np.repeat(np.cumsum(planned) - planned, planned)
    kept = place < lives[owner]
    return owner[kept], when[order][kept]


def draw_baskets(
    rng: np.random.Generator, people: People, *, owner: Integers, population: Population
) -> Floats:
    """One amount of money for each purchase, by its owner's scale."""
    return np.asarray(rng.gamma(population.p, 1 / people.basket_rate[owner]), dtype=np.float64)
