"""Ties of whom people name: derived in each run, under the ledger's own rules, hidden until they agree."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from saleor_influence_app import db, run_queue
from saleor_influence_app.erasure import objections
from saleor_influence_app.models import NAMED, AskedBy
from saleor_influence_app.runs import execution, named_ties
from saleor_influence_app.surveys import responses
from saleor_influence_app.surveys.responses import Respondent, SurveyChannel, Told
from scoring.ledger import pairs
from tests.support.shop_rows import put_code, put_customers, put_order, put_tie
from tests.support.social_shop import Shop, sql
from tests.support.told_facts import inputs_of

NOW = datetime.now(UTC)
GUEST = f"guest:{(b'g' * 32).hex()}"


@pytest.fixture
def asking(off: Shop) -> Shop:
    with db.transaction() as session:
        sql(session, "UPDATE shops SET survey = true")
        put_customers(session, off.shop_id, "ada")
        put_code(session, off.shop_id, "ADA", "ada")
    return off


def name(
    shop: Shop, who: str, order_id: str, *, at: datetime = NOW, friend: str = "ADA", **order: Any
) -> None:
    guest = who.startswith("guest:")
    owner = {"email_hash": b"g" * 32} if guest else {}
    with db.transaction() as session:
        columns = {"order_id": order_id, "created_at": at - timedelta(hours=1)} | owner | order
        put_order(session, shop.shop_id, None if guest else who, **columns)
        told = Told(SurveyChannel.FRIEND, friend)
        responses.respond(session, shop.shop_id, Respondent(who, order_id), told=told, now=at)


def derived(shop: Shop) -> list[Any]:
    with db.transaction() as session:
        named_ties.derive(session, shop.shop_id)
        columns = "source_id, target_id, valid_from, known_at, is_hidden"
        where = "kind = 'named' AND origin = 'survey' ORDER BY target_id"
        return [tuple(row) for row in sql(session, f"SELECT {columns} FROM ties WHERE {where}")]


def test_the_ledger_knows_the_kind_by_its_name() -> None:
    assert pairs.NAMED == NAMED


def test_strangers_who_name_the_owner_of_a_leaked_code_are_strangers_still(asking: Shop) -> None:
    for number in range(30):
        who, address = f"s{number}", {"email_hash": number.to_bytes(32, "big")}
        with db.transaction() as session:
            put_customers(session, asking.shop_id, who, **address)
        name(asking, who, f"first-{number}", at=NOW - timedelta(days=60))
        with db.transaction() as session:
            when = NOW - timedelta(days=20, minutes=number)
            put_order(session, asking.shop_id, who, voucher_code="ADA", created_at=when)

    run(asking)

    with db.transaction() as session:
        kinds = {kind for (kind,) in sql(session, "SELECT DISTINCT tie_kind FROM credits WHERE proven")}
        [(booked,)] = sql(session, "SELECT sum(crv) FROM scores WHERE customer_id = 'ada'")
    assert kinds == {"code: strangers"}
    assert not booked


def test_it_is_dated_by_the_order_known_from_the_response_and_hidden(asking: Shop) -> None:
    name(asking, "ines", "one")
    name(asking, GUEST, "two")

    expected = (NOW - timedelta(hours=1), NOW, True)
    assert derived(asking) == [("ada", GUEST, *expected), ("ada", "ines", *expected)]
    assert derived(asking) == [("ada", GUEST, *expected), ("ada", "ines", *expected)]


def test_a_guest_with_an_account_since_is_that_account(asking: Shop) -> None:
    name(asking, GUEST, "one")
    derived(asking)
    with db.transaction() as session:
        put_customers(session, asking.shop_id, "gus", email_hash=b"g" * 32)

    assert [(row[0], row[1]) for row in derived(asking)] == [("ada", "gus")]


def test_orders_that_are_not_paid_or_cancelled_tie_nobody_and_what_objectors_named_neither(
    asking: Shop,
) -> None:
    name(asking, "ines", "unpaid", charged=0)
    name(asking, "mara", "cancelled", status="CANCELED")
    assert derived(asking) == []
    name(asking, "ines", "paid")
    assert len(derived(asking)) == 1

    with db.transaction() as session:
        objections.object_(session, asking.shop_id, "ines", by=AskedBy.SELF)
        assert sql(session, "SELECT 1 FROM ties") == []
    assert derived(asking) == []
    with db.transaction() as session:
        objections.end(session, asking.shop_id, "ines", by=AskedBy.SELF)
    assert len(derived(asking)) == 1
    with db.transaction() as session:
        objections.object_(session, asking.shop_id, "ada", by=AskedBy.SELF)
    assert derived(asking) == []


def test_what_staff_told_of_the_same_two_is_left_alone_and_shows_them(asking: Shop) -> None:
    with db.transaction() as session:
        put_tie(session, asking.shop_id, "ada", "ines", kind="friend")
    name(asking, "ines", "one")
    derived(asking)

    with db.transaction() as session:
        rows = inputs_of(session, asking.shop_id).ties.to_pylist()
    assert sorted(row["kind"] for row in rows) == ["friend", "named"]


def test_a_housemate_and_the_owner_of_the_same_card_lead_to_nothing(asking: Shop) -> None:
    """The ledger leaves out ties within a household, a card or a mailbox, of this kind as of every other."""
    with db.transaction() as session:
        put_order(session, asking.shop_id, "ada", address_hash=b"home", days_ago=200)
        put_order(session, asking.shop_id, "ada", payment_hash=b"card", days_ago=200)
        put_order(session, asking.shop_id, "ada", created_at=NOW - timedelta(days=9), product="cup")
    name(asking, "ines", "one", at=NOW - timedelta(days=60), address_hash=b"home")
    name(asking, "mara", "two", at=NOW - timedelta(days=60), payment_hash=b"card")
    name(asking, GUEST, "three", at=NOW - timedelta(days=60))
    with db.transaction() as session:
        for who in ("ines", "mara", None):
            more = {} if who else {"email_hash": b"g" * 32}
            bought = {"created_at": NOW - timedelta(days=8), "product": "cup"}
            put_order(session, asking.shop_id, who, **bought, **more)

    run(asking)

    assert len(derived(asking)) == 3
    with db.transaction() as session:
        credited = sql(session, "SELECT source_id, customer_id FROM credits")
    assert [tuple(row) for row in credited] == [("ada", GUEST)]


def run(shop: Shop) -> None:
    with db.transaction() as session:
        run_id = run_queue.ask(session, shop.shop_id)
    assert execution.execute(db.transaction, run_id)


@pytest.fixture
def credited(asking: Shop) -> Shop:
    """Ines named Ada, bought what Ada had bought, and a run has credited it."""
    name(asking, "ines", "first", at=NOW - timedelta(days=60))
    with db.transaction() as session:
        put_order(
            session, asking.shop_id, "ada", order_id="led", created_at=NOW - timedelta(days=9), product="cup"
        )
        put_order(
            session,
            asking.shop_id,
            "ines",
            order_id="followed",
            created_at=NOW - timedelta(days=8),
            product="cup",
        )
    run(asking)
    return asking


def staff_see(shop: Shop) -> str:
    """Everything that staff are shown of the two, where a tie of theirs is in it."""
    pages = {
        "ties": shop.as_staff("GET", "/ties").text,
        "ties of ada": shop.as_staff("GET", "/ties?customer_id=ada").text,
        "credits of ada": shop.as_staff("GET", "/customers/ada/credits?part=inferred").text,
        "order": shop.as_staff("GET", "/orders/followed/credits").text,
        "around": shop.as_staff("GET", "/customers/ada/neighbourhood").text,
    }
    return str(pages)


def naming_of(shop: Shop) -> int:
    [naming] = shop.as_customer("ada", "GET", "/statement").json()["namings"]
    assert "ines" not in str(naming)
    return int(naming["id"])


def test_until_the_named_person_agrees_staff_see_a_customer_in_their_place(credited: Shop) -> None:
    [tie] = credited.as_staff("GET", "/ties").json()["ties"]
    assert (tie["source_id"], tie["target_id"], tie["kind"]) == (None, "ines", "named")
    assert credited.as_staff("GET", "/ties?customer_id=ada").json()["ties"] == []
    [of_ada] = credited.as_staff("GET", "/customers/ada/credits?part=inferred").json()["rows"]
    assert of_ada["is_hidden"]
    assert {of_ada[name] for name in ("customer_id", "order_id", "order_number", "line_id")} == {None}
    [of_order] = credited.as_staff("GET", "/orders/followed/credits").json()
    assert (of_order["source_id"], of_order["customer_id"]) == (None, "ines")
    cascade = credited.as_staff("GET", "/products/cup/cascade").json()
    assert "'source_id': 'ada'" not in str(cascade)

    answer = credited.as_customer("ada", "POST", f"/namings/{naming_of(credited)}/agree")

    assert answer.status_code == 204
    [tie] = credited.as_staff("GET", "/ties?customer_id=ada").json()["ties"]
    assert (tie["source_id"], tie["target_id"]) == ("ada", "ines")
    [of_ada] = credited.as_staff("GET", "/customers/ada/credits?part=inferred").json()["rows"]
    assert (of_ada["customer_id"], of_ada["order_id"], of_ada["is_hidden"]) == ("ines", "followed", False)
    [of_order] = credited.as_staff("GET", "/orders/followed/credits").json()
    assert of_order["source_id"] == "ada"
    assert staff_see(credited)


def test_who_says_no_is_tied_to_nobody_at_once_and_shown_nowhere(credited: Shop) -> None:
    naming = naming_of(credited)
    assert credited.as_customer("ines", "DELETE", f"/namings/{naming}").status_code == 404
    assert credited.as_customer("mara", "POST", f"/namings/{naming}/agree").status_code == 404

    assert credited.as_customer("ada", "DELETE", f"/namings/{naming}").status_code == 204

    assert credited.as_customer("ada", "GET", "/statement").json()["namings"] == []
    assert credited.as_staff("GET", "/ties").json()["total"] == 0
    [of_order] = credited.as_staff("GET", "/orders/followed/credits").json()
    assert of_order["source_id"] is None, "of the run before"
    assert derived(credited) == []


def test_the_respondent_is_not_told_of_the_tie_and_the_named_person_is(credited: Shop) -> None:
    mine = credited.as_customer("ines", "GET", "/statement").json()
    export = credited.as_customer("ines", "GET", "/export").json()["holds"]
    theirs = credited.as_customer("ada", "GET", "/statement").json()

    assert (mine["ties"], mine["tie_rows"], export["ties"], export["ties_of_others"]) == ([], [], [], [])
    assert [row["kind"] for row in theirs["tie_rows"]] == ["named"]
    assert theirs["ties"] == [{"kind": "named", "may_be_led": 1, "may_lead": 0}]
