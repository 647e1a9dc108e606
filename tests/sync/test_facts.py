import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db, settings
from saleor_influence_app.models import Run
from saleor_influence_app.orders import ownership
from saleor_influence_app.sync import inbox, projection
from tests.support.shop_rows import put_code, put_credit, put_evidence, put_membership, put_score, put_tie
from tests.support.tellings import (
    at,
    customer,
    deliver,
    line,
    make_shop,
    only,
    order,
    rows,
    state_of,
    tell,
    told,
)


def owners(session: Session, shop_id: int) -> dict[str, str]:
    session.rollback()
    return {row.order_id: row.customer_id for row in session.execute(ownership.order_owners(shop_id))}


def test_an_order_event_becomes_an_order_with_its_lines(session: Session) -> None:
    shop_id = make_shop(session)

    tell(
        session,
        shop_id,
        told("order_created", order(user="user-1", lines=[line(1), line(2, net=3.5, quantity=4)])),
    )

    found = only(session, "orders", shop_id)
    assert (found["order_id"], found["customer_id"], found["charged"]) == ("order-1", "user-1", Decimal(12))
    assert (found["created_at"], found["currency"], found["channel"]) == (at(0), "EUR", "default-channel")
    assert [
        (row["line_id"], row["quantity"], row["net"]) for row in rows(session, "order_lines", shop_id)
    ] == [
        ("line-1", 1, Decimal(10)),
        ("line-2", 4, Decimal("3.5")),
    ]


def test_an_import_of_orders_is_projected_and_one_odd_order_loses_no_neighbour(session: Session) -> None:
    shop_id = make_shop(session)
    odd = order("order-2", number=None)

    tell(session, shop_id, told("order_bulk_created", [order(), odd, order("order-3"), None]))

    assert [row["order_id"] for row in rows(session, "orders", shop_id)] == ["order-1", "order-3"]
    states = sorted((row["slug"], row["state"]) for row in rows(session, "messages", shop_id))
    assert states == [("order_bulk_created", "done"), ("orders_page", "failed"), ("orders_page", "failed")]


def test_an_import_without_a_list_of_orders_is_a_failed_message(session: Session) -> None:
    shop_id = make_shop(session)

    tell(session, shop_id, told("order_bulk_created", None))

    assert only(session, "messages", shop_id)["error"] == "orders: should be a list"


def test_no_address_is_stored_in_any_column(session: Session) -> None:
    shop_id = make_shop(session)

    tell(
        session,
        shop_id,
        told("order_created", order(userEmail="Ada@Example.com")),
        told("customer_created", customer(email="ada@example.com ")),
    )

    everything = repr(state_of(session, shop_id)) + repr(rows(session, "messages", shop_id))
    assert "xample.com" not in everything
    assert only(session, "orders", shop_id)["email_hash"] == only(session, "customers", shop_id)["email_hash"]


def test_the_same_address_has_another_hash_in_another_shop(session: Session) -> None:
    here, there = make_shop(session), make_shop(session)
    session.execute(
        text("UPDATE shops SET email_key_encrypted = :key WHERE id = :id"),
        {"key": settings.get().fernet.encrypt(b"another key").decode(), "id": there},
    )
    session.commit()

    for shop_id in (here, there):
        tell(session, shop_id, told("order_created", order()))

    assert only(session, "orders", here)["email_hash"] != only(session, "orders", there)["email_hash"]


def test_an_older_state_never_overwrites_a_newer_one(session: Session) -> None:
    shop_id = make_shop(session)

    tell(session, shop_id, told("order_updated", order(minutes=5, status="FULFILLED"), minutes=5))
    tell(session, shop_id, told("order_created", order(minutes=1, lines=[line(1), line(2)]), minutes=9))

    assert only(session, "orders", shop_id)["status"] == "FULFILLED"
    assert len(rows(session, "order_lines", shop_id)) == 1


def test_between_equal_times_of_change_the_later_word_counts(session: Session) -> None:
    """Saleor attaches a guest's order silently: the same updatedAt, another user."""
    shop_id = make_shop(session)

    tell(session, shop_id, told("order_updated", order(user="user-1"), minutes=9))
    tell(session, shop_id, told("order_created", order(), minutes=1))

    assert only(session, "orders", shop_id)["customer_id"] == "user-1"


