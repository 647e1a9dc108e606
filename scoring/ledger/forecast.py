"""Who will be followed next: expected follow-on credit, learned from the shop's own last stretch.

A Poisson regression (ridge) of the credit that came after a cut in the past on what was known at the cut,
then read off at the end. Only trusted contacts count, and credit without its single best product, so that
bought followers and one viral item move nothing. It ranks; it never books money.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.optimize import minimize

from scoring.ledger.contacts import reach_of, recent_orders, trusted_contacts
from scoring.ledger.parameters import MICROSECONDS_PER_DAY, Parameters
from scoring.ledger.statement import aligned
from scoring.ledger.workings import Workings

Floats = npt.NDArray[np.float64]
FEATURES = ("orders of trusted contacts", "own orders", "credit", "newcomer")
CUT = 5 / 7
RIDGE = 1.0
FEWEST_FOLLOW_ONS = 20


@dataclass(frozen=True)
class Forecast:
    """expected(customer_id, expected_follow_on in order lines), and the weights of the features."""

    expected: pa.Table
    weights: dict[str, float]


def forecast(workings: Workings, *, parameters: Parameters) -> Forecast:
    """Return the expected follow-on of everybody, over a stretch as long as the last 2/7 of orders.

    With too few follow-ons to learn from, everybody is expected the orders of their trusted contacts.
    """
    people = _people(workings)
    end = workings.inputs.as_of
    times = np.sort(workings.purchases.lines.select("at").to_pyarrow()["at"].to_numpy())
    now = _features(workings, people, at=end, parameters=parameters)
    if len(times) == 0:
        return Forecast(_table(people, np.zeros(len(people))), {})
    cut = int(times[int(CUT * (len(times) - 1))])
    came = _credit(workings, people, since=cut, until=end, best_item=True)
    if came.sum() < FEWEST_FOLLOW_ONS:
        return Forecast(_table(people, np.expm1(now[:, 0])), {})
    predict, weights = fit(_features(workings, people, at=cut, parameters=parameters), came)
    return Forecast(_table(people, predict(now)), dict(zip(FEATURES, weights, strict=True)))


def fit(features: Floats, came: Floats) -> tuple[Callable[[Floats], Floats], list[float]]:
    """Return a function from features to expected counts, and the weight of each feature by its deviation."""
    mean, deviation = features.mean(axis=0), features.std(axis=0) + 1e-9

    def design(raw: Floats) -> Floats:
        return np.column_stack([np.ones(len(raw)), (raw - mean) / deviation])

    grouped, place = np.unique(np.round(features, 9), axis=0, return_inverse=True)
    z, weight = design(grouped), np.bincount(place.ravel()).astype(np.float64)
    total = np.bincount(place.ravel(), weights=came)

    def loss(beta: Floats) -> tuple[float, Floats]:
        log_mean = np.minimum(z @ beta, 30.0)
        expected = weight * np.exp(log_mean)
        penalty = np.r_[0.0, beta[1:]]
        value = float(expected.sum() - total @ log_mean + RIDGE * penalty @ penalty)
        return value, z.T @ (expected - total) + 2 * RIDGE * penalty

    start = np.r_[np.log(came.mean()), np.zeros(features.shape[1])]
    beta = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return lambda raw: np.exp(np.minimum(design(raw) @ beta, 30.0)), [float(b) for b in beta[1:]]


def _people(workings: Workings) -> pa.ChunkedArray:
    """Return everybody with a tie to somebody, or an order."""
    sources = workings.pairs.ties.select(customer_id="source_id")
    return (
        sources.union(workings.purchases.orders.select("customer_id"), distinct=True)
        .to_pyarrow()
        .sort_by("customer_id")["customer_id"]
    )


def _features(workings: Workings, people: pa.ChunkedArray, *, at: int, parameters: Parameters) -> Floats:
    """Return what is known at that time, logarithms of one plus counts; columns as in `FEATURES`."""
    days = parameters.active_days
    own = recent_orders(workings, at=at, days=days).to_pyarrow().rename_columns({"customer_id": "source_id"})
    reach = reach_of(
        trusted_contacts(workings, workings.pairs.ties, at=at, parameters=parameters)
    ).to_pyarrow()
    since = at - round(days * MICROSECONDS_PER_DAY)
    credit = _credit(workings, people, since=since, until=at, best_item=False)
    return np.column_stack(
        [
            np.log1p(aligned(reach, "contact_orders", people)),
            np.log1p(aligned(own, "recent", people)),
            np.log1p(credit),
            (aligned(own, "orders", people) == 0).astype(np.float64),
        ]
    )


def _credit(
    workings: Workings, people: pa.ChunkedArray, *, since: int, until: int, best_item: bool
) -> Floats:
    """Return credit in lines of purchases in that time, with or without the best product of each source."""
    when = workings.pairs.near.select("source_id", "target_id", "product_id", "target_at")
    when = when.filter(when["target_at"] > since, when["target_at"] <= until)
    rows = workings.credit.rows.semi_join(when, ["source_id", "target_id", "product_id"])
    items = rows.group_by("source_id", "product_id").agg(lines=rows["counted"].sum())
    sums = items.group_by("source_id").agg(all=items["lines"].sum(), best=items["lines"].max()).to_pyarrow()
    total = aligned(sums, "all", people)
    return total if best_item else total - aligned(sums, "best", people)


def _table(people: pa.ChunkedArray, expected: Floats) -> pa.Table:
    return pa.table({"customer_id": people, "expected_follow_on": expected})
