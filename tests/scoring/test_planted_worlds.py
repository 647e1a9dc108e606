"""Worlds of the ledger by name: the same again, true to what their name says and to their truth."""

from dataclasses import replace

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.simulate.circles import Habits
from scoring.simulate.planted import DAYS, END, Planted
from scoring.simulate.recipes import ADDED, INFLUENCED_WORLDS, WORLDS, ZERO_WORLDS, world
from tests.support.laws import law

EARLY_WORLDS = [name for name in ZERO_WORLDS if name.startswith("early")]
TABLES = ("purchases", "ties", "categories", "caused", "late_ties")


def ask(made: Planted, question: str) -> list[tuple[object, ...]]:
    """Rows of a question to the tables of a world; days count from its beginning."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for name in TABLES:
            connection.register(name, getattr(made, name))
        connection.register("early", pa.table({"customer_id": made.early}))
        connection.register("influencers", pa.table({"customer_id": made.influencers}))
        connection.execute(
            f"""CREATE VIEW bought AS SELECT *,
                {DAYS} - (epoch(TIMESTAMPTZ '{END.isoformat()}') - epoch(created_at)) / 86400 AS day
            FROM purchases"""
        )
        connection.execute(
            """CREATE VIEW first AS
            SELECT customer_id, product_id, min(day) AS day, min(created_at) AS bought_at
            FROM bought GROUP BY ALL"""
        )
        return connection.execute(question).fetchall()


def one(made: Planted, question: str) -> float:
    ((answer,),) = ask(made, question)
    assert isinstance(answer, int | float)
    return float(answer)


def led(made: Planted, whom: str) -> float:
    """Of those tied to a group who bought the same within 30 days, the share who did so later."""
    return one(
        made,
        f"""SELECT avg((theirs.day > own.day)::INT) FROM ties
        JOIN first own ON own.customer_id = source_id
        JOIN first theirs ON theirs.customer_id = target_id AND theirs.product_id = own.product_id
        WHERE theirs.day <> own.day AND abs(theirs.day - own.day) <= 30 AND source_id {whom}""",
    )


def same(made: Planted, other: Planted) -> bool:
    return (
        all(getattr(made, name).equals(getattr(other, name)) for name in TABLES)
        and np.array_equal(made.influencers, other.influencers)
        and np.array_equal(made.early, other.early)
    )


@pytest.mark.parametrize("name", WORLDS)
def test_the_same_arguments_give_the_same_world_and_another_seed_another_one(name: str) -> None:
    made = world(name, customers=300, seed=5)

    assert same(made, world(name, customers=300, seed=5))
    assert not made.purchases.equals(world(name, customers=300, seed=6).purchases)


@pytest.mark.parametrize("name", [*ZERO_WORLDS, "growth + sale + homophily", "early release + sale"])
def test_in_a_zero_world_nobody_caused_anything(name: str) -> None:
    made = world(name, customers=400, seed=2)

    assert made.purchases.num_rows > 3_000
    assert made.caused.num_rows == made.true_value == 0


@pytest.mark.parametrize("name", [*INFLUENCED_WORLDS, "drift + influence", "early release + influence"])
def test_every_caused_line_is_a_first_purchase_after_that_of_an_influencer_with_a_tie(name: str) -> None:
    made = world(name, customers=800, seed=2)

    wrong = ask(
        made,
        """SELECT caused.* FROM caused
        LEFT JOIN bought USING (line_id, order_id, customer_id, product_id, net)
        LEFT JOIN first AS target ON target.customer_id = caused.customer_id
            AND target.product_id = caused.product_id AND target.day = bought.day
        LEFT JOIN first AS source ON source.customer_id = source_id AND source.product_id = caused.product_id
            AND source.day < bought.day
        LEFT JOIN (SELECT *, TRUE AS tied FROM ties) AS tie
            ON tie.source_id = caused.source_id AND tie.target_id = caused.customer_id
        WHERE target.day IS NULL OR source.day IS NULL OR tied IS NULL
            OR caused.source_id NOT IN (FROM influencers)""",
    )

    assert made.caused.num_rows > 5
    assert wrong == []
    assert one(made, "SELECT count(*) - count(DISTINCT (customer_id, product_id)) FROM caused") == 0


@pytest.mark.parametrize(
    ("name", "lines", "truth"),
    [
        ("null", 2813, 0),
        ("common cause", 5942, 0),
        ("influence", 4400, 1967.15),
        ("sale", 4535, 0),
        ("homophily", 4289, 0),
    ],
)
def test_the_oldest_worlds_are_what_published_tables_were_made_with(
    name: str, lines: int, truth: float
) -> None:
    made = world(name, customers=300, seed=1)

    assert made.purchases.num_rows == lines
    assert made.true_value == pytest.approx(truth)


@law(40)
@given(st.sampled_from([*WORLDS]), st.sets(st.sampled_from(ADDED)), st.integers(1, 120), st.integers(0, 999))
def test_an_order_is_one_customers_at_one_time_in_any_world(
    name: str, tops: set[str], customers: int, seed: int
) -> None:
    made = world(" + ".join([name, *sorted(tops)]), customers=customers, seed=seed)

    assert ask(
        made,
        """SELECT order_id FROM purchases GROUP BY order_id
        HAVING count(DISTINCT customer_id) > 1 OR count(DISTINCT created_at) > 1""",
    ) == []  # fmt: skip
    assert one(made, f"SELECT count(*) FROM bought WHERE day NOT BETWEEN 0 AND {DAYS} OR net < 0") == 0
    assert one(made, "SELECT count(*) - count(DISTINCT line_id) FROM purchases") == 0
    assert one(made, "SELECT count(*) FROM ties WHERE source_id = target_id") == 0
    assert one(made, "SELECT count(*) - count(DISTINCT (source_id, target_id)) FROM ties") == 0


@pytest.mark.parametrize("name", EARLY_WORLDS)
def test_early_people_buy_before_those_tied_to_them_and_others_do_not(name: str) -> None:
    made = world(name, customers=2_000, seed=4)

    assert len(made.early) == 200
    assert led(made, "IN (FROM early)") > 0.58
    assert led(made, "NOT IN (FROM early)") < 0.5


def test_without_early_people_nobody_leads_in_a_zero_world() -> None:
    for name in ("season", "growth", "drift", "activity"):
        assert led(world(name, customers=3_000, seed=4), ">= 0") == pytest.approx(0.5, abs=0.03), name


def test_how_early_and_how_many_can_be_chosen() -> None:
    usual = WORLDS["early circle"].earliness
    more = replace(usual, share=0.3)
    equal = replace(usual, fast_days=20)

    assert len(world("early circle", customers=500, earliness=more).early) == 150
    made = world("early circle", customers=2_000, earliness=equal)
    assert led(made, "IN (FROM early)") == pytest.approx(led(made, "NOT IN (FROM early)"), abs=0.06)
    with pytest.raises(ValueError, match="no early people"):
        world("growth", earliness=usual)


def test_the_strength_of_an_advert_can_be_chosen() -> None:
    usual = WORLDS["early advert"].earliness
    shown = [
        world("early advert", customers=500, earliness=replace(usual, advert=share)).purchases.num_rows
        for share in (0, 0.02, 0.04)
    ]

    assert shown[2] - shown[0] == pytest.approx(2 * (shown[1] - shown[0]), rel=0.15)


def test_early_people_have_many_ties_unless_they_are_drawn_from_all() -> None:
    usual = WORLDS["early circle"].earliness
    ties = "SELECT avg((source_id IN (FROM early))::INT) FROM ties"

    popular = one(world("early circle", customers=2_000), ties)
    anybody = one(world("early circle", customers=2_000, earliness=replace(usual, popular=False)), ties)

    assert popular > 0.17
    assert anybody == pytest.approx(0.1, abs=0.03)


@pytest.mark.parametrize("date", ["dated", "undated"])
def test_late_ties_begin_after_both_bought_the_same(date: str) -> None:
    made = world(f"ties after purchase, {date}", customers=1_000, seed=3)

    early_enough = """EXISTS (FROM first own JOIN first theirs USING (product_id)
        WHERE own.customer_id = source_id AND theirs.customer_id = target_id
        AND greatest(own.bought_at, theirs.bought_at) < begun_at AND own.bought_at < theirs.bought_at)"""
    assert made.late_ties.num_rows > 200
    assert one(made, f"SELECT count(*) FROM late_ties WHERE NOT {early_enough}") == 0
    said = "valid_from = begun_at" if date == "dated" else "valid_from IS NULL"
    late = f"SELECT count(*) FROM late_ties JOIN ties USING (source_id, target_id) WHERE {said}"
    assert one(made, late) == made.late_ties.num_rows
    others = "FROM ties ANTI JOIN late_ties USING (source_id, target_id)"
    assert one(made, f"SELECT count(*) {others}") == made.ties.num_rows - made.late_ties.num_rows
    assert one(made, f"SELECT count(*) {others} WHERE valid_from > (SELECT min(bought_at) FROM first)") == 0
    assert made.late_ties.schema == world("growth", customers=50).late_ties.schema


def test_four_of_five_buyers_are_guests_with_an_id_for_each_order_and_without_a_tie() -> None:
    made = world("80 % guests", customers=2_000, seed=3)
    accounts = 400

    assert one(made, f"SELECT count(DISTINCT customer_id) FROM bought WHERE customer_id < {accounts}") > 350
    assert one(made, f"SELECT count(*) FROM bought WHERE customer_id BETWEEN {accounts} AND 1999") == 0
    assert one(made, "SELECT avg((customer_id >= 2000)::INT) FROM bought") == pytest.approx(0.8, abs=0.03)
    assert ask(
        made,
        """SELECT customer_id FROM bought WHERE customer_id >= 2000
        GROUP BY customer_id HAVING count(DISTINCT order_id) > 1""",
    ) == []  # fmt: skip
    assert one(made, "SELECT max(greatest(source_id, target_id)) FROM ties") < accounts
    assert one(made, "SELECT max(customer_id) FROM caused") < accounts


def test_sizes_are_as_asked_and_two_hundred_customers_are_two_hundred() -> None:
    assert same(world("200 customers", customers=5_000), world("influence", customers=200))
    for customers in (1, 50, 700):
        made = world("season", customers=customers)
        assert one(made, "SELECT coalesce(max(customer_id), 0) FROM purchases") < customers
        assert one(made, "SELECT coalesce(max(greatest(source_id, target_id)), 0) FROM ties") < customers
    assert one(world("season", customers=700), "SELECT count(DISTINCT customer_id) FROM purchases") > 600


def test_in_one_topic_each_influencer_leads_in_one_category() -> None:
    topics = """SELECT max(topics) FROM (SELECT count(DISTINCT category_id) AS topics
        FROM caused JOIN bought USING (line_id) GROUP BY source_id)"""

    assert one(world("one topic", customers=2_000), topics) == 1
    assert one(world("influence", customers=2_000), topics) == 5


def test_fast_influencers_are_followed_sooner_than_slow_ones() -> None:
    delays = """SELECT stddev(delay) FROM (SELECT median(bought.day - first.day) AS delay
        FROM caused JOIN bought USING (line_id)
        JOIN first ON first.customer_id = source_id AND first.product_id = caused.product_id
        GROUP BY source_id HAVING count(*) >= 20)"""

    varied, usual = (
        world(name, customers=3_000, habits=Habits(strength=0.2))
        for name in ("fast and slow delays", "influence")
    )

    assert one(varied, delays) > 1.5 * one(usual, delays)


def test_heavy_tailed_prices_leave_much_of_the_money_to_few_lines() -> None:
    top = """SELECT sum(net) FILTER (place <= 0.01) / sum(net)
        FROM (SELECT net, percent_rank() OVER (ORDER BY net DESC) AS place FROM purchases)"""

    made = world("heavy-tailed prices", customers=2_000)

    assert one(made, top) > 2 * one(world("influence", customers=2_000), top)
    assert (
        one(made, "SELECT max(n) FROM (SELECT count(DISTINCT net) n FROM purchases GROUP BY product_id)") == 1
    )


def test_seasons_growth_fashions_and_activity_are_seen_in_the_orders() -> None:
    season, growth, drift, activity, plain = (
        world(name, customers=2_000) for name in ("season", "growth", "drift", "activity", "homophily")
    )
    december = "SELECT avg((monthname(created_at) = 'December')::INT) FROM purchases"
    assert one(season, december) > 1.5 * one(plain, december)
    half = f"SELECT avg((day > {DAYS / 2})::INT) FROM bought"
    assert one(growth, half) == pytest.approx(20**0.5 / (1 + 20**0.5), abs=0.02)
    spread = (
        "SELECT median(d) FROM (SELECT stddev(day) d FROM bought GROUP BY product_id HAVING count(*) > 9)"
    )
    assert one(drift, spread) < 0.4 * one(plain, spread)
    few = """SELECT sum(n) FILTER (place <= 0.01) / sum(n)
        FROM (SELECT n, percent_rank() OVER (ORDER BY n DESC) AS place
            FROM (SELECT count(*) n FROM purchases GROUP BY customer_id))"""
    assert one(activity, few) > 3 * one(plain, few)


def test_homophily_and_a_sale_can_be_had_on_top_of_any_world() -> None:
    busiest = "SELECT max(n) FROM (SELECT count(*) n FROM bought GROUP BY product_id, floor(day))"
    plain, sale, alike = (world(f"growth{top}", customers=500) for top in ("", " + sale", " + homophily"))

    assert one(sale, busiest) > 2 * one(plain, busiest)
    assert alike.ties.equals(world("homophily", customers=500).ties)
    assert same(world("mixture"), world("homophily + sale + influence"))


@pytest.mark.parametrize("name", ["magic", "", "growth + magic", "sale + growth"])
def test_an_unknown_world_is_refused_with_the_names_that_there_are(name: str) -> None:
    with pytest.raises(ValueError, match=r"early advert, own friends only.*homophily, sale, influence"):
        world(name)