def test_a_refund_leaves_what_stayed_and_a_cancellation_its_status(session: Session) -> None:
    shop_id = make_shop(session)

    tell(
        session,
        shop_id,
        told("order_fully_paid", order(minutes=1, charged=12.0), minutes=1),
        told("order_refunded", order(minutes=2, charged=4.0, chargeStatus="PARTIAL"), minutes=2),
        told("order_fully_refunded", order(minutes=3, charged=0.0, chargeStatus="NONE"), minutes=3),
        told(
            "order_cancelled",
            order(minutes=4, charged=0.0, status="CANCELED", chargeStatus="NONE"),
            minutes=4,
        ),
    )

    found = only(session, "orders", shop_id)
    assert (found["charged"], found["status"], found["charge_status"]) == (Decimal(0), "CANCELED", "NONE")


def test_lines_are_replaced_as_a_set(session: Session) -> None:
    shop_id = make_shop(session)

    tell(session, shop_id, told("order_created", order(lines=[line(1), line(2), line(3)])))
    tell(
        session,
        shop_id,
        told("order_updated", order(minutes=1, lines=[line(2, quantity=9), line(4)]), minutes=1),
    )

    assert {row["line_id"]: row["quantity"] for row in rows(session, "order_lines", shop_id)} == {
        "line-2": 9,
        "line-4": 1,
    }


def test_the_line_of_a_deleted_product_stays(session: Session) -> None:
    shop_id = make_shop(session)

    tell(session, shop_id, told("order_created", order(lines=[line(1, quantity=2, product=None)])))

    found = only(session, "order_lines", shop_id)
    assert (found["quantity"], found["product_id"], found["category_id"]) == (2, None, None)


def test_guest_orders_belong_to_the_account_that_comes_later(session: Session) -> None:
    shop_id = make_shop(session)
    tell(session, shop_id, told("order_created", order(userEmail="ADA@example.com")))
    assert owners(session, shop_id) == {}

    tell(session, shop_id, told("customer_created", customer("user-9", email="ada@example.com"), minutes=5))

    assert owners(session, shop_id) == {"order-1": "user-9"}


def test_an_order_of_an_account_belongs_to_it_whatever_its_address_says(session: Session) -> None:
    shop_id = make_shop(session)

    tell(
        session,
        shop_id,
        told("customer_created", customer("user-1", email="old@example.com")),
        told("customer_created", customer("user-2", email="new@example.com")),
        told("order_created", order(user="user-1", userEmail="new@example.com")),
    )

    assert owners(session, shop_id) == {"order-1": "user-1"}


def test_an_order_without_any_address_belongs_to_nobody(session: Session) -> None:
    shop_id = make_shop(session)

    tell(
        session,
        shop_id,
        told("customer_created", customer("user-1", email="")),
        told("order_created", order(userEmail="")),
        told("order_created", order("order-2", userEmail="  ")),
    )

    assert owners(session, shop_id) == {}


def test_staff_are_marked(session: Session) -> None:
    shop_id = make_shop(session)

    tell(session, shop_id, told("customer_updated", customer(isStaff=True)))

    assert only(session, "customers", shop_id)["is_staff"] is True


def test_the_date_of_joining_is_kept_from_an_event_that_is_otherwise_too_old(session: Session) -> None:
    shop_id = make_shop(session)
    short = customer(minutes=5, email="new@example.com")
    del short["dateJoined"]

    tell(session, shop_id, told("customer_updated", short, minutes=5))
    tell(session, shop_id, told("customer_created", customer(minutes=0, email="old@example.com"), minutes=0))

    found = only(session, "customers", shop_id)
    assert found["date_joined"] == at(0)
    assert found["updated_at"] == at(5)


