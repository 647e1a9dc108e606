"""Who may have led whom around a customer: the figures, the cut, the communities, and who is never shown."""

import itertools
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.queries import shown_credits
from saleor_influence_app.queries.credits import credits_of
from saleor_influence_app.queries.neighbourhood import communities, neighbourhood
from saleor_influence_app.queries.shown_credits import Link
from sandbox.tokens import Signer
from tests.support.shop_rows import put_credit, put_customers, put_evidence, put_run, put_score, put_shop
from tests.support.staff import NEIGHBOUR_URL, Staff
from tests.support.transactions import watched

PATH = "/api/customers/anna/neighbourhood"
LEADS = {"inferred": "leads", "verdict": "leads", "af": 0.5}


def eur(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


def ids(found: dict[str, Any]) -> list[str]:
    return [one["customer_id"] for one in found["people"]]


def ends(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["source_id"], one["customer_id"]) for one in found["links"]]


def put_links(session: Session, shop_id: int, *links: tuple[str, str, float], **given: Any) -> None:
    """Credit rows between customers with a value, as (source, who bought, credit)."""
    run_id = put_run(session, shop_id)
    known = set(session.scalars(text("SELECT customer_id FROM scores WHERE shop_id = :id"), {"id": shop_id}))
    for who in sorted({end for link in links for end in link[:2] if "guest:" not in end} - known):
        put_score(session, shop_id, who, run_id=run_id)
    for source, customer, credit in links:
        put_credit(session, shop_id, source, customer, run_id=run_id, credit=credit, amount=credit, **given)


@pytest.fixture
def around(shop_id: int) -> None:
    """Olga may have led Anna; Anna led Berta and may have led Cleo; Berta led Dora; apart: Eve led Fay."""
    with db.transaction() as session:
        run_id = put_run(session, shop_id)
        put_score(session, shop_id, "anna", run_id=run_id, verdict="proven", value=245, crv=80, civ=45,
                  influenced=3)  # fmt: skip
        put_evidence(session, shop_id, "anna", run_id=run_id, **LEADS)
        put_links(session, shop_id, ("anna", "berta", 60), ("olga", "anna", 35), ("anna", "cleo", 30))
        put_links(session, shop_id, ("anna", "berta", 80), proven=True, tie_kind="code")
        put_links(session, shop_id, ("berta", "dora", 20), ("eve", "fay", 500))


@pytest.mark.usefixtures("around")
def test_one_step_shows_who_led_the_customer_and_who_followed_them_the_most_credit_first(
    staff: Staff,
) -> None:
    found = staff.get(PATH).json()

    assert ids(found) == ["anna", "berta", "olga", "cleo"]
    assert [one["depth"] for one in found["people"]] == [0, 1, 1, 1]
    anna, berta, *_ = found["people"]
    assert (anna["verdict"], anna["value"], anna["crv"], anna["civ"], anna["influenced"]) == (
        "proven",
        eur("245.00"),
        eur("80.00"),
        eur("45.00"),
        3,
    )
    assert (anna["credit"], berta["credit"], berta["civ"]) == (None, eur("140.00"), None)
    assert ends(found) == [("anna", "berta"), ("olga", "anna"), ("anna", "cleo")]
    assert found["links"][0] == {
        "source_id": "anna",
        "customer_id": "berta",
        "orders": 2,
        "lines": 2,
        "tie_kinds": ["code", "friend"],
        "proven": eur("80.00"),
        "credit": eur("140.00"),
        "booked": eur("110.00"),
    }
    assert found["links"][1]["booked"] == eur("0.00"), "there is no verdict that Olga leads"
    assert found["left_out"] == {"depth_1": 0, "depth_2": 0, "links": 0}


@pytest.mark.usefixtures("around")
def test_two_steps_add_whom_those_led_and_nobody_who_is_not_linked(staff: Staff) -> None:
    found = staff.get(PATH + "?depth=2").json()

    assert ids(found) == ["anna", "berta", "olga", "cleo", "dora"]
    assert found["people"][-1]["depth"] == 2
    assert found["people"][-1]["credit"] == eur("20.00")
    assert ends(found)[-1] == ("berta", "dora")


@pytest.mark.usefixtures("around")
def test_the_strongest_are_kept_and_the_answer_says_how_many_are_not(staff: Staff) -> None:
    found = staff.get(PATH + "?depth=2&limit=1").json()

    assert ids(found) == ["anna", "berta", "dora"]
    assert found["left_out"] == {"depth_1": 2, "depth_2": 0, "links": 0}


