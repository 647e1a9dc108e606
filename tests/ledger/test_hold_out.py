"""Two arms by lot: published numbers, what must hold for any, and whether power is what it says."""

from datetime import UTC, datetime
from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, fisher_exact, hypergeom
from scoring.trial_design import LEAST, LEVEL, SAME, detectable, power

from scoring import trial_design
from scoring.ledger.hold_out import Arms, difference_interval
from scoring.ledger.parameters import Parameters
from scoring.ledger.trials import TRIALS, accepted, level, p_value

SIZES = st.integers(1, 60)


@st.composite
def arms(draw: st.DrawFn) -> Arms:
    invited, held_out = draw(SIZES), draw(SIZES)
    return Arms(invited, draw(st.integers(0, invited)), held_out, draw(st.integers(0, held_out)))


@pytest.mark.parametrize(("right", "p"), [(4, 1 / 70), (3, 17 / 70), (2, 53 / 70)])
def test_the_lady_tasting_tea(right: int, p: float) -> None:
    """Fisher 1935, The Design of Experiments, chapter II: eight cups, four with the milk first."""
    assert p_value(Arms(4, right, 4, 4 - right)) == pytest.approx(p)


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0000),
        ((10, 10, 0, 10), 0.6075, 1.0000),
    ],
)
def test_the_eight_differences_of_newcombes_table_two(
    table: tuple[int, int, int, int], low: float, high: float
) -> None:
    """Newcombe 1998, Statistics in Medicine 17: 873-890, table II, method 10, 95 %."""
    bought, invited, others, held_out = table
    found = difference_interval(Arms(invited, bought, held_out, others), 0.95)
    assert found == pytest.approx((low, high), abs=5e-5)


@given(arms())
def test_the_p_is_scipys(one: Arms) -> None:
    table = np.array(
        [
            [one.invited_bought, one.invited - one.invited_bought],
            [one.held_out_bought, one.held_out - one.held_out_bought],
        ]
    )
    assert p_value(one) == pytest.approx(float(fisher_exact(table, alternative="greater").pvalue), rel=1e-9)


@given(arms())
def test_the_interval_holds_the_difference_and_lies_above_zero_wherever_the_p_proves(one: Arms) -> None:
    low, high = difference_interval(one, 0.9)
    assert -1 - 1e-9 <= low <= one.difference + 1e-9
    assert one.difference - 1e-9 <= high <= 1 + 1e-9
    if min(one.invited, one.held_out) >= LEAST and p_value(one) <= 0.05:
        assert low > 0


@given(arms())
def test_one_more_buyer_among_the_invited_makes_the_p_no_greater(one: Arms) -> None:
    if one.invited_bought < one.invited:
        more = Arms(one.invited, one.invited_bought + 1, one.held_out, one.held_out_bought)
        assert p_value(more) <= p_value(one)


@pytest.mark.parametrize(("invited", "held_out", "shares"), [(12, 13, (0.6, 0.2)), (40, 40, (0.3, 0.1))])
def test_power_is_how_often_such_trials_are_won(
    invited: int, held_out: int, shares: tuple[float, float]
) -> None:
    rng = np.random.default_rng(1)
    drawn = zip(
        rng.binomial(invited, shares[0], 4_000), rng.binomial(held_out, shares[1], 4_000), strict=True
    )
    won = np.mean([p_value(Arms(invited, int(x), held_out, int(y))) <= 0.05 for x, y in drawn])
    assert power(invited, held_out, level=0.05, shares=shares) == pytest.approx(won, abs=0.025)


@pytest.mark.parametrize(("invited", "held_out", "base"), [(10, 10, 0.0), (20, 21, 0.3), (400, 400, 0.05)])
def test_the_smallest_detectable_difference_is_found_four_times_in_five(
    invited: int, held_out: int, base: float
) -> None:
    smallest = detectable(invited, held_out, level=0.05, base=base)
    assert smallest is not None
    assert power(invited, held_out, level=0.05, shares=(base + smallest, base)) == pytest.approx(
        0.8, abs=1e-3
    )
    assert power(invited, held_out, level=0.05, shares=(base + 0.9 * smallest, base)) < 0.8


def test_where_nearly_all_buy_anyway_nothing_can_be_detected() -> None:
    assert detectable(10, 10, level=0.05, base=0.9) is None


def test_the_least_arms_find_half_of_the_invited_against_nobody() -> None:
    """What the documents say of the minimum."""
    smallest = detectable(LEAST, LEAST, level=0.05, base=0.0)
    assert smallest == pytest.approx(0.484, abs=5e-4)
    of_fewer = detectable(LEAST - 1, LEAST - 1, level=0.05, base=0.0)
    assert of_fewer is not None
    assert of_fewer > 0.5


def test_a_trial_is_planned_at_the_level_it_is_judged_by() -> None:
    assert level(Parameters()) == LEVEL


def test_a_trial_is_won_by_whom_its_plan_would_have_found() -> None:
    """Every table of small arms, also where p is a twentieth to the last bit: three of three against none."""
    for invited, held_out in product(range(1, 13), repeat=2):
        needed = trial_design._needed(invited, held_out, level=LEVEL, among=range(held_out + 1))
        outcomes = [
            Arms(invited, bought, held_out, others)
            for others, bought in product(range(held_out + 1), range(invited + 1))
        ]
        for arms in outcomes:
            won = accepted(one_trial(arms), as_of=0, parameters=Parameters()).num_rows == 1
            assert won == (arms.invited_bought >= needed[arms.held_out_bought]), arms


def one_trial(arms: Arms) -> pa.Table:
    ended = {"trial_id": 1, "customer_id": "ada", "ended_at": datetime(1970, 1, 1, tzinfo=UTC)}
    return pa.Table.from_pylist([ended | vars(arms)], schema=TRIALS)


def scipys_power(invited: int, held_out: int, shares: tuple[float, float]) -> float:
    """The same sum by SciPy's distributions, but for outcomes that add less than 1e-11 together."""
    chances = binom.pmf(np.arange(held_out + 1), held_out, shares[1])
    theirs = binom.pmf(np.arange(invited + 1), invited, shares[0])
    bought = np.flatnonzero(theirs > 1e-15)
    total = 0.0
    for others in np.flatnonzero(chances > 1e-15):
        p = hypergeom.sf(bought - 1, invited + held_out, bought + others, invited)
        total += float(chances[others] * np.sum(theirs[bought[p <= LEVEL * SAME]]))
    return total


# SciPy's own binomial overflows at shares of 1e-308.
SHARES = st.just(0.0) | st.floats(1e-12, 1)


@settings(deadline=None, max_examples=60)
@given(SIZES, SIZES, SHARES, SHARES)
def test_the_power_is_scipys(invited: int, held_out: int, share: float, base: float) -> None:
    found = power(invited, held_out, level=LEVEL, shares=(share, base))
    assert found == pytest.approx(scipys_power(invited, held_out, (share, base)), abs=1e-9)


def test_the_power_of_large_arms_is_scipys() -> None:
    found = power(1_500, 1_501, level=LEVEL, shares=(0.13, 0.1))
    assert found == pytest.approx(scipys_power(1_500, 1_501, (0.13, 0.1)), abs=1e-9)
