"""People who buy before everybody else and influence nobody: the counter-example of every test for a lead."""

import numpy as np
import numpy.typing as npt

from scoring.simulate.causes import exposures
from scoring.simulate.planted import DAYS, Lines, joined, new_orders, retimed
from scoring.simulate.scene import Scene

FIRST_RELEASE, LAST_RELEASE = -200.0, 0.9 * DAYS
FIRST_WAVE = -30.0


def released(rng: np.random.Generator, scene: Scene, lines: Lines) -> Lines:
    """Return the purchases where products come out one by one and everybody buys after the release."""
    release = rng.uniform(FIRST_RELEASE, LAST_RELEASE, scene.products)
    return retimed(lines, release[lines.product] + scene.delays(rng, lines.customer))


def in_fashion(rng: np.random.Generator, scene: Scene, lines: Lines) -> Lines:
    """Return the purchases where most follow a fashion of the circle, which begins once for each product."""
    code = scene.people.circle[lines.customer] * scene.products + lines.product
    found, fashion = np.unique(code, return_inverse=True)
    begun = rng.uniform(FIRST_WAVE, DAYS, len(found))
    follows = rng.random(lines.size) < scene.earliness.wave
    return retimed(lines, begun[fashion] + scene.delays(rng, lines.customer), moved=follows)


def advertised(rng: np.random.Generator, scene: Scene, lines: Lines) -> Lines:
    """Return the purchases with those of ties who saw the advert behind one; anybody's ties may see it."""
    return _advertised(rng, scene, lines, sources=np.ones(scene.people.size, dtype=np.bool_))


def advertised_to_own_friends(rng: np.random.Generator, scene: Scene, lines: Lines) -> Lines:
    """Return the same where adverts reach early people and those tied to them, nobody else."""
    return _advertised(rng, scene, lines, sources=scene.early)


def _advertised(
    rng: np.random.Generator, scene: Scene, lines: Lines, *, sources: npt.NDArray[np.bool_]
) -> Lines:
    line, target = exposures(scene.people, lines, sources)
    taken = rng.random(len(line)) < scene.earliness.advert
    line, target = line[taken], target[taken]
    shown = lines.day - scene.delays(rng, lines.customer)
    day = shown[line] + scene.delays(rng, target)
    return joined(lines, new_orders(lines, target, line=line, day=day))
