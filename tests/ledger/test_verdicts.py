"""The tests behind a verdict, against numbers from elsewhere."""

import numpy as np
import pytest
from scipy.stats import binom, hypergeom

from scoring.ledger import verdicts
from scoring.ledger.verdicts import Spread, attributable, fit_prior, shrink

# Benjamini and Hochberg 1995, section 4.1: fifteen p-values, of which q = 0.05 accepts four.
P_OF_THE_PAPER = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459),
    *(0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
]


def test_benjamini_hochberg_accepts_the_four_of_the_paper() -> None:
    p = np.array(P_OF_THE_PAPER)

    found = verdicts.discoveries(p, np.ones(15, dtype=bool), 0.05)

    assert found.tolist() == [True] * 4 + [False] * 11


def test_nobody_outside_the_family_is_discovered() -> None:
    assert not verdicts.discoveries(np.zeros(3), np.zeros(3, dtype=bool), 0.1).any()


def test_the_timing_test_of_one_product_is_close_to_the_exact_hypergeometric_tail() -> None:
    n, k, m = 400, 30, 60
    share = k * m / n
    variance = share * (1 - m / n) * (n - k) / (n - 1)
    for observed in (6, 9, 12):
        exact = hypergeom.sf(observed - 1, n, k, m)

        (p,) = verdicts.timing_p(np.array([observed]), np.array([share]), np.array([variance]))

        assert p == pytest.approx(exact, rel=0.15)


def test_the_lead_test_is_the_binomial_tail_when_nothing_clusters() -> None:
    (p,) = verdicts.lead_p(np.array([9.0]), np.array([2.0]), chance=np.array([0.5]), wide=np.array([1.0]))

    assert p == pytest.approx(binom.sf(8, 11, 0.5))


def test_one_product_that_five_friends_bought_counts_as_one_coincidence() -> None:
    spread = Spread(xx=np.array([25.0]), xb=np.array([25.0]), bb=np.array([25.0]))

    assert verdicts.overdispersion(spread, np.array([5.0]), np.array([0.5])) == pytest.approx(5.0)


def test_the_multiplier_recovers_the_prior_that_made_the_data() -> None:
    rng = np.random.default_rng(4)
    expected = rng.gamma(2.0, 1.0, 20_000)
    observed = rng.poisson(rng.gamma(3.0, 1 / 2.0, 20_000) * expected).astype(np.float64)

    prior = fit_prior(observed, expected)

    assert prior.a == pytest.approx(3.0, rel=0.08)
    assert prior.b == pytest.approx(2.0, rel=0.08)


def test_intervals_of_multipliers_cover_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(5)
    truth = rng.gamma(3.0, 1 / 2.0, 20_000)
    expected = rng.gamma(2.0, 1.0, 20_000)
    observed = rng.poisson(truth * expected).astype(np.float64)

    ratio = shrink(observed, expected, a=3.0, b=2.0, interval=0.9)

    assert np.mean((ratio.low <= truth) & (truth <= ratio.high)) == pytest.approx(0.9, abs=0.01)


def test_nothing_is_attributable_to_a_multiplier_of_one_or_less() -> None:
    assert attributable(np.array([0.2, 1.0, 2.0, 4.0])).tolist() == [0.0, 0.0, 0.5, 0.75]


def test_a_shop_without_data_has_a_prior_around_one() -> None:
    prior = fit_prior(np.zeros(0), np.zeros(0))

    assert prior.a / prior.b == 1.0
