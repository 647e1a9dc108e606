"""What the influence finder's steps teach, against the same steps in other orders.

`python benchmarks/finder.py [--customers 2000] [--seeds 40]`

Shops with influence of 5 % that know a third of their ties; a third of the customers may be written to, half
may get a link. Steps are chosen by what is known on a day; what each tells is then drawn from the truth: of a
trial by lot, purchases of the very contacts (their own later exposures); of a link, which one holder in five
passes on, ties to those friends who order by it; of the question, which is answered after one order in three
and names a wrong person one time in ten, ties from whom it names. Reached is the share of what customers
really differ in (how often contacts follow them, in half a year that nobody has looked at) which the app's
figures explain.
"""

import argparse
import math
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.validity.measures import table
from scoring import finder
from scoring.finder import LINK, QUESTION, TRIAL, Finder, Knowledge, May
from scoring.ledger import LedgerInputs, Parameters, open_engine
from scoring.ledger.exposed import Exposed, find_exposed
from scoring.ledger.inputs import read_inputs
from scoring.ledger.workings import work_out
from scoring.simulate.causes import DELAY_DAYS
from scoring.simulate.circles import Habits
from scoring.simulate.planted import END, Planted
from scoring.simulate.recipes import world

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
KNOWN_TIES, WRITABLE, LINKABLE, SHARE_A_LINK, USED = 1 / 3, 1 / 3, 1 / 2, 0.2, 0.5
NOW = END - timedelta(days=360)
TOLD_BY, TRUTH_UNTIL = NOW + timedelta(days=180), END - timedelta(days=30)
HORIZON = timedelta(days=finder.HORIZON_DAYS)
MESSAGES = (10, 30, 100)
ORDERS = ("finder", "most orders first", "random", "random, trials alone")
ANSWERED, WRONG = 1 / 3, 0.1
PILOT = 300
REPEATED = 20
EXPOSURES = """
WITH first AS (SELECT customer_id, product_id, min(created_at) AS bought FROM purchases GROUP BY ALL),
alive AS (
    SELECT customer_id FROM purchases WHERE created_at <= $now GROUP BY 1 HAVING count(DISTINCT order_id) > 1
)
SELECT s.customer_id AS source, t.target_id AS target, epoch_us(s.bought) AS moment,
       coalesce(f.bought <= s.bought + INTERVAL 30 DAY, false) AND c.line_id IS NULL AS followed
FROM first AS s JOIN ties AS t ON t.source_id = s.customer_id
JOIN alive ON alive.customer_id = t.target_id
LEFT JOIN first AS f ON f.customer_id = t.target_id AND f.product_id = s.product_id
LEFT JOIN caused AS c
    ON c.source_id = s.customer_id AND c.customer_id = t.target_id AND c.product_id = s.product_id
WHERE s.bought > $now - INTERVAL 90 DAY AND s.bought <= $until AND (f.bought IS NULL OR f.bought > s.bought)
ORDER BY source, target, moment
"""

ORDERED = """
SELECT order_id, any_value(p.customer_id) AS buyer, epoch_us(min(created_at)) AS moment,
       coalesce(min(source_id), -1) AS cause
FROM purchases AS p LEFT JOIN caused AS c USING (order_id) GROUP BY order_id ORDER BY order_id
"""


@dataclass(frozen=True)
class Truth:
    """Who really could have followed whom, when, and who did by chance; who led by which order, when.

    led: by customer, the chance that an exposure leads to a purchase within a month.
    """

    source: Integers
    target: Integers
    at: Integers
    followed: npt.NDArray[np.bool_]
    causes: dict[str, Integers]
    orders: dict[str, Integers]
    led: Floats

    def between(self, since: int, until: int) -> npt.NDArray[np.bool_]:
        """Return which exposures lie there."""
        return np.asarray((self.at > since) & (self.at <= until))


@dataclass(frozen=True)
class Shop:
    """A shop on the day of the choice."""

    known: Knowledge
    exposed: Exposed
    may: May
    truth: Truth
    tied: frozenset[tuple[int, int]]
    orders: Integers
    asked: int


