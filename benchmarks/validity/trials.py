"""Invitation trials: how often one proves what is not there, and how often it finds what is."""

from collections.abc import Iterable
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from benchmarks.validity.measures import table
from scoring.ledger import Parameters
from scoring.ledger.hold_out import Arms
from scoring.ledger.inputs import instant
from scoring.ledger.trials import TRIALS, accepted, level
from scoring.simulate.invitations import arms_of, drawn_and_bought
from scoring.trial_design import detectable

BASE = 0.15
ENDED = datetime(2026, 1, 1, tzinfo=UTC)
PARAMETERS = Parameters()
TOGETHER, REAL, SHOPS = 20, 3, 200


def run_trials(count: int, seeds: Iterable[int]) -> None:
    """Print how many trials are won, by size and true effect; and what is won among many in one shop."""
    chosen = list(seeds)
    rows: list[list[object]] = []
    for guests in (20, 40, 80, 200):
        smallest = detectable(guests // 2, guests - guests // 2, level=level(PARAMETERS), base=BASE)
        for effect in (0.0, 0.1, 0.2, 0.4):
            won = [_won(guests, effect, count=count, seed=seed) for seed in chosen]
            shown = ", ".join(f"{share:.1%}" for share in won)
            rows.append(
                [f"{guests // 2} and {guests - guests // 2}", f"{effect:.0%}", shown, smallest or "-"]
            )
    header = ["invited, held out", "true effect", "proven, by seed", "smallest found 4 times in 5"]
    table(f"Invitation trials, {count:,} of each a seed; {BASE:.0%} of the held-out buy", header, rows)
    shops = [_shops(seed) for seed in chosen]
    table(
        f"{SHOPS} shops with {TOGETHER} trials of 40 and 40 each, {REAL} with an effect of 35 points",
        ["seed", "found of those with an effect", "without effect among those proven", "among all without"],
        [[seed, *row] for seed, row in zip(chosen, shops, strict=True)],
    )


def _won(guests: int, effect: float, *, count: int, seed: int) -> float:
    """The share of trials that prove, each the only one of its shop."""
    made = (_arms(guests, seed=1_000_000 * seed + number, effect=effect) for number in range(count))
    return float(np.mean([bool(_accepted([arms])) for arms in made]))


def _shops(seed: int) -> list[str]:
    """Found of the real ones, and the false among all that were proven, over many shops."""
    found, false = 0, 0
    for shop in range(SHOPS):
        start = 1_000_000 * seed + 1_000 * shop
        made = [_arms(80, seed=start + n, effect=0.35 if n < REAL else 0.0) for n in range(TOGETHER)]
        won = _accepted(made)
        found, false = found + sum(n < REAL for n in won), false + sum(n >= REAL for n in won)
    none = SHOPS * (TOGETHER - REAL)
    return [f"{found / (SHOPS * REAL):.1%}", f"{false / max(found + false, 1):.1%}", f"{false / none:.2%}"]


def _arms(guests: int, *, seed: int, effect: float) -> Arms:
    return arms_of(*drawn_and_bought(guests, seed=seed, base=BASE, effect=effect))


def _accepted(made: list[Arms]) -> list[int]:
    rows = [
        {"trial_id": number, "customer_id": f"customer {number}", "ended_at": ENDED, **vars(arms)}
        for number, arms in enumerate(made)
    ]
    found = accepted(pa.Table.from_pylist(rows, TRIALS), as_of=instant(ENDED), parameters=PARAMETERS)
    ids: list[int] = found["trial_id"].to_pylist()
    return ids
