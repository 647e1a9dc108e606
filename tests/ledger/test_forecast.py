"""Who may be followed next: the interval holds what comes, and nothing else rests on the forecast."""

import sys
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import nbinom, poisson

from benchmarks.validity.forecasts import Outcome, caused_ahead, made_world, outcome
from scoring.ledger import Engine, LedgerInputs, Parameters, compute_ledger
from scoring.ledger.early import find_early
from scoring.ledger.evidence import sum_evidence
from scoring.ledger.forecast import FEWEST_FOLLOW_ONS, INTERVAL, fit, forecast
from scoring.ledger.inputs import read_inputs
from scoring.ledger.leaders import find_leaders
from scoring.ledger.ledger import conclude
from scoring.ledger.nearby import find_nearby
from scoring.ledger.scores import main_scores
from scoring.ledger.second_rule import state_by_groups
from scoring.ledger.workings import Workings, work_out
from scoring.simulate.attacks import attacked, median_customer
from scoring.simulate.circles import Habits
from scoring.simulate.planted import Planted
from scoring.simulate.recipes import world
from tests.support.book import Book
from tests.support.laws import some

PARAMETERS = Parameters()
SEEDS = (1, 2)


@pytest.fixture(scope="module")
def made() -> Planted:
    return world("influence", customers=1_200, seed=3, habits=Habits(strength=0.1))


def workings_of(made: Planted, duck: Engine) -> Workings:
    shop = LedgerInputs(made.purchases, made.ties, made.categories, parallel_ties=False)
    inputs = read_inputs(shop, duck, as_of=made.as_of, parameters=PARAMETERS)
    return work_out(inputs, duck, parameters=PARAMETERS)


@pytest.fixture(scope="module")
def workings(made: Planted, duck: Engine) -> Workings:
    return workings_of(made, duck)


def outcomes(kind: str, strength: float, attack: str | None, *, duck: Engine) -> list[Outcome]:
    """What was expected in two worlds of that kind, and what came."""
    worlds = (made_world(kind, strength, attack, customers=1_500, seed=seed) for seed in SEEDS)
    return [outcome(one, duck) for one in worlds]


def fewest_inside(people: int) -> float:
    """The least share inside that an interval of `INTERVAL` may have among so many by chance."""
    return float(INTERVAL - 2 * np.sqrt(INTERVAL * (1 - INTERVAL) / people))


@some(
    "kind_strength_attack",
    ("influence", 0.1, "viral item"),
    ("influence", 0.1, None),
    ("influence", 0.1, "bought followers"),
    ("common cause", 0.05, None),
    ("sale", 0.05, None),
    ("homophily", 0.05, None),
)
def test_the_interval_holds_what_comes_of_four_customers_in_five(
    kind_strength_attack: tuple[str, float, str | None], duck: Engine
) -> None:
    """Of all customers, most of whom nobody follows, and of those of whom most is expected."""
    found = outcomes(*kind_strength_attack, duck=duck)

    for least in (0.0, 0.3, 1.0):
        held = np.concatenate([one.inside(least=least) for one in found])
        sys.stdout.write(f"{kind_strength_attack}, expected {least}: {held.mean():.3f} of {len(held)}\n")
        assert len(held) > 0
        assert held.mean() >= fewest_inside(len(held))
    expected, came = (sum(getattr(one, name).sum() for one in found) for name in ("expected", "came"))
    assert 0.6 < expected / came < 1.7


@pytest.mark.exhaustive
def test_poissons_interval_would_be_too_narrow_for_those_who_are_followed_most(duck: Engine) -> None:
    found = outcomes("influence", 0.1, None, duck=duck)
    expected, came = (np.concatenate([getattr(one, name) for one in found]) for name in ("expected", "came"))
    most = expected >= 1

    low, high = (poisson.ppf(end, expected[most]) for end in (0.1, 0.9))

    inside = (low <= came[most]) & (came[most] <= high)
    assert inside.mean() < fewest_inside(len(inside))