def test_of_equally_strong_ones_the_cut_goes_by_id_whatever_the_order_of_rows(
    staff: Staff, shop_id: int
) -> None:
    with db.transaction() as session:
        put_links(session, shop_id, *(("anna", who, 10.0) for who in ("d", "B", "c", "a")))

    assert ids(staff.get(PATH + "?limit=2").json()) == ["anna", "B", "a"]


def test_a_link_between_two_neighbours_is_shown_and_who_was_cut_does_not_come_back_at_depth_two(
    staff: Staff, shop_id: int
) -> None:
    with db.transaction() as session:
        put_links(session, shop_id, ("anna", "berta", 9), ("anna", "cleo", 8), ("anna", "dora", 1))
        put_links(session, shop_id, ("cleo", "berta", 4), ("berta", "dora", 50))

    found = staff.get(PATH + "?depth=2&limit=2").json()

    assert ids(found) == ["anna", "berta", "cleo"]
    assert ends(found) == [("anna", "berta"), ("anna", "cleo"), ("cleo", "berta")]
    assert found["left_out"] == {"depth_1": 1, "depth_2": 0, "links": 0}


MANY = """
    INSERT INTO credits (shop_id, source_id, order_id, line_id, run_id, customer_id, product_id, tie_kind,
        days_between, sharers, share, trust, cap, amount, credit, proven)
    SELECT :shop_id, source, source || customer, 'line', :run_id, customer, 'lamp', 'friend',
        3, 1, 1, 1, 1, 40, credit, false
    FROM ({pairs}) AS pairs (source, customer, credit)
"""


def put_many(session: Session, shop_id: int, pairs: str, **given: Any) -> None:
    """Credit rows of the pairs that a query gives."""
    given |= {"shop_id": shop_id, "run_id": put_run(session, shop_id)}
    session.execute(text(MANY.format(pairs=pairs)), given)


def test_hubs_with_ten_thousand_followers_give_as_many_people_as_asked_and_count_the_rest(
    staff: Staff, shop_id: int
) -> None:
    with db.transaction() as session:
        put_links(session, shop_id, ("anna", "f1", 0), ("f10000", "g1", 0))
        for hub, who in (("anna", "f"), ("f10000", "g")):
            pairs = "SELECT :hub, :who || number, number FROM generate_series(2, 10000) AS number"
            put_many(session, shop_id, pairs, hub=hub, who=who)

    found = staff.get(PATH + "?depth=2").json()

    assert Counter(one["depth"] for one in found["people"]) == {0: 1, 1: 100, 2: 100}
    assert ids(found)[1:3] == ["f10000", "f9999"]
    assert ids(found)[-1] == "g9901"
    assert found["left_out"] == {"depth_1": 9900, "depth_2": 9900, "links": 0}
    assert sum(one["people"] for one in found["communities"]) == 201


def test_of_many_links_those_nearest_to_the_customer_are_kept(staff: Staff, shop_id: int) -> None:
    people = [f"p{number:02}" for number in range(40)]
    with db.transaction() as session:
        put_links(session, shop_id, *(("anna", who, 1) for who in people))
        pairs = """SELECT 'p' || to_char(a, 'FM00'), 'p' || to_char(b, 'FM00'), 5
            FROM generate_series(0, 39) AS a, generate_series(0, 39) AS b WHERE a <> b"""
        put_many(session, shop_id, pairs)

    found = staff.get(PATH).json()

    assert len(found["links"]) == shown_credits.MOST_LINKS
    assert found["left_out"]["links"] == 40 + 40 * 39 - shown_credits.MOST_LINKS
    assert {link[1] for link in ends(found)[:40]} == set(people)


def link(source: str, customer: str, credit: float) -> Link:
    money = {"amount": f"{credit:.2f}", "currency": "EUR"}
    given = {"proven": money, "credit": money, "booked": money, "orders": 1, "lines": 1, "tie_kinds": []}
    return Link.model_validate({"source_id": source, "customer_id": customer} | given)


