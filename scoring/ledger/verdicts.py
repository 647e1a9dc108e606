"""Verdicts: how much more often than by chance, whether that can be chance, what may be said, what is booked.

Multiplier: RR = (a + O)/(b + E), shrunk to the shop (empirical Bayes). O is Poisson with mean RR times E,
RR ~ Gamma(a, rate b); over the shop O is negative binomial, and (a, b) are the parameters of greatest
likelihood (DuMouchel 1999, The American Statistician 53(3), one component).

Tests: timing (pairs after, against the sum of hypergeometrics, by a binomial of the same mean and variance)
and lead (pairs after, of those after and before, against E/(E + E_before), binomial). Many customers are
tested, so both go through Benjamini-Hochberg (1995, JRSS B 57(1)).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.optimize import minimize
from scipy.special import betainc, gammaln, pdtrc, psi
from scipy.stats import gamma

from scoring.ledger.parameters import Parameters
from scoring.words import LEADS, NOT_ENOUGH, TOGETHER

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.str_]
Sums = dict[str, Floats]
"""The sums of `evidence`, one array a column."""
SHOP, CUSTOMER, TOPIC = "shop", "customer", "topic"
BOUNDS = (-6.0, 8.0)
FEWEST = 2
HYPER_SD = 1.5


# The multiplier


@dataclass(frozen=True)
class Prior:
    """Gamma(a, rate b) of the multiplier in one shop."""

    a: float
    b: float


@dataclass(frozen=True)
class Multiplier:
    """Posterior mean and interval of each multiplier."""

    rr: Floats
    low: Floats
    high: Floats


def fit_prior(observed: Floats, expected: Floats) -> Prior:
    """Return the prior of greatest likelihood; without data a weak one around 1 (a = b = 1).

    A weak belief (log RR ~ N(0, 1), log a ~ N(0, 1.5)) keeps a shop of few customers from being certain;
    it weighs as much as one customer.
    """
    known = expected > 0
    o, e = observed[known], expected[known]
    if len(o) < FEWEST:
        return Prior(1.0, 1.0)
    counts = len(o)
    grouped, weight = np.unique(np.column_stack([o, np.round(e, 6)]), axis=0, return_counts=True)
    o, e, w = grouped[:, 0], np.maximum(grouped[:, 1], 1e-9), weight.astype(np.float64)

    def loss(log_parameters: Floats) -> tuple[float, Floats]:
        a, b = np.exp(log_parameters)
        value = w @ (gammaln(a + o) - gammaln(a) + a * np.log(b) - (a + o) * np.log(b + e))
        by_a = w @ (psi(a + o) - psi(a) + np.log(b) - np.log(b + e))
        by_b = w @ (a / b - (a + o) / (b + e))
        level, strength = log_parameters[0] - log_parameters[1], log_parameters[0]
        value -= (level**2 + (strength / HYPER_SD) ** 2) / 2
        slope = [by_a * a - level - strength / HYPER_SD**2, by_b * b + level]
        return -float(value) / counts, -np.array(slope) / counts

    start = np.log([1.0, float(np.clip(float(w @ e) / max(float(w @ o), 1e-9), 1e-2, 1e2))])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[BOUNDS, BOUNDS])
    a, b = np.exp(found.x)
    return Prior(float(a), float(b))


def shrink(
    observed: Floats, expected: Floats, *, a: Floats | float, b: Floats | float, interval: float
) -> Multiplier:
    """Return the posterior mean (a + O)/(b + E) and the equal-tailed interval of Gamma(a + O, rate b + E)."""
    shape, rate = a + observed, b + expected
    tail = (1 - interval) / 2
    low = gamma.ppf(tail, shape, scale=1 / rate)
    high = gamma.ppf(1 - tail, shape, scale=1 / rate)
    return Multiplier(rr=shape / rate, low=np.asarray(low), high=np.asarray(high))


def attributable(rr: Floats) -> Floats:
    """Return the attributable fraction AF = max(0, 1 - 1/RR) (Levin 1953)."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.maximum(0.0, 1 - 1 / rr), dtype=np.float64)


def topic_strength(observed: Floats, expected: Floats, centre: Floats) -> float:
    """Return how firmly topics follow their customer: likeliest s in RR_topic ~ Gamma(s centre, rate s)."""
    known = (expected > 0) & (centre > 0)
    o, e, c = observed[known], expected[known], centre[known]
    if len(o) < FEWEST:
        return 1.0
    grid = np.exp(np.linspace(-3, 6, 37))
    value = [
        float(np.sum(gammaln(s * c + o) - gammaln(s * c) + s * c * np.log(s) - (s * c + o) * np.log(s + e)))
        for s in grid
    ]
    return float(grid[int(np.argmax(value))])


# The tests


class Spread(NamedTuple):
    """Sums of x^2, x(x + y), (x + y)^2 over clusters, x after and y before."""

    xx: Floats
    xb: Floats
    bb: Floats