def test_the_regression_finds_the_weights_and_the_unevenness_that_counts_were_drawn_with() -> None:
    rng = np.random.default_rng(1)
    features = rng.normal(size=(20_000, 4))
    expected = np.exp(-1.0 + features @ np.array([0.6, 0.3, 0.0, -0.4]))
    came = rng.negative_binomial(0.5, 0.5 / (0.5 + expected)).astype(np.float64)

    found = fit(features, came)

    np.testing.assert_allclose(found.weights, [-1.0, 0.6, 0.3, 0.0, -0.4], atol=0.08)
    assert found.shape == pytest.approx(0.5, rel=0.1)
    low, high = found.interval(np.array([3.0]))
    assert [float(low[0]), float(high[0])] == [
        nbinom.ppf(end, found.shape, found.shape / (found.shape + 3.0)) for end in (0.1, 0.9)
    ]


def test_a_feature_beyond_what_was_learned_from_counts_as_its_end() -> None:
    features = np.array([[0.0], [1.0], [2.0]] * 20)

    found = fit(features, np.array([0.0, 1.0, 3.0] * 20))

    assert found.expect(np.array([[50.0]])) == pytest.approx(found.expect(np.array([[2.0]])))


def test_the_forecast_ranks_those_higher_whom_more_active_contacts_watch(
    workings: Workings, duck: Engine
) -> None:
    found = forecast(workings, duck, parameters=PARAMETERS)

    expected, low, high = (
        found.expected[name].to_numpy() for name in ("follow_on", "follow_on_low", "follow_on_high")
    )
    weights = found.model["weights"]
    assert isinstance(weights, dict)
    assert weights["orders of trusted contacts"] > 0
    assert np.all(expected > 0)
    assert np.all((low >= 0) & (low <= high))
    assert set(found.expected["follow_on_days"].to_pylist()) == {found.model["days"]}


@pytest.mark.exhaustive
def test_what_leaders_cause_is_near_what_was_expected_of_them(duck: Engine) -> None:
    """All together within a third; of one in five, at most, outside of the interval, and a margin."""
    made = made_world("influence", 0.05, None, customers=5_000, seed=1)

    (expected, low, high), came = caused_ahead(made, duck)

    inside = np.mean((low <= came) & (came <= high))
    sys.stdout.write(
        f"{len(came)} lead, {expected.sum():.0f} expected, {came.sum():.0f} came, {inside:.2f}\n"
    )
    assert len(came) > 20
    assert 2 / 3 < expected.sum() / came.sum() < 1.5
    assert inside > 0.7


def test_the_back_test_says_how_well_the_score_foretold(workings: Workings, duck: Engine) -> None:
    """The tenth with the highest score are followed by more than a tenth, and by no more than all."""
    found = forecast(workings, duck, parameters=PARAMETERS)

    tested = found.model["back_test"]

    assert isinstance(tested, dict)
    assert tested["came"] > 0
    assert 0.1 < tested["by_score"] <= 1
    assert 0 <= tested["by_followers"] <= 1
    assert 0.7 < tested["inside"] <= 1