@dataclass(frozen=True)
class Learned:
    """Of one shop and order of steps: shares predicted, and sums of squares, before and after."""

    predicted: float
    gained: float
    steps: int
    trials: int
    error: float
    whole: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the shops and print what each order of steps was to teach, and taught."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=2_000)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--world", default="influence")
    chosen = parser.parse_args(arguments)
    seeds = range(1, chosen.seeds + 1)
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(partial(_learned, chosen.world, chosen.customers), seeds))
    start = [one["nothing", 0] for one in found]
    asked = [one["the question alone", 0] for one in found]
    rows: list[list[object]] = [["as it is", 0, *_row(start, start)]]
    rows.append(["the question alone", 0, *_row(asked, start)])
    rows += [
        [order, messages, *_row([one[order, messages] for one in found], start)]
        for order in ORDERS
        for messages in MESSAGES
    ]
    table(
        f"What steps teach ({chosen.world}, {chosen.customers:,} customers, {chosen.seeds} seeds)",
        [
            "order",
            "messages",
            "steps",
            "of them trials",
            "known, predicted",
            "reached",
            "**gain, predicted**",
            "**gain, reached**",
        ],
        rows,
    )


def _row(told: list[Learned], start: list[Learned]) -> list[str]:
    whole = sum(one.whole for one in told)
    errors = np.array([one.error for one in told])
    before = np.array([one.error for one in start])
    gain = before - errors
    width = 1.645 * float(np.std(gain, ddof=1)) * np.sqrt(len(gain)) / whole if len(gain) > 1 else 0.0
    count = len(told)
    return [
        f"{sum(one.steps for one in told) / count:.1f}",
        f"{sum(one.trials for one in told) / count:.1f}",
        f"{sum(one.predicted for one in told) / count:.2%}",
        f"{1 - errors.sum() / whole:.2%}",
        f"{sum(one.gained for one in told) / count:.3%}",
        f"{gain.sum() / whole:.3%} ± {width:.3%}",
    ]


def _learned(name: str, customers: int, seed: int) -> dict[tuple[str, int], Learned]:
    shop = _shop(world(name, customers=customers, seed=seed), np.random.default_rng(seed))
    question = Finder(shop.known, shop.exposed, replace(shop.may, question=shop.asked)).best()
    found = {("nothing", 0): _measured(shop, [])}
    found["the question alone", 0] = _measured(shop, [] if question is None else [question])
    for order in ORDERS:
        for messages in MESSAGES:
            found[order, messages] = _measured(shop, _chosen(shop, order, messages=messages, seed=seed))
    return found


def _shop(made: Planted, rng: np.random.Generator) -> Shop:
    size = _size(made)
    source, target = (made.ties[name].to_numpy() for name in ("source_id", "target_id"))
    told = (rng.random(size) < KNOWN_TIES)[source]
    ties = pa.table({"source_id": source[told], "target_id": target[told]})
    writable = pa.array(np.flatnonzero(rng.random(size) < WRITABLE))
    inputs = LedgerInputs(made.purchases, ties, made.categories, writable=writable, parallel_ties=False)
    parameters = Parameters()
    with open_engine() as engine:
        read = read_inputs(inputs, engine, as_of=NOW, parameters=parameters)
        workings = work_out(read, engine, parameters=parameters)
        exposed = find_exposed(workings, engine, parameters=parameters)
    known = finder.known_of(exposed)
    truth = _truth(made)
    tied = frozenset(zip(source[told].tolist(), target[told].tolist(), strict=True))
    pilot = rng.choice(size, min(PILOT, size), replace=False)
    friends = sum(len(_friends(truth, one, since=_us(NOW - HORIZON), rng=rng)) for one in pilot.tolist())
    links = pa.array(np.flatnonzero(rng.random(size) < LINKABLE))
    asked = int(np.count_nonzero(_lately(truth.orders["moment"], _us(NOW - HORIZON))))
    named = len(_named(truth, since=_us(NOW - HORIZON), rng=rng))
    seen = {"links_given": len(pilot), "friends": friends, "asked": asked, "named": named}
    may = May(links=links, names=pa.array(range(size)), **seen)
    before = made.purchases["created_at"].to_numpy() <= np.datetime64(NOW.replace(tzinfo=None), "us")
    buyer = made.purchases["customer_id"].to_numpy()[before]
    return Shop(known, exposed, may, truth, tied, np.bincount(buyer, minlength=size), asked)


def _size(made: Planted) -> int:
    people = (made.purchases["customer_id"], made.ties["source_id"], made.ties["target_id"])
    return max(int(np.max(ids.to_numpy())) for ids in people) + 1


