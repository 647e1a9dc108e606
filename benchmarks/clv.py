"""CLV, its speed and its marks: `python benchmarks/clv.py [--parts speed,shops] [--seeds A,B]`.

The shops are simulated, and buy otherwise than the models suppose (`scoring.simulate.rhythms`): what is
expected of a year is held against what came. In speed, every figure is a ratio against another way to the
same numbers, in this run on this machine: our likelihood on grouped rows against the textbook's, DuckDB's
counting against plain numpy, the tabulated interval against the exact one of each customer. The best of
some repeats is printed; ratios are of CPU seconds.
"""

import argparse
import resource
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pyarrow as pa
from scipy.optimize import minimize
from scipy.special import gammaln

from scoring import buying, intervals, lifetime, purchases
from scoring.lifetime import Customers
from scoring.parameters import ValueParameters
from scoring.simulate.histories import draw_record
from scoring.simulate.rhythms import SHOPS, Rhythm, draw_diary
from scoring.tables import Covered
from scoring.values import compute_values

AS_OF = datetime(2026, 6, 30, 18, tzinfo=UTC)
PARAMETERS = ValueParameters()
SAMPLE_OF_EXACT = 300
SHOP_SIZE = 5_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw the customers, measure each step both ways, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parts", default="speed,shops")
    parser.add_argument("--seeds", default="1,2,3", help="of the shops")
    asked = parser.parse_args(arguments)
    if "shops" in asked.parts:
        _print_shops([int(seed) for seed in asked.seeds.split(",")])
    if "speed" in asked.parts:
        _print_speed(asked)


def _print_shops(seeds: Sequence[int]) -> None:
    """Each shop: expected against real money, the share of customers and of totals in their intervals."""
    print(f"{SHOP_SIZE:,} customers a shop, a year ahead\n")
    head = ("in all", 8), ("held", 9), ("held, may buy", 15), ("totals", 8)
    kinds = "".join(f"{word:>{width}}" for word, width in head)
    print(f"{'shop':<26}{'expected / real':<24}{kinds}  model")
    for name, rhythm in SHOPS.items():
        found = [_shop(rhythm, seed) for seed in seeds]
        ratios = ", ".join(f"{one.expected / one.real:.2f}" for one in found)
        whole = sum(one.expected for one in found) / sum(one.real for one in found)
        held = np.mean([one.held for one in found])
        may_buy = np.mean([one.held_may_buy for one in found])
        totals = f"{sum(one.in_total for one in found)}/{len(found)}"
        row = f"{name:<26}{ratios:<24}{whole:>8.2f}{held:>9.1%}{may_buy:>15.1%}{totals:>8}"
        print(f"{row}  {found[0].model}", flush=True)
    print()


@dataclass(frozen=True)
class Shop:
    """What was expected of a simulated shop, and what came; held_may_buy: of who may buy."""

    expected: float
    real: float
    held: float
    held_may_buy: float
    in_total: bool
    model: str


def _shop(rhythm: Rhythm, seed: int) -> Shop:
    diary = draw_diary(SHOP_SIZE, rhythm, seed=seed, as_of=AS_OF)
    result = compute_values(diary.orders(AS_OF), as_of=AS_OF)
    spent = diary.future(PARAMETERS.annual_discount)
    real = np.array([spent[one] for one in result.table["customer_id"].to_pylist()])
    clv, low, high = (result.table[name].to_numpy() for name in ("clv", "clv_low", "clv_high"))
    held = (low <= real) & (real <= high + 1e-6)
    report: Any = result.model
    season = ", season" if report["season"] else ""
    return Shop(
        expected=float(clv.sum()),
        real=float(real.sum()),
        held=float(held.mean()),
        held_may_buy=float(held[high > clv * (1 + 1e-6)].mean()),
        in_total=bool(report["total"]["low"] <= real.sum() <= report["total"]["high"]),
        model=str(report["method"]).split(" x ")[0] + season,
    )


def _print_speed(asked: argparse.Namespace) -> None:
    record = draw_record(asked.customers, seed=asked.seed)
    orders, customers = _as_from_saleor(record.orders(AS_OF), asked.seed), record.customers()
    print(f"{asked.customers:,} customers, {orders.num_rows:,} orders, best of {asked.repeats}\n")
    print(f"{'step':<42}{'ours':>9}{'other':>9}{'CPU ours':>11}{'CPU other':>11}{'ratio':>8}  other way")
    steps = (_counting(orders), _fitting(customers), _intervals(customers))
    for name, ours, other, what in steps:
        own, reference = _best(ours, asked.repeats), _best(other, asked.repeats)
        ratio = f"{reference.cpu:>10.2f}s{reference.cpu / own.cpu:>7.1f}x"
        print(f"{name:<42}{own.wall:>8.2f}s{reference.wall:>8.2f}s{own.cpu:>10.2f}s{ratio}  {what}")
    _fit_and_predict(customers, asked.repeats)
    whole = _best(lambda: compute_values(orders, as_of=AS_OF), 1)
    _print_ours(
        "compute_values, from orders to ranks", whole, f"{orders.num_rows / whole.wall:,.0f} orders/s"
    )
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.1f} GB")


