"""How soon a shop that begins without ties learns who brings whom, by the ways of learning it.

`python benchmarks/fuel.py [--customers 5000] [--seeds 1 2 3]`

Shops with influence of 5 % whose ties nobody has written down. The app is installed after a year, and from
then on it hears who told a buyer (one order in three is answered, one answer in ten names a wrong person),
which orders came by a link (a fifth of those who lead share one, used in half of the orders that they cause),
or both; or staff import every tie on the first day. After so many weeks: who is said to lead or proven, how
many of these are innocent, and booked money against what was caused since the installation.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.validity.measures import table
from scoring.ledger import LedgerInputs, Parameters, compute_ledger
from scoring.ledger.pairs import NAMED
from scoring.simulate import tellings
from scoring.simulate.planted import END, Planted
from scoring.simulate.recipes import world
from scoring.words import LEADS, PROVEN

INSTALLED = END - timedelta(days=364)
WEEKS = (4, 8, 12, 26, 52)
WAYS = ("import", "answers", "links", "answers and links", "invented answers")
LEADING = (LEADS, PROVEN)
PARAMETERS = Parameters(permutations=20)


@dataclass(frozen=True)
class Heard:
    """What one way of learning tells: ties with when they are known, and orders by somebody's link."""

    ties: pa.Table
    redemptions: pa.Table


@dataclass(frozen=True)
class Found:
    """What a shop knows after some weeks; money in the world's own unit."""

    ties: int
    named: int
    innocent: int
    booked: float
    truth: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the shops and print what each way has found, week by week."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=5_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    chosen = parser.parse_args(arguments)
    jobs = [(way, seed, chosen.customers) for way in WAYS for seed in chosen.seeds]
    with ProcessPoolExecutor(2) as pool:
        by_job = dict(zip(jobs, pool.map(_weeks, jobs), strict=True))
    rows: list[list[object]] = []
    for way in WAYS:
        for place, weeks in enumerate(WEEKS):
            found = [by_job[way, seed, chosen.customers][place] for seed in chosen.seeds]
            ties, named, innocent = (
                sum(getattr(one, name) for one in found) for name in ("ties", "named", "innocent")
            )
            booked, truth = sum(one.booked for one in found), sum(one.truth for one in found)
            share = f"{booked / truth:.0%}" if truth else "-"
            rows.append([way, weeks, ties, named, innocent, round(booked), round(truth), share])
    table(
        f"Who is found without ties at first ({chosen.customers:,} customers, seeds "
        f"{', '.join(map(str, chosen.seeds))} together)",
        ["way", "weeks", "ties", "lead or proven", "innocent", "**booked**", "caused since", "share"],
        rows,
    )


def _weeks(job: tuple[str, int, int]) -> list[Found]:
    way, seed, customers = job
    made = world("influence", customers=customers, seed=seed)
    heard = _heard(way, made, np.random.default_rng(seed))
    return [_after(made, heard, INSTALLED + timedelta(weeks=weeks)) for weeks in WEEKS]


def _heard(way: str, made: Planted, rng: np.random.Generator) -> Heard:
    """Return what is told from the installation on."""
    known, orders = [], []
    if way == "import":
        first = pa.repeat(pa.scalar(INSTALLED, made.purchases["created_at"].type), made.ties.num_rows)
        known.append(_ties(made.ties["source_id"], made.ties["target_id"], first, kind="import"))
    if "answers" in way:
        told = tellings.answers(made, rng, since=INSTALLED, invented=way.startswith("invented"))
        told = told.filter(pc.is_valid(told["named_id"]))
        known.append(_ties(told["named_id"], told["customer_id"], told["created_at"], kind=NAMED))
    if "links" in way:
        by_link = tellings.by_link(made, rng, since=INSTALLED)
        orders.append(by_link.select(["order_id", "source_id"]))
        known.append(_ties(by_link["source_id"], by_link["customer_id"], by_link["created_at"], kind="code"))
    none = made.caused.select(["order_id", "source_id"]).slice(0, 0)
    return Heard(pa.concat_tables(known), pa.concat_tables([none, *orders]).combine_chunks())


def _ties(source: pa.ChunkedArray, target: pa.ChunkedArray, at: pa.Array, *, kind: str) -> pa.Table:
    """Return the ties, each once, known from when it was first told."""
    told = pa.table({"source_id": source, "target_id": target, "known_at": at})
    told = told.filter(pc.not_equal(told["source_id"], told["target_id"]))
    told = told.group_by(["source_id", "target_id"]).aggregate([("known_at", "min")])
    told = told.rename_columns(["source_id", "target_id", "known_at"])
    return told.append_column("kind", pa.repeat(kind, told.num_rows))


def _until(rows: pa.Table, at: datetime, column: str) -> pa.Table:
    return rows.filter(pc.less_equal(rows[column], pa.scalar(at, rows[column].type)))


def _after(made: Planted, heard: Heard, as_of: datetime) -> Found:
    purchases = _until(made.purchases, as_of, "created_at")
    ties = _until(heard.ties, as_of, "known_at")
    orders = pc.unique(purchases["order_id"])
    redeemed = heard.redemptions.filter(pc.is_in(heard.redemptions["order_id"], value_set=orders))
    shop = LedgerInputs(purchases, ties, made.categories, redemptions=redeemed, parallel_ties=True)
    found = compute_ledger(shop, as_of=as_of, parameters=PARAMETERS)
    named = found.evidence.filter(pc.is_in(found.evidence["verdict"], value_set=pa.array(LEADING)))
    ids: npt.NDArray[np.int64] = named["customer_id"].to_numpy()
    caused = made.caused.join(purchases.select(["line_id", "created_at"]), "line_id", join_type="inner")
    since = caused.filter(pc.greater(caused["created_at"], pa.scalar(INSTALLED, caused["created_at"].type)))
    return Found(
        ties=ties.num_rows,
        named=len(ids),
        innocent=int(np.count_nonzero(~np.isin(ids, made.influencers))),
        booked=float(pc.sum(found.rows["credit"]).as_py() or 0.0),
        truth=float(pc.sum(since["net"]).as_py() or 0.0),
    )


if __name__ == "__main__":
    main()
