"""Who may be followed next: how many purchases of others may follow each customer's, with an 80 % interval.

A regression of the purchases that followed in the shop's own last stretch on what was known before it, then
read off at the end for a stretch as long. Counts of people are more uneven than Poisson's: the interval is
that of a negative binomial with variance m + m^2/r (NB2: Cameron, Trivedi 2013, Regression Analysis of Count
Data, 2nd ed., section 3.3), r found in the same stretch. Only trusted followers count, and what is known of a
customer leaves out their single best product. The score is the percentile of what they may spend; no verdict
and no booked money is made of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.optimize import minimize, minimize_scalar
from scipy.special import gammaln
from scipy.stats import nbinom

from scoring.ledger.contacts import reach_of, recent_orders, trusted_contacts, without_best_product
from scoring.ledger.engine import Engine
from scoring.ledger.pairs import PAIR
from scoring.ledger.parameters import MICROSECONDS_PER_DAY, Parameters
from scoring.ledger.scores import percentiles
from scoring.ledger.statement import aligned
from scoring.ledger.workings import Workings

Floats = npt.NDArray[np.float64]
FEATURES = ("orders of trusted contacts", "own orders", "purchases that followed", "newcomer")
LAST = 2 / 7
"""The share of order lines that the stretch to learn from holds."""
RIDGE = 1.0
FEWEST_FOLLOW_ONS = 20
INTERVAL = 0.80
SHAPES = (1e-2, 1e4)
"""r lies between these: from counts of very few customers to Poisson's."""
LARGEST_LOG = 30.0
LINES_OF_SHOP = 10.0
"""The money of a purchase that may follow is a customer's own so far and so many of the shop's mean."""
TOP = 0.1
MOST_TESTED = 50_000
"""Customers by whom the shop's last stretch is foretold."""
FORECAST = pa.schema(
    [
        ("follow_on", pa.float64()),
        ("follow_on_low", pa.int32()),
        ("follow_on_high", pa.int32()),
        ("follow_on_days", pa.int32()),
        ("follow_on_money", pa.float64()),
        ("score", pa.int32()),
    ]
)


@dataclass(frozen=True)
class Forecast:
    """What may follow, and what it was learned from.

    expected(customer_id, and `FORECAST`): purchases of others in the next `follow_on_days`, ends of the
    interval included, and their money; the score from 1 to 100 is the percentile of that money among those
    who have a trusted contact, null for others. No row where there is not enough evidence. model: JSON-able.
    """

    expected: pa.Table
    model: dict[str, object]


@dataclass(frozen=True)
class _Moment:
    """When something is known, in microseconds, and how many days before are looked at."""

    at: int
    look_back: float


@dataclass(frozen=True)
class _Known:
    """What is known of people at a moment.

    ties: how many others each is tied to. features: columns as in `FEATURES`. scored: who has a trusted
    contact. line: money of a purchase that may follow.
    """

    people: pa.ChunkedArray
    ties: Floats
    features: Floats
    scored: npt.NDArray[np.bool_]
    line: Floats


@dataclass(frozen=True)
class Fitted:
    """Weights of the standardised features with the intercept first, r, and the range that was seen."""

    weights: Floats
    shape: float
    mean: Floats
    deviation: Floats
    least: Floats
    most: Floats

    def expect(self, features: Floats) -> Floats:
        """Return the expected counts; a feature beyond what was learned from counts as its end."""
        z = _design((np.clip(features, self.least, self.most) - self.mean) / self.deviation)
        return np.exp(np.minimum(z @ self.weights, LARGEST_LOG))

    def interval(self, expected: Floats) -> tuple[Floats, Floats]:
        """Return the least and the greatest count that `INTERVAL` of such customers lie between."""
        tail = (1 - INTERVAL) / 2
        chance = self.shape / (self.shape + expected)
        low, high = (np.asarray(nbinom.ppf(end, self.shape, chance)) for end in (tail, 1 - tail))
        return low, high


def forecast(workings: Workings, engine: Engine, *, parameters: Parameters) -> Forecast:
    """Return what may follow the purchases of everybody who had a tie to somebody at `stands_at`.

    With fewer than `FEWEST_FOLLOW_ONS` in the last stretch, of those who had a tie when it began, there is
    nothing to learn from, and no row.
    """
    end, days = workings.inputs.stands_at, _stretch_days(workings)
    cut = end - days * MICROSECONDS_PER_DAY
    followed = follow_ons(workings, since=cut, until=end).to_pyarrow()
    follows = int(pc.sum(followed["came"]).as_py() or 0)
    model: dict[str, object] = {"days": days, "follow_ons": follows, "fewest": FEWEST_FOLLOW_ONS}
    nobody = workings.pairs.ties.select(customer_id="source_id").limit(0).to_pyarrow()
    nothing = Forecast(_joined(nobody["customer_id"], *[np.zeros(0)] * len(FORECAST)), model)
    if follows < FEWEST_FOLLOW_ONS:
        return nothing
    known = cache(partial(_known, workings, engine, parameters=parameters))
    look_back = _look_back(workings, cut, parameters=parameters)
    fitted = _learn(known(workings.pairs.ties, moment=_Moment(cut, look_back)), followed)
    if fitted is None:
        return nothing
    now = known(workings.pairs.ties, moment=_Moment(end, look_back))
    of_some = partial(known, _ties_of_some(workings, engine))
    model |= {
        "shape": fitted.shape,
        "weights": dict(zip(FEATURES, fitted.weights[1:].tolist(), strict=True)),
        "back_test": _back_test(workings, followed, of_some, days=days, parameters=parameters),
    }
    return Forecast(_table(now, fitted, days=days), model)


