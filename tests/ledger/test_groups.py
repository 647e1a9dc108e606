"""Two groups of customers: who leads, and which purchases were caused; numbers by hand and laws."""

import numpy as np
import pytest

from scoring.ledger.groups import ALPHA, Groups, compete, enough, find_groups, fit_shares, row_weights
from scoring.ledger.nearby import Near

RNG = np.random.default_rng(1)


def near(after: list[bool], *, source: list[int] | None = None, **given: object) -> Near:
    """Rows of one source unless said otherwise, each a purchase, product and follower of its own."""
    size = len(after)
    each = np.arange(size)
    usual: dict[str, object] = {
        "source": np.array(source if source is not None else [0] * size),
        "target": each,
        "product": each,
        "purchase": each,
        "follow": each,
        "basket": each,
        "after": np.array(after),
        "gap": np.full(size, 0.2),
        "chance": np.full(size, 0.5),
        "weight": np.ones(size),
        "trusted": np.ones(size, np.bool_),
        "mutual": np.zeros(size, np.bool_),
        "amount": np.where(after, 10.0, 0.0),
        "spent": np.full(size, 1_000.0),
        "line": np.where(after, each, -1),
    }
    return Near(**(usual | given))  # type: ignore[arg-type]


def shop(leaders: int, others: int, *, rows: int = 12) -> Near:
    """Leaders whose followers come after them nine times in ten, and others after as often as before."""
    source = np.repeat(np.arange(leaders + others), rows)
    chance = np.where(source < leaders, 0.92, 0.5)
    after = RNG.random(len(source)) < chance
    gap = np.where(after & (source < leaders), RNG.exponential(0.2, len(source)) % 1, RNG.random(len(source)))
    return near(after.tolist(), source=source.tolist(), gap=np.maximum(gap, 0.001))


def found_in(rows: Near) -> Groups:
    return find_groups(rows, sources=int(rows.source.max()) + 1, decay=1 / 3)


def test_two_who_may_have_caused_one_line_share_it_by_their_odds_and_leave_a_part_to_chance() -> None:
    shares = compete(np.array([0.6, 0.5, 0.3]), np.array([0, 0, 1]))

    np.testing.assert_allclose(shares, [1.5 / 3.5, 1 / 3.5, 0.3], rtol=1e-12)


def test_rows_of_one_purchase_and_of_one_basket_are_fewer_coincidences_than_rows() -> None:
    alone = row_weights(near([True, False]))
    basket = row_weights(near([True, True], basket=np.zeros(2, np.int64)))

    assert alone.tolist() == [1.0, 1.0]
    assert basket.tolist() == [0.5, 0.5]


def test_the_share_of_leaders_in_a_shop_is_pulled_towards_none() -> None:
    """20 customers without evidence and 4 whose evidence is fifty to one, by hand (EM, ten for zero)."""
    likelihood = np.ones((24, len(ALPHA)))
    likelihood[:, 1:] = 1e-300
    likelihood[:, 12] = 1.0
    likelihood[20:, 12] = 50.0

    prior = fit_shares(likelihood, rounds=20_000)

    assert prior.sum() == pytest.approx(1)
    share = prior[12]
    expected = sum(share * 50 / (share * 50 + 1 - share) for _ in range(4))
    expected += sum(share for _ in range(20))
    assert share == pytest.approx(expected / (24 + 9), rel=1e-4)
    assert share < 0.3, "without the pull, all who have no evidence would follow the four: 1"


def test_who_is_followed_again_and_again_leads_and_nobody_else() -> None:
    found = found_in(shop(leaders=10, others=60))

    nobody = found.posterior[:, 0]
    assert np.mean(nobody[:10] < 0.2) >= 0.9
    assert np.mean(nobody[10:] > 0.5) >= 0.95
    assert found.caused.max() <= 1


def test_nothing_is_said_to_be_caused_of_what_came_before() -> None:
    rows = shop(leaders=5, others=20)

    assert np.all(found_in(rows).caused[~rows.after] == 0)


def test_with_fewer_than_five_on_either_side_nothing_is_told() -> None:
    assert not enough(near([True] * 30 + [False] * 4))
    assert not enough(near([False] * 30 + [True] * 4))
    assert enough(near([False] * 15 + [True] * 5))


def test_where_chance_explains_the_order_nobody_leads() -> None:
    """Nine of ten came after, as nine of ten buyers of the product did: a product that spreads."""
    source = np.repeat(np.arange(40), 12)
    rows = near(
        (RNG.random(len(source)) < 0.9).tolist(), source=source.tolist(), chance=np.full(len(source), 0.9)
    )

    assert np.all(found_in(rows).posterior[:, 0] > 0.5)
