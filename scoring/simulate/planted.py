"""Order lines with their causes, and the tables that the credit ledger takes, with the truth beside them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from scoring.simulate.circles import Floats, Integers, People

DAYS = 720.0
END = datetime(2026, 1, 1, tzinfo=UTC)
TIME = pa.timestamp("us", tz="UTC")
MICROSECONDS_PER_DAY = 86_400_000_000
CATEGORIES = ["root", "drinks", "coffee", "tea", "home", "kitchen", "garden", "books"]
PARENTS = [None, "root", "drinks", "drinks", "root", "home", "home", "root"]
LEAVES = np.array([2, 3, 5, 6, 7])
LATE_TIES = pa.schema([("source_id", pa.int64()), ("target_id", pa.int64()), ("begun_at", TIME)])


def nobody() -> Integers:
    """Return no customers."""
    return np.array([], dtype=np.int64)


@dataclass(frozen=True)
class Lines:
    """Order lines as columns; `cause` is who led to it, or -1."""

    order: Integers
    customer: Integers
    product: Integers
    day: Floats
    cause: Integers

    @property
    def size(self) -> int:
        """How many lines there are."""
        return len(self.order)

    def taken(self, which: Integers | npt.NDArray[np.bool_]) -> "Lines":
        """Return the lines at those places."""
        return Lines(
            self.order[which], self.customer[which], self.product[which], self.day[which], self.cause[which]
        )

    @property
    def next_order(self) -> int:
        """The first order number that is free."""
        return int(self.order.max(initial=-1)) + 1


@dataclass(frozen=True)
class Planted:
    """Tables for the ledger, and the truth.

    caused(order_id, source_id, net, line_id, customer_id, product_id): every line that somebody led to and
    that is its customer's first purchase of the product. `early` are people who buy before others without
    leading anybody by that. late_ties(source_id, target_id, begun_at): ties that began after both had
    bought the same, with the time when they really did, also where `ties` do not say it.
    """

    purchases: pa.Table
    ties: pa.Table
    categories: pa.Table
    caused: pa.Table
    influencers: Integers
    as_of: datetime = END
    early: Integers = field(default_factory=nobody)
    late_ties: pa.Table = field(default_factory=LATE_TIES.empty_table)

    @property
    def true_value(self) -> float:
        """Money of all lines that somebody caused."""
        return float(np.sum(self.caused["net"].to_numpy()))


def new_orders(
    own: Lines, customer: Integers, *, line: Integers, day: Floats, cause: Integers | None = None
) -> Lines:
    """Lines for the same products as those lines, each in a new order, up to the end of the world."""
    order = own.next_order + np.arange(len(line))
    cause = np.full(len(line), -1, dtype=np.int64) if cause is None else cause
    return within(Lines(order, customer, own.product[line], day, cause))


def within(lines: Lines) -> Lines:
    """Return the lines that were bought within the days of the world."""
    return lines.taken((lines.day > 0) & (lines.day < DAYS))


def retimed(own: Lines, day: Floats, *, moved: npt.NDArray[np.bool_] | None = None) -> Lines:
    """Return the lines, those that are `moved` (or all) bought on that day, each in an order of its own."""
    moved = np.ones(own.size, dtype=np.bool_) if moved is None else moved
    order = np.where(moved, own.next_order + np.arange(own.size), own.order)
    return within(replace(own, order=order, day=np.where(moved, day, own.day)))


def joined(one: Lines, other: Lines) -> Lines:
    """Both, in the order of time."""
    names = ("order", "customer", "product", "day", "cause")
    both = Lines(*(np.concatenate([getattr(one, name), getattr(other, name)]) for name in names))
    return both.taken(np.argsort(both.day, kind="stable"))


def usual_prices(rng: np.random.Generator, lines: Lines) -> Floats:
    """Return what each line cost: log-normal, with a median of 20."""
    return np.round(rng.lognormal(3.0, 0.6, lines.size), 2)


def heavy_tailed_prices(rng: np.random.Generator, lines: Lines) -> Floats:
    """Return the same where each product has one price: Pareto from 10, with an infinite variance."""
    price = 10 * (1 + rng.pareto(1.5, int(lines.product.max(initial=0)) + 1))
    return np.round(price[lines.product], 2)


def first_purchases(lines: Lines) -> npt.NDArray[np.bool_]:
    """Return which lines are their customer's first purchase of the product."""
    code = lines.customer * (int(lines.product.max(initial=0)) + 1) + lines.product
    by_time = np.argsort(lines.day, kind="stable")
    first = np.zeros(lines.size, dtype=np.bool_)
    first[by_time[np.unique(code[by_time], return_index=True)[1]]] = True
    return first


def written(
    rng: np.random.Generator,
    lines: Lines,
    people: People,
    *,
    prices: Callable[[np.random.Generator, Lines], Floats] = usual_prices,
) -> Planted:
    """The world as tables; a caused line counts only as its customer's first purchase of the product."""
    net = prices(rng, lines)
    caused = np.flatnonzero((lines.cause >= 0) & first_purchases(lines))
    return Planted(
        purchases=purchase_table(lines, net),
        ties=pa.table({"source_id": people.source, "target_id": people.target}),
        categories=pa.table({"category_id": CATEGORIES, "parent_id": pa.array(PARENTS, pa.string())}),
        caused=pa.table(
            {
                "order_id": lines.order[caused],
                "source_id": lines.cause[caused],
                "net": net[caused],
                "line_id": caused,
                "customer_id": lines.customer[caused],
                "product_id": lines.product[caused],
            }
        ),
        influencers=people.influencers,
    )


def leaf_of(product: Integers) -> Integers:
    """Return the place in `CATEGORIES` of each product's category; products belong to them in turn."""
    return LEAVES[product % len(LEAVES)]


def instants(day: Floats) -> pa.Array:
    """Return the instants of days since the beginning of the world."""
    span = np.timedelta64(round(DAYS * MICROSECONDS_PER_DAY), "us")
    start = np.datetime64(END.replace(tzinfo=None), "us") - span
    at = start + np.rint(day * MICROSECONDS_PER_DAY).astype("timedelta64[us]")
    return pa.array(at, pa.timestamp("us")).cast(TIME)


def purchase_table(lines: Lines, net: Floats) -> pa.Table:
    """Order lines as the ledger takes them."""
    category = pa.DictionaryArray.from_arrays(pa.array(leaf_of(lines.product), pa.int8()), CATEGORIES)
    return pa.table(
        {
            "order_id": lines.order,
            "line_id": np.arange(lines.size),
            "customer_id": lines.customer,
            "product_id": lines.product,
            "category_id": category.cast(pa.string()),
            "created_at": instants(lines.day),
            "net": net,
        }
    )