@dataclass(frozen=True, order=True)
class Taken:
    """Seconds: of all threads' work, which neighbours on the machine do not change much, and of waiting."""

    cpu: float
    wall: float


def _best(step: Callable[[], Any], repeats: int) -> Taken:
    taken = []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        step()
        taken.append(Taken(cpu=time.process_time() - cpu, wall=time.perf_counter() - wall))
    return min(taken)


def _as_from_saleor(orders: pa.Table, seed: int) -> pa.Table:
    """The orders in no order, with customer ids as Saleor writes them."""
    names = orders["customer_id"].combine_chunks().dictionary_encode()
    ids = [b64encode(f"User:{name}".encode()).decode() for name in names.dictionary.to_pylist()]
    orders = orders.set_column(0, "customer_id", pa.array(ids).take(names.indices))
    return orders.take(np.random.default_rng(seed).permutation(orders.num_rows))


def _counting(orders: pa.Table) -> tuple[str, Callable[[], Any], Callable[[], Any], str]:
    """Orders to (x, t_x, T, money): DuckDB against numpy on the same Arrow table."""

    def ours() -> pa.Table:
        with purchases.opened(orders, as_of=AS_OF, parameters=PARAMETERS) as intake:
            return purchases.summarise(intake)

    def other() -> list[np.ndarray]:
        ids, owner = np.unique(
            orders["customer_id"].to_numpy(zero_copy_only=False).astype(str), return_inverse=True
        )
        day = orders["created_at"].to_numpy().astype("datetime64[D]").astype(np.int64)
        keys, place = np.unique(owner * 100_000 + day, return_inverse=True)
        money = np.bincount(place, orders["charged"].to_numpy())
        who, when = np.divmod(keys, 100_000)
        start = np.flatnonzero(np.r_[True, np.diff(who) > 0])
        end = np.r_[start[1:], len(who)] - 1
        return [ids, end - start, when[end] - when[start], np.add.reduceat(money, start)]

    return "orders to (x, t_x, T, money)", ours, other, "numpy: unique, bincount, reduceat"


def _fitting(customers: Customers) -> tuple[str, Callable[[], Any], Callable[[], Any], str]:
    """BG/NBD by maximum likelihood: ours against the textbook's likelihood with numeric slopes."""
    x, ages = customers.x, customers.age
    unit = ages.mean()

    def textbook(logarithms: np.ndarray) -> float:
        r, alpha, a, b = np.exp(logarithms)
        counts = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        beta = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        alive = -(r + x) * np.log(alpha + ages / unit)
        gone = np.log(a) - np.log(b + np.maximum(x, 1) - 1)
        gone -= (r + x) * np.log(alpha + customers.recency / unit)
        return float(-np.mean(counts + beta + np.where(x > 0, np.logaddexp(alive, gone), alive)))

    return (
        "BG/NBD fit, grouping included",
        lambda: buying.fit(lifetime.group(customers)),
        lambda: minimize(textbook, np.log(buying.START), method="L-BFGS-B"),
        "textbook likelihood, a row a customer, numeric slopes",
    )


def _intervals(customers: Customers) -> tuple[str, Callable[[], Any], Callable[[], Any], str]:
    """The interval of every customer by the table, against the exact law of some of them, scaled up."""
    fitted = lifetime.fit(customers, PARAMETERS)
    size = len(customers.x)
    some = np.random.default_rng(1).choice(size, min(SAMPLE_OF_EXACT, size), replace=False)

    def ours() -> lifetime.Lifetime:
        few = Customers(*(np.resize(getattr(customers, name)[some], len(some)) for name in vars(customers)))
        return lifetime.predict(fitted, few, PARAMETERS)

    def exact() -> None:
        assert fitted.spending is not None  # noqa: S101 - there is money in this world
        for row in some:
            one = Covered(customers.x[row : row + 1], customers.age[row : row + 1])
            intervals.tabulate(fitted.buying, fitted.spending, one, span=365.0)

    return f"intervals of {len(some)} customers", ours, exact, "the exact law of each one"


def _fit_and_predict(customers: Customers, repeats: int) -> None:
    """Both fits, and CLV with its interval for everybody."""
    fitted = lifetime.fit(customers, PARAMETERS)
    fit = _best(lambda: lifetime.fit(customers, PARAMETERS), repeats)
    predict = _best(lambda: lifetime.predict(fitted, customers, PARAMETERS), repeats)
    groups = len(lifetime.group(customers).x)
    for name, taken, what in (
        ("both fits", fit, f"{groups:,} distinct (x, t_x, T)"),
        ("CLV and interval of everybody", predict, ""),
    ):
        _print_ours(name, taken, what)


def _print_ours(name: str, taken: Taken, what: str) -> None:
    print(f"{name:<42}{taken.wall:>8.2f}s{'':>9}{taken.cpu:>10.2f}s{'':>19} {what}")


if __name__ == "__main__":
    main()
