"""Networks stand apart: no tie of one moves a main score, or the scores of another network."""

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from scoring.ledger import Engine, Ledger, LedgerInputs, Parameters, compute_ledger
from scoring.simulate.circles import Habits
from scoring.simulate.planted import END, Planted
from scoring.simulate.recipes import world
from tests.support.book import START, Book
from tests.support.laws import law

PARAMETERS = Parameters(permutations=20, min_pairs=2, min_followers=1)
NETWORKS, COMBINABLE = ("mastodon", "youtube"), ("mastodon",)
KINDS = ("mastodon", "mastodon:responses", "youtube")
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.fixture(scope="module")
def made() -> Planted:
    return world("influence", customers=120, seed=4, habits=Habits(strength=0.2))


def own_ties(made: Planted) -> pa.Table:
    return made.ties.append_column("kind", pa.repeat("friend", made.ties.num_rows))


def social_ties(made: Planted, pairs: list[tuple[int, int, str, float]]) -> pa.Table:
    """Ties between customers of the world, by their places, since always."""
    ids = np.unique(made.purchases["customer_id"].to_numpy())
    rows = [
        {"source_id": ids[one % len(ids)], "target_id": ids[two % len(ids)], "kind": kind, "weight": weight}
        for one, two, kind, weight in pairs
    ]
    types = own_ties(made).schema
    columns = {field.name: pa.array([row.get(field.name) for row in rows], field.type) for field in types}
    return pa.table(columns, schema=types)


def ledger_of(made: Planted, ties: pa.Table, duck: Engine) -> Ledger:
    shop = LedgerInputs(made.purchases, ties, made.categories, kinds=NETWORKS, combinable=COMBINABLE)
    return compute_ledger(shop, as_of=END, parameters=PARAMETERS, engine=duck)


def assert_same(one: pa.Table, other: pa.Table) -> None:
    """Equal but for the last bits of sums, which hang on the order of rows."""
    assert one.num_rows == other.num_rows
    for name in one.column_names:
        if pa.types.is_floating(one[name].type):
            mine, theirs = (table[name].to_numpy(zero_copy_only=False) for table in (one, other))
            np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-9, err_msg=name)
        else:
            assert one[name].to_pylist() == other[name].to_pylist(), name


BASE: dict[int, Ledger] = {}


def base_of(made: Planted, duck: Engine) -> Ledger:
    """The ledger of the world without a social tie, computed once."""
    if id(made) not in BASE:
        BASE[id(made)] = ledger_of(made, own_ties(made), duck)
    return BASE[id(made)]


PAIRS = st.lists(
    st.tuples(st.integers(0, 119), st.integers(0, 119), st.sampled_from(KINDS), st.floats(0.1, 9)),
    min_size=1,
    max_size=200,
)


@law(50, sample=3, may=SLOW)
@given(pairs=PAIRS)
def test_main_scores_are_the_same_whatever_social_ties_are_added(
    made: Planted, duck: Engine, pairs: list[tuple[int, int, str, float]]
) -> None:
    ties = pa.concat_tables([own_ties(made), social_ties(made, pairs)])

    before, after = base_of(made, duck), ledger_of(made, ties, duck)

    assert before.scores["reach"].null_count < before.scores.num_rows, "somebody has a score to be moved"
    assert_same(before.scores, after.scores)


def test_social_ties_of_everybody_with_everybody_move_no_main_score_but_money(
    made: Planted, duck: Engine
) -> None:
    """The ties are there: the ledger's evidence grows by them."""
    rng = np.random.default_rng(1)
    pairs = [(int(one), int(two), "mastodon", 5.0) for one, two in rng.integers(0, 120, (3_000, 2))]
    ties = pa.concat_tables([own_ties(made), social_ties(made, pairs)])

    before, after = base_of(made, duck), ledger_of(made, ties, duck)

    assert sum(after.evidence["pairs"].to_pylist()) > 2 * sum(before.evidence["pairs"].to_pylist())
    names = ["customer_id", "reach", "amplification", "network", "ambassador", "contacts"]
    assert after.scores.select(names).to_pylist() == before.scores.select(names).to_pylist()
    assert after.model["forecast"] == before.model["forecast"]


