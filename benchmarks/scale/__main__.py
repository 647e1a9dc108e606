"""A large shop through the product: `runs.execute` on its own tables, in PostgreSQL with its stock settings.

`python benchmarks/scale [--customers 200000] [--spark local[2]] [--plain-sql] [--statements]`

A planted influence world with ten order lines and about twenty ties a customer, some with up to 50,000, with
ids as long as Saleor's, guests, homes and personal codes. Three runs, each in a process of its own: a full
one, an incremental one after a day of orders, and a full one of the night after, when no fact has changed.
Prints for each step the seconds of the clock, of our processors and of PostgreSQL's, then peak memory, rows
and WAL. `--spark` has the last of them done again by Spark (`make spark`; Java's memory is given by
PYSPARK_SUBMIT_ARGS) and counts rows that differ. One line more is the ledger alone on the same shop with
whole numbers for ids, as a library; `--plain-sql` compares that with the same ledger in plain SQL.
"""

import argparse
import math
import os
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import _stack
from benchmarks.scale import ours, plain, product, product_shop
from benchmarks.scale.made import apart, make
from scoring.ledger import Limits
from scoring.simulate.planted import END

LEDGER = ("first purchases", "tied buyers", "credit")
READING = "reading facts"
MB = 1_000_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the shop, run it three times, print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--memory", default="2GB", help="DuckDB's limit")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--statements", action="store_true", help="print the slowest statements of each run")
    parser.add_argument("--spark", metavar="MASTER", help="the last run once more, on this Spark")
    parser.add_argument("--without-library", action="store_true")
    parser.add_argument("--plain-sql", action="store_true", help="the slow comparison")
    chosen = parser.parse_args(arguments)
    os.environ["SCORING_MEMORY"] = chosen.memory
    with _stack.servers() as folder:
        _measure(chosen, folder)


def _measure(chosen: argparse.Namespace, folder: Path) -> None:
    from saleor_influence_app import db

    made = make(folder, customers=chosen.customers, seed=chosen.seed)
    shop_id, server, planted = made.shop_id, made.server, made.planted
    size = f"{chosen.customers:,} customers, {made.lines:,} lines, {made.ties:,} ties"
    print(f"{size}; DuckDB's limit {chosen.memory}")
    _one(chosen, "full run", (product.Asked("full", shop_id, END + timedelta(hours=1)), server))
    orders = product_shop.bring_day(db.engine(), shop_id, chosen.customers)
    product_shop.vacuum(db.engine())
    title = f"incremental run after {orders:,} orders of a day"
    _one(chosen, title, (product.Asked("incremental", shop_id, END + timedelta(hours=25)), server))
    product_shop.vacuum(db.engine())
    night = product.Asked("full", shop_id, END + timedelta(hours=49))
    _one(chosen, "full run of a night without changed facts", (night, server))
    if chosen.spark:
        counts = _one(chosen, f"the same on Spark ({chosen.spark})", (night.on(chosen.spark, folder), server))
        differ = sum(count for name, count in counts.items() if name.endswith(("_changed", "_gone")))
        print(f"rows that differ from DuckDB's: {differ:,}", flush=True)
    if not chosen.without_library:
        result = apart(ours.run, planted, Limits(chosen.memory, 2, folder / "spill"))
        _print_library(result)
        if chosen.plain_sql:
            seconds, rows, credit = apart(plain.run, planted)
            _print_plain(result, seconds, rows=rows, credit=credit)


def _one(chosen: argparse.Namespace, title: str, asked: tuple[object, ...]) -> dict[str, int]:
    from saleor_influence_app import db

    before = product.state(db.engine())
    measured = apart(product.run, *asked)
    after = product.state(db.engine())
    _print_run(title, measured, {name: after[name] - before[name] for name in after})
    if chosen.statements:
        for seconds, times, statement in measured.slowest:
            print(f"  {seconds:8.2f} s {times:5d} times  {statement}", flush=True)
    return measured.counts


def _print_run(title: str, run: product.Measured, grew: dict[str, int]) -> None:
    print(f"\n| {title} | seconds | of our processors | of PostgreSQL's |\n|---|---|---|---|")
    for name, took in run.steps.items():
        print(f"| {name} | {' | '.join(f'{one:.1f}' for one in took)} |")
    whole, own, server = (sum(parts) for parts in zip(*run.steps.values(), strict=True))
    print(f"| **all** | {whole:.1f} | {own:.1f} | {server:.1f} |")
    _, *reading = run.steps[READING]
    print(
        f"\nprocessors {own + server:.1f} s, of which reading {sum(reading) / (own + server):.0%}; "
        f"peak memory {run.peak_mb / 1000:.2f} GB; {grew['written']:,} rows written, "
        f"{grew['wal'] / MB:,.0f} MB of WAL; the past grew by {grew['past_rows']:,} rows, "
        f"{grew['past'] / MB:,.0f} MB"
    )
    print(", ".join(f"{name} {count:,}" for name, count in run.counts.items()), flush=True)


def _print_library(result: ours.Result) -> None:
    whole, cpu = result.full.total()
    limit, limit_cpu = result.limit
    print(
        f"\nThe ledger alone, as a library, from whole numbers to whole numbers: {whole:.1f} s "
        f"({cpu:.1f} of our processors), {result.full_gigabytes:.2f} GB, {result.credit_rows:,} credit rows; "
        f"DuckDB merely joining and counting the pairs {limit:.1f} s ({limit_cpu:.1f})",
        flush=True,
    )


def _print_plain(result: ours.Result, seconds: float, *, rows: int, credit: float) -> None:
    same = rows == result.credit_rows and math.isclose(credit, result.credit, rel_tol=1e-9)
    engine, moved = result.full.total(*LEDGER)[0], result.full.total("read", *LEDGER)[0]
    print(
        f"plain SQL: {seconds:.1f} s for {'the same' if same else 'NOT the same'} {rows:,} rows; the ledger "
        f"takes {engine:.1f} s ({seconds / engine:.1f} times faster), with reading the rows {moved:.1f} s "
        f"({seconds / moved:.1f} times)"
    )


if __name__ == "__main__":
    main()
