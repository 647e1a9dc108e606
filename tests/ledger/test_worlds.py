"""Worlds whose truth is known: nothing is booked without influence, and never more than the truth."""

import sys
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from scoring.ledger import Engine, Ledger, LedgerInputs, compute_ledger
from scoring.simulate import planted_shop
from scoring.simulate.attacks import (
    ATTACKS,
    NETWORK,
    SOCIAL_ATTACKS,
    attacked,
    median_customer,
    scored_customer,
)
from scoring.simulate.circles import Habits
from scoring.simulate.planted import Planted
from scoring.simulate.recipes import world
from tests.support.book import Book
from tests.support.laws import some


def ledger_of(made: Planted, duck: Engine) -> Ledger:
    shop = LedgerInputs(made.purchases, made.ties, made.categories, parallel_ties=False)
    return compute_ledger(shop, as_of=made.as_of, engine=duck)


def booked(ledger: Ledger) -> float:
    return float(np.sum(ledger.evidence["civ"].to_numpy()))


@some("kind", "null", "common cause", "sale", "homophily")
def test_a_world_without_influence_books_nothing(kind: str, duck: Engine) -> None:
    ledger = ledger_of(world(kind, customers=1_500, seed=7), duck)

    assert booked(ledger) == 0
    assert float(np.sum(ledger.rows["amount"].to_numpy())) > 1_000, "whoever counts followers claims this"


def test_a_shuffled_shop_books_nothing(influence: Planted, duck: Engine) -> None:
    """Times permuted among the buyers of each product, in a shop where much is booked otherwise."""
    rng, purchases = np.random.default_rng(11), influence.purchases
    product = purchases["product_id"].to_numpy()
    at = purchases["created_at"].to_numpy()
    mixed = np.empty_like(at)
    mixed[np.argsort(product, kind="stable")] = at[np.lexsort((rng.random(len(at)), product))]
    place = purchases.column_names.index("created_at")
    column = pa.array(mixed).cast(purchases["created_at"].type)
    # One line an order: a basket whose lines went to different days is no basket any more.
    purchases = purchases.set_column(place, "created_at", column).set_column(
        0, "order_id", purchases["line_id"]
    )

    assert booked(ledger_of(replace(influence, purchases=purchases), duck)) == 0


def test_a_campaign_to_everybody_on_one_day_gives_no_leads(book: Book) -> None:
    """Forty friends of somebody buy what they bought, all within the day of an advert that all saw."""
    everybody = [f"customer {number}" for number in range(60)]
    book.own_life("ada", *everybody)
    for number, customer in enumerate(["ada", *everybody]):
        for product in range(8):
            book.order(customer, f"advertised {product}", 100 + number / 100)
    for customer in everybody[:40]:
        book.tie("ada", customer)

    ledger = book.ledger()

    (ada,) = [row for row in ledger.evidence.to_pylist() if row["customer_id"] == "ada"]
    assert ada["pairs"] == 320
    assert ada["inferred"] == "not enough evidence"
    assert booked(ledger) == 0


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


def standing_of(account: int, ledger: Ledger) -> dict[str, float]:
    found = [row for row in ledger.evidence.to_pylist() if row["customer_id"] == account]
    return found[0] if found else {"rank_credit": 0.0, "civ": 0.0, "credit": 0.0}


@some("name", *ATTACKS[:4])
def test_an_attack_lifts_neither_rank_nor_money(name: str, influence: Planted, duck: Engine) -> None:
    account = median_customer(influence)

    standing = standing_of(account, ledger_of(attacked(influence, name, account=account), duck))

    sys.stdout.write(f"{name}: {standing['civ']:.2f} booked, {standing['credit']:.2f} plain credit\n")
    assert (standing["rank_credit"], standing["civ"]) == (0, 0)


PARTS = ("reach", "amplification", "network")


def social_ledger_of(made: Planted, duck: Engine) -> Ledger:
    shop = LedgerInputs(made.purchases, made.ties, made.categories, kinds=(NETWORK,), combinable=(NETWORK,))
    return compute_ledger(shop, as_of=made.as_of, engine=duck)


def shown_of(account: int, scores: pa.Table) -> dict[str, int]:
    """The scores that are shown of an account; without enough evidence there is none."""
    rows = scores.filter(pc.equal(pc.cast(scores["customer_id"], pa.string()), str(account))).to_pylist()
    return {part: row[part] for row in rows for part in PARTS if row[part] is not None}


@some("name", *SOCIAL_ATTACKS)
def test_a_social_attack_lifts_neither_rank_nor_money_and_brings_no_more_than_scores_in_the_middle(
    name: str, influence: Planted, duck: Engine
) -> None:
    account = median_customer(influence)

    ledger = social_ledger_of(attacked(influence, name, account=account), duck)

    standing = standing_of(account, ledger)
    there = shown_of(account, ledger.scores_by_kind)
    money = f"{standing['civ']:.2f} booked, {standing['credit']:.2f} plain credit"
    sys.stdout.write(f"{name}: {money}, scores by the network alone {there or 'none'}\n")
    assert (standing["rank_credit"], standing["civ"]) == (0, 0)
    assert shown_of(account, ledger.scores) == {}, "no tie of a network is in a main score"
    assert np.mean(list(there.values()) or [0]) < 55
    assert "network" not in there, "who follows back does not vouch"
    if name != "follow-back ring":
        assert there == {}, "nobody bought after this customer: there is not enough evidence"