def timing_p(observed: Floats, expected: Floats, variance: Floats) -> Floats:
    """Return P(at least so many within the window after) if times were exchangeable; 1 if none is expected.

    A sum of hypergeometrics is a sum of independent Bernoullis, so a binomial with n p = E and
    n p (1 - p) = V fits it; where V >= E (no room for one) the Poisson tail stands, which is wider.
    """
    p = np.ones(len(observed))
    known = (observed > 0) & (expected > 0)
    o, e = observed[known], expected[known]
    v = np.minimum(variance[known], e)
    chance = 1 - v / e
    size = np.maximum(e / np.maximum(chance, 1e-300), o)
    binomial = betainc(o, size - o + 1, np.minimum(e / size, 1.0))
    p[known] = np.where(chance > 1e-9, binomial, pdtrc(np.floor(o) - 1, e))  # noqa: PLR2004
    return p


def more_often_p(near: Floats, expected: Floats) -> Floats:
    """Return P(at least so many within the windows before and after together) by chance, Poisson."""
    return np.asarray(np.where(near > 0, pdtrc(near - 1, expected), 1.0), dtype=np.float64)


def lead_p(after: Floats, before: Floats, *, chance: Floats, wide: Floats) -> Floats:
    """Return P(at least so many of them after) if order in time were chance alone; a cluster counts as few.

    After and before are divided by the overdispersion `wide`, as in quasi-binomial models (Wedderburn 1974).
    """
    p = np.ones(len(after))
    known = (after > 0) & (chance > 0) & (chance < 1)
    x, y = after[known] / wide[known], before[known] / wide[known]
    p[known] = betainc(x, y + 1, chance[known])
    return p


def overdispersion(spread: Spread, total: Floats, chance: Floats) -> Floats:
    """Return how many times wider than binomial the clusters spread around their expectation; at least 1.

    One product that three friends bought the day after an advert is one coincidence, not three.
    """
    squares = spread.xx - 2 * chance * spread.xb + chance**2 * spread.bb
    binomial = total * chance * (1 - chance)
    wide = np.divide(squares, binomial, out=np.ones(len(total)), where=binomial > 0)
    return np.asarray(np.maximum(1.0, wide), dtype=np.float64)


def discoveries(p: Floats, family: Flags, rate: float) -> Flags:
    """Return which of the family Benjamini-Hochberg accepts at that false discovery rate; none outside it."""
    return np.asarray(family & (p <= accepted_up_to(p[family], rate)))


def accepted_up_to(p: Floats, rate: float) -> float:
    """Return the greatest of these p that Benjamini-Hochberg accepts at that rate; -1 if none."""
    ordered = np.sort(p)
    accepted = ordered[ordered <= rate * np.arange(1, len(p) + 1) / max(len(p), 1)]
    return float(accepted[-1]) if len(accepted) else -1.0


# The verdict


@dataclass(frozen=True)
class ShopPriors:
    """What multipliers are like in this shop: of customers, and how firmly topics follow their customer."""

    customers: Prior
    topic_strength: float


@dataclass(frozen=True)
class Judgement:
    """Multiplier, both p, whether evidence suffices, the verdict, and the part of credit that is booked.

    One value a row of evidence.
    """

    ratio: Multiplier
    p_timing: Floats
    p_lead: Floats
    enough: Flags
    verdict: Words
    booked_part: Floats


def judge_customers(sums: Sums, *, gate_open: bool, parameters: Parameters) -> tuple[Judgement, Prior]:
    """Return the verdicts on customers, and the prior of their multipliers in this shop."""
    observed, expected = sums["observed"], sums["expected"]
    prior = fit_prior(observed, expected)
    ratio = shrink(observed, expected, a=prior.a, b=prior.b, interval=parameters.interval)
    return _judge(sums, ratio, gate_open=gate_open, parameters=parameters), prior


def judge_topics(
    sums: Sums, whole: Sums, prior: Prior, *, gate_open: bool, parameters: Parameters
) -> tuple[Judgement, float]:
    """Return the verdicts on customers' topics, and how firmly topics follow their customer.

    `whole` holds the customer's own sums, one a topic row. A topic's multiplier is shrunk to what the
    customer's other topics say, and these to the shop.
    """
    observed, expected = sums["observed"], sums["expected"]
    other_o = np.maximum(whole["observed"] - observed, 0)
    other_e = np.maximum(whole["expected"] - expected, 0)
    centre = np.asarray((prior.a + other_o) / (prior.b + other_e), dtype=np.float64)
    strength = topic_strength(observed, expected, centre)
    ratio = shrink(observed, expected, a=strength * centre, b=strength, interval=parameters.interval)
    return _judge(sums, ratio, gate_open=gate_open, parameters=parameters), strength


