"""Which products sell together: what is counted, what chance brings, and that chance alone lists nothing."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import poisson

from scoring import affinity, purchases
from scoring.affinity import Affinity, expected_pairs, withstands
from scoring.parameters import ValueParameters
from scoring.purchases import ORDERS, TIME
from scoring.referrals import LINES
from tests.support.scoring_tables import AS_OF, CUSTOMERS

Baskets = Sequence[Sequence[int]]


def lines_of(baskets: Baskets, **given: Any) -> pa.Table:
    """A line for each product of each customer, paid, three days ago."""
    buyer = np.repeat(np.arange(len(baskets)), [len(one) for one in baskets])
    return lines_by(buyer, np.concatenate([np.asarray(one, dtype=np.int64) for one in baskets]), **given)


def lines_by(buyer: Any, product: Any, **given: Any) -> pa.Table:
    size = len(buyer)
    columns: dict[str, Any] = {
        "order_id": pa.array(np.arange(size)).cast(pa.string()),
        "line_id": pa.array(np.arange(size)).cast(pa.string()),
        "buyer_id": pa.array(buyer).cast(pa.string()),
        "product_id": pa.array(product).cast(pa.string()),
        "category_id": pa.nulls(size, pa.string()),
        "created_at": pa.repeat(pa.scalar(AS_OF - timedelta(days=3), TIME), size),
        "currency": pa.repeat("EUR", size),
        "net": np.ones(size),
        "paid_share": np.ones(size),
        "is_gift": pa.repeat(pa.scalar(value=False), size),
        "is_gift_card": pa.repeat(pa.scalar(value=False), size),
    }
    return pa.table(columns | given).cast(LINES)


def found_in(lines: pa.Table, *left_out: dict[str, Any], as_of: datetime = AS_OF) -> Affinity:
    customers = pa.Table.from_pylist(list(left_out), schema=CUSTOMERS)
    with purchases.opened(ORDERS.empty_table(), as_of=as_of, parameters=ValueParameters()) as prepared:
        return affinity.affinity(prepared, lines, customers)


def independent(customers: int, products: int, *, seed: int) -> list[list[int]]:
    """Everybody buys each product by chance alone, some much more than others, some products often."""
    random = np.random.default_rng(seed)
    popular = 1 / np.arange(1, products + 1) ** 0.8
    pace = random.gamma(0.7, 6.0, customers)[:, None] * (popular / popular.sum())
    has = random.random((customers, products)) < -np.expm1(-pace)
    return [np.flatnonzero(row).tolist() for row in has if row.any()]


def with_pair(baskets: Baskets, one: int, other: int, *, share: float) -> list[list[int]]:
    """Of who has one product, a share has the other because of it."""
    random = np.random.default_rng(7)
    return [
        sorted({*basket, other}) if one in basket and random.random() < share else list(basket)
        for basket in baskets
    ]


def chance_by_listing(customers: Sequence[int], weights: Sequence[float]) -> Any:
    """How many have each product and each two, where every set of k weighs as its weights' product."""
    size = len(weights)
    both = np.zeros((size, size))
    for k, count in enumerate(customers):
        sets = list(combinations(range(size), k))
        odds = np.array([np.prod([weights[one] for one in chosen]) for chosen in sets])
        for chosen, chance in zip(sets, odds / odds.sum(), strict=True):
            both[np.ix_(chosen, chosen)] += count * chance
    return both


def test_chance_is_that_of_listing_every_set_of_products() -> None:
    customers, weights = [5, 40, 30, 12, 3], [3.0, 1.0, 0.5, 0.2, 1.0, 2.0]
    both = chance_by_listing(customers, weights)
    wanted = np.array(list(combinations(range(6), 2)))

    found = expected_pairs(np.array(customers, dtype=float), np.diag(both).copy(), wanted)

    assert found == pytest.approx([both[a, b] for a, b in wanted], rel=1e-4)


def test_pairs_are_those_that_counting_by_hand_finds() -> None:
    baskets = with_pair(independent(3000, 30, seed=3), 5, 11, share=0.4)
    buyers = Counter(one for basket in baskets for one in basket)
    both = Counter(pair for basket in baskets for pair in combinations(basket, 2))

    found = found_in(lines_of(baskets))

    assert (found.customers, found.of, found.products) == (len(baskets), len(baskets), 30)
    [pair] = found.pairs
    assert {pair.product_id, pair.other_id} == {"5", "11"}
    assert pair.customers == both[5, 11]
    counts = {pair.product_id: pair.buyers, pair.other_id: pair.other_buyers}
    assert counts == {"5": buyers[5], "11": buyers[11]}
    assert 1 < pair.times_low < pair.times == pytest.approx(pair.customers / pair.expected, rel=1e-3)
    assert poisson.sf(pair.customers - 1, pair.times_low * pair.expected) == pytest.approx(0.05, abs=1e-3)


