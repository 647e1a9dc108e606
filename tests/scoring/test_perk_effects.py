"""What a perk brought: small cases by enumeration, laws, and worlds whose truth is known."""

from itertools import combinations
from statistics import mean, variance

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring import perk_effects
from scoring.ledger.verdicts import accepted_up_to
from scoring.perk_design import LEAST, plan, spread_of
from scoring.perk_effects import Effect, Flags, Floats, Lots, Members, compare, judge, shown, watch
from scoring.simulate.perks import PERKS, SPENDING, by_day, circles, drawn
from tests.support.laws import some

SMALL = st.lists(st.integers(0, 9).map(float), min_size=5, max_size=7)


def by_all_lots(values: list[float], held_out: tuple[int, ...], *, granted: Flags) -> Lots:
    """Every other lot of as many, in place of some drawn at random."""
    columns = np.array([[1.0, one, one**2, yes, one * yes] for one, yes in zip(values, granted, strict=True)])
    others = [lot for lot in combinations(range(len(values)), len(held_out)) if lot != held_out]
    sums = np.array([columns[list(lot)].sum(axis=0) for lot in others]).T
    return Lots(sums, columns[list(held_out)].sum(axis=0), columns.sum(axis=0))


def by_hand(values: list[float], held_out: tuple[int, ...]) -> float:
    """Welch's statistic of one lot."""
    second = [values[one] for one in held_out]
    first = [one for place, one in enumerate(values) if place not in held_out]
    apart, error = mean(first) - mean(second), variance(first) / len(first) + variance(second) / len(second)
    if error < 1e-12:
        return 0.0 if abs(apart) < 1e-9 else float(np.copysign(np.inf, apart))
    return float(apart / error**0.5)


@given(SMALL, st.integers(-3, 3), st.data())
def test_the_p_is_that_of_counting_every_lot(values: list[float], effect: int, data: st.DataObject) -> None:
    lots = list(combinations(range(len(values)), 2))
    held_out = data.draw(st.sampled_from(lots))
    granted = np.array([place not in held_out for place in range(len(values))])
    bare = [one - effect * yes for one, yes in zip(values, granted, strict=True)]
    real = by_hand(bare, held_out)
    found = by_all_lots(values, held_out, granted=granted)
    for sign in (1, -1):
        beyond = sum(sign * by_hand(bare, lot) >= sign * real - 1e-9 for lot in lots)
        assert found.p(float(effect), sign) == pytest.approx(beyond / len(lots))


@settings(max_examples=30)
@given(SMALL, st.integers(-3, 3))
def test_of_all_lots_at_most_a_share_has_a_p_as_small_where_every_member_gains_the_same(
    values: list[float], effect: int
) -> None:
    """The guarantee, whatever the values: no draw at random, no distribution."""
    lots = list(combinations(range(len(values)), 2))
    found = []
    for held_out in lots:
        granted = np.array([place not in held_out for place in range(len(values))])
        seen = [one + effect * yes for one, yes in zip(values, granted, strict=True)]
        found.append(by_all_lots(seen, held_out, granted=granted).p(float(effect), 1))
    for level in found:
        assert np.mean([one <= level + 1e-12 for one in found]) <= level + 1e-12


def programme(
    spending: str, arms: tuple[int, int], seed: int, perk: str = "none"
) -> tuple[Floats, Flags, float]:
    rng = np.random.default_rng(seed)
    money = SPENDING[spending](sum(arms), rng)
    with_it = PERKS[perk](money, rng)
    granted = drawn(sum(arms), arms[1], rng)
    return np.where(granted, with_it, money), granted, float(np.mean(with_it - money))


def effect_of(money: Floats, granted: Flags, **given: object) -> Effect:
    return compare(money, granted=granted, seed=3, draws=199, **given)  # type: ignore[arg-type]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([*SPENDING]), st.floats(-50, 50), st.floats(0.01, 100))
