"""Ciao: reviews stand for purchases, trust for ties. Tang, Gao, Liu: mTrust, WSDM 2012."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from benchmarks.validity.measures import Floats, measured, table
from scoring.ledger import Engine, Ledger, LedgerInputs, Parameters, open_engine
from scoring.ledger.forecast import held
from scoring.ledger.inputs import read_inputs
from scoring.ledger.workings import work_out

SECONDS_PER_DAY = 86_400
TRAIN = 0.7
BOOTSTRAPS = 1_000


class Ciao:
    """Events sorted by time and ties, as arrays."""

    def __init__(self, folder: Path) -> None:
        """Read both files of the folder."""
        events = pa.csv.read_csv(folder / "ciao_events.csv")
        edges = pa.csv.read_csv(folder / "ciao_edges.csv")
        self.user, self.item, self.time, self.category = (
            events[name].to_numpy() for name in ("u", "i", "t", "cat")
        )
        self.ties = pa.table({"source_id": edges["src"], "target_id": edges["dst"]})
        self.size = 1 + int(max(self.user.max(), *(c.to_numpy().max() for c in self.ties.columns)))

    def shop(
        self, time: npt.NDArray[np.int64], kept: npt.NDArray[np.bool_], *, reverse: bool = False
    ) -> LedgerInputs:
        """The kept events at these times; all reviews of a user and day are one order."""
        user, seconds = self.user[kept], time[kept]
        order = np.unique(user * 100_000 + seconds // SECONDS_PER_DAY, return_inverse=True)[1]
        purchases = pa.table(
            {
                "order_id": order,
                "line_id": np.flatnonzero(kept),
                "customer_id": user,
                "product_id": self.item[kept],
                "category_id": pa.array(self.category[kept]).cast(pa.string()),
                "created_at": pa.array(seconds * 1_000_000, pa.timestamp("us", tz="UTC")),
                "net": np.ones(len(user)),
            }
        )
        ties = self.ties.rename_columns(["target_id", "source_id"]) if reverse else self.ties
        return LedgerInputs(purchases, ties, parallel_ties=False)


def run_ciao(folder: Path, shuffles: int) -> None:
    """Print the held-out ranking, and the verdicts on real, reversed and shuffled data."""
    data = Ciao(folder)
    everything = np.ones(len(data.time), dtype=np.bool_)
    cut = np.quantile(data.time, TRAIN)
    train = data.time < cut
    known = measured(data.shop(data.time, train), as_of=_moment(cut), size=data.size)
    came = realised(data, data.time, everything, since=cut)
    people = np.union1d(data.ties["source_id"].to_numpy(), data.user[train])
    _print_ranking(known.rankings, came, people)
    _print_verdicts(data, shuffles)


def realised(data: Ciao, time: npt.NDArray[np.int64], kept: npt.NDArray[np.bool_], *, since: float) -> Floats:
    """Shares of order lines after `since` that followed each person's, by the plain ledger."""
    with open_engine() as engine:
        shop = data.shop(time, kept)
        return _realised(engine, shop, size=data.size, as_of=_moment(time.max()), since=since)


def _realised(engine: Engine, shop: LedgerInputs, *, size: int, as_of: datetime, since: float) -> Floats:
    inputs = read_inputs(shop, engine, as_of=as_of, parameters=Parameters())
    workings = work_out(inputs, engine, parameters=Parameters())
    when = workings.pairs.near.select("source_id", "target_id", "product_id", "target_at")
    led = workings.credit.shared.join(when, ["source_id", "target_id", "product_id"])
    led = led.filter(led["target_at"] >= int(since * 1_000_000)).to_pyarrow()
    return np.bincount(led["source_id"].to_numpy(), weights=led["share"].to_numpy(), minlength=size)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC) + timedelta(seconds=1)


def _print_ranking(rankings: dict[str, Floats], came: Floats, people: npt.NDArray[np.int64]) -> None:
    rng = np.random.default_rng(1)
    samples = [rng.integers(0, len(people), len(people)) for _ in range(BOOTSTRAPS)]
    rows: list[list[object]] = []
    for name, ranking in rankings.items():
        if name == "ours: booked":
            continue
        row: list[object] = [name]
        for share in (0.01, 0.10):
            drawn = [held(ranking[people][s], came[people][s], share) for s in samples]
            low, high = np.quantile(drawn, [0.05, 0.95])
            row.append(f"{held(ranking[people], came[people], share):.3f} ({low:.3f} to {high:.3f})")
        rows.append(row)
    table(
        f"Ciao: share of the {came.sum():.0f} follow-ons of the last 30 % held by the top of each ranking "
        f"made from the first 70 % ({len(people):,} people, 90 % bootstrap intervals)",
        ["ranking", "top 1 %", "top 10 %"],
        rows,
    )


def _booked(ledger: Ledger) -> float:
    return float(ledger.evidence["civ"].to_numpy().sum())


def _print_verdicts(data: Ciao, shuffles: int) -> None:
    rng, everything = np.random.default_rng(1), np.ones(len(data.time), dtype=np.bool_)
    versions = [
        ("real", data.shop(data.time, everything)),
        ("edges reversed", data.shop(data.time, everything, reverse=True)),
    ]
    for number in range(shuffles):
        mixed = np.empty_like(data.time)
        by_item = np.lexsort((rng.random(len(data.time)), data.item))
        mixed[np.argsort(data.item, kind="stable")] = data.time[by_item]
        versions.append((f"times shuffled {number + 1}", data.shop(mixed, everything)))
    rows: list[list[object]] = []
    for name, shop in versions:
        ledger = measured(shop, as_of=_moment(data.time.max()), size=data.size).ledger
        found = Counter(ledger.evidence["inferred"].to_pylist())
        judged = int(np.count_nonzero(ledger.evidence["enough"].to_numpy(zero_copy_only=False)))
        flagged = found["buys together"] + found["leads"]
        gate = ledger.gate
        rows.append(
            [name, "open" if gate.opened else "shut", gate.observed, f"{gate.permuted.mean():.0f}", gate.p,
             gate.reversal_p, flagged, judged, f"{flagged / max(judged, 1):.1%}", _booked(ledger)]
        )  # fmt: skip
    table(
        "Ciao: gate and verdicts (flagged = buys together or leads; judged = with enough evidence)",
        [
            "times",
            "gate",
            "follow-ons",
            "shuffled",
            "p",
            "reversal p",
            "flagged",
            "judged",
            "share",
            "**booked**",
        ],
        rows,
    )
