"""Who is said to lead by version 2, and what is booked: nobody invented, no line twice, no cheap attack."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from scoring.ledger import Engine, Ledger, LedgerInputs, Parameters, compute_ledger
from scoring.ledger.inputs import read_inputs
from scoring.ledger.leaders import Leading, find_leaders
from scoring.ledger.nearby import Nearby, find_nearby
from scoring.ledger.trials import TRIALS
from scoring.ledger.workings import work_out
from scoring.simulate.circles import Habits
from scoring.simulate.planted import Planted
from scoring.simulate.recipes import world
from tests.support.book import Book
from tests.support.laws import some

PARAMETERS = Parameters()


def nearby_of(made: Planted, duck: Engine) -> Nearby:
    shop = LedgerInputs(made.purchases, made.ties, made.categories, parallel_ties=False)
    with duck.scratch():
        inputs = read_inputs(shop, duck, as_of=made.as_of, parameters=PARAMETERS)
        return find_nearby(work_out(inputs, duck, parameters=PARAMETERS), PARAMETERS)


def leading_of(
    nearby: Nearby, before: pa.Array | None = None, parameters: Parameters = PARAMETERS
) -> Leading:
    return find_leaders(nearby, before=before, parameters=parameters)


@pytest.fixture(scope="module")
def made() -> Planted:
    return world("influence", customers=1_500, seed=3, habits=Habits(strength=0.1))


@pytest.fixture(scope="module")
def nearby(made: Planted, duck: Engine) -> Nearby:
    return nearby_of(made, duck)


@pytest.fixture(scope="module")
def ledger(made: Planted, duck: Engine) -> Ledger:
    shop = LedgerInputs(made.purchases, made.ties, made.categories, parallel_ties=False)
    return compute_ledger(shop, as_of=made.as_of, engine=duck)


def test_half_of_what_influence_brought_is_booked_and_hardly_any_to_who_is_innocent(
    made: Planted, ledger: Ledger
) -> None:
    leads = ledger.evidence.filter(pc.equal(ledger.evidence["inferred"], "leads"))
    booked = float(pc.sum(leads["civ"]).as_py())
    caused = set(made.caused["source_id"].to_pylist())

    assert 0.4 * made.true_value < booked <= made.true_value
    assert np.mean([who in caused for who in leads["customer_id"].to_pylist()]) >= 0.9
    assert ledger.gate.opened


def test_rows_sum_to_what_is_booked_and_no_line_is_booked_twice(ledger: Ledger) -> None:
    booked = float(np.sum(ledger.rows["booked"].to_numpy()))
    by_line = ledger.rows.group_by("line_id").aggregate([("booked", "sum"), ("amount", "max")])

    assert booked == pytest.approx(float(np.sum(ledger.evidence["civ"].to_numpy())), rel=1e-9)
    assert booked > 0
    assert np.all(by_line["booked_sum"].to_numpy() <= by_line["amount_max"].to_numpy() + 1e-9)


def test_the_total_holds_the_truth_and_more_than_is_laid_to_persons(made: Planted, ledger: Ledger) -> None:
    total = ledger.model["identified"]

    assert total["low"] < made.true_value < total["high"]
    assert float(np.sum(ledger.evidence["civ"].to_numpy())) < total["estimate"]


@some(
    "name",
    "null",
    "early advert, own friends only",
    "early circle",
    "early advert",
    "early release",
    "common cause",
    "growth + sale",
    "homophily",
    "season",
    "drift",
    "activity",
    "ties after purchase, dated",
)
def test_where_nobody_causes_anything_nobody_leads(name: str, duck: Engine) -> None:
    found = leading_of(nearby_of(world(name, customers=1_500, seed=11), duck))

    assert not found.identified.opened
    assert found.leaders.num_rows == 0
    assert found.identified.low == 0


def test_friends_who_hear_the_same_news_are_told_by_who_bought_before(duck: Engine) -> None:
    found = leading_of(nearby_of(world("early advert, own friends only", customers=3_000, seed=5), duck))

    assert found.identified.together.z > 3
    assert "the same advert" in found.identified.sentence


def test_the_same_followers_are_counted_after_and_before(duck: Engine) -> None:
    """Where nothing is caused, observed over expected is 1 on both sides, and so is their ratio."""
    after, both = [], []
    for seed in range(4):
        made = world("null", customers=1_500, seed=100 + seed)
        shop = LedgerInputs(made.purchases, made.ties, made.categories, parallel_ties=False)
        sums = compute_ledger(shop, as_of=made.as_of, engine=duck).evidence
        o, e, o_before, e_before = (
            float(np.sum(sums[name].to_numpy()))
            for name in ("observed", "expected", "observed_before", "expected_before")
        )
        after.append(o / e)
        both.append(o / o_before * e_before / e)
    for ratios in (after, both):
        assert np.mean(ratios) == pytest.approx(1, abs=3 * max(float(np.std(ratios)) / 2, 0.02))


def test_who_led_leads_on_until_it_is_likelier_that_they_do_not(nearby: Nearby) -> None:
    strict = Parameters(false_discovery_rate=0.001)
    names = leading_of(nearby, parameters=strict).leaders["source_id"].to_pylist()
    stayed = leading_of(nearby, nearby.sources, strict).leaders["source_id"].to_pylist()

    assert set(names) < set(stayed)
    assert len(stayed) < len(nearby.sources) / 2


def test_one_viral_product_makes_no_leader(made: Planted, duck: Engine) -> None:
    """Sixty followers buy one thing the day after; nothing else of this customer's was ever followed."""
    nearby = nearby_of(made, duck)
    quiet = int(np.setdiff1d(nearby.rows.source, made.influencers[made.influencers < 1_500])[0])
    rows, size = nearby.rows, 60
    viral = rows.where(np.flatnonzero(rows.source == quiet)[:1].repeat(size))
    viral = replace(
        viral,
        target=np.arange(size) + 10_000,
        product=np.full(size, rows.product.max() + 1),
        purchase=np.full(size, rows.purchase.max() + 1),
        follow=np.arange(size) + rows.follow.max() + 1,
        basket=np.arange(size) + rows.basket.max() + 1,
        after=np.ones(size, np.bool_),
        gap=np.full(size, 1 / 30),
        trusted=np.ones(size, np.bool_),
        line=np.full(size, -1),
    )
    joined = {name: np.concatenate([getattr(rows, name), getattr(viral, name)]) for name in vars(rows)}

    found = leading_of(replace(nearby, rows=type(rows)(**joined)))

    assert nearby.sources[quiet] not in found.leaders["source_id"].to_pylist()


