"""Do verdicts flap? Month after month in worlds that do not change, each month told who led before."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.validity.forecasts import made_world, shop_at
from benchmarks.validity.measures import table
from scoring.ledger import Engine, Parameters, compute_ledger, open_engine
from scoring.simulate.planted import Planted
from scoring.words import LEADS

PARAMETERS = Parameters(permutations=20)
WORLDS = (("null", 0.05), ("homophily", 0.05), ("influence", 0.02), ("influence", 0.05), ("mixture", 0.05))
MONTHS, DAYS = 6, 30


def run_months(customers: int, seeds: Iterable[int]) -> None:
    """Print how many verdicts differ from those of the month before, where evidence sufficed in both."""
    rows: list[list[object]] = []
    chosen = tuple(seeds)
    for kind, strength in WORLDS:
        judged = changed = came = went = 0
        for seed in chosen:
            made = made_world(kind, strength, None, customers=customers, seed=seed)
            with open_engine() as engine:
                months = list(_months(made, engine))
            for before, after in itertools.pairwise(months):
                known = before.keys() & after.keys()
                judged += len(known)
                changed += sum(before[one] != after[one] for one in known)
                led, leads = ({one for one in month if month[one] == LEADS} for month in (before, after))
                came, went = came + len(leads - led), went + len(led - leads)
        rows.append(
            [f"{kind} {strength:.0%}", judged, changed, f"{changed / max(judged, 1):.2%}", came, went]
        )
    table(
        f"Verdicts from month to month ({customers:,} customers, {MONTHS} months, "
        f"seeds {', '.join(map(str, chosen))} together)",
        ["world", "verdicts", "changed", "share", "began to lead", "lead no longer"],
        rows,
    )


def _months(made: Planted, engine: Engine) -> Iterator[dict[object, str]]:
    """Return month by month the verdict of everybody of whom there is evidence enough."""
    led: pa.Array | None = None
    for month in range(MONTHS, -1, -1):
        as_of = made.as_of - timedelta(days=DAYS * month)
        shop = replace(shop_at(made, as_of=as_of), leaders=led)
        found = compute_ledger(shop, as_of=as_of, parameters=PARAMETERS, engine=engine).evidence
        led = found.filter(pc.equal(found["inferred"], LEADS))["customer_id"].combine_chunks()
        known = found.filter(found["enough"])
        yield dict(zip(known["customer_id"].to_pylist(), known["inferred"].to_pylist(), strict=True))