def test_the_effect_moves_with_what_the_granted_get_and_with_the_currency(
    seed: int, spending: str, more: float, rate: float
) -> None:
    money, granted, _ = programme(spending, (40, 20), seed)
    one = effect_of(money, granted)
    assume(one.error > 0.01)
    given_more, changed = effect_of(money + more * granted, granted), effect_of(money * rate, granted)
    size = one.error
    for name in ("point", "low", "high"):
        assert getattr(given_more, name) == pytest.approx(
            getattr(one, name) + more, abs=1e-4 * (size + abs(more))
        )
        assert getattr(changed, name) == pytest.approx(getattr(one, name) * rate, abs=1e-4 * size * rate)
    assert changed.p == pytest.approx(one.p, abs=0.02)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([*SPENDING]), st.sampled_from([(20, 20), (180, 20), (60, 60)]))
def test_the_interval_holds_the_point_and_lies_above_zero_exactly_where_the_p_shows_an_effect(
    seed: int, spending: str, arms: tuple[int, int]
) -> None:
    money, granted, _ = programme(spending, arms, seed)
    one = effect_of(money, granted)
    assert one.low <= one.point <= one.high
    assert 0 < one.p <= 1
    if one.p > 0.05:
        assert one.low <= 1e-6 * one.error
    if one.low > 1e-6 * one.error:
        assert one.p <= 0.05


@some("arms", (180, 20), (20, 20))
@pytest.mark.parametrize("spending", ["log-normal, sigma 2", "one spends half"])
def test_a_perk_that_brings_nothing_is_hardly_ever_said_to_pay(spending: str, arms: tuple[int, int]) -> None:
    """Of 150; at 5 % each more than 16 come once in a thousand runs. Welch alone says 30 of (180, 20)."""
    found = [programme(spending, arms, seed) for seed in range(150)]
    ps = [
        compare(money, granted=granted, seed=seed, draws=199).p
        for seed, (money, granted, _) in enumerate(found)
    ]
    assert sum(one <= 0.05 for one in ps) <= 16


@pytest.mark.parametrize("perk", ["10 % off", "new buyers"])
def test_nine_intervals_in_ten_hold_an_effect_that_differs_by_member(perk: str) -> None:
    found = [programme("30 % buy", (160, 40), seed, perk) for seed in range(100)]
    effects = [compare(money, granted=granted, seed=1, draws=99) for money, granted, _ in found]
    held = [one.low <= truth <= one.high for one, (*_, truth) in zip(effects, found, strict=True)]
    assert sum(held) >= 80, "of 100 at 90 %: fewer come once in a thousand runs"


def test_the_planned_effect_is_found_about_as_often_as_planned() -> None:
    wins = 0
    for seed in range(60):
        money, granted, _ = programme("30 % buy", (160, 40), seed)
        wanted = plan(160, 40, spread_of(money.tolist())).detectable
        assert wanted
        wins += compare(money + wanted * granted, granted=granted, seed=seed, draws=99).p <= 0.05
    assert 37 <= wins <= 59


def test_lots_drawn_within_strata_are_redrawn_within_them() -> None:
    """All of the difference is between strata: within each, nobody differs from anybody."""
    strata = np.repeat([0, 1], [40, 60])
    money = np.where(strata == 0, 100.0, 1.0) + (np.arange(100) % 2).astype(np.float64)
    granted = np.ones(100, np.bool_)
    granted[[*range(30), *range(40, 50)]] = False

    within, overall = effect_of(money, granted, strata=strata), effect_of(money, granted)

    [lots] = perk_effects.redraw([money], granted=granted, strata=strata, seed=1, draws=50)
    assert set(lots.sums[0]) == {40.0}
    assert np.ptp(lots.sums[1]) < 40
    assert overall.high < 0
    assert within.high > overall.high


def test_too_few_members_or_buyers_are_not_judged() -> None:
    rng = np.random.default_rng(1)
    granted = drawn(100, 40, rng)
    money = rng.lognormal(3, 1, 100)
    few = np.zeros(100)
    few[:24] = 1

    assert judge(Members(money, np.ones(100), granted), seed=1, draws=99).money is not None
    assert judge(Members(money, few, granted), seed=1, draws=99).money is None
    assert judge(Members(money[:39], np.ones(39), granted[:39]), seed=1).money is None
    assert min(np.sum(granted), np.sum(~granted)) >= LEAST


