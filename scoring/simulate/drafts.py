"""Orders of a simulated world before they are written down: own, caused by somebody, of guests."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from scoring.simulate.assortment import draw_products, newest
from scoring.simulate.behaviour import Floats, Integers, draw_repeats
from scoring.simulate.cast import Cast, Clock, Crowd

NOBODY = -1
FOLLOW_CHANCE = 0.06
FOLLOW_WINDOW_DAYS = 30.0
FOLLOW_DECAY_DAYS = 10.0
CODE_USE_CHANCE = 0.6
ORDERS_PER_GUEST = 1.4
SIGNED_UP_SHARE = 0.25
ARRIVALS_SHARE, ARRIVALS_SHARE_OF_EARLY = 0.35, 0.7
LATE_DAYS, EARLY_DAYS = 45.0, 5.0
"""How long after a product came out others buy it, and early people, on average."""


@dataclass(frozen=True)
class Draft:
    """One value an order; -1 stands for nobody. `cause` is the influencer without whom it would not be."""

    customer: Integers
    guest: Integers
    day: Floats
    product: Integers
    cause: Integers
    with_code: npt.NDArray[np.bool_]

    @property
    def size(self) -> int:
        """How many orders there are."""
        return len(self.day)

    def take(self, chosen: Integers) -> "Draft":
        """These orders, in this order."""
        return Draft(
            self.customer[chosen],
            self.guest[chosen],
            self.day[chosen],
            self.product[chosen],
            self.cause[chosen],
            self.with_code[chosen],
        )


def joined(*drafts: Draft) -> Draft:
    """All the orders, in the order of their days."""
    together = Draft(
        np.concatenate([d.customer for d in drafts]),
        np.concatenate([d.guest for d in drafts]),
        np.concatenate([d.day for d in drafts]),
        np.concatenate([d.product for d in drafts]),
        np.concatenate([d.cause for d in drafts]),
        np.concatenate([d.with_code for d in drafts]),
    )
    return together.take(np.argsort(together.day, kind="stable"))


def _plain(customer: Integers, guest: Integers, *, day: Floats, product: Integers) -> Draft:
    nobody = np.full_like(customer, NOBODY)
    return Draft(customer, guest, day, product, nobody, np.zeros(len(day), dtype=np.bool_))


def draw_own(rng: np.random.Generator, cast: Cast, *, clock: Clock, at_most: int) -> Draft:
    """First and repeat purchases of the customers, at most so many; first ones are left out last."""
    buyers = np.flatnonzero(cast.first_day < clock.span_days)
    owner, later = draw_repeats(rng, cast.people, clock.span_days - cast.first_day)
    customer = np.concatenate([rng.permutation(buyers), owner[(mixed := rng.permutation(len(owner)))]])
    day = cast.first_day[customer]
    day[len(buyers) :] += later[mixed]
    customer, day = customer[: max(at_most, 0)], day[: max(at_most, 0)]
    product = draw_products(rng, cast.tastes, customer)
    return _plain(customer, np.full_like(customer, NOBODY), day=day, product=product)


def with_arrivals(rng: np.random.Generator, own: Draft, *, early: Integers, clock: Clock) -> Draft:
    """The same orders, some of them for new products: early people buy those soon, everybody else later."""
    soon = np.isin(own.customer, early)
    wanted = rng.random(own.size) < np.where(soon, ARRIVALS_SHARE_OF_EARLY, ARRIVALS_SHARE)
    delay = rng.exponential(np.where(soon, EARLY_DAYS, LATE_DAYS))
    arrival = newest(own.day - delay, span_days=clock.span_days)
    return replace(own, product=np.where(wanted & (arrival >= 0), arrival, own.product))


def draw_caused(rng: np.random.Generator, crowd: Crowd, *, own: Draft, clock: Clock, at_most: int) -> Draft:
    """Orders that followers place within 30 days of an influencer's, for one product; most use the code."""
    chosen = np.flatnonzero(np.isin(own.customer, crowd.influencers))
    first_tie = np.searchsorted(crowd.source, own.customer[chosen], "left")
    ties = np.searchsorted(crowd.source, own.customer[chosen], "right") - first_tie
    seen = np.repeat(chosen, ties)
    tie = np.repeat(first_tie, ties) + np.arange(len(seen)) - np.repeat(np.cumsum(ties) - ties, ties)
    delay = rng.exponential(FOLLOW_DECAY_DAYS, len(seen))
    day = own.day[seen] + delay
    happens = (rng.random(len(seen)) < FOLLOW_CHANCE) & (delay < FOLLOW_WINDOW_DAYS) & (day < clock.span_days)
    happens &= crowd.since_day[tie] < own.day[seen]
    kept = rng.permutation(np.flatnonzero(happens))[: max(at_most, 0)]
    customer = crowd.target[tie[kept]]
    return Draft(
        customer,
        np.full_like(customer, NOBODY),
        day[kept],
        own.product[seen[kept]],
        own.customer[seen[kept]],
        np.isin(own.customer[seen[kept]], crowd.code_owners) & (rng.random(len(kept)) < CODE_USE_CHANCE),
    )


def draw_guests(rng: np.random.Generator, cast: Cast, *, clock: Clock, count: int) -> tuple[Draft, Integers]:
    """`count` orders of guests, and for every customer the guest they were before they signed up, or -1."""
    guests = int(np.ceil(count / ORDERS_PER_GUEST))
    guest = rng.integers(0, max(guests, 1), count)
    before = np.full(cast.size, NOBODY, dtype=np.int64)
    signed_up = min(round(guests * SIGNED_UP_SHARE), cast.size)
    who = rng.choice(cast.size, signed_up, replace=False) if signed_up else np.zeros(0, dtype=np.int64)
    before[who] = np.arange(signed_up)
    latest = np.full(max(guests, 1), clock.span_days)
    latest[:signed_up] = cast.joined_day[who]
    day = rng.random(count) * latest[guest]
    taste = np.full(count, cast.size, dtype=np.int64)
    product = draw_products(rng, cast.tastes, taste)
    return _plain(np.full(count, NOBODY, dtype=np.int64), guest, day=day, product=product), before