def _back_test(
    workings: Workings,
    followed: pa.Table,
    known: Callable[..., _Known],
    *,
    days: int,
    parameters: Parameters,
) -> dict[str, object] | None:
    """Return how well what was `known` before the last stretch foretold what `followed` in it, as JSON.

    Learned from the stretch before. by_score, by_followers: the share of the money that the tenth of these
    customers with the highest score, or with the most ties, had. None without enough to learn from.
    """
    length = days * MICROSECONDS_PER_DAY
    cut = workings.inputs.stands_at - length
    earlier = follow_ons(workings, since=cut - length, until=cut).to_pyarrow()
    look_back = _look_back(workings, cut - length, parameters=parameters)
    fitted = _learn(known(moment=_Moment(cut - length, look_back)), earlier)
    if fitted is None:
        return None
    then = known(moment=_Moment(cut, look_back))
    expected = fitted.expect(then.features)
    low, high = fitted.interval(expected)
    came, money = (aligned(followed, name, then.people) for name in ("came", "money"))
    return {
        "customers": len(came),
        "expected": float(expected @ then.line),
        "came": float(money.sum()),
        "inside": float(np.mean((low <= came) & (came <= high))),
        "by_score": held(_scores(expected * then.line, then), money, TOP),
        "by_followers": held(then.ties, money, TOP),
    }


def _learn(before: _Known, followed: pa.Table) -> Fitted | None:
    """Return the regression of what followed on what was known before; None with too little to learn from."""
    came = aligned(followed, "came", before.people)
    return None if came.sum() < FEWEST_FOLLOW_ONS else fit(before.features, came)


def _ties_of_some(workings: Workings, engine: Engine) -> ir.Table:
    """Return the ties of at most `MOST_TESTED` customers, taken evenly from the sorted ids."""
    ties = workings.pairs.ties
    people = ties.select("source_id").distinct().to_pyarrow().sort_by("source_id")
    if people.num_rows <= MOST_TESTED:
        return ties
    some = people.take(pa.array(np.linspace(0, people.num_rows - 1, MOST_TESTED).astype(np.int64)))
    return engine.keep(ties.semi_join(engine.load(some), "source_id"))


def held(ranking: Floats, came: Floats, share: float) -> float:
    """Return the share of what came that the first `share` of a ranking holds; of equal ones, their mean."""
    first = int(np.ceil(share * len(ranking)))
    last = np.partition(ranking, -first)[-first]
    above, equal = ranking > last, ranking == last
    part = (first - np.count_nonzero(above)) / np.count_nonzero(equal)
    return float((came[above].sum() + part * came[equal].sum()) / max(came.sum(), 1e-12))


def fit(features: Floats, came: Floats) -> Fitted:
    """Return the regression: weights by Poisson's likelihood with a ridge, r by the negative binomial's.

    Poisson's weights are right on average however uneven the counts are; the negative binomial's count the
    few greatest customers for too little.
    """
    mean, deviation = features.mean(axis=0), features.std(axis=0) + 1e-9
    grouped, place = np.unique(np.round(features, 9), axis=0, return_inverse=True)
    z = _design((grouped - mean) / deviation)
    size = np.bincount(place.ravel()).astype(np.float64)
    total = np.bincount(place.ravel(), weights=came).astype(np.float64)

    def loss(beta: Floats) -> tuple[float, Floats]:
        log_mean = np.minimum(z @ beta, LARGEST_LOG)
        expected = size * np.exp(log_mean)
        penalty = np.r_[0.0, beta[1:]]
        value = float(expected.sum() - total @ log_mean + RIDGE * penalty @ penalty)
        return value, z.T @ (expected - total) + 2 * RIDGE * penalty

    start = np.r_[np.log(came.mean()), np.zeros(features.shape[1])]
    weights = minimize(loss, start, jac=True, method="L-BFGS-B").x
    expected = np.exp(np.minimum(z @ weights, LARGEST_LOG))
    shape = _shape(expected, came, size=size, total=total)
    return Fitted(weights, shape, mean, deviation, features.min(axis=0), features.max(axis=0))


