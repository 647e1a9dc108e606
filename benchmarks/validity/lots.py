"""Trials by lots of (contact, thing): how often one proves what is not there, how soon what is."""

from collections.abc import Iterable

import numpy as np

from benchmarks.validity.measures import table
from scoring.lots import PRIOR_BASE, exposures_needed, needed_at_once, power
from scoring.simulate.letters import Letters, looks

WEEKS = 52
THINGS = 6


def run_lots(count: int, seeds: Iterable[int]) -> None:
    """Print how many trials without an effect are ever proven, looked at weekly; and how many with one."""
    chosen = list(seeds)
    rows: list[list[object]] = []
    for contacts in (50, 400, 1_500):
        ever = (_proven(Letters(contacts, THINGS, PRIOR_BASE * 20, 0.0), count, seed=seed) for seed in chosen)
        rows.append([contacts * THINGS // 2, ", ".join(f"{share:.1%}" for share in ever)])
    header = ["exposures a side", "ever proven, by seed (aim: at most 5 %)"]
    table(f"No effect: {count:,} trials each, looked at weekly for a year; 3 % buy anyway", header, rows)
    rows = []
    for effect in (0.05, 0.02, 0.01):
        once, needed = (find(effect, base=PRIOR_BASE) for find in (needed_at_once, exposures_needed))
        for exposures in (once, needed):
            world = Letters(round(exposures * 2 / THINGS), THINGS, PRIOR_BASE, effect)
            found = (_proven(world, count, seed=seed) for seed in chosen)
            told = power(exposures, base=PRIOR_BASE, effect=effect)
            rows.append(
                [f"{effect:.0%}", exposures, f"{told:.0%}", ", ".join(f"{share:.0%}" for share in found)]
            )
    header = ["effect", "exposures a side", "power told", "proven, by seed"]
    table(f"With an effect: {count:,} trials each, looked at weekly; 0.15 % buy anyway", header, rows)


def _proven(world: Letters, count: int, *, seed: int) -> float:
    """Return the share of trials in which any look proves."""
    return float(np.mean([looks(world, weeks=WEEKS, seed=1_000_000 * seed + n) for n in range(count)]))
