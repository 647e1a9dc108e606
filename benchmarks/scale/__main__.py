"""The ledger of a big shop, from PostgreSQL rows to PostgreSQL rows.

`python benchmarks/scale [--customers 100000] [--memory 1500MB] [--threads 2] [--folder DIRECTORY]`

A planted influence world with ten order lines and about twenty ties a customer, some with up to 50,000, in
an embedded PostgreSQL. Prints seconds by step, peak memory, and ratios in the same run against
(a) the same ledger in plain SQL on PostgreSQL and (b) the limit, DuckDB merely joining and counting pairs.
Each part runs in a process of its own, so that its memory is its own.
"""

import argparse
import math
import multiprocessing
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.scale import ours, plain, shop
from benchmarks.scale.steps import Steps
from sandbox.servers import embedded_postgresql
from scoring.ledger import Limits

LEDGER = ("first purchases", "tied buyers", "credit")
TESTS = ("chance", "verdicts")
T = TypeVar("T")


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the shop, run it, do the same in plain SQL, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--memory", default="1500MB")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=None, help="for PostgreSQL and spilling")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-sql", action="store_true", help="leave the slow comparison out")
    chosen = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(dir=chosen.folder) as folder,
        embedded_postgresql(Path(folder) / "postgresql") as address,
    ):
        url = address.replace("+psycopg", "")
        lines, ties = _apart(shop.fill, url, chosen.customers, chosen.seed)
        print(
            f"{chosen.customers:,} customers, {lines:,} lines, {ties:,} ties; "
            f"{chosen.threads} threads, DuckDB's limit {chosen.memory}"
        )
        limits = Limits(chosen.memory, chosen.threads, Path(folder) / "spill")
        result = _apart(ours.run, url, limits)
        _print_run(result)
        if not chosen.without_sql:
            seconds, rows, credit = _apart(plain.run, url)
            _print_plain(result, seconds, rows=rows, credit=credit)


def _apart(function: Callable[..., T], *arguments: object) -> T:
    """What the function returns in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as one:
        return one.submit(function, *arguments).result()


def _print_run(result: ours.Result) -> None:
    whole, _ = result.full.total()
    _print_steps("full run", result.full)
    print(
        f"\n{result.credit_rows:,} credit rows; {result.lines / whole:,.0f} lines a second; "
        f"peak memory {result.full_gigabytes:.2f} GB (before the run {result.before_gigabytes:.2f})"
    )
    (limit, limit_cpu), (both, both_cpu) = result.limit, result.full.total(*LEDGER, *TESTS)
    print(
        f"limit: {limit:.1f} s (processor {limit_cpu:.1f}); ledger and both tests {both:.1f} s "
        f"({both_cpu:.1f}): {both / limit:.1f} times the limit ({both_cpu / limit_cpu:.1f})"
    )


def _print_plain(result: ours.Result, seconds: float, *, rows: int, credit: float) -> None:
    same = rows == result.credit_rows and math.isclose(credit, result.credit, rel_tol=1e-9)
    engine, moved = result.full.total(*LEDGER)[0], result.full.total("read", *LEDGER)[0]
    print(
        f"plain SQL: {seconds:.1f} s for {'the same' if same else 'NOT the same'} {rows:,} rows; the ledger "
        f"takes {engine:.1f} s ({seconds / engine:.1f} times faster), with reading the rows {moved:.1f} s "
        f"({seconds / moved:.1f} times)"
    )


def _print_steps(title: str, steps: Steps) -> None:
    print(f"\n| {title} | seconds | of our processors | peak GB |\n|---|---|---|---|")
    for name, (seconds, used) in steps.seconds.items():
        print(f"| {name} | {seconds:.2f} | {used:.2f} | {steps.peak[name]:.2f} |")
    whole, cpu = steps.total()
    print(f"| **all** | {whole:.2f} | {cpu:.2f} | |", flush=True)


if __name__ == "__main__":
    main()
