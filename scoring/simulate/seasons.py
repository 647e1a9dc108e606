"""When people buy: through the year, in a shop that grows, or while a product is in fashion."""

from dataclasses import replace

import numpy as np

from scoring.simulate.planted import DAYS, Lines, retimed
from scoring.simulate.scene import Scene

CHRISTMAS = (340.0, 705.0)
CHRISTMAS_DAYS, CHRISTMAS_RATE = 9.0, 6.0
YEARLY_SWING = 0.6
GROWTH = 20.0
FASHION_DAYS, FASHION_MARGIN = 60.0, 100.0


def seasonal(rng: np.random.Generator, scene: Scene, lines: Lines) -> Lines:
    """Return the purchases with a yearly swing and a burst before each Christmas; baskets stay whole."""
    del rng, scene
    grid = np.linspace(0, DAYS, 7_201)
    rate = 1 + YEARLY_SWING * np.sin(2 * np.pi * grid / 365)
    for peak in CHRISTMAS:
        rate += CHRISTMAS_RATE * np.exp(-(((grid - peak) / CHRISTMAS_DAYS) ** 2) / 2)
    so_far = np.cumsum(rate) - rate[0]
    return replace(lines, day=np.interp(lines.day / DAYS, so_far / so_far[-1], grid))


def growing(rng: np.random.Generator, scene: Scene, lines: Lines) -> Lines:
    """Return the purchases of a shop whose sales grow twentyfold, evenly in percent; baskets stay whole."""
    del rng, scene
    return replace(lines, day=DAYS * np.log1p(lines.day / DAYS * (GROWTH - 1)) / np.log(GROWTH))


def drifting(rng: np.random.Generator, scene: Scene, lines: Lines) -> Lines:
    """Return the purchases where every product is in fashion once, for some months."""
    peak = rng.uniform(-FASHION_MARGIN, DAYS + FASHION_MARGIN, scene.products)
    return retimed(lines, peak[lines.product] + rng.normal(0, FASHION_DAYS, lines.size))
