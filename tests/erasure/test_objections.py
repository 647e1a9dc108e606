"""Who objects has nothing computed of them at once, here or in Saleor, and stays so until they return."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from saleor_influence_app import broker, db, run_queue, settings
from saleor_influence_app.erasure import objections
from saleor_influence_app.models import AskedBy
from saleor_influence_app.operations import restores
from saleor_influence_app.personal_data.inventory import COMPUTED_OF_A_CUSTOMER
from saleor_influence_app.profiles import snapshots
from saleor_influence_app.rights.standing import standing
from saleor_influence_app.runs import execution, rollback
from saleor_influence_app.shops import shops
from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.sync import customers
from saleor_influence_app.sync.customers import CustomerSeen
from saleor_influence_app.targeting import definitions
from saleor_influence_app.writeback import flush
from tests.support.backups import back_up
from tests.support.linked_customers import left_of, restore, score
from tests.support.pocket_shop import pocket_saleor
from tests.support.serving import serving, wait_until
from tests.support.shop_rows import NOW, put_code, put_customers, put_order, put_tie, put_trial
from tests.support.social_shop import Shop, sql
from webhooks.events import CustomerPayload

ADDRESS = b"an address' keyed hash"
GUEST = f"guest:{ADDRESS.hex()}"
MINUTE = 60


def objects(shop: Shop, customer_id: str, **given: Any) -> bool:
    with db.transaction() as session:
        return objections.object_(session, shop.shop_id, customer_id, **{"by": "self"} | given)


def returns(shop: Shop, customer_id: str) -> bool:
    with db.transaction() as session:
        return objections.end(session, shop.shop_id, customer_id, by=AskedBy.SELF)


def objected_at(shop: Shop, customer_id: str) -> datetime | None:
    with db.transaction() as session:
        return standing(session, shop.shop_id, customer_id).objected_at


def computed_of(session: Session, customer_id: str) -> set[str]:
    named = left_of(session, customer_id)
    return {f"{table}.{column}" for table, column in COMPUTED_OF_A_CUSTOMER} & set(named)


@pytest.mark.parametrize("who", ["ines", GUEST])
def test_an_objection_is_made_once_ends_by_taking_part_again_and_may_be_made_anew(
    shop: Shop, session: Session, who: str
) -> None:
    before = datetime.now(UTC)
    assert [objects(shop, who), objects(shop, who)] == [True, False]
    made_at = objected_at(shop, who)
    assert made_at is not None
    assert before <= made_at <= datetime.now(UTC)

    assert [returns(shop, who), returns(shop, who)] == [True, False]

    assert objected_at(shop, who) is None
    assert objects(shop, who, by="staff", reason="by telephone")
    assert [
        tuple(row) for row in sql(session, "SELECT by, reason, ended_by FROM objections ORDER BY id")
    ] == [
        ("self", "", "self"),
        ("staff", "by telephone", None),
    ]


@pytest.mark.usefixtures("linked")
def test_an_objection_takes_what_was_computed_of_them_and_of_others_through_them_at_once(
    shop: Shop, session: Session
) -> None:
    with db.transaction() as own:
        put_trial(own, shop.shop_id, "ines", guests={"mara": True})
        put_trial(own, shop.shop_id, "mara", guests={"ines": True})
    assert computed_of(session, "mara") >= {"scores.customer_id", "credits.customer_id"}
    facts = left_of(session, "mara")["orders.customer_id"]

    assert shop.as_customer("mara", "POST", "/objection").status_code == 204

    assert computed_of(session, "mara") == set()
    left = left_of(session, "mara")
    assert left["orders.customer_id"] == facts, "their orders stay the shop's"
    assert {"trials.customer_id", "trial_guests.customer_id"} & set(left) == set()
    [record] = sql(session, "SELECT wanted, state FROM outbox WHERE customer_id = 'mara'")
    assert tuple(record) == (None, "pending"), "Saleor's keys are to go"
    assert sql(session, "SELECT * FROM credits") == [], "Ines' rested on Mara's orders"
    assert computed_of(session, "ines") >= {"scores.customer_id"}, "what is computed of Ines is still there"
    assert len(sql(session, "SELECT * FROM trials")) == 1

    for _ in range(2):
        score(shop)
        assert computed_of(session, "mara") == set()
        assert sql(session, "SELECT * FROM credits") == sql(session, "SELECT * FROM network_scores") == []
        [known] = sql(session, "SELECT orders_count FROM scores")
        assert known.orders_count == 6, "of Ines alone"
        session.rollback()

    assert shop.as_customer("mara", "DELETE", "/objection").status_code == 204
    score(shop)
    assert "scores.customer_id" in computed_of(session, "mara")
    assert len(sql(session, "SELECT * FROM credits")) > 0


@pytest.mark.usefixtures("linked")
def test_an_objection_and_its_end_each_ask_for_a_run(shop: Shop, session: Session) -> None:
    for act in (objects, returns):
        assert act(shop, "mara")
        [queued] = sql(session, "SELECT kind, not_before <= now() AS due FROM runs WHERE state = 'queued'")
        assert tuple(queued) == ("full", True)
        sql(session, "UPDATE runs SET state = 'cancelled' WHERE state = 'queued'")
        session.commit()


@pytest.mark.usefixtures("linked")
def test_in_a_shop_that_is_held_at_a_run_an_objection_takes_nothing_that_others_have(
    shop: Shop, session: Session
) -> None:
    def of_ines() -> list[list[Any]]:
        tables = ("scores", "evidence", "memberships", "outbox")
        found = [sql(session, f"SELECT * FROM {table} WHERE customer_id = 'ines'") for table in tables]
        session.rollback()
        return found

    [[done]] = sql(session, "SELECT max(id) FROM runs WHERE state = 'done'")
    session.rollback()
    with db.transaction() as own:
        back = rollback.go_back(own, shop.shop_id, done)
    assert execution.execute(db.transaction, back)
    before = of_ines()
    assert before[0] != []

    objects(shop, "mara")

    assert of_ines() == before
    assert computed_of(session, "mara") == set()


def test_a_guest_who_objects_counts_to_nobody_and_nor_does_the_account_they_open(
    shop: Shop, session: Session
) -> None:
    with db.transaction() as own:
        put_code(own, shop.shop_id, "INES", "ines")
        put_order(own, shop.shop_id, "ines")
        for day in (3, 20):
            order_id = put_order(
                own, shop.shop_id, None, email_hash=ADDRESS, voucher_code="INES", days_ago=day
            )
    score(shop)
    brought = "SELECT crv_orders FROM scores WHERE customer_id = 'ines'"
    assert sql(session, brought)[0][0] == 2
    assert "credits.customer_id" in computed_of(session, GUEST)

    objects(shop, GUEST, by="guest-link")

    assert computed_of(session, GUEST) == set()
    score(shop)
    assert sql(session, brought)[0][0] == 0
    assert sql(session, "SELECT * FROM credits") == []
    assert sql(session, "SELECT * FROM orders WHERE order_id = :id", id=order_id)
    session.rollback()

    with db.transaction() as own:  # an account takes over the orders of its address
        email = "visitor@example.com"
        hashed = shops.email_hash(shops.email_key(own, shop.shop_id), email)
        sql(own, "UPDATE orders SET email_hash = :hash WHERE email_hash IS NOT NULL", hash=hashed)
        assert hashed is not None
        sql(own, "UPDATE objections SET customer_id = :name", name=f"guest:{hashed.hex()}")
        shops.lock_facts(own, shop.shop_id)
        payload = CustomerPayload.of({"id": "new", "email": email}, now=datetime.now(UTC))
        customers.upsert(own, shop.shop_id, [CustomerSeen(payload, datetime.now(UTC))])
    assert objected_at(shop, "new") is not None
    score(shop)
    assert computed_of(session, "new") == set()
    assert sql(session, brought)[0][0] == 0
    session.rollback()

    assert returns(shop, "new"), "ends the guest's objection as well: it is one person"
    assert objected_at(shop, f"guest:{hashed.hex()}") is None
    score(shop)
    assert "scores.customer_id" in computed_of(session, "new")
    assert sql(session, brought)[0][0] == 2


def test_a_guests_objection_is_that_of_the_account_with_their_address(shop: Shop, session: Session) -> None:
    sql(session, "UPDATE customers SET email_hash = :hash WHERE customer_id = 'mara'", hash=ADDRESS)
    session.commit()

    objects(shop, GUEST, by="guest-link")

    assert [objected_at(shop, who) is None for who in (GUEST, "mara", "ines")] == [False, False, True]


@pytest.mark.usefixtures("linked")
def test_staff_see_no_number_of_who_objects_and_no_list_has_them(shop: Shop, session: Session) -> None:
    with db.transaction() as own:
        put_tie(own, shop.shop_id, "ines", "mara")
        put_tie(own, shop.shop_id, "mara", "ines")
    score(shop)
    [[earlier], [later]] = sql(session, "SELECT id FROM runs WHERE state = 'done' ORDER BY id")
    session.rollback()
    everybody = {
        "name": "buyers",
        "title": "Buyers",
        "description": "Bought.",
        "conditions": [{"column": "revenue", "operator": ">=", "threshold": 1}],
        "max_share": 0.9,
    }
    order_id = sql(session, "SELECT order_id FROM orders WHERE customer_id = 'mara'")[0][0]
    session.rollback()
    lists: list[tuple[str, str, Any]] = [
        ("GET", "/customers", None),
        ("GET", "/customers?segment=loyal", None),
        ("GET", "/overview", None),
        ("GET", "/influence", None),
        ("GET", "/customers/ines/credits?part=inferred", None),
        ("GET", f"/orders/{order_id}/credits", None),
        ("GET", "/ties", None),
        ("GET", "/ties?customer_id=ines", None),
        ("GET", "/ties/export", None),
        ("GET", f"/runs/{later}/difference?against={earlier}", None),
        ("POST", "/segments/preview", everybody),
    ]

    def said() -> dict[str, str]:
        answers = {path: shop.as_staff(method, path, json=body) for method, path, body in lists}
        assert {path: one.status_code for path, one in answers.items()} == dict.fromkeys(answers, 200)
        return {path: one.text for path, one in answers.items()}

    before = said()
    assert sum("mara" in text for text in before.values()) >= 6, "the lists do name people"

    objects(shop, "mara", by="staff")

    assert [path for path, text in said().items() if "mara" in text] == []
    own = shop.as_staff("GET", "/customers/mara").json()
    assert (own["state"], own["value"], own["orders_count"], own["segments"]) == ("objected", None, 0, [])
    assert own["evidence_sentence"] == "This customer objected: nothing is calculated of them."
    seen = shop.as_staff("GET", "/customers/mara/profiles").json()
    assert (seen["ties"], seen["network_scores"]) == ([], [])
    assert [(one["network"], one["snapshots"]) for one in seen["profiles"]] == [("mastodon", [])]
    refused = shop.as_staff("POST", "/trials", json={"customer_id": "mara", "things": ["cup", "plate"]})
    assert (refused.status_code, "objected" in refused.text) == (422, True)


def test_nothing_is_read_of_a_profile_whose_owner_objects_and_nobody_is_found_to_follow_them(
    shop: Shop, session: Session, http: RateLimitedHttp, link: Callable[..., int]
) -> None:
    from saleor_influence_app.models import Profile
    from saleor_influence_app.profiles import follows

    ids = {}
    for who in ("ines", "mara"):
        shop.agree(who, ("link", "mastodon"), ("score", "mastodon"))
        ids[who] = link(who, who)
    objects(shop, "mara")

    assert not snapshots.take(db.transaction, ids["mara"], http=http, now=datetime.now(UTC))

    assert sql(session, "SELECT * FROM snapshots") == []
    [row] = sql(session, "SELECT state, next_at > now() AS later FROM profiles WHERE customer_id = 'mara'")
    assert tuple(row) == ("linked", True), "still linked, and left alone"
    with db.transaction() as own:
        assert follows.consenting(own, own.get_one(Profile, ids["ines"]), readable=ids) == {}
    session.rollback()

    returns(shop, "mara")

    assert sql(session, "SELECT next_at <= now() AS due FROM profiles WHERE customer_id = 'mara'")[0][0]
    with db.transaction() as own:
        assert len(follows.consenting(own, own.get_one(Profile, ids["ines"]), readable=ids)) == 1


@pytest.mark.usefixtures("linked")
@pytest.mark.parametrize("who", ["ines", GUEST])
def test_an_objection_and_its_end_outlive_a_restore_from_backup(
    shop: Shop, session: Session, who: str, tmp_path: Path
) -> None:
    with db.transaction() as own:
        put_order(own, shop.shop_id, None, email_hash=ADDRESS)
        sql(own, "UPDATE outbox SET written = NULL, state = 'pending'")  # what is written after the backup
    folder = settings.get().tombstone_folder
    assert folder is not None
    session.close()
    for name in ("before", "with it"):
        (tmp_path / name).mkdir()
    before = back_up(tmp_path / "before")
    objects(shop, who)
    made_at = objected_at(shop, who)
    with_it = back_up(tmp_path / "with it")

    restore(before)
    assert objected_at(shop, who) is None, "the backup is from before"
    assert restores.apply(db.transaction, folder, dry_run=True).objections == 1
    assert restores.apply(db.transaction, folder).objections == 1
    assert restores.apply(db.transaction, folder).total == 0
    assert objected_at(shop, who) == made_at
    assert computed_of(session, who) == set()
    records = [row.written for row in sql(session, "SELECT written FROM outbox WHERE wanted IS NULL")]
    uncertain = {"private": None, "public": None}
    assert records == ([] if who == GUEST else [uncertain]), "Saleor's record is to be cleared all the same"
    session.close()

    returns(shop, who)
    restore(with_it)
    assert objected_at(shop, who) == made_at
    assert restores.apply(db.transaction, folder).objections == 1
    assert objected_at(shop, who) is None

    objects(shop, who)
    again = objected_at(shop, who)
    restore(before)
    assert restores.apply(db.transaction, folder).objections == 1, "the last of three counts"
    assert objected_at(shop, who) == again
    assert restores.apply(db.transaction, folder).total == 0


@pytest.mark.exhaustive
def test_within_a_minute_saleors_record_of_who_objects_is_empty(
    engine: object, session: Session, tmp_path: Path
) -> None:
    """With `serve`'s own worker beside a pocket Saleor."""
    assert engine
    with pocket_saleor() as saleor:
        stays, leaves = saleor.people(2)
        with db.transaction() as own:
            shop_id = saleor.put_row(own)
            definitions.store_defaults(own, shop_id)
            put_customers(own, shop_id, stays.id, leaves.id, email_hash=None)
            for person in (stays, leaves):
                for month in range(1, 7):
                    put_order(own, shop_id, person.id, days_ago=30 * month)
            run_id = run_queue.request(own, shop_id, kind="full")
        assert run_id is not None
        assert execution.execute(db.transaction, run_id, as_of=NOW)
        flush.flush(db.transaction, shop_id)
        assert stays.private_metadata
        assert leaves.private_metadata
        log = tmp_path / "log"
        with serving("--only", "worker", "--concurrency", "1", log=log):
            wait_until(lambda: broker.app.control.inspect(timeout=1.0).ping(), log)

            with db.transaction() as own:
                objections.object_(own, shop_id, leaves.id, by=AskedBy.SELF)

            seconds = wait_until(lambda: not leaves.private_metadata, log, seconds=MINUTE)
            assert seconds < MINUTE

            def ended() -> bool:
                session.rollback()
                return len(sql(session, ENDED)) == 2

            wait_until(ended, log)
    assert not leaves.private_metadata, "nor after the run that it asked for"
    assert stays.private_metadata
    assert sql(session, "SELECT * FROM outbox WHERE customer_id = :id", id=leaves.id) == []


ENDED = "SELECT id FROM runs WHERE state = 'done'"
