"""Which small step teaches a shop most of who is followed: expected information for each message.

How often contacts follow a customer is a rate by exposure with a prior Gamma(a, rate b) over the shop; e
purchases were expected at the shop's mean rate. Of what customers differ in, the evidence on one explains
e/(b + e) on average: the credibility of Buehlmann (1967, ASTIN Bulletin 4(3)), which is 1 - E[posterior
variance]/prior variance and needs no outcome. A step adds expected purchases; what it will explain follows.
"""

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scoring import lots
from scoring.ledger.exposed import RECENT_DAYS, Exposed
from scoring.ledger.verdicts import Prior, fit_prior

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
TRIAL, LINK, QUESTION = "trial", "link", "question"
HORIZON_DAYS = 90.0
"""What a step teaches is counted for so long."""
FEWEST_THINGS, MOST_THINGS = 2, 6
"""Products of a trial, which its sender has bought: a lot tells each contact of half of them."""
FEWEST_CONTACTS = 5
MOST_STEPS, SHOWN = 50, 10
"""Steps that are kept, since some may be impossible when they are read, and that are shown."""
SHARES: Final = 0.2
"""Of those who have a link so many pass it on; what a shop has seen of friends tells the rest."""
FRIENDS, FRIENDS_WEIGHT = 0.1, 20.0
"""Friends who order by a link within the horizon, until a shop has given so many links."""
NAMES, NAMES_WEIGHT = 0.03, 100.0
"""Orders after which a customer is named, until so many orders were asked about."""
TRUSTED, TRUSTED_WEIGHT = 0.5, 20.0
"""Ties to people with orders of their own, until a shop has so many ties."""
STEPS = pa.schema(
    [
        ("position", pa.int32()),
        ("kind", pa.string()),
        ("customer_id", pa.string()),
        ("messages", pa.int32()),
        ("gain", pa.float64()),
    ]
)


@dataclass(frozen=True)
class May:
    """What may be done, and what the shop has seen of it.

    links: who may get a link. names: in whose name letters may go. question: whether it may be asked yet, and
    of how many orders within the horizon. links_given, friends; asked, named: what links and questions
    brought here.
    """

    links: pa.Array = field(default_factory=lambda: pa.array([], pa.string()))
    names: pa.Array = field(default_factory=lambda: pa.array([], pa.string()))
    question: float = 0.0
    links_given: float = 0.0
    friends: float = 0.0
    asked: float = 0.0
    named: float = 0.0


@dataclass(frozen=True)
class Knowledge:
    """What is known of each customer now; one value a customer.

    rate: the shop's mean chance that an exposure is followed. expected: purchases expected at that rate so
    far. mean: the posterior mean of the customer's rate over the shop's. reach: orders that their contacts
    are expected to place. things: products that a trial in their name can be of. buys: products they are
    expected to buy within the horizon. trusted: the share of ties that count.
    """

    ids: pa.Array
    prior: Prior
    rate: float
    expected: Floats
    mean: Floats
    reach: Floats
    things: Floats
    buys: Floats
    trusted: float

    def share(self, more: Floats | float = 0.0) -> float:
        """Return the share of the reach whose influence is known, after `more` expected purchases."""
        return float(self.weight @ explained(self.expected + more, self.prior))

    @property
    def weight(self) -> Floats:
        """What of all that is expected to follow anybody is expected to follow each; sums to one, or to 0."""
        followed = self.reach * self.mean
        return np.asarray(followed / max(float(followed.sum()), 1e-9), dtype=np.float64)


@dataclass(frozen=True)
class Found:
    """The best steps, `STEPS`; the share known now, and after the first ten of them."""

    steps: pa.Table
    known: float
    after: float

    def report(self) -> dict[str, object]:
        """Return as JSON what a run keeps of it."""
        return {"known": self.known, "after": self.after}


@dataclass(frozen=True)
class Step:
    """A step: its kind, the place of the customer (-1: it is the shop's), messages, and gain in share."""

    kind: str
    place: int
    messages: int
    gain: float


def explained(expected: Floats, prior: Prior) -> Floats:
    """Return the share of the prior variance that so many expected purchases explain on average."""
    return np.asarray(expected / (prior.b + expected), dtype=np.float64)


def known_of(exposed: Exposed, customers: pa.Array | None = None) -> Knowledge:
    """Return what is known of these customers (None: of all who buy)."""
    table = exposed.customers
    if customers is not None:
        wanted = customers.cast(table["customer_id"].type)
        table = table.filter(pc.is_in(table["customer_id"], value_set=wanted))
    columns = {name: table[name].to_numpy() for name in table.column_names[1:]}
    rate = lots.base_share(columns["followed"].sum(), columns["exposures"].sum())
    expected = rate * columns["exposures"]
    prior = fit_prior(columns["followed"], expected)
    tied = columns["contacts"] > 0
    usual = float(columns["contact_orders"][tied].mean()) if tied.any() else 1.0
    contacts = float(exposed.customers["contacts"].to_numpy().sum())
    return Knowledge(
        ids=table["customer_id"].combine_chunks(),
        prior=prior,
        rate=rate,
        expected=expected,
        mean=(prior.a + columns["followed"]) / (prior.b + expected),
        reach=np.where(tied, columns["contact_orders"], usual),
        things=np.minimum(columns["products"], MOST_THINGS),
        buys=_buys(columns["recent"]),
        trusted=(contacts + TRUSTED * TRUSTED_WEIGHT) / (exposed.ties + TRUSTED_WEIGHT),
    )


