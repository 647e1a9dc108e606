"""The ledger of a big shop: `python benchmarks/scale [--customers 100000] [--memory 2GB] [--threads 2]`.

A planted influence world with ten order lines and about twenty ties a customer, one with up to 50,000.
Prints time by step, rows, peak memory, one more day, and ratios in the same run against the limit: DuckDB
merely joining and counting the same pairs in plain SQL.
"""

import argparse
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import pyarrow as pa
import pyarrow.compute as pc

from scoring.ledger import Engine, Limits, Parameters, Shop, open_engine
from scoring.ledger.account import Account, open_account
from scoring.ledger.increment import Changes, post
from scoring.ledger.intake import take_in
from scoring.ledger.ledger import settle
from scoring.simulate.circles import Habits
from scoring.simulate.planted import END, Planted, world

BIG = Habits(
    orders_each=6.1, lines_each=1.6, ties_each=19.0, products_per_customer=0.1, circle=200, strength=0.02
)
DAY = 86_400_000_000
COUNT = """
SELECT count(*) FROM {bought} u JOIN {ties} t ON t.source_id = u.customer_id
JOIN {bought} v ON v.customer_id = t.target_id AND v.product_id = u.product_id
WHERE v.at > u.at AND v.at <= u.at + {window} AND t.valid_from <= u.at AND u.at < t.valid_to
"""


@dataclass
class Steps:
    """Seconds of the clock and of the processors by step, from one call to the next."""

    seconds: dict[str, tuple[float, float]] = field(default_factory=dict)
    name: str = ""
    since: tuple[float, float] = (0.0, 0.0)

    def __call__(self, name: str) -> None:
        """The step before ends and this one begins."""
        now = _clock()
        if self.name:
            self.seconds[self.name] = _past(self.since)
        self.name, self.since = name, now


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the shop, run it whole, add a day, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--memory", default="2GB")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--spill", type=Path, default=None)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    made = world("influence", customers=chosen.customers, seed=chosen.seed, habits=BIG)
    print(
        f"{chosen.customers:,} customers, {made.purchases.num_rows:,} lines, {made.ties.num_rows:,} ties; "
        f"{chosen.threads} threads, memory limit {chosen.memory}; before the run {_peak():.2f} GB"
    )
    with open_engine(Limits(chosen.memory, chosen.threads, chosen.spill)) as engine:
        _measure(made, engine)


def _measure(made: Planted, engine: Engine) -> None:
    parameters, steps = Parameters(), Steps()
    at = made.purchases["created_at"].cast(pa.int64())
    last_day = pc.greater(at, pc.subtract(pc.max(at), DAY))
    known, day = made.purchases.filter(pc.invert(last_day)), made.purchases.filter(last_day)
    steps("intake")
    shop = Shop(known, made.ties, made.categories, parallel_ties=False)
    facts = take_in(shop, engine, as_of=END, parameters=parameters)
    account = open_account(facts, engine, parameters=parameters, progress=steps)
    ledger = settle(account, engine, parameters=parameters, progress=steps, set_aside={})
    steps("end")
    _print_steps(steps, ledger.rows.num_rows, known.num_rows)
    limit, limit_cpu = _limit(account, engine, parameters)
    whole, whole_cpu = _total(steps, leave_out=())
    relational, relational_cpu = _total(steps, leave_out=("intake", "gate"))
    print(
        f"limit: DuckDB joins and counts the same pairs in {limit:.1f} s ({limit_cpu:.1f} s of processor); "
        f"ledger and both tests {relational / limit:.1f} times that ({relational_cpu / limit_cpu:.1f})"
    )
    begun = _clock()
    account = post(account, Changes(day), engine, as_of=END, parameters=parameters)
    engine.keep(account.rows.aggregate(credit=account.rows["credit"].sum()))
    engine.keep(account.stats.aggregate(expected=account.stats["expected"].sum()))
    one_day, one_cpu = _past(begun)
    print(
        f"one more day: {day.num_rows:,} lines in {one_day:.2f} s ({one_cpu:.2f} s of processor), "
        f"1/{whole / one_day:.0f} of the full run (1/{whole_cpu / one_cpu:.0f})"
    )
    print(f"peak memory {_peak():.2f} GB (of the process, tables of the generator included)")


def _clock() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _past(since: tuple[float, float]) -> tuple[float, float]:
    wall, cpu = _clock()
    return wall - since[0], cpu - since[1]


def _total(steps: Steps, *, leave_out: tuple[str, ...]) -> tuple[float, float]:
    kept = [seconds for name, seconds in steps.seconds.items() if name not in leave_out]
    return sum(wall for wall, _ in kept), sum(cpu for _, cpu in kept)


def _limit(account: Account, engine: Engine, parameters: Parameters) -> tuple[float, float]:
    """Seconds that the bare join takes."""
    names = {
        "bought": account.adoptions.get_name(),
        "ties": account.facts.ties.get_name(),
        "window": parameters.window,
    }
    begun = _clock()
    engine.connection.raw_sql(COUNT.format(**names)).fetchall()
    return _past(begun)


def _print_steps(steps: Steps, rows: int, lines: int) -> None:
    whole, cpu = _total(steps, leave_out=())
    print("\n| step | seconds | of processor |\n|---|---|---|")
    for name, (seconds, used) in steps.seconds.items():
        print(f"| {name} | {seconds:.1f} | {used:.1f} |")
    print(f"| whole | {whole:.1f} | {cpu:.1f} |\n\n{rows:,} credit rows; {lines / whole:,.0f} lines a second")


def _peak() -> float:
    """Most memory this process ever held, GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


if __name__ == "__main__":
    main()
