"""The audit finds a double standard, calls none where there is none, and says what it could not see."""

import numpy as np
import pyarrow as pa
import pytest

from scoring.fairness import ORDERS, Audit, Finding, Verdict, audit
from scoring.fairness.permutation import LARGE, Sample, compare
from scoring.simulate.service import Service, draw_service

SLOW = Service(slower=0.3)


def _of(made: Audit, comparison: str, outcome: str) -> Finding:
    [one] = [f for f in made.findings if (f.comparison, f.outcome) == (comparison, outcome)]
    return one


def test_who_is_made_to_wait_longer_is_found_with_how_long_and_what_could_have_been_seen() -> None:
    wait = _of(audit(draw_service(2_000, SLOW, seed=3), seed=1), "lowest_third", "fulfilment_hours")

    assert (wait.verdict, wait.unit) == (Verdict.FOUND, "hours")
    assert wait.effect
    assert wait.typical
    assert wait.detectable
    assert wait.adjusted
    assert wait.p
    assert wait.effect.low < 0.3 * wait.typical < wait.effect.high
    assert 0 < wait.detectable < 0.3 * wait.typical
    assert wait.p <= wait.adjusted <= 0.05
    assert wait.customers + wait.others <= wait.orders <= 2_000


def test_honest_differences_between_places_are_no_double_standard() -> None:
    orders = draw_service(4_000, Service(honest=True), seed=5)
    hours = orders["fulfilment_hours"].to_numpy()
    is_low = orders["band"].to_numpy(zero_copy_only=False) == "low"
    assert np.median(hours[is_low]) > 1.3 * np.median(hours[~is_low]), "they do wait, for where they live"

    assert Verdict.FOUND not in {one.verdict for one in audit(orders, seed=1).findings}


def test_a_difference_from_before_the_app_is_told_as_one() -> None:
    since = audit(draw_service(3_000, SLOW, seed=7, before=3_000), seed=1)
    always = audit(draw_service(3_000, Service(slower=0.3, always=True), seed=7, before=3_000), seed=1)

    asked = ("lowest_third", "fulfilment_hours")
    assert _of(since, *asked).verdict == Verdict.FOUND
    assert _of(always, *asked).verdict == Verdict.AS_BEFORE
    placebo = _of(always, *asked).placebo
    assert placebo
    assert placebo.low > 0
    assert (since.orders, since.orders_before) == (3_000, 3_000)


def test_late_payers_with_a_high_score_who_are_served_faster_are_found() -> None:
    made = audit(draw_service(8_000, Service(favoured=0.8), seed=2), seed=1)
    favour = _of(made, "late_with_high_score", "fulfilment_hours")
    assert favour.verdict == Verdict.FOUND
    assert favour.effect
    assert favour.effect.high < 0, "fewer hours"


def test_too_few_orders_are_said_to_be_too_few_and_nothing_else_is_said_of_them() -> None:
    for orders in (0, 1, 60):
        made = audit(draw_service(orders, SLOW, seed=1) if orders else ORDERS.empty_table(), seed=1)
        assert {one.verdict for one in made.findings} == {Verdict.TOO_FEW}
        assert {(one.effect, one.p, one.detectable) for one in made.findings} == {(None, None, None)}
        assert len(made.findings) == 15


def test_the_same_orders_in_any_sequence_and_the_same_seed_give_the_same_answer() -> None:
    orders = draw_service(1_000, SLOW, seed=4)
    shuffled = orders.take(pa.array(np.random.default_rng(1).permutation(1_000)))
    assert audit(orders, seed=9, draws=99) == audit(shuffled, seed=9, draws=99)


def test_one_slow_customer_with_many_orders_is_one_coincidence() -> None:
    """Forty orders of one person of the group are late; everybody else waits alike."""
    rng = np.random.default_rng(6)
    customer = np.sort(np.concatenate([np.zeros(40, np.int64), rng.integers(1, 300, 800)]))
    values = np.where(customer == 0, 3.0, 0.0) + rng.normal(0, 0.1, len(customer))
    one = np.zeros(len(customer), np.int64)
    sample = Sample(values, customer % 3 == 0, customer, one, (one,))

    found = compare(sample, seed=1, draws=999)

    assert found is not None
    assert found.effect > 5 * 0.1 / np.sqrt(len(customer)), "by orders it would look certain"
    assert found.above > 0.05


def test_beyond_many_customers_the_law_that_permutations_tend_to_says_the_same() -> None:
    rng = np.random.default_rng(8)
    people = LARGE + 500
    customer, one = np.arange(people), np.zeros(people, np.int64)
    group = rng.random(people) < 0.3
    values = rng.exponential(1.0, people) + 0.04 * group
    whole = compare(Sample(values, group, customer, one, (one,)), seed=1)
    part = slice(0, LARGE)
    drawn = compare(
        Sample(values[part], group[part], customer[part], one[part], (one[part],)), seed=1, draws=1_999
    )
    assert whole
    assert drawn
    assert abs(whole.above - drawn.above) < 0.03
    assert whole.high - whole.low == pytest.approx(drawn.high - drawn.low, rel=0.1)


def test_a_table_that_is_not_of_orders_is_refused_in_words() -> None:
    orders = draw_service(100, SLOW, seed=1)
    with pytest.raises(ValueError, match=r"The table of orders lacks band, basket\."):
        audit(orders.drop_columns(["band", "basket"]), seed=1)
    place = ORDERS.get_field_index("band")
    wrong = orders.set_column(place, ORDERS.field("band"), pa.array(["lowest"] * 100))
    with pytest.raises(ValueError, match=r"No such band: lowest\."):
        audit(wrong, seed=1)
