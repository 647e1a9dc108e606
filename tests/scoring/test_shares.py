"""Shares with Wilson's intervals."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, norm

from scoring import shares


@given(st.integers(1, 500), st.data())
def test_its_ends_are_the_shares_that_a_test_of_the_count_just_does_not_reject(
    of: int, data: st.DataObject
) -> None:
    count = data.draw(st.integers(0, of))
    z = norm.ppf(0.95)
    low, high = shares.interval(count, of)
    assert 0 <= low <= count / of + 1e-12
    assert count / of - 1e-12 <= high <= 1
    for end in (low, high):
        if 1e-9 < end < 1 - 1e-9:
            assert abs(count / of - end) == pytest.approx(z * sqrt(end * (1 - end) / of), rel=1e-6)


@pytest.mark.parametrize("of", [5, 10, 40, 200])
def test_on_the_average_it_holds_the_true_share_as_often_as_it_says(of: int) -> None:
    counts = np.arange(of + 1)
    ends = np.array([shares.interval(int(count), of) for count in counts])
    held = [
        binom.pmf(counts, of, share)[(ends[:, 0] <= share) & (share <= ends[:, 1])].sum()
        for share in np.linspace(0.02, 0.98, 97)
    ]
    assert np.mean(held) == pytest.approx(0.9, abs=0.02)