def _buys(recent: Floats) -> Floats:
    """Return how many products each is expected to buy within the horizon, shrunk to the shop."""
    usual = float(recent.mean()) if len(recent) else 0.0
    if usual <= 0:
        return np.zeros(len(recent))
    prior = fit_prior(recent, np.full(len(recent), usual))
    return usual * (prior.a + recent) / (prior.b + usual) * HORIZON_DAYS / RECENT_DAYS


class Finder:
    """Chooses steps one after the other; nobody gets two messages, and nobody is in two steps."""

    def __init__(self, known: Knowledge, exposed: Exposed, may: May) -> None:
        """What is known, and what may be done."""
        self.known, self.may = known, may
        size = len(known.ids)
        places = [
            pc.fill_null(pc.index_in(exposed.letters[name], value_set=known.ids), -1).to_numpy()
            for name in ("source_id", "target_id")
        ]
        here = (places[0] >= 0) & (places[1] >= 0)
        named = _among(known.ids, may.names)
        self.source, self.target = (place[here].astype(np.int64) for place in places)
        self.linked = _among(known.ids, may.links)
        self.named = named
        self.free = np.ones(size, dtype=np.bool_)
        self.more = np.zeros(size)
        self.asks = may.question > 0

    def of_trials(self) -> tuple[Floats, Integers]:
        """Return by customer what a trial in their name adds in expected purchases, and how many letters."""
        letters = np.bincount(self.source[self.free[self.target]], minlength=len(self.free)).astype(np.int64)
        may = self.named & self.free & (self.known.things >= FEWEST_THINGS)
        letters[~may | (letters < FEWEST_CONTACTS)] = 0
        return self.known.rate * letters * self.known.things / 2, letters

    def of_links(self) -> Floats:
        """Return by customer what a link adds if it is passed on: of new ties, half of the horizon each."""
        may = self.may
        friends = (may.friends + FRIENDS * FRIENDS_WEIGHT) / (may.links_given + FRIENDS_WEIGHT)
        return friends / SHARES * self._of_a_tie()

    def of_question(self) -> Floats:
        """Return by customer what the question adds: they are named as they are followed."""
        may = self.may
        named = (may.named + NAMES * NAMES_WEIGHT) / (may.asked + NAMES_WEIGHT)
        return may.question * named * self.known.weight * self._of_a_tie()

    def _of_a_tie(self) -> Floats:
        return self.known.trusted * self.known.rate * self.known.buys / 2

    def gains(self, kind: str) -> tuple[Floats, Floats]:
        """Return by customer what a step of this kind makes known of the shop, and its messages."""
        known = self.known
        at = known.expected + self.more
        now = explained(at, known.prior)
        if kind == TRIAL:
            added, letters = self.of_trials()
            return known.weight * (explained(at + added, known.prior) - now), letters.astype(np.float64)
        gain = SHARES * known.weight * (explained(at + self.of_links(), known.prior) - now)
        return np.where(self.linked & self.free, gain, 0.0), np.ones(len(gain))

    def best(self, *, within: float = math.inf) -> Step | None:
        """Return the step of most gain for each message that takes so many at most; None: there is none.

        The question is no message: it comes first.
        """
        if self.asks:
            after = self.known.share(self.more + self.of_question())
            return Step(QUESTION, -1, 0, after - self.known.share(self.more))
        found: Step | None = None
        most = 0.0
        for kind in (TRIAL, LINK):
            gain, messages = self.gains(kind)
            fits = (messages > 0) & (messages <= within)
            each = np.divide(gain, messages, out=np.zeros(len(gain)), where=fits)
            place = int(np.argmax(each)) if len(each) > 0 else 0
            if len(each) > 0 and each[place] > most:
                most = float(each[place])
                found = Step(kind, place, int(messages[place]), float(gain[place]))
        return found

    def take(self, kind: str, place: int) -> None:
        """Count the step as done: those in it take part in no other."""
        if kind == QUESTION:
            self.more = self.more + self.of_question()
            self.asks = False
            return
        if kind == TRIAL:
            self.more[place] += self.of_trials()[0][place]
            self.free[self.target[self.source == place]] = False
        self.free[place] = False


def find_steps(
    exposed: Exposed, may: May, *, customers: pa.Array | None = None, most: int = MOST_STEPS
) -> Found:
    """Return the steps that teach most for each message, the best first."""
    known = known_of(exposed, customers)
    finder = Finder(known, exposed, may)
    rows: list[tuple[int, str, str | None, int, float]] = []
    while len(rows) < most and (step := finder.best()) is not None:
        who = str(known.ids[step.place]) if step.place >= 0 else None
        rows.append((len(rows) + 1, step.kind, who, step.messages, step.gain))
        finder.take(step.kind, step.place)
    share = known.share()
    steps = pa.Table.from_pylist([dict(zip(STEPS.names, row, strict=True)) for row in rows], schema=STEPS)
    return Found(steps, share, share + sum(steps["gain"].to_pylist()[:SHOWN]))


def _among(ids: pa.Array, some: pa.Array) -> Flags:
    found = pc.is_in(ids, value_set=some.cast(ids.type))
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)
