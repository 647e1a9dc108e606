"""Worlds with one known law: nothing, a common cause, influence, a sale, or taste alone; any size, by seed.

They feed the credit ledger directly and tell which order lines were caused by whom.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from scoring.simulate.circles import Floats, Habits, Integers, People, draw_people

KINDS = ("null", "common cause", "influence", "sale", "homophily")
DAYS = 720.0
END = datetime(2026, 1, 1, tzinfo=UTC)
TIME = pa.timestamp("us", tz="UTC")
MICROSECONDS_PER_DAY = 86_400_000_000
DELAY_DAYS = 10.0
CATEGORIES = ["root", "drinks", "coffee", "tea", "home", "kitchen", "garden", "books"]
PARENTS = [None, "root", "drinks", "drinks", "root", "home", "home", "root"]
LEAVES = np.array([2, 3, 5, 6, 7])


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


@dataclass(frozen=True)
class Planted:
    """Tables for the ledger, and the truth: caused(order_id, source_id, net) and who the influencers are."""

    purchases: pa.Table
    ties: pa.Table
    categories: pa.Table
    caused: pa.Table
    influencers: Integers
    as_of: datetime = END

    @property
    def true_value(self) -> float:
        """Money of all lines that somebody caused."""
        return float(np.sum(self.caused["net"].to_numpy()))


def world(kind: str, *, customers: int = 1_000, seed: int = 1, habits: Habits | None = None) -> Planted:
    """A world of that kind; same arguments, same world."""
    if kind not in KINDS:
        raise ValueError(f"a world is one of {', '.join(KINDS)}, not {kind!r}")
    rng, habit = np.random.default_rng(seed), habits or Habits()
    if kind == "homophily":
        habit = replace(habit, taste=0.85, homophily=0.95)
    people = draw_people(rng, customers, habit)
    products = max(40, round(customers * habit.products_per_customer))
    own = draw_own(rng, people, products=products, habits=habit)
    extra: dict[str, Callable[[], Lines]] = {
        "influence": lambda: draw_led(rng, people, own=own, strength=habit.strength),
        "null": lambda: draw_led(rng, people, own=own, strength=habit.strength),
        "common cause": lambda: draw_adverts(rng, people, own=own, strength=habit.strength),
        "sale": lambda: draw_sale(rng, people, products=products, first_order=int(own.order[-1]) + 1),
    }
    lines = joined(own, extra[kind]()) if kind in extra else own
    if kind == "null":
        lines = with_times_shuffled(rng, lines)
    return written(rng, lines, people)


def draw_own(rng: np.random.Generator, people: People, *, products: int, habits: Habits) -> Lines:
    """What people buy of their own accord: baskets at random times, from their circle's shelf or any."""
    rate = rng.gamma(1.5, habits.orders_each / 1.5, people.size)
    orders = rng.poisson(rate)
    buyer = np.repeat(np.arange(people.size), orders)
    day = rng.random(len(buyer)) * DAYS
    lines = 1 + rng.poisson(habits.lines_each - 1, len(buyer))
    order = np.repeat(np.arange(len(buyer)), lines)
    shelf = max(8, products // 20)
    first = (people.circle * 7919) % products
    popular = np.floor(products * rng.random(len(order)) ** 2.5).astype(np.int64)
    shelved = (
        first[buyer[order]] + np.floor(shelf * rng.random(len(order)) ** 1.5).astype(np.int64)
    ) % products
    product = np.where(rng.random(len(order)) < habits.taste, shelved, popular)
    return Lines(order, buyer[order], product, day[order], np.full(len(order), -1, dtype=np.int64))


def exposures(people: People, own: Lines, sources: npt.NDArray[np.bool_]) -> tuple[Integers, Integers]:
    """(line, target): every line of these sources as each of their ties sees it."""
    line = np.flatnonzero(sources[own.customer])
    first = np.searchsorted(people.source, own.customer[line], "left")
    count = np.searchsorted(people.source, own.customer[line], "right") - first
    seen = np.repeat(line, count)
    place = np.repeat(first, count) + np.arange(len(seen)) - np.repeat(np.cumsum(count) - count, count)
    return seen, people.target[place]


def draw_led(rng: np.random.Generator, people: People, *, own: Lines, strength: float) -> Lines:
    """Purchases that followers of the influencers make because of theirs, each in an order of its own."""
    leaders = np.zeros(people.size, dtype=np.bool_)
    leaders[people.influencers] = True
    line, target = exposures(people, own, leaders)
    taken = rng.random(len(line)) < strength
    line, target = line[taken], target[taken]
    day = own.day[line] + rng.exponential(DELAY_DAYS, len(line))
    return new_orders(own, target, line=line, day=day, cause=own.customer[line])


def draw_adverts(rng: np.random.Generator, people: People, *, own: Lines, strength: float) -> Lines:
    """Purchases of friends who saw an advert before, as the buyer did; each reacts on their own."""
    everybody = np.ones(people.size, dtype=np.bool_)
    line, target = exposures(people, own, everybody)
    taken = rng.random(len(line)) < strength
    line, target = line[taken], target[taken]
    shown = own.day - rng.exponential(DELAY_DAYS, own.size)
    day = shown[line] + rng.exponential(DELAY_DAYS, len(line))
    return new_orders(own, target, line=line, day=day, cause=np.full(len(line), -1, dtype=np.int64))


def draw_sale(rng: np.random.Generator, people: People, *, products: int, first_order: int) -> Lines:
    """Four days on which a fifth of everybody buys one of five products at a cut price."""
    day, buyer, product = [], [], []
    for start in rng.uniform(0.1, 0.9, 4) * DAYS:
        who = np.flatnonzero(rng.random(people.size) < 0.2)  # noqa: PLR2004
        buyer.append(who)
        day.append(start + rng.random(len(who)))
        product.append(rng.choice(rng.choice(products, 5), len(who)))
    customer = np.concatenate(buyer)
    order = first_order + np.arange(len(customer))
    nobody = np.full(len(customer), -1, dtype=np.int64)
    return Lines(order, customer, np.concatenate(product), np.concatenate(day), nobody)


def new_orders(own: Lines, customer: Integers, *, line: Integers, day: Floats, cause: Integers) -> Lines:
    """Lines for the same products as those lines, in new orders, up to the end of the world."""
    order = int(own.order[-1]) + 1 + np.arange(len(line)) if own.size else np.arange(len(line))
    kept = (day < DAYS) & (day > 0)
    return Lines(order[kept], customer[kept], own.product[line][kept], day[kept], cause[kept])


def joined(one: Lines, other: Lines) -> Lines:
    """Both, in the order of time."""
    columns = {
        name: np.concatenate([getattr(one, name), getattr(other, name)])
        for name in ("order", "customer", "product", "day", "cause")
    }
    place = np.argsort(columns["day"], kind="stable")
    return Lines(**{name: column[place] for name, column in columns.items()})


def with_times_shuffled(rng: np.random.Generator, lines: Lines) -> Lines:
    """First purchases alone, times permuted within each product: no influence is left; one line an order."""
    code = lines.customer * (int(lines.product.max(initial=0)) + 1) + lines.product
    first = np.unique(code, return_index=True)[1]
    customer, product = lines.customer[first], lines.product[first]
    day = np.empty(len(first))
    day[np.argsort(product, kind="stable")] = lines.day[first][np.lexsort((rng.random(len(first)), product))]
    place = np.argsort(day, kind="stable")
    nobody = np.full(len(first), -1, dtype=np.int64)
    return Lines(np.arange(len(first)), customer[place], product[place], day[place], nobody)


def written(rng: np.random.Generator, lines: Lines, people: People) -> Planted:
    """The world as tables; a caused line counts only as its customer's first purchase of the product."""
    net = np.round(rng.lognormal(3.0, 0.6, lines.size), 2)
    code = lines.customer * (int(lines.product.max(initial=0)) + 1) + lines.product
    by_time = np.argsort(lines.day, kind="stable")
    first = np.zeros(lines.size, dtype=np.bool_)
    first[by_time[np.unique(code[by_time], return_index=True)[1]]] = True
    caused = (lines.cause >= 0) & first
    return Planted(
        purchases=purchase_table(lines, net),
        ties=pa.table({"source_id": people.source, "target_id": people.target}),
        categories=pa.table({"category_id": CATEGORIES, "parent_id": pa.array(PARENTS, pa.string())}),
        caused=pa.table(
            {"order_id": lines.order[caused], "source_id": lines.cause[caused], "net": net[caused]}
        ),
        influencers=people.influencers,
    )


def purchase_table(lines: Lines, net: Floats) -> pa.Table:
    """Order lines as the ledger takes them; products belong to categories in turn."""
    span = np.timedelta64(round(DAYS * MICROSECONDS_PER_DAY), "us")
    start = np.datetime64(END.replace(tzinfo=None), "us") - span
    at = start + np.rint(lines.day * MICROSECONDS_PER_DAY).astype("timedelta64[us]")
    category = pa.DictionaryArray.from_arrays(
        pa.array(LEAVES[lines.product % len(LEAVES)], pa.int8()), CATEGORIES
    )
    return pa.table(
        {
            "order_id": lines.order,
            "line_id": np.arange(lines.size),
            "customer_id": lines.customer,
            "product_id": lines.product,
            "category_id": category.cast(pa.string()),
            "created_at": pa.array(at, pa.timestamp("us")).cast(TIME),
            "net": net,
        }
    )
