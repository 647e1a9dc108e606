"""The closed form of chance, against counting by hand and against shuffling."""

import numpy as np
import pytest

from scoring.ledger import Engine, LedgerInputs, Parameters
from scoring.ledger.chance import expectations
from scoring.ledger.inputs import read_inputs
from scoring.ledger.workings import work_out
from scoring.simulate.circles import Habits
from scoring.simulate.planted import END
from scoring.simulate.recipes import world
from tests.support.book import Book


def test_expectation_and_variance_are_those_of_the_hypergeometric_distribution(book: Book) -> None:
    """k = 3 tied among n = 10 other buyers, m = 4 of them within the window: E = 1.2, V = 0.56."""
    book.order("ada", "lamp", 100)
    buyers = [f"buyer {number}" for number in range(10)]
    for buyer, day in zip(buyers, [101, 105, 120, 130, 131, 150, 160, 80, 69, 20], strict=True):
        book.order(buyer, "lamp", day)
    for buyer in (buyers[0], buyers[4], buyers[7]):
        book.tie("ada", buyer)
        book.own_life(buyer)

    (ada,) = [row for row in book.ledger().evidence.to_pylist() if row["customer_id"] == "ada"]

    assert ada["expected"] == pytest.approx(3 * 4 / 10)
    assert ada["variance"] == pytest.approx(3 * 0.4 * 0.6 * 7 / 9)
    assert (ada["observed"], ada["observed_before"]) == (1.0, 1.0)
    assert ada["expected_before"] == pytest.approx(3 * 1 / 10)


def test_the_closed_form_agrees_with_shuffled_times(duck: Engine) -> None:
    planted = world("homophily", customers=300, seed=2, habits=Habits())
    shop = LedgerInputs(planted.purchases, planted.ties, planted.categories)
    inputs = read_inputs(shop, duck, as_of=END, parameters=Parameters())
    found = work_out(inputs, duck, parameters=Parameters())
    expected = float(
        np.sum(expectations(found.chance, found.purchases.buyers).to_pyarrow()["expected"].to_numpy())
    )
    matched = found.pairs.matched.to_pyarrow()
    bought = found.purchases.first.to_pyarrow().sort_by(
        [("product_id", "ascending"), ("customer_id", "ascending")]
    )
    orders = found.purchases.orders.to_pyarrow()
    frequent = set(orders.filter(np.asarray(orders["orders"]) > 2)["customer_id"].to_pylist())
    product, person, at = (bought[name].to_numpy() for name in ("product_id", "customer_id", "at"))
    place = {pair: spot for spot, pair in enumerate(zip(product.tolist(), person.tolist(), strict=True))}
    pairs = [
        (place[row["product_id"], row["source_id"]], place[row["product_id"], row["target_id"]])
        for row in matched.to_pylist()
        if row["target_id"] in frequent
    ]
    source, target = np.array(pairs).T
    rng, window = np.random.default_rng(1), Parameters().window

    def shuffled() -> int:
        mixed = at[np.lexsort((rng.random(len(at)), product))]
        gap = mixed[target] - mixed[source]
        return int(np.count_nonzero((gap > 0) & (gap <= window)))

    counts = [shuffled() for _ in range(300)]

    assert np.mean(counts) == pytest.approx(expected, abs=4 * np.std(counts) / np.sqrt(300))
