"""Lots of (contact, thing): the coin, the e-value, its bounds, and whether power is what it says."""

import hashlib
import hmac

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betainc, betaln

from scoring import lots
from scoring.simulate.letters import Letters, looks

COUNTS = st.integers(0, 80)


@pytest.mark.parametrize(
    ("told", "untold", "e_value"),
    [
        (0, 0, 1.0),
        (5, 0, 10.5),
        (6, 0, 18.1429),
        (7, 0, 31.875),
        (7, 1, 6.9722),
        (9, 1, 18.5091),
        (10, 1, 30.9318),
        (12, 3, 8.9065),
        (3, 5, 0.2579),
    ],
)
def test_golden_e_values(told: int, untold: int, e_value: float) -> None:
    """2^(T+C) 2 B(T+1, C+1) P(Beta(T+1, C+1) > 1/2), by the script that the design was studied with."""
    assert lots.e_value(told, untold) == pytest.approx(e_value, abs=1e-4)


@given(COUNTS, COUNTS, st.sampled_from([0.1, 0.5, 0.77]))
def test_the_e_value_is_scipys(told: int, untold: int, share: float) -> None:
    a, b = told + 1, untold + 1
    beyond = max(1 - float(betainc(a, b, share)), 1e-300)
    log = betaln(a, b) + np.log(beyond) - np.log1p(-share)
    expected = np.exp(log - told * np.log(share) - untold * np.log1p(-share))
    if beyond > 1e-8:
        assert lots.e_value(told, untold, share=share) == pytest.approx(float(expected), rel=1e-6)


@given(COUNTS, COUNTS)
def test_under_no_effect_one_buyer_more_changes_the_e_value_by_nothing_on_average(told: int, c: int) -> None:
    """A martingale: so that Ville's inequality holds however often somebody looks."""
    mean = (lots.e_value(told + 1, c) + lots.e_value(told, c + 1)) / 2
    assert mean == pytest.approx(lots.e_value(told, c), rel=1e-9)


def test_a_lot_can_be_thrown_again_by_anybody_who_has_the_seed() -> None:
    digest = hmac.digest(b"7", b"4:annacup", hashlib.sha256)
    assert lots.is_told(7, "anna", "cup") == bool(digest[-1] % 2)


def test_lots_are_fair_coins_and_say_nothing_of_one_another() -> None:
    people, things = [f"VXNlcjo{n}" for n in range(2_000)], ["cup", "plate"]
    thrown = np.array([[lots.is_told(11, one, thing) for thing in things] for one in people])
    both = np.mean(thrown[:, 0] & thrown[:, 1])
    assert thrown.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.04)
    assert both == pytest.approx(0.25, abs=0.04)


@pytest.mark.parametrize(
    ("base", "needed"),
    [(0.0005, [136, 352, 740]), (0.0015, [141, 388, 888]), (0.005, [162, 504, 1344])],
)
def test_exposures_for_one_look_are_those_of_the_design(base: float, needed: list[int]) -> None:
    found = [lots.needed_at_once(effect, base=base) for effect in (0.05, 0.02, 0.01)]
    assert found == pytest.approx(needed, rel=0.01)


@pytest.mark.parametrize(
    ("effect", "half", "four_in_five"), [(0.05, 140, 192), (0.02, 345, 530), (0.01, 797.5, 1205)]
)
def test_exposures_for_looking_at_any_time_are_those_simulated(
    effect: float, half: float, four_in_five: float
) -> None:
    """Quantiles of 200 simulated stopping times each, by the script of the design."""
    assert lots.exposures_needed(effect, base=0.0015, wanted=0.5) == pytest.approx(half, rel=0.08)
    assert lots.exposures_needed(effect, base=0.0015) == pytest.approx(four_in_five, rel=0.08)


@pytest.mark.parametrize(("exposures", "base"), [(60, 0.0015), (900, 0.002), (20_000, 0.02), (400_000, 0.01)])
def test_the_smallest_effect_is_proven_four_times_in_five(exposures: int, base: float) -> None:
    found = lots.detectable(exposures, base=base)
    assert found is not None
    assert lots.power(exposures, base=base, effect=found) == pytest.approx(0.8, abs=0.02)
    assert lots.power(exposures, base=base, effect=0.7 * found) < 0.7


def test_with_few_exposures_nothing_can_be_shown() -> None:
    assert lots.detectable(0, base=0.0015) is None
    assert lots.detectable(6, base=0.0015) is None
    assert lots.detectable(12, base=0.0015) is not None


@pytest.mark.parametrize("seed", [1, 2])
def test_looked_at_every_week_trials_without_effect_prove_something_in_at_most_one_of_twenty(
    seed: int,
) -> None:
    world = Letters(contacts=200, things=6, base=0.04, effect=0.0)
    proven = [looks(world, weeks=52, seed=1_000 * seed + n) for n in range(150)]
    assert np.mean(proven) <= 0.05


@pytest.mark.parametrize("effect", [0.05, 0.02, 0.01])
def test_looked_at_every_week_an_effect_is_proven_as_often_as_is_told(effect: float) -> None:
    for exposures in (lots.needed_at_once(effect, base=0.0015), lots.exposures_needed(effect, base=0.0015)):
        world = Letters(contacts=round(exposures / 3), things=6, base=0.0015, effect=effect)
        proven = np.mean([looks(world, weeks=5, seed=n) for n in range(80)])
        assert proven == pytest.approx(lots.power(exposures, base=0.0015, effect=effect), abs=0.13)


def test_the_bound_of_the_share_told_holds_in_nineteen_of_twenty_looked_at_all_the_time() -> None:
    rng = np.random.default_rng(5)
    missed = 0
    for _ in range(150):
        told = np.cumsum(rng.random(60) < 0.7)
        missed += any(lots.share_low(int(t), n - int(t)) > 0.7 for n, t in enumerate(told, 1))
    assert missed / 150 <= 0.07


def test_what_was_caused_is_bounded_where_and_only_where_an_effect_is_proven() -> None:
    for told, untold in ((6, 0), (9, 1), (40, 30)):
        assert lots.caused_low(told, untold) == 0
    for told, untold in ((7, 0), (10, 1), (60, 20)):
        assert 0 < lots.caused_low(told, untold) < (told - untold) / told


def test_the_base_is_the_shops_own_once_it_says_enough() -> None:
    assert lots.base_share(0, 0) == lots.PRIOR_BASE
    assert lots.base_share(2_000, 100_000) == pytest.approx(0.02, rel=0.02)