def test_orders_are_judged_as_money_is() -> None:
    rng = np.random.default_rng(1)
    granted = drawn(400, 200, rng)
    orders = (rng.poisson(1.0, 400) + granted * rng.poisson(1.0, 400)).astype(np.float64)

    found = judge(Members(20.0 * orders, orders, granted), seed=1, draws=199)

    assert found.orders
    assert found.money
    assert found.orders.low > 0.5
    assert found.money.point == pytest.approx(20 * found.orders.point)


@given(st.lists(st.floats(0, 1), max_size=30))
def test_the_programmes_shown_are_those_that_benjamini_and_hochberg_accept(p: list[float]) -> None:
    bar = min(accepted_up_to(np.array(p), 0.10), 0.05)
    assert shown(p) == [one <= bar for one in p]


def looked_at(arms: tuple[int, int], lost: float, seed: int) -> bool:
    """Whether a programme of forty days was stopped on one of them."""
    rng = np.random.default_rng(seed)
    granted = drawn(sum(arms), arms[1], rng)
    money = by_day(sum(arms), 40, granted=granted, lost=lost, rng=rng)
    planned = plan(*arms, spread_of(money[-1].tolist()))
    looks = (Members(until, (until > 0).astype(np.float64), granted) for until in money)
    return any(watch(look, planned_error=planned.error).stops for look in looks)


def test_a_programme_that_loses_nothing_is_hardly_ever_stopped_by_daily_looks() -> None:
    assert sum(looked_at((60, 60), 0.0, seed) for seed in range(30)) <= 3


def test_a_programme_that_loses_most_of_the_money_is_stopped() -> None:
    assert sum(looked_at((1_000, 1_000), 0.6, seed) for seed in range(5)) >= 4


def test_nothing_is_said_of_a_loss_before_there_are_buyers() -> None:
    granted = drawn(100, 40, np.random.default_rng(1))
    none = watch(Members(np.where(granted, -5.0, 0.0), np.zeros(100), granted), planned_error=1.0)
    assert (none.at_most, none.stops) == (None, False)


def referral_programmes(brought: float, *, programmes: int = 240) -> list[Effect]:
    """Effects of programmes whose senders share contacts; a granted sender's contacts spend so much more."""
    rng = np.random.default_rng(20)
    found = []
    for number in range(programmes):
        shares = circles(160, 120, known=2.0, rng=rng)
        own, theirs = (SPENDING["30 % buy"](size, rng) for size in shares.shape)
        granted = drawn(160, 48, rng)
        led = (shares[granted] > 0).any(axis=0)  # by a code, whoever else knows them
        values = own + shares @ (theirs + brought * theirs.mean() * led)
        found.append(compare(values, granted=granted, seed=number, draws=199))
    return found


def test_contacts_of_several_senders_make_no_effect_where_there_is_none() -> None:
    found = referral_programmes(0.0)
    claimed = sum(one.p <= 0.05 for one in found)
    assert claimed <= 20, "of 240 programmes without effect one in twenty, and what chance adds (p = 1 %)"
    assert sum(one.low <= 0 <= one.high for one in found) >= 0.9 * len(found) - 11


def test_what_granted_senders_bring_from_contacts_is_found() -> None:
    found = referral_programmes(6.0)
    assert sum(one.p <= 0.05 for one in found) > 60
    none = mean(one.point for one in referral_programmes(0.0))
    assert mean(one.point for one in found) > none + 1


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 99))
def test_no_contact_counts_twice(senders: int, contacts: int, seed: int) -> None:
    shares = circles(senders, contacts, known=3.0, rng=np.random.default_rng(seed))
    assert np.all(np.isclose(shares.sum(axis=0), 1) | (shares.sum(axis=0) == 0))