@pytest.mark.parametrize("seed", range(4))
def test_where_everybody_buys_by_chance_no_pair_is_listed_though_some_buy_much(seed: int) -> None:
    baskets = independent(4000, 60, seed=seed)

    assert found_in(lines_of(baskets)).pairs == ()

    # By independence of two products alone, who buys much would make hundreds of pairs.
    buyers = Counter(one for basket in baskets for one in basket)
    both = Counter(pair for basket in baskets for pair in combinations(basket, 2))
    p = [poisson.sf(count - 1, buyers[a] * buyers[b] / len(baskets)) for (a, b), count in both.items()]
    assert withstands(np.array(p), 60 * 59 // 2).sum() > 500


def test_of_many_numbers_by_chance_few_withstand() -> None:
    random = np.random.default_rng(2)

    kept = [bool(withstands(random.random(1000), 1000).any()) for _ in range(400)]
    mixed = withstands(np.concatenate([random.random(900), np.full(100, 1e-5)]), 1000)

    assert np.mean(kept) <= 0.08
    assert mixed[900:].all()
    assert mixed[:900].sum() <= 15


def test_less_than_ten_customers_with_both_are_no_pair() -> None:
    alone = [[place % 20 + 2] for place in range(2000)]

    assert found_in(lines_of([*alone, *[[0, 1]] * 9])).pairs == ()
    [pair] = found_in(lines_of([*alone, *[[0, 1]] * 10])).pairs
    assert (pair.customers, pair.buyers, pair.other_buyers) == (10, 10, 10)


@pytest.mark.parametrize(
    "given",
    [
        {"paid_share": 0.0},
        {"is_gift": True},
        {"is_gift_card": True},
        {"created_at": AS_OF + timedelta(days=1)},
        {"product_id": None},
        {"buyer_id": None},
    ],
    ids=lambda given: next(iter(given)),
)
def test_what_is_no_purchase_of_ones_own_makes_no_pair(given: dict[str, Any]) -> None:
    baskets = [*([place % 20 + 2] for place in range(2000)), *[[0, 1]] * 40]
    lines = lines_of(baskets)
    [(name, value)] = given.items()
    column = lines[name].to_pylist()
    column = [value if product == "1" else one
              for one, product in zip(column, lines["product_id"].to_pylist(), strict=True)]  # fmt: skip
    kind = LINES.field(name).type

    changed = lines.set_column(lines.schema.get_field_index(name), name, pa.array(column, kind))

    assert len(found_in(lines).pairs) == 1
    assert found_in(changed).pairs == ()


@pytest.mark.parametrize("mark", ["is_staff", "is_reseller", "is_test", "opted_out"])
def test_who_takes_no_part_makes_no_pair(mark: str) -> None:
    baskets = [*([place % 20 + 2] for place in range(2000)), *[[0, 1]] * 12]
    left_out = [{"customer_id": str(place), mark: True} for place in range(2000, 2003)]

    assert len(found_in(lines_of(baskets)).pairs) == 1
    assert found_in(lines_of(baskets), *left_out).pairs == ()


def test_resellers_who_have_everything_hide_nothing() -> None:
    baskets = with_pair(independent(3000, 80, seed=3), 5, 11, share=0.4)
    lots = [list(range(80))] * 30

    found = found_in(lines_of([*baskets, *lots]))

    assert {found.pairs[0].product_id, found.pairs[0].other_id} == {"5", "11"}


def test_an_empty_shop_and_one_of_one_product_have_no_pairs() -> None:
    empty = found_in(LINES.empty_table())

    assert empty.report() == {"customers": 0, "of": 0, "products": 0, "found": 0, "pairs": ()}
    assert found_in(lines_of([[0]] * 50)).pairs == ()
    assert found_in(lines_of([[0, 1]] * 50)).pairs == ()


def test_the_result_does_not_depend_on_the_order_of_the_lines() -> None:
    lines = lines_of(with_pair(independent(1500, 30, seed=4), 2, 9, share=0.5))
    turned = lines.take(np.random.default_rng(1).permutation(lines.num_rows))

    assert found_in(turned) == found_in(lines)


def test_of_a_large_shop_a_sample_is_looked_at_and_the_most_bought_products() -> None:
    random, customers = np.random.default_rng(6), 420_000
    buyer = np.repeat(np.arange(customers), 3)
    product = (random.pareto(1.0, len(buyer)) * 20).astype(np.int64) % 5000
    tied = np.flatnonzero((product == 30) & (random.random(len(product)) < 0.3))
    buyer, product = np.append(buyer, buyer[tied]), np.append(product, np.full(len(tied), 45))

    found = found_in(lines_by(buyer, product))

    assert found.of == customers
    assert 100_000 < found.customers <= 200_000
    assert found.products == 200
    assert {found.pairs[0].product_id, found.pairs[0].other_id} == {"30", "45"}
    assert found.found == 1
