"""Perk programmes before they start, and the sentence afterwards."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kurtosis, skew

from scoring import lots, perk_design
from scoring.perk_design import (
    Result,
    Spread,
    enough,
    more_members,
    naive_sentence,
    plan,
    sentence,
    spread_of,
)

NORMAL = Spread(mean=20.0, deviation=10.0, skewness=0.0, kurtosis=3.0)


@given(st.lists(st.floats(0, 1_000).map(lambda one: round(one, 2)), min_size=3, max_size=40))
def test_the_spread_is_numpys_and_scipys(money: list[float]) -> None:
    found = spread_of(money)
    assert found.mean == pytest.approx(np.mean(money), abs=1e-9)
    assert found.deviation == pytest.approx(np.std(money, ddof=1), abs=1e-7)
    if found.deviation > 0.1:
        assert found.skewness == pytest.approx(skew(money), abs=1e-6)
        assert found.kurtosis == pytest.approx(kurtosis(money, fisher=False), abs=1e-6)


def test_equal_arms_of_money_without_a_tail_are_planned_by_the_normal_reckoning() -> None:
    normal = NormalDist()
    usual = (normal.inv_cdf(0.95) + normal.inv_cdf(0.8)) * 10.0 * (2 / 5_000) ** 0.5
    assert plan(5_000, 5_000, NORMAL).detectable == pytest.approx(usual, rel=1e-3)


def test_a_tail_asks_for_more_where_few_are_held_out() -> None:
    tail = Spread(mean=20.0, deviation=10.0, skewness=4.0, kurtosis=30.0)

    few, many = (plan(*arms, tail).detectable for arms in ((180, 20), (100, 100)))
    usual = plan(180, 20, NORMAL).detectable

    assert few
    assert many
    assert usual
    assert few > 1.3 * usual
    assert many < few


@given(st.integers(20, 500), st.integers(20, 500))
def test_more_members_of_one_arm_never_make_an_effect_harder_to_find(granted: int, held_out: int) -> None:
    now, then = (plan(granted, size, NORMAL).detectable for size in (held_out, held_out + 20))
    assert now
    assert then
    assert then <= now


def test_arms_below_the_least_are_not_planned() -> None:
    assert plan(19, 20, NORMAL).detectable is None
    assert plan(20, 20, NORMAL).detectable is not None


@pytest.mark.parametrize(
    ("arms", "buyers", "said"),
    [((20, 20), 20, True), ((20, 20), 19, False), ((19, 400), 400, False), ((180, 20), 100, True)],
)
def test_it_takes_members_in_each_arm_and_buyers_for_the_smaller(
    arms: tuple[int, int], buyers: int, *, said: bool
) -> None:
    assert enough(*arms, buyers=buyers) is said


def test_a_programme_of_so_many_more_would_show_what_this_one_brought() -> None:
    more = more_members(3.1, 2.2, members=200)
    assert more == 420
    error = 2.2 * (200 / (200 + more)) ** 0.5
    assert 3.1 / error == pytest.approx(NormalDist().inv_cdf(0.95) + NormalDist().inv_cdf(0.8), rel=0.01)
    assert more_members(-1.0, 2.2, members=200) is None
    assert more_members(100.0, 2.2, members=200) == 0


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (
            {"point": 3.1, "low": -0.4, "high": 6.9, "error": 2.2},
            (
                "40 of 200 held out; +3.10 EUR a member, 90% interval -0.40 to 6.90: not shown yet; "
                "about 420 more members needed."
            ),
        ),
        (
            {"point": 3.1, "low": 0.4, "high": 6.9, "error": 1.6, "shown": True},
            "40 of 200 held out; +3.10 EUR a member, 90% interval 0.40 to 6.90: it pays.",
        ),
        (
            {"point": 3.1, "low": 0.4, "high": 6.9, "error": 1.6},
            (
                "40 of 200 held out; +3.10 EUR a member, 90% interval 0.40 to 6.90: "
                "not shown beside the shop's other programmes."
            ),
        ),
        (
            {"point": -3.1, "low": -6.9, "high": -0.4, "error": 1.6},
            "40 of 200 held out; -3.10 EUR a member, 90% interval -6.90 to -0.40: it loses money.",
        ),
        (
            {"point": -0.1, "low": -1.9, "high": 1.4, "error": 1.6},
            "40 of 200 held out; -0.10 EUR a member, 90% interval -1.90 to 1.40: not shown.",
        ),
        (
            {},
            (
                "40 of 200 held out: not enough evidence. It takes 20 members granted and 20 held out, "
                "and about 10 buyers in the smaller group."
            ),
        ),
    ],
)
def test_the_result_is_one_sentence(numbers: dict[str, float], said: str) -> None:
    assert sentence(Result(granted=160, held_out=40, currency="EUR", **numbers)) == said  # type: ignore[arg-type]


def test_the_naive_figure_says_what_it_counts() -> None:
    assert naive_sentence(1234.5, 61, currency="EUR") == (
        "All redemptions: 1,234.50 EUR in 61 orders. "
        "This counts what would have been bought without the perk as well."
    )
    assert " in 1 order. " in naive_sentence(5.0, 1, currency="EUR")


def test_the_level_of_a_plan_is_that_of_a_trial() -> None:
    assert pytest.approx(1 / lots.PROVES) == perk_design.LEVEL
