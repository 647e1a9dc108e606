"""How much of the truth is booked, and how often something is booked where nothing was caused.

Lean runs: the ledger up to who leads, without scores, forecast and version 1's shuffles. Two processes.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from benchmarks.validity.measures import table, told
from scoring.ledger import Parameters, open_engine
from scoring.ledger.inputs import read_inputs
from scoring.ledger.leaders import Leading, find_leaders
from scoring.ledger.nearby import find_nearby
from scoring.ledger.workings import work_out
from scoring.simulate.circles import Habits
from scoring.simulate.planted import Planted
from scoring.simulate.recipes import INFLUENCED_WORLDS, ZERO_WORLDS, world

PARAMETERS = Parameters()
SEEDS = tuple(range(5_001, 5_051))
STRENGTHS = {"common cause": (0.01, 0.02, 0.05), "influence": (0.01, 0.02, 0.05)}
USUAL = 0.05
PROCESSES = 2
LARGE = {"80 % guests": 25_000}
"""Of 5,000 buyers without accounts for four in five, 1,000 could be known: too few for any rule."""


@dataclass(frozen=True)
class Job:
    """One shop to make and judge."""

    name: str
    strength: float
    seed: int
    customers: int


@dataclass(frozen=True)
class Run:
    """What one shop gave, and what is true of it; money in the world's own unit."""

    truth: float
    revenue: float
    booked: float
    leaders: int
    innocent: int
    inside: int
    low: float
    estimate: float
    high: float

    @property
    def covers(self) -> bool:
        """Tell whether the interval of the shop's total holds the truth."""
        return self.low <= self.truth <= self.high


def run_power(customers: int, seeds: Sequence[int]) -> bool:
    """Print what every world books, and the marks; return whether they hold."""
    jobs = [
        Job(name, strength, seed, LARGE.get(name, customers))
        for seed in seeds
        for name in (*ZERO_WORLDS, *INFLUENCED_WORLDS)
        for strength in STRENGTHS.get(name, (USUAL,))
    ]
    found: dict[tuple[str, float], list[Run]] = defaultdict(list)
    with ProcessPoolExecutor(PROCESSES) as pool:
        for job, run in zip(jobs, pool.map(judged, jobs, chunksize=4), strict=True):
            found[job.name, job.strength].append(run)
            print(f"\r{sum(map(len, found.values()))} of {len(jobs)} shops", end="", file=sys.stderr)
    print(file=sys.stderr)
    zero, led = (
        {key: runs for key, runs in found.items() if key[0] in kinds}
        for kinds in (ZERO_WORLDS, INFLUENCED_WORLDS)
    )
    _print_zero(zero, len(seeds), customers)
    _print_led(led)
    return _print_marks(zero, led)


def judged(job: Job) -> Run:
    """Return what is said of this shop."""
    made = world(job.name, customers=job.customers, seed=job.seed, habits=Habits(strength=job.strength))
    return measured(made, leading(made))


def leading(made: Planted) -> Leading:
    """Return who leads in this world."""
    with open_engine() as engine:
        inputs = read_inputs(told(made), engine, as_of=made.as_of, parameters=PARAMETERS)
        nearby = find_nearby(work_out(inputs, engine, parameters=PARAMETERS), PARAMETERS)
    return find_leaders(nearby, before=None, parameters=PARAMETERS)


def measured(made: Planted, said: Leading) -> Run:
    """Return what is booked against what was caused."""
    people, total = said.leaders, said.identified
    caused = made.caused.group_by("source_id").aggregate([("net", "sum")])
    truth = dict(zip(caused["source_id"].to_pylist(), caused["net_sum"].to_pylist(), strict=True))
    true = np.array([truth.get(who, 0.0) for who in people["source_id"].to_pylist()])
    low, high = (people[name].to_numpy() for name in ("caused_low", "caused_high"))
    shown = total.opened
    return Run(
        truth=made.true_value,
        revenue=float(np.sum(made.purchases["net"].to_numpy())),
        booked=said.fraction * float(np.sum(people["caused"].to_numpy())) / total.scale,
        leaders=len(true),
        innocent=int(np.count_nonzero(true == 0)),
        inside=int(np.count_nonzero((low <= true) & (true <= high))),
        low=total.low if shown else 0.0,
        estimate=total.estimate if shown else 0.0,
        high=total.high,
    )


