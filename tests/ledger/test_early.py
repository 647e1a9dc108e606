"""Who buys early and leads nobody: named where people are early, and hardly ever where nobody is."""

from typing import NamedTuple

import numpy as np
import pyarrow.compute as pc

from scoring.ledger import Engine, LedgerInputs, Parameters, compute_ledger
from scoring.ledger.early import find_early
from scoring.ledger.inputs import read_inputs
from scoring.ledger.nearby import find_nearby
from scoring.ledger.workings import work_out
from scoring.simulate.planted import Planted
from scoring.simulate.recipes import world
from tests.support.laws import some

PARAMETERS = Parameters()


class Found(NamedTuple):
    """How many are named, and how many of these are early in truth."""

    named: int
    early: int


def shop_of(made: Planted) -> LedgerInputs:
    return LedgerInputs(made.purchases, made.ties, made.categories, parallel_ties=False)


def named(made: Planted, duck: Engine) -> Found:
    with duck.scratch():
        inputs = read_inputs(shop_of(made), duck, as_of=made.as_of, parameters=PARAMETERS)
        workings = work_out(inputs, duck, parameters=PARAMETERS)
        ids = find_early(workings, find_nearby(workings, PARAMETERS), PARAMETERS).to_pylist()
    return Found(len(ids), int(np.isin(ids, made.early).sum()))


def test_people_who_buy_soon_after_a_release_are_named_and_hardly_anybody_else(duck: Engine) -> None:
    found = named(world("early release", customers=3_000, seed=1), duck)

    assert found.named >= 15
    assert found.early >= 0.9 * found.named


def test_people_who_are_before_their_circle_are_named_too(duck: Engine) -> None:
    found = [named(world("early circle", customers=3_000, seed=seed), duck) for seed in (1, 2, 3)]

    assert sum(one.named for one in found) >= 3
    assert sum(one.early for one in found) >= 0.8 * sum(one.named for one in found)


@some("name", "null", "drift", "growth", "season", "activity", every=3)
def test_where_nobody_is_early_hardly_anybody_is_named(name: str, duck: Engine) -> None:
    found = [named(world(name, customers=1_500, seed=20 + seed), duck).named for seed in range(3)]

    assert sum(count > 0 for count in found) <= 1
    assert sum(found) <= 2


def test_buying_early_is_a_verdict_of_its_own_and_worth_no_money(duck: Engine) -> None:
    made = world("early release", customers=3_000, seed=1)
    evidence = compute_ledger(shop_of(made), as_of=made.as_of, engine=duck).evidence

    early = evidence.filter(pc.equal(evidence["verdict"], "buys early"))
    assert early.num_rows >= 15
    for name in ("civ", "civ_estimate", "civ_low", "civ_high", "possible_up_to"):
        assert not any(early[name].to_pylist()), name
    assert early["missing"].null_count == early.num_rows
