"""Invitation trials whose truth is known: guests of all sorts, and what an invitation does to them."""

import numpy as np

from scoring.ledger.hold_out import Arms
from scoring.trial_design import draw

VARIETY = 0.6
"""First parameter of the Beta that usual habits are drawn from: most hardly ever buy, some nearly always."""


def drawn_and_bought(
    guests: int, *, seed: int, base: float, effect: float
) -> tuple[dict[str, bool], set[str]]:
    """Whether each guest is invited, and who bought: with `base` on average, and `effect` more if invited."""
    rng = np.random.default_rng(seed)
    names = [f"guest {number}" for number in range(guests)]
    drawn = draw(names, seed)
    usual = rng.beta(VARIETY, VARIETY * (1 - base) / base, guests)
    chance = np.minimum(usual + effect * np.array([drawn[one] for one in names]), 1.0)
    bought = rng.random(guests) < chance
    return drawn, {one for one, yes in zip(names, bought, strict=True) if yes}


def arms_of(drawn: dict[str, bool], bought: set[str]) -> Arms:
    """The counts of both arms."""
    sizes = [sum(invited is arm for invited in drawn.values()) for arm in (True, False)]
    counts = [sum(drawn[one] is arm for one in drawn.keys() & bought) for arm in (True, False)]
    return Arms(sizes[0], counts[0], sizes[1], counts[1])