def give_everything(session: Session, shop_id: int, customer_id: str) -> None:
    """Rows of every kind that are about a customer."""
    put_score(session, shop_id, customer_id)
    put_evidence(session, shop_id, customer_id)
    put_credit(session, shop_id, customer_id, "somebody")
    put_credit(session, shop_id, "somebody", customer_id)
    put_membership(session, shop_id, "loyal", customer_id)
    put_code(session, shop_id, f"code-{customer_id}", customer_id)
    put_tie(session, shop_id, customer_id, "somebody")
    parameters = {"shop": shop_id, "customer": customer_id}
    for row in ("outbox (shop_id, customer_id, wanted) VALUES (:shop, :customer, '{}')",
                "exclusions VALUES (:shop, :customer, 'test')"):  # fmt: skip
        session.execute(text(f"INSERT INTO {row}"), parameters)
    session.commit()


def test_a_deleted_customer_leaves_ownerless_orders_only(session: Session) -> None:
    shop_id = make_shop(session)
    tell(
        session,
        shop_id,
        told("customer_created", customer("user-1")),
        told("customer_created", customer("user-2")),
        told("order_created", order("order-1", user="user-1")),
        told("order_created", order("order-2", user="user-2")),
    )
    give_everything(session, shop_id, "user-1")
    give_everything(session, shop_id, "user-2")

    tell(session, shop_id, told("customer_deleted", {"id": "user-1"}, minutes=5))

    for table in ("scores", "evidence", "memberships", "outbox", "personal_codes", "exclusions"):
        assert [row["customer_id"] for row in rows(session, table, shop_id)] == ["user-2"], table
    assert [row["source_id"] for row in rows(session, "ties", shop_id)] == ["user-2"]
    assert "user-1" not in repr(rows(session, "credits", shop_id))
    assert len(rows(session, "credits", shop_id)) == 2
    assert [row["customer_id"] for row in rows(session, "customers", shop_id)] == ["user-2"]
    theirs, another = rows(session, "orders", shop_id)
    assert (theirs["customer_id"], theirs["email_hash"]) == (None, None)
    assert "user-1" not in repr(theirs)
    assert (another["customer_id"], another["email_hash"] is None) == ("user-2", False)
    assert owners(session, shop_id) == {"order-2": "user-2"}


def test_a_customer_who_deletes_their_own_account_is_deleted_just_the_same(session: Session) -> None:
    shop_id = make_shop(session)
    tell(
        session,
        shop_id,
        told("customer_created", customer("user-1")),
        told("order_created", order(user="user-1")),
    )

    tell(session, shop_id, told("account_deleted", {"id": "user-1"}, minutes=5))

    assert rows(session, "customers", shop_id) == []
    assert only(session, "orders", shop_id)["email_hash"] is None


def test_what_comes_after_a_deletion_does_not_bring_them_back(session: Session) -> None:
    shop_id = make_shop(session)
    tell(session, shop_id, told("customer_deleted", {"id": "user-1"}, minutes=5))

    tell(
        session,
        shop_id,
        told("customer_created", customer("user-1"), minutes=0),
        told("customer_updated", customer("user-1", minutes=6), minutes=6),
        told("order_created", order(user="user-1"), minutes=1),
        told("order_updated", order(minutes=9, userEmail="user-1@example.com"), minutes=9),
    )

    assert rows(session, "customers", shop_id) == []
    theirs = only(session, "orders", shop_id)
    assert (theirs["customer_id"], theirs["email_hash"]) == (None, None)


def test_an_order_that_goes_to_a_new_account_keeps_it(session: Session) -> None:
    shop_id = make_shop(session)
    tell(session, shop_id, told("order_created", order(user="user-1")))
    tell(session, shop_id, told("customer_deleted", {"id": "user-1"}, minutes=5))

    tell(
        session,
        shop_id,
        told("customer_created", customer("user-2", email="user-1@example.com"), minutes=6),
        told("order_updated", order(user="user-2", minutes=7, userEmail="user-1@example.com"), minutes=7),
    )

    assert owners(session, shop_id) == {"order-1": "user-2"}


