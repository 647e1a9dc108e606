"""Whom the verdict *buys early* names, in worlds with early people and in worlds without any."""

from collections.abc import Iterable

import numpy as np

from benchmarks.validity.measures import table, told
from scoring.ledger import Parameters, open_engine
from scoring.ledger.early import find_early
from scoring.ledger.inputs import read_inputs
from scoring.ledger.nearby import find_nearby
from scoring.ledger.workings import work_out
from scoring.simulate.planted import Planted
from scoring.simulate.recipes import ZERO_WORLDS, world

PARAMETERS = Parameters()


def run_early(customers: int, seeds: Iterable[int]) -> None:
    """Print by world how many customers are named, and how many of these are early in truth."""
    chosen, rows = list(seeds), []
    for name in ZERO_WORLDS:
        found = [
            (made, named(made)) for made in (world(name, customers=customers, seed=one) for one in chosen)
        ]
        early = [int(np.isin(ids, made.early).sum()) for made, ids in found]
        people = sum(len(made.early) for made, _ in found)
        count = [len(ids) for _, ids in found]
        rows.append([name, people or "nobody", sum(count), sum(early), sum(one > 0 for one in count)])
    table(
        f"Who buys early, {customers:,} customers, {len(chosen)} seeds",
        ["world", "early in truth", "named", "of these early", "shops that name anybody"],
        rows,
    )


def named(made: Planted) -> list[int]:
    """Return whom the ledger says to buy early; some may lead."""
    with open_engine() as engine:
        inputs = read_inputs(told(made), engine, as_of=made.as_of, parameters=PARAMETERS)
        workings = work_out(inputs, engine, parameters=PARAMETERS)
        found: list[int] = find_early(workings, find_nearby(workings, PARAMETERS), PARAMETERS).to_pylist()
    return found