def _truth(made: Planted) -> Truth:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("purchases", made.purchases)
        connection.register("ties", made.ties)
        connection.register("caused", made.caused)
        found = connection.execute(EXPOSURES, {"now": NOW, "until": TRUTH_UNTIL}).fetchnumpy()
        causes = connection.execute(
            "SELECT source_id AS source, c.customer_id AS target, epoch_us(p.created_at) AS moment "
            "FROM caused AS c JOIN purchases AS p USING (line_id) ORDER BY c.line_id"
        ).fetchnumpy()
        orders = connection.execute(ORDERED).fetchnumpy()
    led = np.zeros(_size(made))
    led[made.influencers] = Habits().strength * (1 - math.exp(-30 / DELAY_DAYS))
    return Truth(
        found["source"], found["target"], found["moment"], found["followed"], dict(causes), dict(orders), led
    )


def _us(moment: datetime) -> int:
    return int(np.datetime64(moment.replace(tzinfo=None), "us").astype(np.int64))


def _lately(moment: Integers, since: int) -> npt.NDArray[np.bool_]:
    """Return what happens within the horizon that begins then."""
    return np.asarray((moment > since) & (moment <= since + _us(NOW) - _us(NOW - HORIZON)))


def _named(truth: Truth, *, since: int, rng: np.random.Generator) -> list[tuple[int, int, int]]:
    """Return who is named by which buyer, and when, after orders within the horizon."""
    orders = truth.orders
    some = np.flatnonzero(_lately(orders["moment"], since))
    some = some[rng.random(len(some)) < ANSWERED]
    wrong = rng.random(len(some)) < WRONG
    named = np.where(wrong, rng.choice(orders["buyer"], len(some)), orders["cause"][some])
    told = zip(named.tolist(), orders["buyer"][some].tolist(), orders["moment"][some].tolist(), strict=True)
    first: dict[tuple[int, int], int] = {}
    for source, buyer, at in told:
        if source >= 0 and source != buyer:
            first[source, buyer] = min(at, first.get((source, buyer), at))
    return [(source, buyer, at) for (source, buyer), at in sorted(first.items())]


