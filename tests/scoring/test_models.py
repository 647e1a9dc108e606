"""The mathematics against slower ways to the same numbers."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import hyp2f1

from scoring import buying, intervals, spending
from scoring.buying import BuyingModel, Floats, Histories
from scoring.quadrature import beta_nodes, interval_nodes
from scoring.simulate.behaviour import People, draw_repeats
from scoring.spending import SpendingModel
from scoring.tables import Covered
from tests.support.laws import some

CDNOW = BuyingModel(r=0.2426, alpha=4.4135, a=0.7929, b=2.4258)
BASKETS = SpendingModel(p=5.0, q=4.0, gamma=45.0)


def by_hypergeometric(model: BuyingModel, x: float, age: Floats, span: float) -> Floats:
    """Eq. (10) of Fader, Hardie, Lee 2005 for a customer who is alive, as published."""
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    part = ((alpha + age) / (alpha + age + span)) ** (r + x)
    series = hyp2f1(r + x, b + x, a + b + x - 1, span / (alpha + age + span))
    return np.asarray((a + b + x - 1) / (a - 1) * (1 - part * series))


@pytest.mark.parametrize("x", [0, 1, 2, 10, 29, 100])
def test_expected_purchases_equal_the_published_hypergeometric_form(x: int) -> None:
    age = np.array([20.0, 38.86, 300.0])

    expected = buying.purchases_if_alive(CDNOW, np.full(3, float(x)), age=age, span=39)

    assert expected == pytest.approx(by_hypergeometric(CDNOW, x, age, 39), rel=1e-6)


def test_expected_purchases_exist_where_the_published_form_breaks_down() -> None:
    at_the_pole = BuyingModel(r=0.5, alpha=10, a=1.0, b=3)

    expected = [
        buying.purchases_if_alive(model, np.array([2000.0]), age=np.array([3000.0]), span=365)[0]
        for model in (at_the_pole, CDNOW)
    ]

    assert np.isfinite(expected).all()
    assert all(0 < purchases < 365 for purchases in expected)


def test_the_chances_of_more_purchases_add_up_to_their_expectation() -> None:
    n = np.arange(1.0, 3000.0)
    for x in (0.0, 3.0, 40.0):
        chances = buying.chance_of_more(CDNOW, x, age=np.array(38.0), span=39, n=n)
        expected = buying.purchases_if_alive(CDNOW, np.array([x]), age=np.array([38.0]), span=39)

        assert (np.diff(chances) <= 0).all()
        assert chances.sum() == pytest.approx(expected[0], rel=1e-6)


def test_discounting_lies_between_paying_at_once_and_paying_at_the_end() -> None:
    x, age, rate = np.array([4.0]), np.array([60.0]), 0.01

    full, discounted = (
        buying.purchases_if_alive(CDNOW, x, age=age, span=52, discount=discount)[0] for discount in (0, rate)
    )

    assert full * np.exp(-rate * 52) < discounted < full


def test_the_slopes_of_the_likelihoods_are_those_of_their_values() -> None:
    histories = Histories(
        *np.array([[0, 1, 3, 9], [0, 0, 20, 30], [0, 40, 21, 31], [5, 2, 1, 1]], dtype=float)
    )
    data = buying._Prepared.of(histories)
    n, mean = np.array([1.0, 2, 7]), np.array([0.5, 30, 12])
    logs, parameters = np.log([0.5, 8.0, 0.8, 2.0]), np.array([5.0, 3.0, 20.0])

    assert buying._likelihood(logs, data)[1] == pytest.approx(
        [difference(lambda at: buying._likelihood(at, data)[0], logs, k) for k in range(4)], rel=1e-5
    )
    assert spending._likelihood(parameters, n, mean)[1] == pytest.approx(
        [difference(lambda at: spending._likelihood(at, n, mean)[0], parameters, k) for k in range(3)],
        rel=1e-5,
    )


def difference(value: Callable[[Floats], float], at: Floats, place: int) -> float:
    step = np.zeros(len(at))
    step[place] = 1e-6
    return (value(at + step) - value(at - step)) / 2e-6


def test_grouping_customers_changes_neither_likelihood_nor_estimates() -> None:
    rng = np.random.default_rng(5)
    x = rng.integers(0, 4, 400).astype(float)
    age = rng.integers(30, 40, 400).astype(float)
    recency = np.where(x > 0, rng.integers(1, 30, 400), 0).astype(float)
    lines, weight = np.unique(np.stack([x, recency, age], axis=1), axis=0, return_counts=True)
    row_by_row = Histories(x, recency, age, np.ones(400))
    grouped = Histories(lines[:, 0], lines[:, 1], lines[:, 2], weight.astype(float))

    assert len(weight) < 400
    assert buying.log_likelihood(CDNOW, grouped) == pytest.approx(buying.log_likelihood(CDNOW, row_by_row))
    assert buying.fit(grouped).r == pytest.approx(buying.fit(row_by_row).r, rel=1e-4)


def test_quadrature_is_exact_for_polynomials_and_holds_for_extreme_laws() -> None:
    a, b = np.array([0.79, 1e-3, 5.0, 0.7]), np.array([2.4, 2.0, 0.3, 5000.0])

    nodes, weights = beta_nodes(a, b)
    times, time_weights = interval_nodes(10.0)

    assert weights.sum(axis=1) == pytest.approx(1)
    assert (nodes * weights).sum(axis=1) == pytest.approx(a / (a + b))
    second_moment = a * (a + 1) / (a + b) / (a + b + 1)
    assert (nodes**2 * weights).sum(axis=1) == pytest.approx(second_moment)
    assert (times**3 * time_weights).sum() == pytest.approx(10**4 / 4)


@some("seen", (3, 400, 0.9), (0, 100, 0.9), (30, 700, 0.9), (8, 90, 0.5))
def test_the_interval_is_the_one_that_brute_force_finds(seen: tuple[int, int, float]) -> None:
    x, age, coverage = seen
    model, span, size = BuyingModel(r=0.6, alpha=40, a=0.7, b=3.5), 365.0, 200_000
    rng = np.random.default_rng(1)
    baskets, mean = x + 1, 25.0
    people = People(
        rate=rng.gamma(model.r + x, 1 / (model.alpha + age), size),
        dropout=rng.beta(model.a, model.b + x, size),
        basket_rate=rng.gamma(BASKETS.q + BASKETS.p * baskets, 1 / (BASKETS.gamma + baskets * mean), size),
    )
    owner, _ = draw_repeats(rng, people, np.full(size, span))
    spent = np.bincount(owner, rng.gamma(BASKETS.p, 1 / people.basket_rate[owner]), minlength=size)

    known = {"x": np.array([float(x)]), "age": np.array([float(age)])}
    table = intervals.tabulate(model, BASKETS, Covered(**known), span=span)
    chance = np.mean(spent > 0, keepdims=True)
    log_age = np.log(model.alpha + known["age"])
    low, high = intervals.money_interval(
        table, x=known["x"], log_age=log_age, chance_of_any=chance, coverage=coverage
    )

    money = buying.purchases_if_alive(model, known["x"], age=known["age"], span=span) * (
        spending.expected_basket(BASKETS, np.array([float(baskets)]), np.array([mean]))
    )
    assert spent.mean() == pytest.approx(money[0], rel=0.02)
    held = np.mean((spent >= low * money) & (spent <= high * money))
    assert held == pytest.approx(coverage, abs=0.012)


def test_intervals_between_tabulated_counts_and_ages_are_close_to_exact_ones() -> None:
    model, span = BuyingModel(r=0.6, alpha=40, a=0.7, b=3.5), 365.0
    x, age = np.array([0.0, 57.0, 5.0, 3.0, 200.0]), np.array([0.0, 333.0, 50.0, 800.0, 1000.0])
    many = np.concatenate([x, np.arange(200.0)]), np.concatenate([age, np.linspace(0, 1000, 200)])
    wide = intervals.tabulate(model, BASKETS, Covered(*many), span=span)

    for one_x, one_age in zip(x, age, strict=True):
        single = {"x": np.array([one_x]), "age": np.array([one_age])}
        narrow = intervals.tabulate(model, BASKETS, Covered(**single), span=span)
        for level in (0.1, 0.5, 0.9, 0.95):
            asked = single["x"], np.log(model.alpha + single["age"]), np.array([level])
            assert wide.quantile(*asked)[0] == pytest.approx(narrow.quantile(*asked)[0], rel=0.03)


def test_a_basket_is_foreseen_between_the_customers_own_and_the_shops_mean() -> None:
    shop = BASKETS.p * BASKETS.gamma / (BASKETS.q - 1)

    none, one, many = spending.expected_basket(
        BASKETS, np.array([0.0, 1.0, 50.0]), np.array([0.0, 200.0, 200.0])
    )

    assert none == pytest.approx(shop)
    assert shop < one < many < 200
    assert many == pytest.approx(200, rel=0.02)