def test_an_unreadable_message_stays_visible_with_its_reason_and_stops_nobody(session: Session) -> None:
    shop_id = make_shop(session)
    broken = ("order_updated", b'{"__typename": "OrderUpdated", "order": ')

    tell(session, shop_id, broken, told("order_created", order()))

    by_state = {row["state"]: row for row in rows(session, "messages", shop_id)}
    assert by_state["done"]["body"] is None
    assert by_state["failed"]["body"] == broken[1]
    assert "not JSON" in by_state["failed"]["error"]
    assert only(session, "orders", shop_id)["order_id"] == "order-1"


@pytest.fixture
def refused_by_the_database(engine: Engine) -> Iterator[str]:
    """An order id with which no row can be written, as with a value that a column cannot hold."""
    with engine.begin() as connection:
        connection.execute(
            text("""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.order_id = 'order-bad' THEN RAISE 'out of range' USING ERRCODE = '22003'; END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION refuse()
            """)
        )
    yield "order-bad"
    with engine.begin() as connection:
        connection.execute(text("DROP FUNCTION refuse() CASCADE"))


def test_a_value_that_the_database_refuses_fails_its_own_message_alone(
    session: Session, refused_by_the_database: str
) -> None:
    shop_id = make_shop(session)
    tellings = [
        told("order_created", order(name)) for name in ("order-1", refused_by_the_database, "order-2")
    ]

    tell(session, shop_id, *tellings)

    assert [row["order_id"] for row in rows(session, "orders", shop_id)] == ["order-1", "order-2"]
    (failed,) = [row for row in rows(session, "messages", shop_id) if row["state"] == "failed"]
    assert failed["error"] == "the body holds a value that the database cannot store"


def test_a_node_that_the_database_refuses_does_not_stop_its_page(
    session: Session, refused_by_the_database: str
) -> None:
    shop_id = make_shop(session)
    nodes = [order(name) for name in ("order-1", refused_by_the_database, "order-2")]

    with db.transaction() as own:
        projection.write_page(own, shop_id, "orders", nodes=nodes, read_at=at(0))

    assert [row["order_id"] for row in rows(session, "orders", shop_id)] == ["order-1", "order-2"]
    assert only(session, "messages", shop_id)["slug"] == "orders_page"


def test_failed_messages_can_be_tried_again(session: Session) -> None:
    shop_id = make_shop(session)
    tell(session, shop_id, ("order_created", b"[]"))

    assert inbox.retry_failed(session, shop_id) == 1
    session.commit()
    projection.project(db.transaction, shop_id)

    found = only(session, "messages", shop_id)
    assert (found["state"], found["attempts"]) == ("failed", 2)


def test_new_orders_ask_for_one_incremental_run_once_history_is_read(session: Session) -> None:
    reading, ready = make_shop(session, history="running"), make_shop(session)

    for shop_id in (reading, ready):
        tell(
            session, shop_id, told("order_created", order("order-1")), told("order_created", order("order-2"))
        )
        tell(session, shop_id, told("order_updated", order("order-1", minutes=1), minutes=1))

    assert [(run.shop_id, run.kind) for run in session.scalars(select(Run))] == [(ready, "incremental")]


def test_news_without_content_ask_for_no_run(session: Session) -> None:
    shop_id = make_shop(session)
    tell(session, shop_id, told("order_created", order()), told("customer_created", customer()))
    session.execute(text("DELETE FROM runs"))
    session.commit()

    tell(session, shop_id, told("order_updated", order(minutes=1), minutes=1))
    tell(session, shop_id, told("customer_updated", customer(minutes=1), minutes=1))

    assert session.scalars(select(Run)).all() == []
    assert only(session, "orders", shop_id)["updated_at"] == at(1)


def test_the_app_is_paused_and_resumed_in_the_order_of_the_words_not_of_arrival(session: Session) -> None:
    shop_id = make_shop(session)
    app = {"id": "QXBwOjE="}

    tell(session, shop_id, told("app_status_changed", app | {"isActive": True}, minutes=9))
    tell(session, shop_id, told("app_status_changed", app | {"isActive": False}, minutes=5))

    assert session.execute(text("SELECT active FROM shops")).scalar_one() is True
    tell(session, shop_id, told("app_status_changed", app | {"isActive": False}, minutes=10))
    session.rollback()
    assert session.execute(text("SELECT active FROM shops")).scalar_one() is False