def test_two_circles_of_friends_joined_by_one_weak_link_are_two_communities() -> None:
    left, right = ["a", "b", "c", "d"], ["v", "w", "x"]
    links = [link(*pair, 10) for circle in (left, right) for pair in itertools.combinations(circle, 2)]

    groups, modularity = communities(["z", *right, *left], [*links, link("a", "v", 1)])

    assert [sorted(group) for group in groups] == [left, right, ["z"]]
    # Newman 2004, eq. 5: for each community its share of weight within, less the square of its share of ends.
    assert modularity == pytest.approx((60 + 30) / 91 - (121 / 182) ** 2 - (61 / 182) ** 2, abs=1e-4)


def test_the_same_two_people_weigh_by_both_directions_and_a_link_without_credit_by_nothing() -> None:
    links = [link("a", "b", 1), link("b", "a", 9), link("b", "c", 5), link("c", "d", 10), link("d", "a", 0)]

    groups, _ = communities(["a", "b", "c", "d"], links)

    assert [sorted(group) for group in groups] == [["a", "b"], ["c", "d"]]
    assert communities(["a", "b"], [link("a", "b", 0)]) == ([["a"], ["b"]], None)
    assert communities([], []) == ([], None)


def test_each_person_names_their_community(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        put_links(session, shop_id, ("anna", "b", 9), ("b", "c", 9), ("c", "anna", 9), ("anna", "v", 1))
        put_links(session, shop_id, ("v", "w", 9), ("w", "x", 9), ("x", "v", 9))

    found = staff.get(PATH + "?depth=2").json()

    assert {one["customer_id"]: one["community"] for one in found["people"]} == {
        "anna": 1,
        "b": 1,
        "c": 1,
        "v": 2,
        "w": 2,
        "x": 2,
    }
    assert [one["people"] for one in found["communities"]] == [3, 3]
    assert found["modularity"] > 0.3


@pytest.mark.usefixtures("around")
def test_who_objects_is_shown_to_nobody_and_has_no_neighbourhood(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        put_customers(session, shop_id, "berta")
    answer = staff.ask("POST", "/api/customers/berta/objection", json={"reason": ""})
    assert answer.status_code in {200, 204}, answer.text

    found = staff.get(PATH + "?depth=2").json()

    assert ids(found) == ["anna", "olga", "cleo"]
    assert "berta" not in str(found)
    assert "dora" not in str(found)
    empty = staff.get("/api/customers/berta/neighbourhood").json()
    assert (empty["people"], empty["links"], empty["communities"]) == ([], [], [])


@pytest.mark.usefixtures("around")
@pytest.mark.parametrize("who", ["anna", "berta", "dora"])
def test_rows_that_should_be_gone_show_nobody_who_objects(staff: Staff, shop_id: int, who: str) -> None:
    """Their rows go with the objection; were some left, still nobody would see them."""
    objection = """INSERT INTO objections (shop_id, customer_id, at, by, reason)
        VALUES (:id, :who, now(), 'self', '')"""
    with db.transaction() as session:
        session.execute(text(objection), {"id": shop_id, "who": who})

    for asked in ("anna", "berta", "dora"):
        found = staff.get(f"/api/customers/{asked}/neighbourhood?depth=2").json()
        assert who not in ids(found)
        assert who not in itertools.chain.from_iterable(ends(found))
        assert bool(ids(found)) == (asked != who)


@pytest.mark.usefixtures("around")
def test_who_was_erased_is_gone_at_once(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        put_customers(session, shop_id, "berta")
    assert staff.ask("POST", "/api/customers/berta/erasure").status_code < 300

    assert "berta" not in str(staff.get(PATH + "?depth=2").json())


def test_a_code_that_was_set_aside_is_no_link(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        put_links(session, shop_id, ("anna", "berta", 0), proven=True, tie_kind="code: home", cap=0.0)
        put_links(session, shop_id, ("anna", "cleo", 5), proven=True, tie_kind="code")

    assert ends(staff.get(PATH).json()) == [("anna", "cleo")]


def test_guests_are_counted_and_have_no_id(staff: Staff, shop_id: int) -> None:
    with db.transaction() as session:
        put_links(session, shop_id, ("anna", "guest:0a", 7), ("anna", "guest:0a", 7), ("anna", "guest:0b", 7))
        put_links(session, shop_id, ("anna", "berta", 5))

    found = staff.get(PATH + "?depth=2").json()

    assert (ids(found), found["guests"]) == (["anna", "berta"], 2)
    assert "guest:" not in str(found)
    assert staff.get("/api/customers/guest:0a/neighbourhood").json()["people"] == []


def test_one_shop_never_sees_anothers_rows(staff: Staff, signers: dict[str, Signer], shop_id: int) -> None:
    neighbours = Staff(staff.client, signers[NEIGHBOUR_URL], NEIGHBOUR_URL)
    with db.transaction() as session:
        neighbour_id = put_shop(session, NEIGHBOUR_URL, jwks=neighbours.signer.jwks())
        put_links(session, shop_id, ("anna", "ours", 5), ("ours", "deeper", 5))
        put_links(session, neighbour_id, ("anna", "theirs", 9), ("ours", "stranger", 9))

    assert ids(staff.get(PATH + "?depth=2").json()) == ["anna", "ours", "deeper"]
    assert ids(neighbours.get(PATH + "?depth=2").json()) == ["anna", "theirs"]


@pytest.mark.usefixtures("around")
@pytest.mark.parametrize(
    "who", ["nobody", "'; DROP TABLE credits; --", "%' OR '1'='1", "Ω≈ç√∫", "{{7*7}}", "%s"]
)
def test_an_unknown_customer_has_an_empty_neighbourhood(staff: Staff, who: str) -> None:
    answer = staff.ask("GET", f"/api/customers/{who}/neighbourhood?depth=2")

    found = answer.json()
    assert answer.status_code == 200, answer.text
    assert (found["people"], found["links"], found["guests"]) == ([], [], 0)


@pytest.mark.usefixtures("around")
def test_it_is_one_question_to_the_database(staff: Staff, engine: Engine) -> None:
    with watched(engine) as seen:
        staff.get(PATH + "?depth=2")

    [asked] = [one for one in seen if one.one_snapshot and one.statements]
    assert len(asked.statements) == 1


PEOPLE = ["anna", "berta", "cleo", "dora"]
row = st.tuples(
    st.sampled_from(PEOPLE),
    st.sampled_from([*PEOPLE, "guest:0a"]),
    st.decimals(min_value=0, max_value=500, places=2),
    st.sampled_from(["friend", "code", "code: home"]),
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(row, max_size=14), af=st.sampled_from([0.0, 0.25, 0.8]))
def test_the_links_hold_what_the_reasons_of_their_sources_hold_and_nothing_else(
    session: Session, *, rows: list[tuple[str, str, Decimal, str]], af: float
) -> None:
    session.rollback()
    shop_id = put_shop(session)
    run_id = put_run(session, shop_id)
    written = [one for one in rows if one[0] != one[1]]
    for who in PEOPLE:
        own = [(credit, kind) for source, _, credit, kind in written if source == who]
        inferred = sum((credit for credit, kind in own if kind == "friend"), Decimal(0))
        crv = sum((credit for credit, kind in own if kind == "code"), Decimal(0))
        put_evidence(session, shop_id, who, run_id=run_id, **LEADS | {"af": af, "credit": inferred})
        put_score(session, shop_id, who, run_id=run_id, crv=crv, civ=inferred * Decimal(str(af)))
    for source, customer, credit, kind in written:
        put_credit(session, shop_id, source, customer, run_id=run_id, tie_kind=kind, proven=kind != "friend",
                   credit=0 if kind == "code: home" else credit, amount=credit)  # fmt: skip

    found = neighbourhood(session, shop_id, "anna", depth=2, most=100)

    shown = {one.customer_id for one in found.people}
    reasons: dict[tuple[str, str | None], list[Any]] = {}
    for who, part in itertools.product(PEOPLE, ("proven", "inferred")):
        for one in credits_of(session, shop_id, who, part=part, page=(0, 100)).rows:  # type: ignore[arg-type]
            if one.tie_kind != "code: home":
                reasons.setdefault((who, one.customer_id), []).append(one)
    expected = {pair: of for pair, of in reasons.items() if pair[1] in shown and pair[0] in shown}
    assert {(one.source_id, one.customer_id) for one in found.links} == set(expected)
    for link in found.links:
        why = expected[link.source_id, link.customer_id]
        assert link.lines == len(why)
        assert Decimal(link.credit.amount) == sum(Decimal(row.credit.amount) for row in why)
        booked = sum(Decimal(row.booked.amount) for row in why)
        assert abs(Decimal(link.booked.amount) - booked) <= Decimal("0.01") * (len(why) + 1)
    assert found.guests == len({1 for (who, buyer) in reasons if who == "anna" and buyer is None})
