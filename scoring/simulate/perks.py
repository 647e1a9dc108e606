"""Perk programmes whose truth is known: how members spend, what a perk does to them, and codes that leak."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from scoring.leaks import Redemption

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
RETURNED = 0.1
START = datetime(2026, 1, 1, tzinfo=UTC)


def _some_buy(share: float) -> Callable[[int, np.random.Generator], Floats]:
    return lambda size, rng: np.where(rng.random(size) < share, rng.lognormal(3.5, 1, size), 0.0)


def _one_spends_half(size: int, rng: np.random.Generator) -> Floats:
    money = _some_buy(0.3)(size, rng)
    one = rng.integers(size)
    money[one] = 0
    money[one] = max(money.sum(), 50.0)
    return money


SPENDING: dict[str, Callable[[int, np.random.Generator], Floats]] = {
    "log-normal, sigma 1": lambda size, rng: rng.lognormal(3, 1, size),
    "log-normal, sigma 2": lambda size, rng: rng.lognormal(2, 2, size),
    "30 % buy": _some_buy(0.3),
    "5 % buy": _some_buy(0.05),
    "one spends half": _one_spends_half,
}
"""What members spend in the window without a perk."""
PERKS: dict[str, Callable[[Floats, np.random.Generator], Floats]] = {
    "none": lambda money, _: money,
    "the same for all": lambda money, _: money + 0.3 * money.mean(),
    "new buyers": lambda money, rng: money - 0.05 * money + _some_buy(0.1)(len(money), rng),
    "10 % off": lambda money, _: 0.9 * money,
    "30 % more": lambda money, _: 1.3 * money,
}
"""What a perk makes of it, net of its cost."""


def drawn(size: int, held_out: int, rng: np.random.Generator) -> Flags:
    """Return who is granted, `held_out` of them at random not."""
    granted = np.ones(size, np.bool_)
    granted[rng.choice(size, held_out, replace=False)] = False
    return granted


def circles(senders: int, contacts: int, *, known: float, rng: np.random.Generator) -> Floats:
    """Return how much of each contact counts for each sender: a contact of several is shared out equally.

    Each sender knows `known` contacts on average, some of them known to many senders.
    """
    popularity = rng.pareto(1.5, contacts) + 0.1
    ties = rng.random((senders, contacts)) < known * popularity / popularity.sum()
    return np.asarray(ties / np.maximum(ties.sum(axis=0), 1))


def by_day(size: int, days: int, *, granted: Flags, lost: float, rng: np.random.Generator) -> Floats:
    """Return net money up to each day, a row a day: some buy often, one order in ten comes back a week later.

    `lost` is the share of the order money that the perk takes from whoever is granted and does not bring in
    by more orders; at 0 it takes a tenth and brings as much.
    """
    rates = rng.gamma(0.5, 2.0, size) * 2 / days
    usual = rng.lognormal(3.5, 1, size)
    more = np.where(granted, (1 - lost) / 0.9, 1.0)
    orders = rng.poisson(rates * more, (days, size))
    money = orders * usual * rng.lognormal(0, 0.5, (days, size)) * np.where(granted, 0.9, 1.0)
    back = money * (rng.random((days, size)) < RETURNED)
    money[7:] -= back[:-7]
    return np.asarray(money.cumsum(axis=0))


def used_code(
    days: int, *, yearly: float, party: float, seed: int, first_orders: float = 0.6
) -> list[Redemption]:
    """Return redemptions by strangers: so many a year, where each brings `party` more on average in days."""
    rng = np.random.default_rng(seed)
    starts = rng.random(rng.poisson(yearly / (1 + party) * days / 365)) * days
    times = [one + rng.exponential(0.7, 1 + rng.poisson(party)) * (party > 0) for one in starts]
    at = np.sort(np.concatenate([np.empty(0), *times]))
    return redeemed(at[at < days], first_orders=first_orders, rng=rng)


def redeemed(days: Iterable[float], *, first_orders: float, rng: np.random.Generator) -> list[Redemption]:
    """Return redemptions by as many strangers, at these days."""
    return [
        Redemption(
            at=START + timedelta(days=float(day)),
            buyer=f"stranger {day:.6f}",
            stranger=True,
            first_order=bool(rng.random() < first_orders),
        )
        for day in days
    ]