def test_a_removed_app_leaves_no_row_of_the_shop(session: Session) -> None:
    shop_id, other = make_shop(session), make_shop(session)
    for one in (shop_id, other):
        tell(session, one, told("order_created", order(user="user-1")), told("customer_created", customer()))

    tell(
        session,
        shop_id,
        told("app_deleted", {"id": "QXBwOjE="}, minutes=9),
        told("order_created", order("order-2")),
    )

    for table in ("orders", "order_lines", "customers", "messages", "backfills"):
        assert rows(session, table, shop_id) == [], table
        assert rows(session, table, other) != [], table


def test_the_end_of_an_earlier_installation_is_not_the_end_of_this_one(session: Session) -> None:
    shop_id = make_shop(session)

    tell(session, shop_id, told("app_deleted", {"id": "QXBwOjk5"}, recipient="QXBwOjk5"))

    assert only(session, "messages", shop_id)["state"] == "done"


def test_one_shop_never_sees_anothers_rows(session: Session) -> None:
    here, there = make_shop(session), make_shop(session)
    tell(session, there, told("customer_created", customer()), told("order_created", order(user="user-1")))
    before = state_of(session, there)

    tell(session, here, told("order_created", order(minutes=9, user="user-1"), minutes=9))
    assert owners(session, here) == {}
    tell(session, here, told("customer_deleted", {"id": "user-1"}, minutes=10))

    assert state_of(session, there) == before
    assert owners(session, there) == {"order-1": "user-1"}


def test_a_node_of_a_page_that_cannot_be_read_is_a_failed_message_once(session: Session) -> None:
    shop_id = make_shop(session)
    nodes = [order("order-1"), order("order-2", created="yesterday"), order("order-3")]

    for minutes in (0, 20):
        with db.transaction() as own:
            projection.write_page(own, shop_id, "orders", nodes=nodes, read_at=at(minutes))

    assert [row["order_id"] for row in rows(session, "orders", shop_id)] == ["order-1", "order-3"]
    failed = only(session, "messages", shop_id)
    assert (failed["state"], failed["slug"], json.loads(failed["body"])["id"]) == (
        "failed",
        "orders_page",
        "order-2",
    )
    assert "created" in failed["error"]


def test_a_node_that_was_unreadable_is_read_after_all_when_tried_again(session: Session) -> None:
    shop_id = make_shop(session)
    with db.transaction() as own:
        inbox.store_unreadable(own, shop_id, "orders_page", body=json.dumps(order()).encode(), reason="a bug")

    inbox.retry_failed(session, shop_id)
    session.commit()
    projection.project(db.transaction, shop_id)

    assert only(session, "orders", shop_id)["order_id"] == "order-1"


def test_a_read_well_after_a_deletion_proves_them_alive_and_one_just_after_does_not(session: Session) -> None:
    shop_id = make_shop(session)
    tell(session, shop_id, told("customer_deleted", {"id": "user-1"}, minutes=5))

    with db.transaction() as own:
        projection.write_page(own, shop_id, "customers", nodes=[customer(minutes=4)], read_at=at(6))
    assert rows(session, "customers", shop_id) == []

    with db.transaction() as own:
        projection.write_page(own, shop_id, "customers", nodes=[customer(minutes=4)], read_at=at(60))
    found = only(session, "customers", shop_id)
    assert found["deleted_at"] is None
    assert found["email_hash"] is not None


def test_messages_that_another_worker_holds_are_left_to_it(session: Session) -> None:
    shop_id = make_shop(session)
    deliver(
        session, shop_id, [told("order_created", order("order-1")), told("order_created", order("order-2"))]
    )

    with db.transaction() as other:
        assert len(inbox.claim(other, shop_id, limit=1)) == 1
        projection.project(db.transaction, shop_id)
        assert [row["order_id"] for row in rows(session, "orders", shop_id)] == ["order-2"]

    projection.project(db.transaction, shop_id)
    assert len(rows(session, "orders", shop_id)) == 2
