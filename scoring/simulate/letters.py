"""Trials by lot whose truth is known: contacts of all sorts, and what a letter does to them."""

from dataclasses import dataclass

import numpy as np

from scoring.lots import PROVES, e_value, is_told

VARIETY = 0.6
"""First parameter of the Beta that usual habits are drawn from: most hardly ever buy, some nearly always."""


@dataclass(frozen=True)
class Letters:
    """Contacts and things; `base` of the (contact, thing)s are bought anyway, `effect` more of those told."""

    contacts: int
    things: int
    base: float
    effect: float


def purchases(world: Letters, *, seed: int) -> list[tuple[float, bool]]:
    """Return (when, as a share of the window; told?) of each (contact, thing) bought, in sequence."""
    rng = np.random.default_rng(seed)
    size = (world.contacts, world.things)
    usual = rng.beta(VARIETY, VARIETY * (1 - world.base) / world.base, world.contacts)
    people, things = ([f"{what} {n}" for n in range(one)] for what, one in zip(("c", "t"), size, strict=True))
    lots = np.array([[is_told(seed, person, thing) for thing in things] for person in people])
    chance = np.minimum(usual[:, None] + world.effect * lots, 1.0)
    bought = rng.random(size) < chance
    return sorted(zip(rng.random(int(bought.sum())).tolist(), lots[bought].tolist(), strict=True))


def looks(world: Letters, *, weeks: int, seed: int) -> bool:
    """Return whether any of so many looks, evenly through the window, proves an effect."""
    bought = purchases(world, seed=seed)
    for week in range(1, weeks + 1):
        known = [told for at, told in bought if at <= week / weeks]
        if known and e_value(sum(known), len(known) - sum(known)) >= PROVES:
            return True
    return False
