"""Ways to look influential without being it, each planted into a world around one account."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scoring.simulate.circles import Habits, Integers
from scoring.simulate.planted import DAYS, TIME, Lines, Planted, purchase_table
from scoring.simulate.recipes import world

SOCIAL_ATTACKS = ("bought social followers", "viral post", "follow-back ring", "late follows")
ATTACKS = ("bought followers", "viral item", "ring", "fake accounts", "busy fake accounts", *SOCIAL_ATTACKS)
BOUGHT_FOLLOWERS = 1_000
VIRAL_BUYERS = 60
RING_ORDERS = 60
FAKES, COPIES = 30, 3
NETWORK, RESPONSES = "mastodon", "mastodon:responses"
"""Kinds of social ties, as the app calls them; in a social attack all ties of the world are follows there."""
STAYED = 3
"""Of the buyers whom a viral post brings, those who follow the account from then on."""
RING, RING_ITEMS, RING_COPIES = 12, 3, 3
SINCE, WINDOW_DAYS = 100.0, 30.0
PRICE = 20.0


def planted_shop(
    kind: str, *, customers: int = 1_000, seed: int = 1, strength: float = 0.05, attack: str | None = None
) -> Planted:
    """A shop whose truth is known, for the ledger: 1,000 to 1,000,000 customers, the same for the same seed.

    `kind` is one of `WORLDS`, for example null (times shuffled), common cause (an advert that friends see),
    influence, sale (a price cut to everybody), homophily (taste alone) or early circle (people who buy before
    their friends). `strength` is the chance that one exposure leads to a purchase. `attack`, one of
    `ATTACKS`, is mounted for the account of `median_customer`.
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


def scored_customer(world: Planted, scores: pa.Table) -> int:
    """A customer who influences nobody and has scores (`Ledger.scores`), near the middle."""
    known = scores.filter(pc.invert(pc.is_in(scores["customer_id"], value_set=pa.array(world.influencers))))
    known = known.filter(pc.is_valid(known["reach"]))
    off = sum(np.abs(known[name].to_numpy() - 50.0) for name in ("reach", "amplification"))
    return int(known["customer_id"][int(np.argmin(off))].as_py())


def attacked(world: Planted, name: str, *, account: int, seed: int = 1) -> Planted:
    """The world with that attack; the rest of it stays as it was."""
    if name not in ATTACKS:
        raise ValueError(f"an attack is one of {', '.join(ATTACKS)}, not {name!r}")
    rng = np.random.default_rng(seed)
    if name in SOCIAL_ATTACKS:
        kinds = pa.repeat(NETWORK, world.ties.num_rows)
        world = replace(world, ties=world.ties.append_column("kind", kinds))
    people = int(pc.max(pc.max_element_wise(world.ties["source_id"], world.ties["target_id"])).as_py()) + 1
    people = max(people, int(pc.max(world.purchases["customer_id"]).as_py()) + 1)
    return _MOUNT[name](rng, world, account=account, first=people)


def _bought(rng: np.random.Generator, world: Planted, *, account: int, first: int) -> Planted:
    """A thousand accounts that never buy."""
    del rng
    return _with(world, source=account, target=first + np.arange(BOUGHT_FOLLOWERS))


def _bought_socially(rng: np.random.Generator, world: Planted, *, account: int, first: int) -> Planted:
    """The same, who follow the account, like its posts, and agreed to all of it."""
    del rng
    fakes = first + np.arange(BOUGHT_FOLLOWERS)
    follows = _with(world, source=account, target=fakes, since=SINCE)
    return _with(follows, source=account, target=fakes, kind=RESPONSES, since=SINCE)


def _viral(rng: np.random.Generator, world: Planted, *, account: int, first: int) -> Planted:
    """The account buys one product once, and sixty real customers tied to it buy it in the week after."""
    del first
    buyers = np.unique(world.purchases["customer_id"].to_numpy())
    crowd = rng.choice(buyers[buyers != account], min(VIRAL_BUYERS, len(buyers) - 1), replace=False)
    product = _new_products(world, 1)
    day = np.r_[DAYS / 2, DAYS / 2 + rng.uniform(0.1, 7, len(crowd))]
    lines = _lines(np.r_[account, crowd], np.repeat(product, len(day)), day=day)
    return _with(world, source=account, target=crowd, lines=lines)


def _ring(rng: np.random.Generator, world: Planted, *, account: int, first: int) -> Planted:
    """Two accounts that copy sixty orders of each other, a day later."""
    day = np.sort(rng.uniform(0, DAYS - 10, 2 * RING_ORDERS))
    product = _new_products(world, 2 * RING_ORDERS)
    partner = first
    leader = np.where(np.arange(2 * RING_ORDERS) % 2 == 0, account, partner)
    other = np.where(leader == account, partner, account)
    lines = _lines(np.r_[leader, other], np.r_[product, product], day=np.r_[day, day + 1])
    tied = _with(world, source=account, target=np.array([partner]), lines=lines)
    return _with(tied, source=partner, target=np.array([account]))


