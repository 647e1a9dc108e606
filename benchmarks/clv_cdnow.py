"""The published numbers and the 39-week hold-out: `python benchmarks/clv_cdnow.py [FOLDER]`.

FOLDER holds CDNOW_sample.txt.xz and, if wanted, CDNOW_master.txt.xz; by default tests/data/cdnow.
"""

import argparse
import lzma
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import numpy.typing as npt

from scoring import buying, lifetime, spending
from scoring.buying import Histories
from scoring.lifetime import Customers
from scoring.parameters import ValueParameters

Floats = npt.NDArray[np.float64]
DEFAULT_FOLDER = Path(__file__).resolve().parents[1] / "tests/data/cdnow"
LAST_DAY = np.datetime64("1997-09-30")
WEEKS_AHEAD = 39


@dataclass(frozen=True)
class Split:
    """What was known on 30 September 1997, and each customer's next 39 weeks."""

    customers: Customers
    bought: Floats
    spent: Floats


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what the papers print, and how the next 39 weeks were foreseen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=DEFAULT_FOLDER)
    folder = parser.parse_args(arguments).folder
    for name, columns in (("CDNOW_sample", (1, 2, 4)), ("CDNOW_master", (0, 1, 3))):
        if (path := folder / f"{name}.txt.xz").exists():
            _report(name, _read(path, columns))
        else:
            print(f"{path} is not there.\n")


def _read(path: Path, columns: tuple[int, int, int]) -> Split:
    """One basket a customer and day; days without money count, as in the papers."""
    lines = [line.split() for line in lzma.decompress(path.read_bytes()).decode().splitlines()]
    rows = [[line[column] for column in columns] for line in lines if line[columns[1]].isdigit()]
    names, owner = np.unique([row[0] for row in rows], return_inverse=True)
    first_day = np.datetime64("1997-01-01")
    dates = np.array([f"{row[1][:4]}-{row[1][4:6]}-{row[1][6:]}" for row in rows], dtype="datetime64[D]")
    day = (dates - first_day).astype(np.int64)
    keys, place = np.unique(owner * 10_000 + day, return_inverse=True)
    money = np.bincount(place, [float(row[2]) for row in rows])
    owner, day = np.divmod(keys, 10_000)
    return _split(len(names), owner, day=day, money=money, last=int((LAST_DAY - first_day).astype(int)))


def _split(
    size: int, owner: npt.NDArray[np.int64], *, day: npt.NDArray[np.int64], money: Floats, last: int
) -> Split:
    """The customers as known on the last day, and what came after it."""
    past = day <= last
    first = np.full(size, last)
    np.minimum.at(first, owner, day)
    latest = first.copy()
    np.maximum.at(latest, owner[past], day[past])
    baskets = np.bincount(owner[past], minlength=size).astype(float)
    total = np.bincount(owner[past], money[past], minlength=size)
    again = past & (day > first[owner])
    repeat = np.bincount(owner[again], money[again], minlength=size)
    customers = Customers(
        x=baskets - 1,
        recency=(latest - first).astype(float),
        age=(last - first).astype(float),
        baskets=baskets,
        basket_mean=total / baskets,
        repeat_baskets=baskets - 1,
        repeat_mean=repeat / np.maximum(baskets - 1, 1),
    )
    bought = np.bincount(owner[~past], minlength=size).astype(float)
    return Split(customers, bought, np.bincount(owner[~past], money[~past], minlength=size))


def _report(name: str, split: Split) -> None:
    known, days = split.customers, lifetime.group(split.customers)
    weeks = Histories(days.x, days.recency / 7, days.age / 7, days.weight)
    model = buying.fit(weeks)
    age = known.age / 7
    alive = buying.chance_alive(model, known.x, recency=known.recency / 7, age=age)
    foreseen = alive * buying.purchases_if_alive(model, known.x, age=age, span=WEEKS_AHEAD)
    repeaters = known.repeat_mean > 0
    baskets = spending.fit(known.repeat_baskets[repeaters], known.repeat_mean[repeaters])
    from_repeats = spending.expected_basket(baskets, known.repeat_baskets, known.repeat_mean)
    from_all = spending.expected_basket(baskets, known.baskets, known.basket_mean)
    one = {"x": np.array([2.0]), "age": np.array([38.86])}
    example = buying.chance_alive(model, one["x"], recency=np.array([30.43]), age=one["age"])
    example = example * buying.purchases_if_alive(model, one["x"], age=one["age"], span=WEEKS_AHEAD)
    print(f"{name}: {len(known.x):,} customers, {repeaters.sum():,} repeaters")
    print(
        f"  BG/NBD       r {model.r:.4f}  alpha {model.alpha:.4f}  a {model.a:.4f}  b {model.b:.4f}", end=""
    )
    print(f"  log-likelihood {buying.log_likelihood(model, weeks):.2f}")
    print(f"  E[Y(39) | x 2, t_x 30.43, T 38.86] = {example[0]:.3f}")
    print(f"  Gamma-Gamma  p {baskets.p:.3f}  q {baskets.q:.3f}  gamma {baskets.gamma:.3f}")
    print(f"  hold-out     {foreseen.sum():,.0f} repeat purchases foreseen, {split.bought.sum():,.0f} real")
    print("  share of the hold-out's money held by the top tenth:")
    for what, measure in (
        ("CLV, baskets from repeats (as published)", foreseen * from_repeats),
        ("CLV, baskets from all purchases (ours)", foreseen * from_all),
        ("past spend", known.basket_mean * known.baskets),
    ):
        best = np.argsort(-measure, kind="stable")[: round(len(measure) / 10)]
        print(f"    {what:<42}{split.spent[best].sum() / split.spent.sum():.1%}")
    _report_baskets(split, from_repeats, from_all)
    parameters = ValueParameters(horizon_days=7 * WEEKS_AHEAD, annual_discount=0)
    ahead = lifetime.predict(lifetime.fit(known, parameters), known, parameters)
    held = np.mean((ahead.low <= split.spent) & (split.spent <= ahead.high + 1e-6))
    print(f"  the 90 % interval of the next 39 weeks holds {held:.1%} of the customers\n")


def _report_baskets(split: Split, from_repeats: Floats, from_all: Floats) -> None:
    """How well the next baskets were foreseen, among those who had any."""
    came = split.bought > 0
    real = split.spent[came] / split.bought[came]
    print("  next baskets, mean absolute error and correlation:")
    for what, foreseen in (
        ("from repeats (as published)", from_repeats),
        ("from all purchases (ours)", from_all),
    ):
        error = np.abs(foreseen[came] - real).mean()
        print(f"    {what:<42}{error:.2f}  {np.corrcoef(foreseen[came], real)[0, 1]:.3f}")


if __name__ == "__main__":
    main()
