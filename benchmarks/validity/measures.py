"""What is measured on a ledger, and the rivals it is measured against."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import scipy.sparse as sp

from scoring.ledger import Ledger, LedgerInputs, Parameters, open_engine
from scoring.ledger.inputs import read_inputs
from scoring.ledger.ledger import conclude
from scoring.ledger.workings import Workings, work_out
from scoring.simulate.planted import Planted

Floats = npt.NDArray[np.float64]
DAMPING = 0.85
ROUNDS = 60


@dataclass(frozen=True)
class Measured:
    """A ledger, and every ranking of people 0 .. size-1."""

    ledger: Ledger
    rankings: dict[str, Floats]


def pagerank(source: npt.NDArray[np.int64], target: npt.NDArray[np.int64], size: int) -> Floats:
    """PageRank where a follower gives their rank to those who may influence them."""
    links = sp.csr_matrix((np.ones(len(source)), (source, target)), shape=(size, size))
    given = np.maximum(np.bincount(target, minlength=size), 1)
    rank = np.full(size, 1 / size)
    for _ in range(ROUNDS):
        rank = (1 - DAMPING) / size + DAMPING * np.asarray(links @ (rank / given))
    return np.asarray(rank)


def told(made: Planted) -> LedgerInputs:
    """Return the shop of a made world as the app learns of it.

    Dated ties are known when they begin, undated ones by now; where none is dated, all were known before.
    """
    ties = made.ties
    if "valid_from" in ties.column_names:
        ties = ties.append_column("known_at", pc.fill_null(ties["valid_from"], made.as_of))
    return LedgerInputs(made.purchases, ties, made.categories, parallel_ties=False)


def measured(
    shop: LedgerInputs, *, as_of: datetime, size: int, parameters: Parameters | None = None
) -> Measured:
    """The ledger of a shop whose people are numbers, and our rankings beside the rivals'."""
    chosen = parameters or Parameters()
    with open_engine() as engine:
        inputs = read_inputs(shop, engine, as_of=as_of, parameters=chosen)
        workings = work_out(inputs, engine, parameters=chosen)
        ledger = conclude(workings, engine, parameters=chosen)
        return Measured(ledger, _rankings(shop, ledger, workings, size=size))


def _rankings(shop: LedgerInputs, ledger: Ledger, workings: Workings, *, size: int) -> dict[str, Floats]:
    source, target = (shop.ties[name].to_numpy() for name in ("source_id", "target_id"))
    orders = np.zeros(size)
    counted = workings.purchases.orders.to_pyarrow()
    orders[counted["customer_id"].to_numpy()] = counted["orders"].to_numpy()
    followers = np.bincount(source, minlength=size).astype(np.float64)
    rows = ledger.rows
    naive = np.bincount(
        rows["source_id"].to_numpy(),
        weights=rows["amount"].to_numpy() * rows["share"].to_numpy(),
        minlength=size,
    ).astype(np.float64)
    return {
        "ours: booked": spread(ledger.evidence, "civ", size),
        "ours: ranking": spread(ledger.evidence, "rank_credit", size),
        "ours: score": spread(ledger.forecast, "score", size),
        "ours: forecast": spread(ledger.forecast, "follow_on_money", size),
        "naive credit": naive,
        "follower count": followers,
        "PageRank": pagerank(source, target, size),
        "own orders": orders,
        "orders x followers": orders * followers,
        "random": np.random.default_rng(0).random(size),
    }


def spread(table: pa.Table, name: str, size: int) -> Floats:
    """A column by customer number; 0 for people without a row."""
    values = np.zeros(size)
    values[table["customer_id"].to_numpy()] = pc.fill_null(table[name], 0).to_numpy()
    return values


def percentile(values: Floats, person: int) -> float:
    """Where a person stands, 0 to 100, equal values in the middle of their place."""
    return float(100 * (np.mean(values < values[person]) + np.mean(values == values[person]) / 2))


def purity(values: Floats, truth: npt.NDArray[np.int64], count: int) -> float:
    """Share of true influencers among the first `count` of a ranking."""
    if count == 0:
        return float("nan")
    order = np.argsort(-(values + 1e-12 * np.random.default_rng(0).random(len(values))))
    return float(np.mean(np.isin(order[:count], truth)))


def table(title: str, header: list[str], rows: Iterable[list[object]]) -> None:
    """Print a Markdown table, each row as soon as it is there."""
    print(f"\n### {title}\n\n| {' | '.join(header)} |\n|{'---|' * len(header)}", flush=True)
    for row in rows:
        print(f"| {' | '.join(_shown(cell) for cell in row)} |", flush=True)


def _shown(cell: object) -> str:
    if isinstance(cell, float):
        return "-" if np.isnan(cell) else f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:.3g}"
    return str(cell)
