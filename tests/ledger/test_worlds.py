"""Worlds whose truth is known: nothing is booked without influence, and never more than the truth."""

import numpy as np
import pyarrow.compute as pc
import pytest

from scoring.ledger import Engine, Ledger, Shop, compute_ledger
from scoring.simulate.attacks import ATTACKS, attacked, median_customer
from scoring.simulate.circles import Habits
from scoring.simulate.planted import Planted, world


def ledger_of(made: Planted, duck: Engine) -> Ledger:
    shop = Shop(made.purchases, made.ties, made.categories, parallel_ties=False)
    return compute_ledger(shop, as_of=made.as_of, engine=duck)


def booked(ledger: Ledger) -> float:
    return float(np.sum(ledger.evidence["civ"].to_numpy()))


@pytest.mark.parametrize("kind", ["null", "common cause", "sale", "homophily"])
def test_a_world_without_influence_books_nothing(kind: str, duck: Engine) -> None:
    ledger = ledger_of(world(kind, customers=1_500, seed=7), duck)

    assert booked(ledger) == 0
    assert float(np.sum(ledger.evidence["credit"].to_numpy())) > 1_000, "plain credit would have claimed this"


@pytest.fixture(scope="module")
def influence() -> Planted:
    return world("influence", customers=1_500, seed=7, habits=Habits(strength=0.08))


@pytest.fixture(scope="module")
def ledger(influence: Planted, duck: Engine) -> Ledger:
    return ledger_of(influence, duck)


def test_influence_is_found_and_never_booked_beyond_the_truth(influence: Planted, ledger: Ledger) -> None:
    leads = ledger.evidence.filter(pc.equal(ledger.evidence["verdict"], "leads"))["customer_id"].to_pylist()
    assert 0 < booked(ledger) <= influence.true_value
    assert len(leads) >= 3
    assert np.mean(np.isin(leads, influence.influencers)) >= 0.9
    assert ledger.gate.opened


def test_rows_sum_to_the_value_that_is_shown(ledger: Ledger) -> None:
    by_rows = ledger.rows.group_by("source_id").aggregate([("booked", "sum")])
    shown = dict(zip(*(ledger.evidence[c].to_pylist() for c in ("customer_id", "civ")), strict=True))
    assert dict(
        zip(*(by_rows[c].to_pylist() for c in ("source_id", "booked_sum")), strict=True)
    ) == pytest.approx({who: shown[who] for who in by_rows["source_id"].to_pylist()})


@pytest.mark.parametrize("name", ATTACKS[:4])
def test_an_attack_lifts_neither_rank_nor_money(name: str, influence: Planted, duck: Engine) -> None:
    account = median_customer(influence)

    ledger = ledger_of(attacked(influence, name, account=account), duck)

    (row,) = [r for r in ledger.evidence.to_pylist() if r["customer_id"] == account] or [
        {"rank_credit": 0, "civ": 0}
    ]
    assert (row["rank_credit"], row["civ"]) == (0, 0)


def test_worlds_and_attacks_are_the_same_for_the_same_seed() -> None:
    one, other = (world("common cause", customers=200, seed=3) for _ in range(2))

    assert one.purchases.equals(other.purchases)
    assert one.ties.equals(other.ties)
    assert attacked(one, "ring", account=1).purchases.equals(attacked(other, "ring", account=1).purchases)
    assert not one.purchases.equals(world("common cause", customers=200, seed=4).purchases)
