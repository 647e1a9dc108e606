"""Codes that leak are found early and from their beginning, and those that do not are left alone."""

from collections.abc import Iterable
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma, nbinom, poisson

from scoring.leaks import (
    FEW_CODES,
    TAIL,
    History,
    Leak,
    LeakReason,
    Prior,
    Redemption,
    at_least,
    find,
    history,
    learn,
)
from scoring.simulate.perks import START, redeemed, used_code

PRIOR = Prior(shape=0.6, days=18.0, unevenness=1.0)
"""A stranger a month on average."""


def strangers(days: Iterable[float], *, first_orders: float = 0.0) -> list[Redemption]:
    return redeemed(days, first_orders=first_orders, rng=np.random.default_rng(1))


def found(redemptions: Iterable[Redemption], prior: Prior = PRIOR) -> Leak | None:
    return find(redemptions, valid_from=START, prior=prior)


def day(leak: Leak) -> float:
    return (leak.since - START) / timedelta(days=1)


@given(st.integers(0, 80), st.floats(1e-3, 20), st.floats(1.01, 8))
def test_the_tail_is_scipys(count: int, mean: float, more: float) -> None:
    size, chance = mean / (more - 1), 1 / more
    assert at_least(count, mean, mean * more) == pytest.approx(
        float(nbinom.sf(count - 1, size, chance)), rel=1e-6
    )


def test_what_comes_next_is_poisson_with_a_rate_that_the_past_makes_likely() -> None:
    """The negative binomial is the Poisson's mixture over the Gamma posterior: by adding it up."""
    past = History(strangers=5, days=100.0, squares=5)
    mean, variance = PRIOR.expected(past, 30.0)
    rates = gamma.ppf((np.arange(20_000) + 0.5) / 20_000, PRIOR.shape + 5, scale=1 / (PRIOR.days + 100))
    assert variance > mean
    assert at_least(6, mean, variance) == pytest.approx(float(np.mean(poisson.sf(5, 30 * rates))), rel=1e-3)


def test_the_prior_has_the_mean_of_the_shops_codes_and_their_variance() -> None:
    rng = np.random.default_rng(4)
    rates = rng.gamma(2.0, 0.02, 2_000)
    codes = [used_code(700, yearly=365 * rate, party=0, seed=place) for place, rate in enumerate(rates)]
    until = START + timedelta(days=700)

    prior = learn([history(one, since=START, until=until) for one in codes[:300]])

    assert prior.shape / prior.days == pytest.approx(0.04, rel=0.15)
    assert prior.shape == pytest.approx(2.0, rel=0.4)
    assert prior.unevenness == pytest.approx(1.0, abs=0.1)


def test_a_shop_with_hardly_any_codes_has_the_usual_prior() -> None:
    assert learn([History(3, 100.0, 3)] * 4) == FEW_CODES
    assert learn([History(0, 100.0, 0)] * 50) == FEW_CODES
    assert learn([History(3, 100.0, 3)] * 5) != FEW_CODES


@pytest.mark.parametrize("past", [0, 3, 40])
def test_a_code_on_a_coupon_site_is_found_within_dozens_and_from_its_first_stranger(past: int) -> None:
    usual = strangers(np.linspace(1, 170, past))
    burst = strangers(180 + np.linspace(0, 2, 300))

    leak = found([*usual, *burst])

    assert leak is not None
    assert leak.since == burst[0].at
    assert leak.found_at <= burst[23].at
    assert leak.tail <= TAIL
    assert leak.seen > 10 * leak.expected


def test_first_orders_in_hours_are_said_to_be_that() -> None:
    leak = found(strangers(50 + np.linspace(0, 0.1, 30), first_orders=1.0))
    assert leak
    assert leak.reason == LeakReason.BURST_OF_FIRST_ORDERS


def test_old_customers_who_are_strangers_make_a_leak_too() -> None:
    leak = found(strangers(50 + np.linspace(0, 0.1, 30), first_orders=0.0))
    assert leak
    assert leak.reason == LeakReason.STRANGERS


def test_dozens_in_a_month_are_a_leak_though_no_day_is_unusual() -> None:
    leak = found(strangers(100 + np.linspace(0, 29, 60)))
    assert leak
    assert leak.reason == LeakReason.DOZENS


def test_friends_and_the_same_buyer_again_are_no_strangers() -> None:
    burst = strangers(50 + np.linspace(0, 1, 60))
    friends = [Redemption(one.at, one.buyer, stranger=False, first_order=True) for one in burst]
    same = [Redemption(one.at, "bea", stranger=True) for one in burst]

    assert found(friends) is None
    assert found(same) is None


def test_a_code_that_many_have_always_used_does_not_leak() -> None:
    assert found(strangers(np.arange(0, 400, 0.5)), Prior(20.0, 10.0, 1.0)) is None


def test_what_staff_have_cleared_is_past_and_more_is_needed_for_a_new_leak() -> None:
    first = strangers(100 + np.linspace(0, 2, 60))
    again = strangers(300 + np.linspace(0, 2, 300))
    cleared = START + timedelta(days=110)

    assert find(first, valid_from=START, prior=PRIOR, cleared=cleared) is None
    leak = find([*first, *again], valid_from=START, prior=PRIOR, cleared=cleared)
    assert leak
    assert day(leak) >= 300


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 20), max_size=60), st.integers(0, 60), st.randoms(use_true_random=False))
def test_a_leak_is_found_at_the_same_redemption_however_often_somebody_looks(
    days: list[float], looks: int, order: object
) -> None:
    every = strangers(sorted(set(days)))
    whole = found(every)
    until = every[: min(looks, len(every))]
    early = found(until)

    assert early == (whole if whole and until and whole.found_at <= until[-1].at else None)
    shuffled = list(every)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert found(shuffled) == whole


@pytest.mark.parametrize("party", [0.0, 4.0])
def test_codes_that_do_not_leak_are_left_alone(party: float) -> None:
    """100 code-years; the rate by hundreds is in docs/benchmarks.md."""
    rates = 12 * np.random.default_rng(5).gamma(0.6, 1 / 0.6, 100)
    codes = [used_code(365, yearly=float(one), party=party, seed=place) for place, one in enumerate(rates)]
    known = [history(one, since=START, until=START + timedelta(days=365)) for one in codes]
    prior = learn(known)

    assert sum(found(one, prior) is not None for one in codes) <= 1