def test_a_shop_of_a_few_orders_says_that_it_cannot_tell(friends: Book) -> None:
    found = friends.ledger()

    assert not found.gate.opened
    assert "too few purchases" in found.gate.sentence
    (row,) = found.rows.to_pylist()
    assert (row["source_id"], row["share"], row["booked"]) == ("ada", 0, 0)


def test_the_other_version_runs_beside_and_says_what_it_would_book(ledger: Ledger) -> None:
    beside = ledger.model["beside"]

    assert beside["rule"] == 1
    assert 0 <= beside["booked"] < float(np.sum(ledger.evidence["civ"].to_numpy()))
    assert beside["only_here"] > 0


def test_trials_by_lot_that_show_less_than_is_claimed_cut_the_total_and_what_is_booked(
    made: Planted, ledger: Ledger, duck: Engine
) -> None:
    leads = ledger.evidence.filter(pc.equal(ledger.evidence["inferred"], "leads"))
    sender = leads.sort_by([("civ", "descending")])["customer_id"][0].as_py()
    seen = {"trial_id": 1, "customer_id": str(sender), "seen_at": made.as_of, "p": 0.001, "told": 600}
    trials = pa.Table.from_pylist([seen | {"told_bought": 140, "untold_bought": 100}], TRIALS)
    shop = LedgerInputs(made.purchases, made.ties, made.categories, trials=trials, parallel_ties=False)

    cut = compute_ledger(shop, as_of=made.as_of, engine=duck).model["identified"]

    before = ledger.model["identified"]
    factor = cut["lots"]["factor"]
    assert before["lots"]["sentence"] == ""
    assert 0 <= factor < 1
    assert cut["lots"]["sentence"].endswith(f"The total is multiplied by {factor:.2f}.")
    for name in ("low", "estimate", "high"):
        assert cut[name] == pytest.approx(factor * before[name])