def test_the_back_test_of_many_looks_at_some_and_says_much_the_same(
    workings: Workings, duck: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = forecast(workings, duck, parameters=PARAMETERS)
    monkeypatch.setattr("scoring.ledger.forecast.MOST_TESTED", 600)

    with duck.scratch():
        some = forecast(workings, duck, parameters=PARAMETERS)

    of_every, of_some = (found.model["back_test"] for found in (every, some))
    assert isinstance(of_every, dict)
    assert isinstance(of_some, dict)
    assert of_some["customers"] <= 600 < of_every["customers"]
    assert of_some["came"] == pytest.approx(of_every["came"] * 600 / of_every["customers"], rel=0.3)
    assert of_some["by_score"] == pytest.approx(of_every["by_score"], abs=0.15)
    assert some.expected.equals(every.expected)


def test_bought_followers_who_never_buy_lift_no_forecast(
    made: Planted, workings: Workings, duck: Engine
) -> None:
    account = median_customer(made)
    before = forecast(workings, duck, parameters=PARAMETERS).expected

    with duck.scratch():
        after = forecast(
            workings_of(attacked(made, "bought followers", account=account), duck),
            duck,
            parameters=PARAMETERS,
        ).expected

    def of(account: int, found: pa.Table) -> float:
        (row,) = (one for one in found.to_pylist() if one["customer_id"] == account)
        return float(row["follow_on"])

    assert of(account, after) == pytest.approx(of(account, before))


def test_with_too_few_purchases_that_followed_there_is_no_forecast(friends: Book) -> None:
    ledger = friends.ledger()

    assert ledger.rows.num_rows == 1
    assert ledger.forecast.num_rows == 0
    assert ledger.model["forecast"]["follow_ons"] < FEWEST_FOLLOW_ONS


def test_ties_that_are_all_younger_than_the_last_stretch_give_no_forecast(
    made: Planted, duck: Engine
) -> None:
    """A shop that imported its ties last week has purchases that followed, and nothing to learn from."""
    young = pa.repeat(pa.scalar(made.as_of - timedelta(days=100)), made.ties.num_rows)
    ties = made.ties.append_column("known_at", young.cast(made.purchases["created_at"].type))
    shop = LedgerInputs(made.purchases, ties, made.categories, parallel_ties=False)

    found = compute_ledger(shop, as_of=made.as_of, engine=duck)

    assert found.forecast.num_rows == 0
    assert found.model["forecast"]["follow_ons"] >= FEWEST_FOLLOW_ONS
    assert set(found.scores["customer_id"].to_pylist())


def test_a_shop_without_a_line_has_no_forecast(book: Book) -> None:
    assert book.ledger().forecast.num_rows == 0


def test_verdicts_money_and_scores_are_the_same_without_the_forecast(
    workings: Workings, duck: Engine
) -> None:
    ledger = conclude(workings, duck, parameters=PARAMETERS)

    nearby = find_nearby(workings, PARAMETERS)
    leading = find_leaders(nearby, before=None, parameters=PARAMETERS)
    early = find_early(workings, nearby, PARAMETERS)
    sums = sum_evidence(workings, duck, parameters=PARAMETERS)
    alone = state_by_groups(workings, sums, leading, early=early, parameters=PARAMETERS)
    scores = main_scores(workings, alone.evidence, parameters=PARAMETERS)

    assert ledger.forecast.num_rows > 0
    for name in ("rows", "evidence", "topics"):
        assert_same(getattr(ledger, name), getattr(alone, name))
    names = ["customer_id", "reach", "amplification", "network", "ambassador"]
    assert_same(ledger.scores.select(names), scores.select(names))


def assert_same(one: pa.Table, other: pa.Table) -> None:
    """Sums of floats may be made in another order."""
    assert one.schema == other.schema
    for name in one.column_names:
        if pa.types.is_floating(one[name].type):
            np.testing.assert_allclose(one[name].to_numpy(), other[name].to_numpy(), rtol=1e-9, err_msg=name)
        else:
            assert one[name].to_pylist() == other[name].to_pylist(), name


def test_ties_of_networks_move_no_forecast(made: Planted, workings: Workings, duck: Engine) -> None:
    """So a consent that ends takes nothing from it."""
    rng = np.random.default_rng(1)
    follows = pa.table(
        {"source_id": rng.integers(0, 1_200, 5_000), "target_id": rng.integers(0, 1_200, 5_000)}
    )
    ties = pa.concat_tables(
        [
            made.ties.append_column("kind", pa.repeat("friend", made.ties.num_rows)),
            follows.append_column("kind", pa.repeat("mastodon", 5_000)),
        ]
    )
    shop = LedgerInputs(made.purchases, ties, made.categories, kinds=("mastodon",), combinable=("mastodon",))

    found = compute_ledger(shop, as_of=made.as_of, engine=duck)

    alone = forecast(workings, duck, parameters=PARAMETERS)
    assert "mastodon" in found.rows["tie_kind"].to_pylist(), "the ties are there"
    assert found.model["forecast"]["follow_ons"] == alone.model["follow_ons"]
    assert found.forecast["customer_id"].equals(alone.expected["customer_id"])
    with_ties, without = (one["follow_on"].to_numpy() for one in (found.forecast, alone.expected))
    np.testing.assert_allclose(with_ties, without, rtol=1e-6)
