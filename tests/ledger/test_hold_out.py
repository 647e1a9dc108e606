"""Two arms by lot: published numbers, and what must hold for any."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from scoring.ledger.hold_out import Arms, difference_interval
from scoring.ledger.trials import p_value

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
    if min(one.invited, one.held_out) >= 10 and p_value(one) <= 0.05:
        assert low > 0


@given(arms())
def test_one_more_buyer_among_the_invited_makes_the_p_no_greater(one: Arms) -> None:
    if one.invited_bought < one.invited:
        more = Arms(one.invited, one.invited_bought + 1, one.held_out, one.held_out_bought)
        assert p_value(more) <= p_value(one)