def test_ties_of_a_network_that_allows_no_combining_move_nothing_but_its_own_scores(
    made: Planted, duck: Engine
) -> None:
    rng = np.random.default_rng(2)
    some = [(int(one), int(two), "mastodon", 1.0) for one, two in rng.integers(0, 120, (300, 2))]
    more = [(int(one), int(two), "youtube", 9.0) for one, two in rng.integers(0, 120, (3_000, 2))]
    ties = pa.concat_tables([own_ties(made), social_ties(made, some)])

    before = ledger_of(made, ties, duck)
    after = ledger_of(made, pa.concat_tables([ties, social_ties(made, more)]), duck)

    for name in ("rows", "evidence", "topics", "scores", "forecast", "net"):
        assert_same(getattr(before, name), getattr(after, name))
    assert before.gate.sentence == after.gate.sentence
    kinds = [set(one.scores_by_kind["kind"].to_pylist()) for one in (before, after)]
    assert kinds == [{"mastodon"}, {"mastodon", "youtube"}]
    mine = [
        [row for row in one.scores_by_kind.to_pylist() if row["kind"] == "mastodon"]
        for one in (before, after)
    ]
    assert mine[0] == mine[1]


def book_of_followers(duck: Engine) -> Book:
    """Anna has six contacts on each of two networks and one by a gift; all of them buy."""
    book = Book(duck)
    people = {kind: [f"{kind} {number}" for number in range(6)] for kind in NETWORKS}
    for kind, contacts in people.items():
        book.own_life(*contacts)
        for contact in contacts:
            book.tie("anna", contact, kind=kind)
            book.order(contact, "lamp", 15)
    book.order("anna", "lamp", 10)
    book.own_life("berta")
    book.tie("anna", "berta")
    return book


def ledger_of_book(book: Book, **given: Any) -> Ledger:
    networks = {"kinds": NETWORKS, "combinable": COMBINABLE} | given
    return compute_ledger(
        replace(book.shop(), **networks), as_of=START.replace(year=2026, month=2), engine=book.engine
    )


def contacts_of(ledger: Ledger, customer: str) -> dict[str, int]:
    """How many contacts the customer's main scores and each network's count."""
    main = [row for row in ledger.scores.to_pylist() if row["customer_id"] == customer]
    apart = [row for row in ledger.scores_by_kind.to_pylist() if row["customer_id"] == customer]
    return {"main": sum(int(row["contacts"]) for row in main)} | {
        row["kind"]: row["contacts"] for row in apart
    }


def test_of_six_contacts_on_each_of_two_networks_the_main_scores_count_none_and_each_network_its_own(
    duck: Engine,
) -> None:
    book = book_of_followers(duck)

    ledger = ledger_of_book(book)

    assert contacts_of(ledger, "anna") == {"main": 0, "mastodon": 6, "youtube": 6}
    assert {row["tie_kind"] for row in ledger.rows.to_pylist()} == {"mastodon"}, "no money by YouTube's"


def test_who_is_in_the_evidence_by_other_ties_has_the_contacts_of_those(duck: Engine) -> None:
    book = book_of_followers(duck)
    book.order("berta", "lamp", 12)

    assert contacts_of(ledger_of_book(book), "anna") == {"main": 1, "mastodon": 6, "youtube": 6}


def test_a_pair_known_without_a_network_is_credited_to_the_tie_that_needs_none(duck: Engine) -> None:
    book = Book(duck)
    book.own_life("berta")
    book.tie("anna", "berta", kind="mastodon", weight=9.0)
    book.tie("anna", "berta", kind="gift", weight=0.1)
    book.order("anna", "lamp", 10)
    book.order("berta", "lamp", 12)

    assert [row["tie_kind"] for row in ledger_of_book(book).rows.to_pylist()] == ["gift"]


def test_a_follower_on_a_network_is_a_stranger_to_a_code(duck: Engine) -> None:
    """What a code proves rests on orders, and stays whoever unlinks a profile."""
    known, unknown = Book(duck), Book(duck)
    for book in (known, unknown):
        for number in range(21):
            name = f"buyer {number:02}"
            order = book.order(name, "lamp", 20)
            book.redemptions.append({"order_id": order, "source_id": "anna"})
            if book is known:
                book.tie("anna", name, kind="mastodon")
        book.order("anna", "other", 1)

    proven = [
        {row["order_id"]: row["credit"] for row in ledger_of_book(book).rows.to_pylist() if row["proven"]}
        for book in (known, unknown)
    ]
    assert proven[0] == proven[1]
    assert set(proven[0].values()) == {0.0}