def _print_zero(found: dict[tuple[str, float], list[Run]], seeds: int, customers: int) -> None:
    rows = [
        [
            f"{name} {strength:.0%}" if name in STRENGTHS else name,
            sum(run.booked > 0 for run in runs),
            max(run.booked / run.revenue for run in runs),
            sum(run.leaders for run in runs),
        ]
        for (name, strength), runs in found.items()
    ]
    table(
        f"Worlds without influence, {seeds} seeds each, {customers:,} customers",
        ["world", "runs that book", "most booked, share of revenue", "said to lead"],
        rows,
    )


def _print_led(found: dict[tuple[str, float], list[Run]]) -> None:
    rows: list[list[object]] = []
    for (name, strength), runs in found.items():
        people = sum(run.leaders for run in runs)
        rows.append(
            [
                f"{name} {strength:.0%}",
                _mean(run.truth for run in runs),
                f"{_share(runs):.0%}",
                sum(run.booked > run.truth for run in runs),
                f"{_mean(run.leaders for run in runs):.1f}",
                f"{sum(run.innocent for run in runs) / people:.1%}" if people else "-",
                f"{sum(run.inside for run in runs) / people:.0%}" if people else "-",
                f"{_mean(run.estimate / max(run.truth, 1) for run in runs):.2f}",
                f"{_mean(run.covers for run in runs):.0%}",
                f"{_mean(run.low > 0 for run in runs):.0%}",
            ]
        )
    header = [
        "world", "truth", "**booked**", "above the truth", "leaders", "innocent among them",
        "truth in their interval", "estimated total / truth", "truth in the total's interval",
        "its low end above 0",
    ]  # fmt: skip
    table("Worlds with influence", header, rows)


def _print_marks(zero: dict[tuple[str, float], list[Run]], led: dict[tuple[str, float], list[Run]]) -> bool:
    """Print whether what is promised holds; the last line is the summary."""
    nothing = [run for runs in zero.values() for run in runs]
    something = [run for runs in led.values() for run in runs]
    one = led["influence", 0.01]
    marks: list[tuple[str, float, Callable[[float], bool]]] = [
        (
            "zero worlds that book, share of runs (at most 1 %)",
            _mean(run.booked > 0 for run in nothing),
            lambda x: x <= 0.01,
        ),
        (
            "most booked there, share of revenue (below 0.1 %)",
            max(run.booked / run.revenue for run in nothing),
            lambda x: x < 0.001,
        ),
        ("booked of influence 5 % (at least 60 %)", _share(led["influence", 0.05]), lambda x: x >= 0.60),
        ("booked of influence 2 % (at least 40 %)", _share(led["influence", 0.02]), lambda x: x >= 0.40),
        ("booked of the mixture (at least 30 %)", _share(led["mixture", USUAL]), lambda x: x >= 0.30),
        (
            "influence 1 %: total's interval covers and starts above 0 (at least 80 %)",
            _mean(run.covers and run.low > 0 for run in one),
            lambda x: x >= 0.80,
        ),
        (
            "booked at most the truth (at least 95 %)",
            _mean(run.booked <= run.truth for run in something),
            lambda x: x >= 0.95,
        ),
        (
            "truth in the interval of a leader (85 to 95 %)",
            _of_people(led, "inside"),
            lambda x: 0.85 <= x <= 0.95,
        ),
        (
            "truth in the interval of a total that shows (85 to 95 %)",
            _mean(run.covers for run in something if run.low > 0),
            lambda x: 0.85 <= x <= 0.95,
        ),
        ("innocent among those who lead (at most 10 %)", _of_people(led, "innocent"), lambda x: x <= 0.10),
    ]
    held = [holds(value) for _, value, holds in marks]
    table(
        "Marks",
        ["mark", "measured", "holds"],
        [
            [name, f"{value:.2%}", "yes" if ok else "**no**"]
            for (name, value, _), ok in zip(marks, held, strict=True)
        ],
    )
    print(f"\n{sum(held)} of {len(held)} marks hold.")
    return all(held)


def _share(runs: Iterable[Run]) -> float:
    return _mean(run.booked / max(run.truth, 1.0) for run in runs)


def _of_people(led: dict[tuple[str, float], list[Run]], name: str) -> float:
    runs = [run for each in led.values() for run in each]
    return sum(getattr(run, name) for run in runs) / max(sum(run.leaders for run in runs), 1)


def _mean(values: Iterable[float]) -> float:
    known = [float(value) for value in values]
    return float(np.mean(known)) if known else float("nan")
