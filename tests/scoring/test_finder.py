"""Which step teaches most: the closed form against counting, and whom no step may touch."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from scoring import finder
from scoring.finder import LINK, QUESTION, TRIAL, Finder, May
from scoring.ledger import LedgerInputs, Parameters, open_engine
from scoring.ledger.contacts import trusted_now
from scoring.ledger.exposed import Exposed, find_exposed
from scoring.ledger.inputs import read_inputs
from scoring.ledger.verdicts import Prior
from scoring.ledger.workings import work_out
from scoring.simulate.planted import Planted
from scoring.simulate.recipes import world
from tests.support.laws import law

NUMBERS = st.floats(0.05, 20.0)
EVERYBODY = pa.array([str(place) for place in range(40)])


def exposed(**changed: Any) -> Exposed:
    """Forty customers: ten with contacts, whom some followed; the first is followed often by many."""
    place = np.arange(40)
    columns: dict[str, Any] = {
        "contacts": np.where(place < 10, 12.0, 0.0),
        "contact_orders": np.where(place < 10, 30.0 - place, 0.0),
        "exposures": np.where(place < 10, 100.0 + 10 * place, 0.0),
        "followed": np.where(place < 10, place % 3, 0.0),
        "products": np.full(40, 8.0),
        "recent": np.full(40, 3.0),
    } | changed
    pairs = [(str(source), str(target)) for source in range(10) for target in range(source + 10, source + 22)]
    letters = pa.table({"source_id": [one for one, _ in pairs], "target_id": [other for _, other in pairs]})
    return Exposed(pa.table({"customer_id": EVERYBODY} | columns), letters, ties=240)


def everything(**changed: Any) -> May:
    given: dict[str, Any] = {"links": EVERYBODY, "names": EVERYBODY, "question": 300.0} | changed
    return May(**given)


@law(60)
@given(a=NUMBERS, b=NUMBERS, expected=NUMBERS, more=NUMBERS)
def test_what_a_step_explains_is_the_mean_over_all_that_may_be_seen(
    a: float, b: float, expected: float, more: float
) -> None:
    """Counted out: the posterior variance after every count that may come, by its probability."""
    for seen in (expected, expected + more):
        counts = np.arange(int(nbinom.ppf(1 - 1e-12, a, b / (b + seen))) + 2)
        chance = nbinom.pmf(counts, a, b / (b + seen))
        left = float(chance @ ((a + counts) / (b + seen) ** 2)) / (a / b**2)
        [known] = finder.explained(np.array([seen]), Prior(a, b))
        assert known == pytest.approx(1 - left, abs=1e-6)


def test_steps_come_by_what_they_teach_for_each_message_and_add_up() -> None:
    of = exposed()

    found = finder.find_steps(of, everything())

    steps = found.steps.to_pylist()
    assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
    assert (steps[0]["kind"], steps[0]["messages"], steps[0]["customer_id"]) == (QUESTION, 0, None)
    each = [step["gain"] / step["messages"] for step in steps[1:]]
    assert each == sorted(each, reverse=True)
    assert {TRIAL, LINK} <= {step["kind"] for step in steps}
    assert all(step["gain"] > 0 for step in steps)
    assert found.after == pytest.approx(found.known + sum(step["gain"] for step in steps[:10]))
    assert 0 < found.known < found.after < 1


def test_nobody_is_in_two_steps_nor_gets_two_messages() -> None:
    of, taken, found = exposed(), set[str](), finder.find_steps(exposed(), everything())

    for step in found.steps.to_pylist()[1:]:
        assert step["customer_id"] not in taken
        spoken_to = set()
        if step["kind"] == TRIAL:
            theirs = [row for row in of.letters.to_pylist() if row["source_id"] == step["customer_id"]]
            spoken_to = {row["target_id"] for row in theirs} - taken
            assert step["messages"] == len(spoken_to)
        taken |= {step["customer_id"], *spoken_to}
    assert len(taken) == 40


def test_a_trial_is_in_the_name_of_whom_it_may_be_and_tells_of_what_they_bought() -> None:
    of, names = exposed(), pa.array(["3", "4"])

    steps = finder.find_steps(
        of, everything(names=names, links=names.slice(0, 0), question=0)
    ).steps.to_pylist()

    assert {step["kind"] for step in steps} == {TRIAL}
    assert {step["customer_id"] for step in steps} <= {"3", "4"}
    bought_one = exposed(products=np.full(40, 1.0))
    assert finder.find_steps(bought_one, everything(links=names.slice(0, 0), question=0)).steps.num_rows == 0
    known = finder.known_of(of)
    added, letters = Finder(known, of, everything()).of_trials()
    assert added[3] == pytest.approx(known.rate * letters[3] * 6 / 2)


def test_a_link_goes_to_whom_it_may() -> None:
    steps = finder.find_steps(exposed(), May(links=pa.array(["7", "31"]))).steps.to_pylist()

    assert {(step["kind"], step["customer_id"], step["messages"]) for step in steps} == {
        (LINK, "7", 1),
        (LINK, "31", 1),
    }


def test_where_nothing_may_be_done_there_is_no_step() -> None:
    found = finder.find_steps(exposed(), May())

    assert found.steps.num_rows == 0
    assert found.after == found.known > 0


def test_without_ties_nothing_is_known_and_everybody_counts_alike() -> None:
    nobody = dict.fromkeys(("contacts", "contact_orders", "exposures", "followed"), np.zeros(40))
    of = replace(exposed(**nobody), letters=exposed().letters.slice(0, 0), ties=0)

    found = finder.find_steps(of, everything())

    assert found.known == 0
    assert set(finder.known_of(of).reach) == {1.0}
    assert found.steps["kind"].to_pylist()[0] == QUESTION
    assert found.after > 0


def test_a_shop_that_has_nobody_knows_nothing() -> None:
    empty = exposed().customers.slice(0, 0)

    found = finder.find_steps(Exposed(empty, exposed().letters.slice(0, 0), 0), everything())

    assert (found.known, found.after) == (0.0, 0.0)


def test_what_links_brought_here_counts_more_than_what_is_believed() -> None:
    known, of = finder.known_of(exposed()), exposed()

    believed = Finder(known, of, May()).of_links()
    brought = Finder(known, of, May(links_given=200, friends=100)).of_links()
    nothing = Finder(known, of, May(links_given=2_000, friends=0)).of_links()

    assert (nothing < believed / 10).all()
    assert (brought > 4 * believed).all()


# What is counted


def counted_by_hand(
    made: Planted, pairs: set[tuple[int, int]], begun: datetime
) -> dict[int, tuple[int, int]]:
    """Return by customer how often one of these contacts could have followed since then, and did."""
    first: dict[tuple[int, int], datetime] = {}
    for line in made.purchases.to_pylist():
        key = line["customer_id"], line["product_id"]
        first[key] = min(line["created_at"], first.get(key, line["created_at"]))
    found: dict[int, tuple[int, int]] = {}
    for (buyer, product), at in first.items():
        for target in (other for source, other in pairs if source == buyer and at >= begun):
            theirs = first.get((target, product))
            if theirs is None or theirs > at:
                exposures, follows = found.get(buyer, (0, 0))
                did = theirs is not None and theirs - at <= timedelta(days=30)
                found[buyer] = (exposures + 1, follows + did)
    return found


def test_an_exposure_is_a_contact_who_has_it_not_yet_from_when_the_tie_is_known() -> None:
    made = world("influence", customers=60, seed=3)
    begun = sorted(made.purchases["created_at"].to_pylist())[made.purchases.num_rows // 3]
    known_at = pa.array([begun] * made.ties.num_rows, pa.timestamp("us", tz="UTC"))
    ties, parameters = made.ties.append_column("known_at", known_at), Parameters()
    shop = LedgerInputs(made.purchases, ties, made.categories, writable=pa.array([1, 2, 3]))
    with open_engine() as engine:
        read = read_inputs(shop, engine, as_of=made.as_of, parameters=parameters)
        workings = work_out(read, engine, parameters=parameters)
        found = find_exposed(workings, engine, parameters=parameters)
        trusted = trusted_now(workings, workings.pairs.ties, parameters).to_pyarrow().to_pylist()

    pairs = {(row["source_id"], row["target_id"]) for row in trusted}
    by_hand = counted_by_hand(made, pairs, begun)
    assert len(by_hand) > 20
    assert sum(follows for _, follows in by_hand.values()) > 10
    for row in found.customers.to_pylist():
        counted = by_hand.get(row["customer_id"], (0, 0))
        assert (row["exposures"], row["followed"]) == counted
    letters = {(row["source_id"], row["target_id"]) for row in found.letters.to_pylist()}
    assert letters == {pair for pair in pairs if pair[1] in {1, 2, 3}}
    assert found.ties == made.ties.num_rows