def _friends(truth: Truth, holder: int, *, since: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Return who ordered by a link within the horizon, and when."""
    causes = truth.causes
    theirs = (causes["source"] == holder) & _lately(causes["moment"], since)
    if rng.random() >= SHARE_A_LINK:
        return []
    used = np.flatnonzero(theirs)[rng.random(int(theirs.sum())) < USED]
    first: dict[int, int] = {}
    for place in used.tolist():
        target, at = int(causes["target"][place]), int(causes["moment"][place])
        first[target] = min(at, first.get(target, at))
    return sorted(first.items())


def _chosen(shop: Shop, order: str, *, messages: int, seed: int) -> list[finder.Step]:
    """Return the steps that fit into so many messages, in this order."""
    chooser = Finder(shop.known, shop.exposed, shop.may)
    rng = np.random.default_rng([seed, messages])
    rank = rng.random(len(shop.known.ids)) if order.startswith("random") else None
    if order == "most orders first":
        rank = shop.orders[shop.known.ids.to_numpy()].astype(np.float64)
    if "alone" in order:
        chooser.linked[:] = False
    left, steps = messages, list[finder.Step]()
    while left > 0 and (step := _next(chooser, rank, left=left, rng=rng)) is not None:
        steps.append(step)
        chooser.take(step.kind, step.place)
        left -= step.messages
    return steps


def _next(chooser: Finder, rank: Floats | None, *, left: int, rng: np.random.Generator) -> finder.Step | None:
    """Return the next step: the finder's, or any kind of step of the customer who is first by rank."""
    if rank is None:
        return chooser.best(within=left)
    gains = {kind: chooser.gains(kind) for kind in (TRIAL, LINK)}
    fits = {kind: (gain > 0) & (count > 0) & (count <= left) for kind, (gain, count) in gains.items()}
    some = fits[TRIAL] | fits[LINK]
    if not some.any():
        return None
    place = int(np.argmax(np.where(some, rank, -1.0)))
    kinds = [kind for kind in (TRIAL, LINK) if fits[kind][place]]
    kind = str(rng.choice(kinds))
    return finder.Step(kind, place, int(gains[kind][1][place]), float(gains[kind][0][place]))


def _measured(shop: Shop, steps: list[finder.Step]) -> Learned:
    """Take the steps, each by chances of its own, and return what is known then and how far off it is."""
    rng = np.random.default_rng(len(steps))
    errors = [_error(shop, _told(shop, steps, rng)) for _ in range(REPEATED if steps else 1)]
    gained = sum(step.gain for step in steps)
    return Learned(
        predicted=shop.known.share() + gained,
        gained=gained,
        steps=len(steps),
        trials=sum(step.kind == TRIAL for step in steps),
        error=float(np.mean(errors)),
        whole=_error(shop, np.ones(len(shop.known.ids))),
    )


def _told(shop: Shop, steps: list[finder.Step], rng: np.random.Generator) -> Floats:
    """Return the posterior means of customers' rates over the shop's, after these steps."""
    known = shop.known
    exposed, followed = np.zeros(len(known.ids)), np.zeros(len(known.ids))
    for step in steps:
        if step.kind == QUESTION:
            _add_answers(shop, exposed, followed, rng=rng)
            continue
        told = _trial if step.kind == TRIAL else _link
        who = int(known.ids[step.place].as_py())
        told_of = round(step.messages * known.things[step.place])
        exposed[step.place], followed[step.place] = told(shop, who, pairs=told_of, rng=rng)
    firmness = known.prior.b + known.expected
    return np.asarray((known.mean * firmness + followed) / (firmness + known.rate * exposed))


def _error(shop: Shop, mean: Floats) -> float:
    """Return how far these are off the truth: squared, by reach, without the chance in the truth's counts."""
    truth, reach = shop.truth, shop.known.reach
    ids = shop.known.ids.to_numpy()
    later = truth.between(_us(TOLD_BY), _us(TRUTH_UNTIL))
    size = len(truth.led)
    seen = np.bincount(truth.source[later], minlength=size)[ids]
    came = np.bincount(truth.source[later], weights=truth.followed[later], minlength=size)[ids]
    usual = (came + truth.led[ids] * seen).sum() / max(seen.sum(), 1)
    by_chance = np.divide(came, seen, out=np.full(len(ids), came.sum() / max(seen.sum(), 1)), where=seen > 0)
    real = (by_chance + truth.led[ids]) / usual
    noise = np.divide(by_chance, seen * usual**2, out=np.zeros(len(ids)), where=seen > 0)
    return float(reach @ ((real - mean) ** 2 - noise) / reach.sum())


def _trial(shop: Shop, sender: int, *, pairs: int, rng: np.random.Generator) -> tuple[float, float]:
    """Return how many were told and bought: later exposures of the sender's, beyond them as likely ones."""
    truth = shop.truth
    told = int(rng.binomial(pairs, 0.5))
    meanwhile = truth.between(_us(NOW), _us(TOLD_BY))
    pool = truth.followed[(truth.source == sender) & meanwhile]
    pool = pool if len(pool) else truth.followed[meanwhile]
    taken = rng.permutation(pool)[:told]
    beyond = rng.binomial(told - len(taken), pool.mean())
    return float(told), float(taken.sum() + beyond + rng.binomial(told, truth.led[sender]))


def _link(shop: Shop, holder: int, *, pairs: int, rng: np.random.Generator) -> tuple[float, float]:
    """Return exposures of friends whom the shop did not know, from their orders by the link on."""
    del pairs
    told = [(holder, target, at) for target, at in _friends(shop.truth, holder, since=_us(NOW), rng=rng)]
    seen = [_of_tie(shop, one, rng) for one in told]
    return float(sum(exposed for exposed, _ in seen)), float(sum(followed for _, followed in seen))


def _add_answers(shop: Shop, exposed: Floats, followed: Floats, *, rng: np.random.Generator) -> None:
    """Add exposures of everybody who was named, of ties that there are and of those that there are not."""
    places = {int(one): place for place, one in enumerate(shop.known.ids.to_pylist())}
    for tie in _named(shop.truth, since=_us(NOW), rng=rng):
        if tie[0] in places:
            seen = _of_tie(shop, tie, rng)
            exposed[places[tie[0]]] += seen[0]
            followed[places[tie[0]]] += seen[1]


def _of_tie(shop: Shop, tie: tuple[int, int, int], rng: np.random.Generator) -> tuple[int, int]:
    """Return exposures within the horizon of a tie that is known from then on, and how many were followed."""
    source, target, at = tie
    truth = shop.truth
    if (source, target) in shop.tied:
        return 0, 0
    if not np.any((truth.source == source) & (truth.target == target)):
        bought = (truth.orders["buyer"] == source) & (truth.orders["moment"] > at)
        count = int(np.count_nonzero(bought & (truth.orders["moment"] <= _us(NOW + HORIZON))))
        return count, int(rng.binomial(count, truth.followed.mean()))
    theirs = (truth.source == source) & (truth.target == target) & truth.between(at, _us(NOW + HORIZON))
    count = int(theirs.sum())
    return count, int(truth.followed[theirs].sum()) + int(rng.binomial(count, truth.led[source]))


if __name__ == "__main__":
    main()
