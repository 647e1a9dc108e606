"""What people read: topics up the tree, the net column and scores."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from scoring.ledger import Engine, Ledger, LedgerInputs, Parameters, compute_ledger
from scoring.ledger.inputs import read_inputs
from scoring.ledger.ledger import conclude
from scoring.ledger.pairs import category_paths
from scoring.ledger.scores import percentiles
from scoring.ledger.workings import Workings, work_out
from scoring.simulate.circles import Habits
from scoring.simulate.planted import END, Planted
from scoring.simulate.recipes import world
from tests.support.book import Book

PARAMETERS = Parameters()


@pytest.fixture(scope="module")
def made() -> Planted:
    return world("influence", customers=1_200, seed=3, habits=Habits(strength=0.1))


@pytest.fixture(scope="module")
def workings(made: Planted, duck: Engine) -> Workings:
    shop = LedgerInputs(made.purchases, made.ties, made.categories, parallel_ties=False)
    inputs = read_inputs(shop, duck, as_of=END, parameters=PARAMETERS)
    return work_out(inputs, duck, parameters=PARAMETERS)


@pytest.fixture(scope="module")
def ledger(workings: Workings, duck: Engine) -> Ledger:
    return conclude(workings, duck, parameters=PARAMETERS)


def test_a_category_counts_for_every_category_above_it() -> None:
    tree = pa.table({"category_id": ["a", "b", "c"], "parent_id": pa.array([None, "a", "b"])})

    paths = category_paths(tree).to_pylist()

    assert {(row["category_id"], row["topic"]) for row in paths} == {
        *(("a", "a"), ("b", "b"), ("b", "a")),
        *(("c", "c"), ("c", "b"), ("c", "a")),
    }


def test_categories_in_a_circle_end_where_the_circle_closes() -> None:
    circle = pa.table({"category_id": ["a", "b"], "parent_id": ["b", "a"]})

    assert category_paths(circle).num_rows == 4


def test_the_root_topic_holds_all_credit_and_a_customers_leaves_sum_to_their_own(ledger: Ledger) -> None:
    topics, evidence = ledger.topics.to_pylist(), ledger.evidence.to_pylist()
    leaves = {"coffee", "tea", "kitchen", "garden", "books"}
    for column in ("credit", "civ", "pairs"):
        root = sum(row[column] for row in topics if row["topic"] == "root")
        parts = sum(row[column] for row in topics if row["topic"] in leaves)
        assert root == pytest.approx(sum(row[column] for row in evidence))
        assert parts == pytest.approx(root)


def test_a_topic_has_a_verdict_only_on_its_own_evidence(ledger: Ledger) -> None:
    rows = ledger.topics.to_pylist()

    assert {row["rests_on"] for row in rows} == {"topic", "customer", "shop"}
    for row in rows:
        if row["verdict"] != "not enough evidence":
            assert row["rests_on"] == "topic"
            assert row["pairs"] >= 5
            assert row["trusted_followers"] >= 3


def test_the_net_column_sums_to_the_revenue(ledger: Ledger, made: Planted) -> None:
    net = ledger.net

    assert np.sum(net["net"].to_numpy()) == pytest.approx(np.sum(made.purchases["net"].to_numpy()))
    assert np.sum(net["revenue"].to_numpy()) == pytest.approx(np.sum(made.purchases["net"].to_numpy()))
    assert not np.allclose(net["net"].to_numpy(), net["revenue"].to_numpy())
    assert len(set(net["customer_id"].to_pylist())) == net.num_rows


def test_the_net_column_moves_a_proven_order_from_who_paid_it_to_who_led_to_it(friends: Book) -> None:
    friends.redemptions.append({"order_id": "led", "source_id": "cleo"})
    friends.order("bea", "a gift for dora", 30, net=7.0, is_gift=True)

    net = {row["customer_id"]: (row["revenue"], row["net"]) for row in friends.ledger().net.to_pylist()}

    assert net == {"ada": (10.0, 10.0), "bea": (87.0, 47.0), "cleo": (0.0, 40.0)}


def test_only_who_leads_is_booked_and_the_interval_holds_the_value(ledger: Ledger) -> None:
    for row in ledger.evidence.to_pylist():
        if row["verdict"] == "leads":
            assert 0 < row["civ"] <= row["civ_estimate"]
            assert 0 < row["civ_low"] <= row["civ_estimate"] <= row["civ_high"]
            assert row["civ"] <= row["credit"] * (1 + 1e-9)
            assert row["missing"] is None
        else:
            assert row["civ"] == row["civ_estimate"] == row["civ_low"] == row["civ_high"] == 0
        assert (row["possible_up_to"] > 0) == (row["verdict"] == "buys together")
        assert (row["missing"] is not None) == (row["verdict"] == "not enough evidence")


def test_scores_are_given_only_on_evidence_and_follow_from_their_inputs(
    ledger: Ledger,
) -> None:
    scores = ledger.scores.to_pylist()
    enough = dict(zip(*(ledger.evidence[c].to_pylist() for c in ("customer_id", "enough")), strict=True))

    scored = [row for row in scores if row["reach"] is not None]
    assert {row["customer_id"] for row in scored} == {who for who, has in enough.items() if has}
    assert all(1 <= row[name] <= 100 for row in scored for name in ("reach", "amplification", "ambassador"))
    best = max(scored, key=lambda row: row["reach_contacts"])
    assert best["reach"] == max(row["reach"] for row in scored)
    for row in scored:
        assert row["exposures"] == row["purchases"] * row["contacts"]
        assert row["intensity"] * row["engaged_contacts"] == pytest.approx(row["interactions"])


def test_where_all_ties_go_both_ways_contacts_vouch_who_follow_more_than_they_are_followed(
    made: Planted, duck: Engine
) -> None:
    back = made.ties.rename_columns(["target_id", "source_id", *made.ties.column_names[2:]])
    ties = pa.concat_tables([made.ties, back.select(made.ties.column_names)])
    shop = LedgerInputs(made.purchases, ties, made.categories)

    scores = compute_ledger(shop, as_of=END, engine=duck).scores

    known = scores.filter(pc.is_valid(scores["reach"]))
    assert known.num_rows > 50
    assert known["network"].null_count < known.num_rows / 2


def test_percentiles_rank_equal_values_alike_and_leave_the_others_out() -> None:
    found = percentiles(np.array([5.0, 1.0, 5.0, 9.0]), np.array([True, True, True, False]))

    assert found[:3].tolist() == [67.0, 17.0, 67.0]
    assert np.isnan(found[3])