def _judge(sums: Sums, ratio: Multiplier, *, gate_open: bool, parameters: Parameters) -> Judgement:
    """Return verdicts by both tests; behind a shut gate nobody leads."""
    p_timing, p_lead = p_values(sums)
    sufficient = enough(sums, parameters)
    above = sufficient & (ratio.low > 1)
    rate = parameters.false_discovery_rate
    # A family is chosen by what its test takes as given, so that choosing does not bias it: a shuffle of
    # times leaves the number of tied buyers as it is, the order in time the sum of after and before.
    timed = sums["tied"] >= parameters.min_pairs
    often = more_often_p(sums["near"], sums["expected"] + sums["expected_before"])
    ordered = (sums["near"] >= parameters.min_pairs) & (often <= parameters.gate_level)
    timing, lead = (discoveries(p, family, rate) for p, family in ((p_timing, timed), (p_lead, ordered)))
    verdict = np.full(len(p_timing), NOT_ENOUGH, dtype=f"<U{len(NOT_ENOUGH)}")
    verdict[above & timing] = TOGETHER
    if gate_open:
        verdict[above & timing & lead] = LEADS
    return Judgement(ratio, p_timing, p_lead, sufficient, verdict, attributable(ratio.rr))


def enough(sums: Sums, parameters: Parameters) -> Flags:
    """Return where evidence suffices: for a verdict, and for scores."""
    observed, followers = sums["observed"], sums["trusted_followers"]
    return np.asarray((observed >= parameters.min_pairs) & (followers >= parameters.min_followers))


def p_values(sums: Sums) -> tuple[Floats, Floats]:
    """Return p of the timing test and p of the lead test."""
    baskets = np.maximum(sums["sure_baskets"], 1.0)
    bundle = np.maximum(sums["sure_pairs"] / baskets, 1.0)
    p_timing = timing_p(sums["observed"] / bundle, sums["expected"] / bundle, sums["variance"] / bundle)
    both = sums["expected"] + sums["expected_before"]
    chance = np.divide(sums["expected"], both, out=np.zeros_like(both), where=both > 0)
    spread = [
        overdispersion(Spread(sums[f"{by}_xx"], sums[f"{by}_xb"], sums[f"{by}_bb"]), sums[total], chance)
        for by, total in (("item", "near"), ("person", "met"))
    ]
    wide = np.maximum(spread[0], spread[1])
    return p_timing, lead_p(sums["observed"], sums["observed_before"], chance=chance, wide=wide)


def missing(sums: Sums, judged: Judgement, parameters: Parameters) -> pa.Array:
    """Return what each row lacks for a verdict, in words; null where it has one."""
    pairs = np.clip(np.ceil(parameters.min_pairs - sums["observed"]), 0, None).astype(np.int64)
    people = np.clip(np.ceil(parameters.min_followers - sums["trusted_followers"]), 0, None).astype(np.int64)
    words = [
        _lacks(p, f) for p in range(parameters.min_pairs + 1) for f in range(parameters.min_followers + 1)
    ]
    chosen = pairs * (parameters.min_followers + 1) + people
    chosen[judged.enough] = np.where(judged.ratio.low[judged.enough] <= 1, len(words), len(words) + 1)
    words.append("followers buy hardly more often after this customer than by chance")
    words.append("the difference from chance is too small among so many customers")
    known = judged.verdict != NOT_ENOUGH
    return pa.DictionaryArray.from_arrays(pa.array(chosen, pa.int32(), mask=known), words).cast(pa.string())


def _lacks(pairs: int, people: int) -> str:
    """Return so many more pairs and people, in words."""
    parts = (
        (pairs, "purchase that followed theirs", "purchases that followed theirs"),
        (people, "trusted follower", "trusted followers"),
    )
    return " and ".join(f"{count} more {one if count == 1 else many}" for count, one, many in parts if count)


# What is booked


def influence_value(
    verdict: Words, credit: Floats, *, rr: Floats, low: Floats, high: Floats
) -> dict[str, Floats]:
    """Return civ, civ_estimate (the same), civ_low, civ_high, possible_up_to by customer.

    Who leads is booked AF x credit, with the interval of their multiplier; who buys together with friends is
    booked nothing and shown what it could be at most, AF at the upper end; anybody else is shown nothing.
    """
    leads, together = verdict == LEADS, verdict == TOGETHER
    nothing = np.zeros_like(credit)
    civ = np.where(leads, attributable(rr) * credit, nothing)
    return {
        "civ": civ,
        "civ_estimate": civ,
        "civ_low": np.where(leads, attributable(low) * credit, nothing),
        "civ_high": np.where(leads, attributable(high) * credit, nothing),
        "possible_up_to": np.where(together, attributable(high) * credit, nothing),
    }


def rank_credit(lines: Floats, best_item: Floats, *, af: Floats, ranked: Flags) -> Floats:
    """Return credit in lines to rank by: beyond chance, without the best product, 0 without evidence."""
    return np.where(ranked, af * np.maximum(lines - best_item, 0.0), 0.0)
