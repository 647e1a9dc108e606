"""The model of regular customers against slower ways to the same numbers."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta, gamma, poisson

from scoring import habits, regular
from scoring.buying import BuyingModel, Histories
from scoring.regular import Known

MODEL = BuyingModel(r=4.0, alpha=30.0, a=1.5, b=9.0, regularity=3)
ONE = Histories(*(np.array([number]) for number in (2.0, 50.0, 80.0, 1.0)))


def by_integration(model: BuyingModel, x: int, recency: float, age: float) -> float:
    """The likelihood of one history, over rate and drop-out, without the factor of its gaps."""
    k = model.regularity

    def over_rates(of_rate: float) -> float:
        prior = gamma.pdf(of_rate, model.r, scale=1 / model.alpha) * of_rate ** (k * x)
        here = np.exp(-of_rate * recency) * poisson.cdf(k - 1, of_rate * (age - recency))
        return float(prior * here)

    def of_gone(of_rate: float) -> float:
        prior = gamma.pdf(of_rate, model.r, scale=1 / model.alpha) * of_rate ** (k * x)
        return float(prior * np.exp(-of_rate * recency))

    law = beta(model.a, model.b)
    stays = law.expect(lambda p: (1 - p) ** (x + 1))
    leaves = law.expect(lambda p: p * (1 - p) ** x)
    return float(stays * quad(over_rates, 0, 1, epsabs=0)[0] + leaves * quad(of_gone, 0, 1, epsabs=0)[0])


def test_the_likelihood_is_the_integral_over_rates_and_chances_of_leaving() -> None:
    assert regular.log_likelihood(MODEL, ONE) == pytest.approx(np.log(by_integration(MODEL, 2, 50, 80)))


def test_the_slopes_of_the_likelihood_are_those_of_its_values() -> None:
    data = Histories(
        *np.array([[0, 1, 3, 9, 9], [0, 0, 20, 30, 30], [0, 40, 21, 31, 900], [5, 2, 1, 1, 1]], dtype=float)
    )
    at = np.log([4.0, 30.0, 1.5, 9.0])

    def value(logs: np.ndarray) -> float:
        return regular._likelihood(logs, data, 4)[0]

    steps = np.eye(4) * 1e-6
    slopes = [(value(at + step) - value(at - step)) / 2e-6 for step in steps]
    assert regular._likelihood(at, data, 4)[1] == pytest.approx(slopes, rel=1e-5)


def drawn(model: BuyingModel, size: int, age: float, ahead: float) -> tuple[np.ndarray, ...]:
    """Repeat purchases, recency and what follows within `ahead`, of people drawn by the model's laws."""
    rng = np.random.default_rng(3)
    rate, leave = rng.gamma(model.r, 1 / model.alpha, size), rng.beta(model.a, model.b, size)
    x, recency, later, at = np.zeros(size), np.zeros(size), np.zeros(size), np.zeros(size)
    here = rng.random(size) >= leave
    while here.any():
        at = np.where(here, at + rng.gamma(model.regularity, 1 / rate), np.inf)
        x, recency = x + (at <= age), np.where(at <= age, at, recency)
        later += (at > age) & (at <= age + ahead)
        here = here & (at <= age + ahead) & (rng.random(size) >= leave)
    return x, recency, later


def test_who_is_foreseen_buys_as_often_as_brute_force_says_also_when_overdue() -> None:
    age, span = 300.0, 365.0
    x, recency, later = drawn(MODEL, 300_000, age, span)

    alive, phase = regular.standing(MODEL, x, recency=recency, age=np.full(len(x), age))
    known = Known(x, np.full(len(x), age), phase)
    foreseen = alive * habits.purchases_if_alive(MODEL, known, span=span)

    assert foreseen.sum() == pytest.approx(later.sum(), rel=0.02)
    for lowest, highest in ((0, 0), (1, 3), (8, 12)):
        for silent in ((0, 40), (40, 120), (120, 300)):
            some = (x >= lowest) & (x <= highest)
            some &= (age - recency >= silent[0]) & (age - recency < silent[1])
            if some.sum() > 2_000:
                near = pytest.approx(later[some].mean(), rel=0.04, abs=0.03)
                assert foreseen[some].mean() == near, (lowest, silent)


def test_paying_later_is_worth_less_and_never_less_than_at_the_end() -> None:
    known = Known(np.array([5.0]), np.array([300.0]), np.array([1.0]))

    full, discounted = (
        habits.purchases_if_alive(MODEL, known, span=365.0, discount=rate)[0] for rate in (0.0, 0.001)
    )

    assert full * np.exp(-0.365) < discounted < full


@pytest.mark.parametrize("k", [1, 2, 6])
def test_the_shape_of_gaps_is_found_whatever_the_pace_of_each(k: int) -> None:
    rng = np.random.default_rng(k)
    gaps = rng.gamma(k, np.exp(rng.standard_normal(20_000))[:, None], (20_000, 2))

    assert regular.shape_of_gaps(gaps[:, 0], gaps[:, 1]) == pytest.approx(k, rel=0.05)
    assert regular.nearest_shape(k + 0.2) == k


def test_the_parameters_of_regular_customers_are_found_again() -> None:
    age = np.full(40_000, 400.0)
    x, recency, _ = drawn(MODEL, 40_000, 400.0, 0.0)

    found = regular.fit(Histories(x, np.floor(recency), age, np.ones(40_000)), 3)

    assert found.trouble is None
    assert found.r / found.alpha == pytest.approx(MODEL.r / MODEL.alpha, rel=0.05)
    assert found.a / (found.a + found.b) == pytest.approx(MODEL.a / (MODEL.a + MODEL.b), rel=0.08)
