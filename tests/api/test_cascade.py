"""How a product spread: who was first, who followed whom, how deep and how far; bounded, and of one shop."""

from datetime import timedelta
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.queries.cascade import trees
from sandbox.tokens import Signer
from tests.support.shop_rows import (
    NOW,
    put_credit,
    put_customers,
    put_evidence,
    put_order,
    put_run,
    put_score,
    put_shop,
)
from tests.support.staff import NEIGHBOUR_URL, Staff
from tests.support.transactions import watched

PATH = "/api/products/lamp/cascade"


def eur(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


def put_followed(
    session: Session, shop_id: int, source: str, customer: str, *, order: str, days: float, **given: Any
) -> None:
    """`customer` bought the lamp so many days after `source`."""
    put_credit(session, shop_id, source, customer, order_id=order, days_between=days, **given)


def put_values(session: Session, shop_id: int, *people: str) -> None:
    run_id = put_run(session, shop_id)
    for who in people:
        put_score(session, shop_id, who, run_id=run_id)


@pytest.fixture
def spread(shop_id: int) -> None:
    """Anna bought 100 days ago, Berta at 60, Cleo at 50, Dora at 20; Eve at 90 and Fay at 70, apart."""
    with db.transaction() as session:
        put_values(session, shop_id, "anna", "berta", "cleo", "dora", "eve", "fay")
        run_id = put_run(session, shop_id)
        put_evidence(session, shop_id, "anna", run_id=run_id, inferred="leads", af=0.5)
        order = {
            who: put_order(session, shop_id, who, days_ago=ago)
            for who, ago in {"berta": 60, "cleo": 50, "dora": 20, "fay": 70}.items()
        }
        put_followed(session, shop_id, "anna", "berta", order=order["berta"], days=40.0, credit=30)
        put_followed(session, shop_id, "anna", "cleo", order=order["cleo"], days=50.0, credit=8)
        put_followed(session, shop_id, "berta", "cleo", order=order["cleo"], days=10.0, credit=12)
        put_followed(session, shop_id, "cleo", "dora", order=order["dora"], days=30.0, credit=9)
        put_followed(session, shop_id, "eve", "fay", order=order["fay"], days=20.0, credit=99)


def people(found: dict[str, Any]) -> dict[str, tuple[str | None, int]]:
    return {one["customer_id"]: (one["parent_id"], one["depth"]) for one in found["people"]}


def days_ago(days: float) -> str:
    return (NOW - timedelta(days=days)).isoformat().replace("+00:00", "Z")


@pytest.mark.usefixtures("spread")
def test_people_come_by_time_and_each_followed_whoever_has_the_most_credit(staff: Staff) -> None:
    found = staff.get(PATH).json()

    assert people(found) == {
        "anna": (None, 0),
        "eve": (None, 0),
        "fay": ("eve", 1),
        "berta": ("anna", 1),
        "cleo": ("berta", 2),
        "dora": ("cleo", 3),
    }
    assert [one["customer_id"] for one in found["people"]] == list(people(found))
    assert [one["root_id"] for one in found["people"]] == ["anna", "eve", "eve", "anna", "anna", "anna"]
    assert [one["bought_at"] for one in found["people"]] == [
        days_ago(days) for days in (100, 90, 70, 60, 50, 20)
    ]
    assert found["people"][0]["value"] == eur("120.00")


@pytest.mark.usefixtures("spread")
def test_links_are_all_that_may_have_led_not_only_those_to_the_parent(staff: Staff) -> None:
    found = staff.get(PATH).json()

    assert [(one["source_id"], one["customer_id"]) for one in found["links"]] == [
        ("eve", "fay"),
        ("anna", "berta"),
        ("berta", "cleo"),
        ("anna", "cleo"),
        ("cleo", "dora"),
    ]
    assert (found["links"][1]["credit"], found["links"][1]["booked"]) == (eur("30.00"), eur("15.00"))
    assert found["left_out"] == {"people": 0, "links": 0}


@pytest.mark.usefixtures("spread")
def test_a_tree_has_size_depth_and_structural_virality(staff: Staff) -> None:
    found = staff.get(PATH).json()

    # A chain of four: distances 1, 1, 1, 2, 2, 3 between its six pairs.
    assert found["trees"] == [
        {"root_id": "anna", "people": 4, "depth": 3, "structural_virality": round(10 / 6, 4)},
        {"root_id": "eve", "people": 2, "depth": 1, "structural_virality": 1.0},
    ]


def test_structural_virality_tells_a_broadcast_from_a_chain() -> None:
    """Goel et al. 2016: 2 - 2/n for a star of n people, (n + 1) / 3 for a chain."""
    star: dict[str, str | None] = {"hub": None} | {f"f{number}": "hub" for number in range(9)}
    chain: dict[str, str | None] = {"p0": None} | {f"p{number}": f"p{number - 1}" for number in range(1, 10)}

    [broadcast], [passed_on] = trees(star), trees(chain)

    assert (broadcast.people, broadcast.depth, broadcast.structural_virality) == (10, 1, 1.8)
    assert (passed_on.people, passed_on.depth, passed_on.structural_virality) == (10, 9, round(11 / 3, 4))
    assert trees({}) == []
    assert [(one.people, one.depth, one.structural_virality) for one in trees({"a": None})] == [(1, 0, 0.0)]


@given(st.lists(st.integers(0, 29), min_size=1, max_size=30))
def test_the_trees_hold_everybody_once(choices: list[int]) -> None:
    parents = {
        f"p{number}": None if choice >= number else f"p{choice}" for number, choice in enumerate(choices)
    }

    found = trees(parents)

    assert sum(one.people for one in found) == len(parents)
    assert {one.root_id for one in found} == {who for who, parent in parents.items() if parent is None}
    assert [one.people for one in found] == sorted((one.people for one in found), reverse=True)


def test_a_code_leads_from_its_owner_who_need_not_have_bought_it(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        put_values(session, shop_id, "anna", "berta")
        order = put_order(session, shop_id, "berta", days_ago=9)
        put_followed(session, shop_id, "anna", "berta", order=order, days=0, proven=True, tie_kind="code")

    anna, berta = staff.get(PATH).json()["people"]

    assert (anna["customer_id"], anna["bought_at"], anna["depth"]) == ("anna", None, 0)
    assert (berta["parent_id"], berta["bought_at"]) == ("anna", days_ago(9))


def test_only_the_first_purchase_counts_and_nobody_follows_who_bought_later(
    staff: Staff, shop_id: int
) -> None:
    """Berta buys again with Dora's code, Anna with Berta's: a circle, were it not for the times."""
    code: dict[str, Any] = {"days": 0, "proven": True, "tie_kind": "code", "credit": 500}
    with db.transaction() as session:
        put_values(session, shop_id, "anna", "berta", "dora")
        first = put_order(session, shop_id, "berta", days_ago=50)
        again = put_order(session, shop_id, "berta", days_ago=20)
        annas = put_order(session, shop_id, "anna", days_ago=10)
        put_followed(session, shop_id, "anna", "berta", order=first, days=7.123456789)
        put_followed(session, shop_id, "dora", "berta", order=again, **code)
        put_followed(session, shop_id, "berta", "anna", order=annas, **code)

    found = staff.get(PATH).json()

    assert people(found) == {"anna": (None, 0), "berta": ("anna", 1)}


ORDERS = """
    INSERT INTO orders (shop_id, order_id, number, created_at, updated_at, status, charge_status, channel,
        currency, gross, net, charged, customer_id)
    SELECT :shop_id, 'o' || f, f, :now - f * interval '1 hour', :now, 'FULFILLED', 'FULL', 'c', 'EUR',
        9, 9, 9, 'f' || f FROM generate_series(1, :most) AS f
"""
CREDITS = """
    INSERT INTO credits (shop_id, source_id, order_id, line_id, run_id, customer_id, product_id, tie_kind,
        days_between, sharers, share, trust, cap, amount, credit, proven)
    SELECT :shop_id, 'f' || source, 'o' || f, 'line', :run_id, 'f' || f, 'lamp', 'friend',
        (source - f) / 24.0, 1, 1, 1, 1, 9, 9, false
    FROM generate_series(1, :most) AS f, generate_series(1, :most) AS source WHERE source > f AND {whom}
"""


def put_many(session: Session, shop_id: int, *, most: int, whom: str) -> None:
    """The higher somebody's number, the earlier they bought; each follows `whom` of those before."""
    given = {"shop_id": shop_id, "most": most, "now": NOW, "run_id": put_run(session, shop_id)}
    put_values(session, shop_id, *(f"f{number}" for number in {*range(1, 61), most}))
    for statement in (ORDERS, CREDITS.format(whom=whom)):
        session.execute(text(statement), given)


def test_of_a_popular_product_the_first_are_shown_with_whom_they_followed(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        put_many(session, shop_id, most=10_000, whom="source = :most")

    found = staff.get(PATH).json()

    assert [one["customer_id"] for one in found["people"][:3]] == ["f10000", "f9999", "f9998"]
    assert (len(found["people"]), found["left_out"]) == (200, {"people": 9800, "links": 0})
    assert len(staff.get(PATH + "?limit=300").json()["people"]) == 300
    assert [(one["people"], one["depth"]) for one in found["trees"]] == [(200, 1)]


def test_of_many_links_those_to_parents_are_kept(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        put_many(session, shop_id, most=60, whom="true")

    found = staff.get(PATH).json()

    assert (len(found["people"]), len(found["links"])) == (60, 1000)
    assert found["left_out"] == {"people": 0, "links": 60 * 59 // 2 - 1000}
    kept = {(one["source_id"], one["customer_id"]) for one in found["links"]}
    assert len({who for who, (parent, _) in people(found).items() if (parent, who) in kept}) == 59


@pytest.mark.usefixtures("spread")
def test_a_cut_never_leaves_somebody_without_whom_they_followed(staff: Staff) -> None:
    for limit in range(1, 7):
        found = staff.get(f"{PATH}?limit={limit}").json()
        shown = people(found)
        assert len(shown) == limit
        assert found["left_out"]["people"] == 6 - limit
        assert {parent for parent, _ in shown.values() if parent} <= shown.keys()


@pytest.mark.usefixtures("spread")
def test_who_objects_or_was_erased_is_not_shown(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        put_customers(session, shop_id, "anna", "dora")
    staff.ask("POST", "/api/customers/anna/objection", json={"reason": ""})
    staff.ask("POST", "/api/customers/dora/erasure")

    found = staff.get(PATH).json()

    assert people(found) == {"eve": (None, 0), "fay": ("eve", 1), "berta": (None, 0), "cleo": ("berta", 1)}
    assert "anna" not in str(found)
    assert "dora" not in str(found)


@pytest.mark.usefixtures("spread")
def test_rows_that_should_be_gone_show_nobody_who_objects(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        session.execute(
            text("INSERT INTO objections (shop_id, customer_id, at, by, reason)"
                 " VALUES (:id, 'cleo', now(), 'self', '')"),
            {"id": shop_id},
        )  # fmt: skip

    assert set(people(staff.get(PATH).json())) == {"anna", "berta", "eve", "fay"}


@pytest.mark.usefixtures("spread")
def test_of_many_beginnings_each_is_shown_with_who_followed_first(staff: Staff) -> None:
    """Anna bought before anybody, but Fay followed before anybody followed Anna."""
    assert people(staff.get(PATH + "?limit=2").json()) == {"eve": (None, 0), "fay": ("eve", 1)}


def test_guests_are_counted_and_set_aside_codes_are_no_link(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        put_values(session, shop_id, "anna", "berta")
        guest = put_order(session, shop_id, None, days_ago=9)
        order = put_order(session, shop_id, "berta", days_ago=8)
        put_followed(session, shop_id, "anna", "guest:0a", order=guest, days=3)
        put_followed(session, shop_id, "anna", "berta", order=order, days=0, proven=True,
                     tie_kind="code: home")  # fmt: skip

    found = staff.get(PATH).json()

    assert (found["people"], found["links"], found["trees"], found["guests"]) == ([], [], [], 1)
    assert "guest:" not in str(found)


@pytest.mark.usefixtures("spread")
def test_one_shop_never_sees_anothers_cascade(staff: Staff, signers: dict[str, Signer]) -> None:
    neighbours = Staff(staff.client, signers[NEIGHBOUR_URL], NEIGHBOUR_URL)
    with db.transaction() as session:
        neighbour_id = put_shop(session, NEIGHBOUR_URL, jwks=neighbours.signer.jwks())
        put_values(session, neighbour_id, "zoe", "anna")
        order = put_order(session, neighbour_id, "anna", days_ago=3)
        put_followed(session, neighbour_id, "zoe", "anna", order=order, days=2)

    assert "zoe" not in people(staff.get(PATH).json())
    assert set(people(neighbours.get(PATH).json())) == {"zoe", "anna"}


@pytest.mark.usefixtures("spread")
@pytest.mark.parametrize("product", ["nothing", "'; DROP TABLE credits; --", "%' OR '1'='1", "Ω≈ç√∫", "%s"])
def test_an_unknown_product_has_an_empty_cascade(staff: Staff, product: str) -> None:
    answer = staff.get(f"/api/products/{product}/cascade")

    assert answer.status_code == 200, answer.text
    assert (answer.json()["people"], answer.json()["trees"]) == ([], [])


@pytest.mark.usefixtures("spread")
def test_it_is_one_question_to_the_database(staff: Staff, engine: Engine) -> None:
    with watched(engine) as seen:
        staff.get(PATH)

    [asked] = [one for one in seen if one.one_snapshot and one.statements]
    assert len(asked.statements) == 1


def test_our_trees_agree_with_networkx_on_depth() -> None:
    parents: dict[str, str | None] = {"a": None, "b": "a", "c": "b", "d": "a", "e": "c"}
    graph = nx.DiGraph((parent, who) for who, parent in parents.items() if parent)

    [tree] = trees(parents)

    assert tree.depth == nx.dag_longest_path_length(graph)