def _shape(expected: Floats, came: Floats, *, size: Floats, total: Floats) -> float:
    """Return r of greatest likelihood; `expected`, `size` and `total` (of what came) are by groups."""
    counts, times = np.unique(came, return_counts=True)

    def misfit(log_shape: float) -> float:
        r = np.exp(log_shape)
        of_counts = times @ (gammaln(counts + r) - gammaln(r) + r * np.log(r))
        return -float(of_counts - (total + size * r) @ np.log(r + expected))

    low, high = SHAPES
    found = minimize_scalar(misfit, bounds=(np.log(low), np.log(high)), method="bounded")
    return float(np.exp(found.x))


def _design(standardised: Floats) -> Floats:
    return np.column_stack([np.ones(len(standardised)), standardised])


def _stretch_days(workings: Workings) -> int:
    """Return how many whole days, up to the end, hold the last `LAST` of order lines; at least one."""
    end, lines = workings.inputs.stands_at, workings.purchases.lines
    lines = lines.filter(lines["at"] <= end)
    ago = ((end - lines["at"]) / MICROSECONDS_PER_DAY).floor().cast("int64")
    by_day = lines.group_by(ago=ago).agg(lines=lines.count()).to_pyarrow().sort_by("ago")
    if by_day.num_rows == 0:
        return 1
    reached = np.cumsum(by_day["lines"].to_numpy()) >= LAST * pc.sum(by_day["lines"]).as_py()
    return int(by_day["ago"].to_numpy()[np.argmax(reached)]) + 1


def _look_back(workings: Workings, cut: int, *, parameters: Parameters) -> float:
    """Return for how many days before either time the past is looked at: as many as there were at the cut."""
    first = workings.purchases.lines["at"].min().to_pyarrow().as_py()
    return float(np.clip((cut - first) / MICROSECONDS_PER_DAY, 1.0, parameters.active_days))


def _known(
    workings: Workings, engine: Engine, ties: ir.Table, *, moment: _Moment, parameters: Parameters
) -> _Known:
    """Return what is known at that time of everybody with one of these ties: nobody else can be followed.

    Features are logarithms of one plus counts.
    """
    at, days = moment.at, moment.look_back
    valid = ties.filter(ties["valid_from"] <= at, ties["valid_to"] > at)
    count = valid["target_id"].nunique() if workings.inputs.parallel_ties else valid.count()
    with_ties = valid.group_by("source_id").agg(ties=count).to_pyarrow().sort_by("source_id")
    people = with_ties["source_id"]
    recent = engine.keep(recent_orders(workings, at=at, days=days))
    own = recent.to_pyarrow().rename_columns({"customer_id": "source_id"})
    trusted = trusted_contacts(workings, ties, recent, at=at, parameters=parameters)
    reach = reach_of(trusted).to_pyarrow()
    since = at - round(days * MICROSECONDS_PER_DAY)
    usual, every = (
        follow_ons(workings, since=since, until=at, best_product=best).to_pyarrow() for best in (False, True)
    )
    features = np.column_stack(
        [
            np.log1p(aligned(reach, "contact_orders", people)),
            np.log1p(aligned(own, "recent", people)),
            np.log1p(aligned(usual, "came", people)),
            (aligned(own, "orders", people) == 0).astype(np.float64),
        ]
    )
    came, money = (aligned(every, name, people) for name in ("came", "money"))
    mean = float(money.sum() / max(came.sum(), 1.0))
    line = (money + LINES_OF_SHOP * mean) / (came + LINES_OF_SHOP)
    return _Known(
        people, with_ties["ties"].to_numpy(), features, aligned(reach, "contacts", people) > 0, line
    )


def follow_ons(workings: Workings, *, since: int, until: int, best_product: bool = True) -> ir.Table:
    """Return (source_id, came, money): purchases of trusted followers after `since`, up to `until`.

    Times in microseconds. Orders with a personal code are not among them. `best_product` False leaves each
    source's single best product out.
    """
    when = workings.pairs.near.select(*PAIR, "product_id", "target_at")
    when = when.filter(when["target_at"] > since, when["target_at"] <= until)
    rows = workings.credit.rows.semi_join(when, [*PAIR, "product_id"])
    followers = workings.credit.followers
    rows = rows.semi_join(followers.filter(followers["trusted"]), PAIR)
    if not best_product:
        rows = without_best_product(rows)
    return rows.group_by("source_id").agg(came=rows.count(), money=rows["amount"].sum())


def _scores(money: Floats, known: _Known) -> Floats:
    """Return the percentile, 1 to 100, of the money among those who are scored; 0 for others."""
    return np.nan_to_num(percentiles(money, known.scored))


def _table(known: _Known, fitted: Fitted, *, days: int) -> pa.Table:
    expected = fitted.expect(known.features)
    money = expected * known.line
    score = _scores(money, known)
    low, high = fitted.interval(expected)
    return _joined(
        known.people,
        *(expected, low, high, np.full(len(expected), days), money, pa.array(score, mask=score == 0)),
    )


def _joined(people: pa.ChunkedArray, *columns: Floats | pa.Array) -> pa.Table:
    given = {field.name: pa.array(one).cast(field.type) for field, one in zip(FORECAST, columns, strict=True)}
    return pa.table({"customer_id": people} | given)