def _fakes(rng: np.random.Generator, world: Planted, *, account: int, first: int, busy: int = 0) -> Planted:
    """Thirty accounts with three orders each that copy the attacker's a day later; `busy` of their own."""
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


def _viral_post(rng: np.random.Generator, world: Planted, *, account: int, first: int) -> Planted:
    """The account buys a product and posts it; sixty who respond buy it within a week, and three stay.

    However many respond: whoever responds to one post alone has no tie (`profiles.responses` of the app).
    """
    del first
    buyers = np.unique(world.purchases["customer_id"].to_numpy())
    fresh = buyers[~np.isin(buyers, [account, *_tied_to(world, account)])]
    crowd = rng.choice(fresh, min(VIRAL_BUYERS, len(fresh)), replace=False)
    day = np.r_[DAYS / 2 - 1, DAYS / 2 + rng.uniform(0.1, 7, len(crowd))]
    lines = _lines(np.r_[account, crowd], np.repeat(_new_products(world, 1), len(day)), day=day)
    return _with(world, source=account, target=crowd[:STAYED], lines=lines, since=DAYS / 2)


def _follow_back(rng: np.random.Generator, world: Planted, *, account: int, first: int) -> Planted:
    """Twelve accounts that all follow and like each other; three items of each are copied by three others."""
    ring = np.r_[account, first + np.arange(RING - 1)]
    for member in ring:
        others = ring[ring != member]
        for kind in (NETWORK, RESPONSES):
            world = _with(world, source=int(member), target=others, kind=kind, since=SINCE)
        for product in _new_products(world, RING_ITEMS):
            buyers = np.r_[member, rng.choice(others, RING_COPIES, replace=False)]
            begun = rng.uniform(SINCE, DAYS - 10)
            day = begun + np.r_[0.0, 1 + rng.random(RING_COPIES)]
            lines = _lines(buyers, np.repeat(product, len(day)), day=day)
            world = _with(world, source=account, target=ring[:0], lines=lines)
    return world


def _late(rng: np.random.Generator, world: Planted, *, account: int, first: int) -> Planted:
    """Everybody who happened to buy the same after the account follows it now."""
    del rng, first
    return _with(world, source=account, target=followed_by_chance(world, account), since=DAYS - 1)


def followed_by_chance(world: Planted, account: int) -> Integers:
    """Who bought the same within a month after the account, and has no tie from it."""
    bought = world.purchases
    who, what = (bought[name].to_numpy() for name in ("customer_id", "product_id"))
    at = bought["created_at"].to_numpy().astype("datetime64[us]").astype(np.int64)
    found = [account, *_tied_to(world, account)]
    after = np.zeros(len(who), dtype=np.bool_)
    for line in np.flatnonzero(who == account):
        gap = at - at[line]
        after |= (what == what[line]) & (gap > 0) & (gap <= WINDOW_DAYS * 86_400e6)
    return np.setdiff1d(np.unique(who[after]), found)


def _tied_to(world: Planted, account: int) -> Integers:
    known = world.ties.filter(pc.equal(world.ties["source_id"], account))["target_id"]
    return np.asarray(known.to_numpy(), dtype=np.int64)


def _new_products(world: Planted, count: int) -> Integers:
    """Products that nobody has bought so far."""
    return int(pc.max(world.purchases["product_id"]).as_py()) + 1 + np.arange(count)


def _lines(customer: Integers, product: Integers, *, day: np.ndarray) -> Lines:
    """One order a line; nobody's influence."""
    return Lines(np.arange(len(day)), customer, product, day, np.full(len(day), -1, dtype=np.int64))


def _with(  # noqa: PLR0913 - a tie has as many parts
    world: Planted,
    *,
    source: int,
    target: Integers,
    lines: Lines | None = None,
    kind: str = NETWORK,
    since: float | None = None,
) -> Planted:
    """The world with ties from the source to the targets and more order lines; `since` a day, or always."""
    more = {"source_id": np.full(len(target), source), "target_id": target}
    if "kind" in world.ties.column_names:
        begun = None if since is None else world.as_of - timedelta(days=DAYS - since)
        more |= {
            "kind": pa.repeat(kind, len(target)),
            "valid_from": pa.array([begun] * len(target), TIME),
        }
    ties = pa.concat_tables([world.ties, pa.table(more)], promote_options="default")
    purchases = world.purchases
    if lines is not None:
        next_order, next_line = (int(pc.max(purchases[name]).as_py()) + 1 for name in ("order_id", "line_id"))
        numbered = replace(lines, order=next_order + np.arange(lines.size))
        more = purchase_table(numbered, np.full(lines.size, PRICE))
        more = more.set_column(1, "line_id", pa.array(next_line + np.arange(lines.size)))
        purchases = pa.concat_tables([purchases, more])
    return replace(world, ties=ties, purchases=purchases)


_MOUNT: dict[str, Callable[..., Planted]] = {
    "bought followers": _bought,
    "viral item": _viral,
    "ring": _ring,
    "fake accounts": _fakes,
    "busy fake accounts": partial(_fakes, busy=COPIES),
    "bought social followers": _bought_socially,
    "viral post": _viral_post,
    "follow-back ring": _follow_back,
    "late follows": _late,
}