@pytest.fixture(scope="module")
def social_ledger(influence: Planted, duck: Engine) -> Ledger:
    """The ledger of a shop whose every tie is one of a network."""
    follows = pa.repeat(NETWORK, influence.ties.num_rows)
    known = replace(influence, ties=influence.ties.append_column("kind", follows))
    return social_ledger_of(known, duck)


@some("name", *SOCIAL_ATTACKS)
def test_a_social_attack_hardly_moves_the_scores_of_somebody_who_has_some(
    name: str, influence: Planted, ledger: Ledger, social_ledger: Ledger, duck: Engine
) -> None:
    """More contacts raise Reach only if they buy, and lower Amplification: more saw it, nobody followed."""
    account = scored_customer(influence, ledger.scores)
    before = shown_of(account, social_ledger.scores_by_kind)

    made = attacked(influence, name, account=account)
    after = shown_of(account, social_ledger_of(made, duck).scores_by_kind)

    assert before
    sys.stdout.write(f"{name}: {before} before, {after} after\n")
    assert before.keys() == after.keys()
    assert abs(np.mean(list(after.values())) - np.mean(list(before.values()))) < 10
    assert after["amplification"] <= before["amplification"]
    if name == "bought social followers":
        assert after == before, "who never buys is no contact"


def test_a_viral_item_raises_no_score_but_that_of_the_contacts_it_came_with(
    influence: Planted, ledger: Ledger, duck: Engine
) -> None:
    account = scored_customer(influence, ledger.scores)
    before = shown_of(account, ledger.scores)

    after = shown_of(account, ledger_of(attacked(influence, "viral item", account=account), duck).scores)

    sys.stdout.write(f"viral item: {before} before, {after} after\n")
    assert after.keys() == before.keys()
    assert after["amplification"] <= before["amplification"]


def test_follows_that_came_after_the_purchases_would_have_paid_if_they_were_not_dated(
    influence: Planted, duck: Engine
) -> None:
    account = median_customer(influence)
    made = attacked(influence, "late follows", account=account)
    undated = replace(made, ties=made.ties.drop_columns(["valid_from"]))

    standing = standing_of(account, social_ledger_of(undated, duck))

    sys.stdout.write(f"late follows, undated: {standing['credit']:.2f} plain credit\n")
    assert standing["rank_credit"] > 0
    assert standing["credit"] > 500


def test_busy_fake_accounts_are_booked_less_than_they_cost_and_nothing_if_one_card_pays(
    influence: Planted, duck: Engine
) -> None:
    """The attack that protection does not stop: thirty accounts that really pay for six orders each."""
    account = median_customer(influence)
    made = attacked(influence, "busy fake accounts", account=account)
    fakes = pc.unique(made.purchases.slice(influence.purchases.num_rows)["customer_id"]).to_pylist()
    spent = float(pc.sum(made.purchases.slice(influence.purchases.num_rows)["net"]).as_py())

    standing = standing_of(account, ledger_of(made, duck))
    one_card = pa.table({"customer_id": [account, *fakes], "payment": ["one card"] * (1 + len(fakes))})
    shop = LedgerInputs(made.purchases, made.ties, made.categories, customers=one_card, parallel_ties=False)
    seen = standing_of(account, compute_ledger(shop, as_of=made.as_of, engine=duck))

    sys.stdout.write(f"busy fake accounts: {standing['civ']:.2f} booked for {spent:.2f} really spent\n")
    assert standing["civ"] <= spent / 5
    assert (seen["rank_credit"], seen["civ"]) == (0, 0)


def test_worlds_and_attacks_are_the_same_for_the_same_seed() -> None:
    one, other = (world("common cause", customers=200, seed=3) for _ in range(2))

    assert one.purchases.equals(other.purchases)
    assert one.ties.equals(other.ties)
    for name in ATTACKS:
        mounted, again = (attacked(made, name, account=1) for made in (one, other))
        assert mounted.purchases.equals(again.purchases)
        assert mounted.ties.equals(again.ties)
    assert not one.purchases.equals(world("common cause", customers=200, seed=4).purchases)


@some("kind", "null", "common cause", "influence", "sale", "homophily")
def test_a_planted_shop_of_every_kind_can_be_had_by_seed_and_size(kind: str) -> None:
    small, large = (planted_shop(kind, customers=size, seed=2) for size in (1_000, 4_000))

    assert 2 < large.purchases.num_rows / small.purchases.num_rows < 6
    assert small.purchases.equals(planted_shop(kind, customers=1_000, seed=2).purchases)
    assert (small.caused.num_rows > 0) == (kind == "influence")


def test_an_unknown_kind_of_shop_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="common cause"):
        planted_shop("magic")
