"""Who lives in a simulated world: customers with their habits, influencers with their followers."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.optimize import brentq

from scoring.simulate.assortment import Tastes, draw_currencies, draw_tastes
from scoring.simulate.behaviour import Floats, Integers, People, Population, draw_people, expected_repeats

BUYING_SHARE = 0.94
INFLUENCER_SHARE = 0.01
FOLLOWERS = (20, 60)
PLAIN_TIES = 2
CODE_OWNER_SHARE = 0.02
INFLUENCERS_WITH_CODE = 0.5
EARLY_SHARE = 0.01
FOLLOWERS_OF_EARLY = (30, 60)
MICROSECONDS_PER_DAY = 86_400_000_000
UTC_TIME = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class Clock:
    """Days of a world counted from its opening to `as_of`."""

    as_of: datetime
    span_days: float

    def at(self, days: Floats) -> pa.Array:
        """The instants of those days of the world."""
        end = np.datetime64(int(self.as_of.timestamp() * 1_000_000), "us")
        ago = np.rint((self.span_days - days) * MICROSECONDS_PER_DAY).astype("timedelta64[us]")
        return pa.array(end - ago, pa.timestamp("us")).cast(UTC_TIME)


@dataclass(frozen=True)
class Cast:
    """One value a customer; `first_day` lies at the end of the world for those who never buy."""

    joined_day: Floats
    first_day: Floats
    people: People
    tastes: Tastes
    currency: Integers

    @property
    def size(self) -> int:
        """How many customers there are."""
        return len(self.joined_day)


@dataclass(frozen=True)
class Crowd:
    """Influencers, early buyers, ties from a source who may influence a target, and owners of codes."""

    influencers: Integers
    early: Integers
    source: Integers
    target: Integers
    since_day: Floats
    code_owners: Integers


def draw_cast(rng: np.random.Generator, clock: Clock, *, customers: int, repeats: float) -> Cast:
    """`customers` people whose habits lead to about `repeats` repeat purchases, if the shop is old enough."""
    joined = np.sort(rng.random(customers) ** 0.8) * clock.span_days
    patience = np.where(rng.random(customers) < BUYING_SHARE, rng.exponential(3.0, customers), np.inf)
    first = np.minimum(joined + patience, clock.span_days)
    people = draw_people(rng, customers, Population())
    pace = _pace(people, clock.span_days - first, repeats)
    return Cast(
        joined_day=joined,
        first_day=first,
        people=replace(people, rate=people.rate * pace),
        tastes=draw_tastes(rng, customers + 1),
        currency=draw_currencies(rng, customers + 1),
    )


def _pace(people: People, days: Floats, repeats: float) -> float:
    """How much faster these people must buy for `repeats` to be expected; bounded, so it may fall short."""

    def surplus(log_pace: float) -> float:
        faster = replace(people, rate=people.rate * np.exp(log_pace))
        return float(expected_repeats(faster, days).sum()) - repeats

    slowest, fastest = -6.0, 4.0
    if surplus(slowest) >= 0:
        return float(np.exp(slowest))
    if surplus(fastest) <= 0:
        return float(np.exp(fastest))
    return float(np.exp(brentq(surplus, slowest, fastest, xtol=1e-6)))


def draw_crowd(rng: np.random.Generator, cast: Cast, clock: Clock, *, orders: Integers) -> Crowd:
    """Influencers (often frequent buyers) with 20 to 60 followers each, plain ties among all, code owners.

    Half of the influencers have a code, and some other customers. Who buys new products first has followers
    too and influences nobody: those of the most `orders`, which are by customer.
    """
    buyers = np.flatnonzero(cast.first_day < clock.span_days)
    wanted = min(len(buyers), max(1, round(cast.size * INFLUENCER_SHARE))) if cast.size else 0
    habit = np.sqrt(cast.people.rate[buyers] * (clock.span_days - cast.first_day[buyers])) + 1e-6
    chosen = rng.choice(buyers, wanted, replace=False, p=habit / habit.sum()) if wanted else buyers[:0]
    influencers = np.sort(chosen)
    early = np.setdiff1d(np.argsort(-orders, kind="stable"), influencers, assume_unique=True)
    early = np.sort(early[: round(cast.size * EARLY_SHARE)])
    followed = [_followed(rng, influencers, FOLLOWERS), _followed(rng, early, FOLLOWERS_OF_EARLY)]
    source = np.concatenate([*followed, _anyone(rng, cast.size, cast.size * PLAIN_TIES)])
    target = _anyone(rng, cast.size, len(source))
    source, target = _distinct(source, target)
    met = np.maximum(cast.joined_day[source], cast.joined_day[target])
    ordinary = np.flatnonzero(rng.random(cast.size) < CODE_OWNER_SHARE)
    known = influencers[rng.random(len(influencers)) < INFLUENCERS_WITH_CODE]
    return Crowd(
        influencers=influencers,
        early=early,
        source=source,
        target=target,
        since_day=met + rng.random(len(met)) * 0.2 * (clock.span_days - met),
        code_owners=np.union1d(known, ordinary).astype(np.int64),
    )


def _followed(rng: np.random.Generator, who: Integers, followers: tuple[int, int]) -> Integers:
    return np.repeat(who, rng.integers(*followers, len(who), endpoint=True))


def _anyone(rng: np.random.Generator, customers: int, count: int) -> Integers:
    return rng.integers(0, max(customers, 1), count if customers else 0)


def _distinct(source: Integers, target: Integers) -> tuple[Integers, Integers]:
    """The pairs without repeats and without ties of a person to themselves."""
    pairs: npt.NDArray[np.int64] = np.unique(np.stack([source, target], axis=1), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    return pairs[:, 0], pairs[:, 1]


def code_of(customer_no: int) -> str:
    """The personal code of a customer in every simulated world."""
    return f"FRIEND-{customer_no:05d}"
