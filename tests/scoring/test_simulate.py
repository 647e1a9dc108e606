"""The simulated shop: as big as asked, the same again, full of what real shops have, true to its truth."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import duckdb
import pyarrow as pa
import pytest

from scoring import segments, simulate
from scoring.segments import MEMBERSHIPS
from scoring.simulate import World
from scoring.valuation import Choices, compute_valuation
from scoring.values import ValueParameters
from tests.support.simulated_tables import RATES, planted

AS_OF = datetime(2026, 6, 30, 18, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    return simulate.shop(customers=3_000, orders=15_000, seed=3, as_of=AS_OF)


def ask(world: World, question: str) -> tuple[float, ...]:
    with duckdb.connect() as connection:
        for field in fields(world):
            table = getattr(world, field.name)
            plain = {
                name: table[name].cast(pa.timestamp("us")) if pa.types.is_timestamp(column.type) else column
                for name, column in zip(table.column_names, table.columns, strict=True)
            }
            connection.register(field.name, pa.table(plain))
        (row,) = connection.execute(question).fetchall()
        return tuple(row)


@pytest.mark.parametrize(
    ("customers", "orders"), [(0, 0), (0, 7), (1, 0), (1, 1), (4, 3), (3, 500), (200, 100), (2_000, 6_000)]
)
def test_a_world_has_exactly_the_size_that_was_asked_for(customers: int, orders: int) -> None:
    world = simulate.shop(customers=customers, orders=orders, as_of=AS_OF)

    assert world.customers.num_rows == customers
    assert world.orders.num_rows == orders
    assert world.lines.num_rows >= orders


def test_the_same_seed_gives_the_same_world_and_another_seed_another_one(world: World) -> None:
    again, other = (simulate.shop(customers=3_000, orders=15_000, seed=seed, as_of=AS_OF) for seed in (3, 4))

    for field in fields(world):
        assert getattr(again, field.name).equals(getattr(world, field.name)), field.name
    assert not other.orders.equals(world.orders)


def test_nothing_happens_after_as_of_or_before_the_years_asked_for(world: World) -> None:
    moments = [world.orders["created_at"], world.customers["joined_at"], world.ties["since"]]

    for column in moments:
        assert column.type == pa.timestamp("us", tz="UTC")
        times = column.to_pylist()
        assert max(times) <= AS_OF
        assert min(times) >= AS_OF - timedelta(days=3 * 365.25)
    assert world.orders["created_at"].to_pylist() == sorted(world.orders["created_at"].to_pylist())


def test_keys_point_at_rows_that_exist(world: World) -> None:
    strays = ask(
        world,
        """SELECT
            (SELECT count(*) FROM orders ANTI JOIN lines USING (order_no)),
            (SELECT count(*) FROM lines ANTI JOIN orders USING (order_no)),
            (SELECT count(*) FROM lines ANTI JOIN products USING (product_no, category_no)),
            (SELECT count(*) FROM orders WHERE (customer_no IS NULL) = (guest_no IS NULL)),
            (SELECT count(*) FROM (SELECT * FROM orders WHERE customer_no IS NOT NULL)
                ANTI JOIN customers USING (customer_no)),
            (SELECT count(*) FROM codes ANTI JOIN customers USING (customer_no)),
            (SELECT count(*) FROM causes ANTI JOIN orders
                ON causes.order_no = orders.order_no AND causes.target_no = orders.customer_no),
            (SELECT count(*) FROM ties WHERE source_no = target_no),
            (SELECT count(*) FROM orders JOIN customers USING (customer_no) WHERE created_at < joined_at)""",
    )

    assert strays == (0,) * 9


def test_there_is_everything_that_a_real_shop_has(world: World) -> None:
    guests, currencies, cancelled, refunded, partly, codes, public, categories, influencers, signed_up = ask(
        world,
        """SELECT
            avg((guest_no IS NOT NULL)::INT), count(DISTINCT currency), avg(cancelled::INT),
            avg((refunded_share = 1)::INT), avg((refunded_share > 0 AND refunded_share < 1)::INT),
            count(*) FILTER (voucher_code LIKE 'FRIEND-%'), count(*) FILTER (voucher_code = 'WELCOME10'),
            (SELECT count(DISTINCT category_no) FROM lines),
            (SELECT count(*) FROM truth WHERE is_influencer),
            (SELECT count(guest_no) FROM customers)
        FROM orders""",
    )

    assert 0.05 < guests < 0.2
    assert currencies == 4
    assert 0.01 < cancelled < 0.05
    assert 0.02 < refunded < 0.06
    assert 0.01 < partly < 0.05
    assert codes > 30
    assert public > 300
    assert categories == 9
    assert influencers == 30
    assert signed_up > 50


def test_caused_orders_follow_their_cause_within_the_window_for_the_same_product(world: World) -> None:
    caused, explained = ask(
        world,
        """SELECT count(DISTINCT causes.order_no), count(DISTINCT causes.order_no) FILTER (
                cause_line.product_no = own_line.product_no AND cause.created_at < own.created_at
                AND cause.created_at >= own.created_at - INTERVAL 30 DAY)
        FROM causes JOIN orders own USING (order_no) JOIN lines own_line USING (order_no)
        JOIN orders cause ON cause.customer_no = causes.source_no
        JOIN lines cause_line ON cause_line.order_no = cause.order_no""",
    )

    assert caused == explained > 50


def test_planted_influencers_are_found_and_of_those_found_at_most_one_in_ten_is_none() -> None:
    choices, found, right = Choices(values=ValueParameters(exchange_rates=RATES)), 0, 0

    for seed in (3, 4, 5):
        shop = planted(simulate.shop(customers=3_000, orders=15_000, seed=seed, as_of=AS_OF))
        values = compute_valuation(shop.inputs, as_of=AS_OF, choices=choices).values.table
        members = segments.assign(values, segments.DEFAULT_SEGMENTS, MEMBERSHIPS.empty_table(), as_of=AS_OF)
        named = {row["customer_id"] for row in members.to_pylist() if row["segment"] == "influencer"}
        found, right = found + len(named), right + len(named & shop.influencers)
        assert {"rising", "loyal", "beta-tester"} < set(members["segment"].to_pylist())

    assert found >= 20
    assert right >= 0.9 * found


def test_a_size_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="a shop needs"):
        simulate.shop(customers=-1, as_of=AS_OF)
    with pytest.raises(ValueError, match="a shop needs"):
        simulate.shop(as_of=AS_OF.replace(tzinfo=None))


def test_early_people_buy_what_is_new_before_others_and_are_no_influencers(world: World) -> None:
    both, early, early_days, usual_days = ask(
        world,
        """WITH released AS (
            SELECT product_no, min(created_at) AS released_at FROM lines JOIN orders USING (order_no)
            WHERE category_no = 8 GROUP BY ALL),
        waits AS (
            SELECT is_early, epoch(created_at - released_at) / 86400 AS days
            FROM lines JOIN orders USING (order_no) JOIN released USING (product_no)
            JOIN truth USING (customer_no))
        SELECT (SELECT count(*) FROM truth WHERE is_early AND is_influencer),
            (SELECT count(*) FROM truth WHERE is_early),
            median(days) FILTER (WHERE is_early), median(days) FILTER (WHERE NOT is_early) FROM waits""",
    )

    assert both == 0
    assert early == 30
    assert early_days + 10 < usual_days


@pytest.mark.exhaustive
def test_a_shop_of_the_demos_size_shows_every_verdict() -> None:
    made = planted(simulate.shop(seed=1, as_of=AS_OF))

    found = compute_valuation(made.inputs, as_of=AS_OF).values.table

    assert set(found["verdict"].to_pylist()) >= {"leads", "proven", "buys early", "buys together"}
