"""Ways to look influential without being it, each planted into a world around one account."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scoring.simulate.circles import Habits, Integers
from scoring.simulate.planted import DAYS, Lines, Planted, purchase_table, world

ATTACKS = ("bought followers", "viral item", "ring", "fake accounts", "busy fake accounts")
BOUGHT_FOLLOWERS = 1_000
VIRAL_BUYERS = 60
RING_ORDERS = 60
FAKES, COPIES = 30, 3
PRICE = 20.0


def planted_shop(
    kind: str, *, customers: int = 1_000, seed: int = 1, strength: float = 0.05, attack: str | None = None
) -> Planted:
    """A shop whose truth is known, for the ledger: 1,000 to 1,000,000 customers, the same for the same seed.

    `kind` is one of `KINDS`: null (times shuffled), common cause (an advert that friends see), influence,
    sale (a price cut to everybody), homophily (taste alone). `strength` is the chance that one exposure
    leads to a purchase. `attack`, one of `ATTACKS`, is mounted for the account of `median_customer`.
    A million customers have some 15 million order lines and take about a minute and 6 GB.
    """
    made = world(kind, customers=customers, seed=seed, habits=Habits(strength=strength))
    return made if attack is None else attacked(made, attack, account=median_customer(made), seed=seed)


def median_customer(world: Planted) -> int:
    """A customer with orders and as many ties as most, who influences nobody: whom an attack shall lift."""
    ties, counts = np.unique(world.ties["source_id"].to_numpy(), return_counts=True)
    plain = ~np.isin(ties, world.influencers) & np.isin(ties, world.purchases["customer_id"].to_numpy())
    people, counts = ties[plain], counts[plain]
    return int(people[np.argsort(counts, kind="stable")[len(people) // 2]])


def attacked(world: Planted, name: str, *, account: int, seed: int = 1) -> Planted:
    """The world with that attack; the rest of it stays as it was."""
    if name not in ATTACKS:
        raise ValueError(f"an attack is one of {', '.join(ATTACKS)}, not {name!r}")
    rng = np.random.default_rng(seed)
    people = int(pc.max(pc.max_element_wise(world.ties["source_id"], world.ties["target_id"])).as_py()) + 1
    people = max(people, int(pc.max(world.purchases["customer_id"]).as_py()) + 1)
    if name == "bought followers":
        return _with(world, source=account, target=np.arange(people, people + BOUGHT_FOLLOWERS))
    if name == "viral item":
        return _viral(rng, world, account)
    if name == "ring":
        return _ring(rng, world, account=account, partner=people)
    busy = COPIES if name == "busy fake accounts" else 0
    return _fakes(rng, world, account=account, first=people, busy=busy)


def _viral(rng: np.random.Generator, world: Planted, account: int) -> Planted:
    """She buys one product once, and sixty real customers whom she is tied to buy it in the week after."""
    buyers = np.unique(world.purchases["customer_id"].to_numpy())
    crowd = rng.choice(buyers[buyers != account], min(VIRAL_BUYERS, len(buyers) - 1), replace=False)
    product = _new_products(world, 1)
    day = np.r_[DAYS / 2, DAYS / 2 + rng.uniform(0.1, 7, len(crowd))]
    lines = _lines(np.r_[account, crowd], np.repeat(product, len(day)), day=day)
    return _with(world, source=account, target=crowd, lines=lines)


def _ring(rng: np.random.Generator, world: Planted, *, account: int, partner: int) -> Planted:
    """Two accounts that copy sixty orders of each other, a day later."""
    day = np.sort(rng.uniform(0, DAYS - 10, 2 * RING_ORDERS))
    product = _new_products(world, 2 * RING_ORDERS)
    first = np.where(np.arange(2 * RING_ORDERS) % 2 == 0, account, partner)
    other = np.where(first == account, partner, account)
    lines = _lines(np.r_[first, other], np.r_[product, product], day=np.r_[day, day + 1])
    tied = _with(world, source=account, target=np.array([partner]), lines=lines)
    return _with(tied, source=partner, target=np.array([account]))


def _fakes(rng: np.random.Generator, world: Planted, *, account: int, first: int, busy: int) -> Planted:
    """Thirty accounts with three orders each that copy hers a day later, and `busy` orders of their own."""
    own = world.purchases.filter(pc.equal(world.purchases["customer_id"], account))
    started = (own["created_at"].to_numpy().astype("datetime64[us]").astype(np.int64)).astype(np.float64)
    day = DAYS - (np.datetime64(world.as_of.replace(tzinfo=None), "us").astype(np.int64) - started) / 86_400e6
    fake = np.repeat(np.arange(first, first + FAKES), COPIES)
    copied = rng.integers(0, own.num_rows, len(fake))
    lines = _lines(fake, own["product_id"].to_numpy()[copied], day=np.minimum(day[copied] + 1, DAYS))
    if busy:
        buyer = np.repeat(np.arange(first, first + FAKES), busy)
        products = rng.choice(world.purchases["product_id"].to_numpy(), len(buyer))
        more = _lines(buyer, products, day=rng.uniform(0, DAYS, len(buyer)))
        lines = Lines(
            *(
                np.concatenate([getattr(lines, column), getattr(more, column)])
                for column in ("order", "customer", "product", "day", "cause")
            )
        )
    return _with(world, source=account, target=np.unique(fake), lines=lines)


def _new_products(world: Planted, count: int) -> Integers:
    """Products that nobody has bought so far."""
    return int(pc.max(world.purchases["product_id"]).as_py()) + 1 + np.arange(count)


def _lines(customer: Integers, product: Integers, *, day: np.ndarray) -> Lines:
    """One order a line; nobody's influence."""
    return Lines(np.arange(len(day)), customer, product, day, np.full(len(day), -1, dtype=np.int64))


def _with(world: Planted, *, source: int, target: Integers, lines: Lines | None = None) -> Planted:
    """The world with ties from the source to the targets and more order lines."""
    ties = pa.concat_tables(
        [world.ties, pa.table({"source_id": np.full(len(target), source), "target_id": target})]
    )
    purchases = world.purchases
    if lines is not None:
        next_order, next_line = (int(pc.max(purchases[name]).as_py()) + 1 for name in ("order_id", "line_id"))
        numbered = replace(lines, order=next_order + np.arange(lines.size))
        more = purchase_table(numbered, np.full(lines.size, PRICE))
        more = more.set_column(1, "line_id", pa.array(next_line + np.arange(lines.size)))
        purchases = pa.concat_tables([purchases, more])
    return replace(world, ties=ties, purchases=purchases)
