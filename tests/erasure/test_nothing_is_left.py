"""Who is erased, deleted or anonymised is in no row and no dump; until Saleor has followed in two tables."""

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.api.shopper_statement import statement_of
from saleor_influence_app.consent import ledger
from saleor_influence_app.erasure import erasure
from saleor_influence_app.erasure.person_rows import UNTIL_DONE, everybody, is_named
from saleor_influence_app.models import OutboxState, TombstoneKind
from saleor_influence_app.orders.orders import OrderVersion
from saleor_influence_app.orders.orders import upsert as store_orders
from saleor_influence_app.personal_data.inventory import HOLDINGS
from saleor_influence_app.profiles import revocations
from saleor_influence_app.queries import personal_data_export
from saleor_influence_app.shops import shops, tombstones
from saleor_influence_app.sync import customers, inbox, projection
from saleor_influence_app.sync.customers import CustomerSeen
from saleor_influence_app.writeback import outbox
from saleor_influence_app.writeback.outbox import SendResult
from tests.support import backups, full_rows
from tests.support.full_rows import EMAIL, MARKS, OTHER
from tests.support.shop_rows import put_customers, put_shop
from tests.support.tellings import order
from webhooks.events import CustomerPayload, OrderPayload

ACCOUNT = "VXNlcjo3NzM0NzczNA=="


@pytest.fixture
def shop_id(session: Session) -> Iterator[int]:
    shop = put_shop(session)
    session.commit()
    yield shop
    session.rollback()


def guest(session: Session, shop_id: int) -> str:
    own, _ = full_rows.hashes(session, shop_id)
    return f"guest:{own.hex()}"


def fill(session: Session, shop_id: int, who: str) -> None:
    filled = full_rows.fill(session, shop_id, who)
    session.commit()
    speaking = {name for name, one in HOLDINGS.items() if {"customer", "guest"} & set(one.whose)}
    if not who.startswith("guest:"):
        assert filled == speaking


def naming(session: Session, word: str) -> set[str]:
    """The tables of which any row has the word, as text or in bytes."""
    session.rollback()
    return {
        table
        for table in HOLDINGS
        if session.execute(
            text(f"SELECT 1 FROM {table} AS t WHERE CAST(t AS text) LIKE ANY (:words) LIMIT 1"),
            {"words": [f"%{word}%", f"%{word.encode().hex()}%"]},
        ).first()
    }


def traces(session: Session, shop_id: int, who: str) -> dict[str, str]:
    own, mailbox = full_rows.hashes(session, shop_id)
    found = {"id": who, "e-mail": EMAIL.partition("+")[0], "hash": own.hex(), "mailbox": mailbox.hex()}
    found |= {f"{name} in bytes": found[name].encode().hex() for name in ("id", "e-mail")}
    found |= {name: value.hex() if isinstance(value, bytes) else value for name, value in MARKS.items()}
    session.rollback()
    return found


def saleor_cleans(shop_id: int) -> None:
    """The outbox is told that Saleor has done what it was asked for; then the sweep."""
    with db.transaction() as session:
        claimed = [one for one in outbox.claim(session, shop_id, limit=100) if one.wanted is None]
    with db.transaction() as session:
        outbox.settle(session, shop_id, [SendResult(one, OutboxState.WRITTEN, {}) for one in claimed])
    with db.transaction() as session:
        revocations.sweep(session)


def dump() -> str:
    program = [backups.pg_tool("pg_dump"), "--format=plain", backups.address()]
    return subprocess.run(program, check=True, capture_output=True, text=True).stdout


def customer_seen(email: str, *, minute: int) -> CustomerSeen:
    at = datetime.now(UTC) + timedelta(minutes=minute)
    payload = {"id": ACCOUNT, "email": email, "updatedAt": at.isoformat()}
    return CustomerSeen(CustomerPayload.of(payload, now=at), at)


def erase(shop_id: int, who: str) -> None:
    with db.transaction() as session:
        erasure.erase(session, shop_id, who)


def delete(shop_id: int, who: str) -> None:
    with db.transaction() as session:
        shops.lock_facts(session, shop_id)
        customers.delete(session, shop_id, {who: datetime.now(UTC)})


def anonymise(shop_id: int, who: str) -> None:
    assert who == ACCOUNT
    with db.transaction() as session:
        shops.lock_facts(session, shop_id)
        customers.upsert(session, shop_id, [customer_seen("deleted-1f3c@example.com", minute=1)])
    with db.transaction() as session:
        revocations.sweep(session)


@pytest.mark.parametrize("end", [erase, anonymise])
def test_whoever_is_erased_is_in_no_row_and_no_dump(session: Session, shop_id: int, end: object) -> None:
    fill(session, shop_id, ACCOUNT)
    marks = traces(session, shop_id, ACCOUNT)
    before = dump()
    assert [name for name, mark in marks.items() if mark not in before] == []

    end(shop_id, ACCOUNT)  # type: ignore[operator] # one of the functions above

    assert naming(session, ACCOUNT) == UNTIL_DONE
    saleor_cleans(shop_id)
    after = dump()
    assert [name for name, mark in marks.items() if mark in after] == []
    assert OTHER in after
    assert naming(session, OTHER) >= {"customers", "orders", "messages"}
    with db.transaction() as own:
        assert ledger.verify(own, shop_id).broken is None
        rows = own.execute(text("SELECT customer_id, email_hash, former_accounts FROM orders")).all()
        assert len(rows) == 4, "orders stay the shop's"
        assert sum(row.customer_id is None and "" in row.former_accounts for row in rows) == 2


def test_a_guest_who_is_erased_is_in_no_row_and_no_dump(session: Session, shop_id: int) -> None:
    who = guest(session, shop_id)
    fill(session, shop_id, who)
    marks = {name: mark for name, mark in traces(session, shop_id, who).items() if name in {
        "id", "id in bytes", "e-mail", "e-mail in bytes", "hash", "mailbox", "address_hash", "payment_hash",
    }}  # fmt: skip

    erase(shop_id, who)
    saleor_cleans(shop_id)

    after = dump()
    assert [name for name, mark in marks.items() if mark in after] == []


def test_whom_saleor_deletes_is_in_no_row_and_no_dump(session: Session, shop_id: int) -> None:
    fill(session, shop_id, ACCOUNT)
    session.execute(text("DELETE FROM orders WHERE customer_id IS NULL"))
    session.commit()
    marks = traces(session, shop_id, ACCOUNT)

    delete(shop_id, ACCOUNT)
    saleor_cleans(shop_id)

    after = dump()
    assert [name for name, mark in marks.items() if mark in after] == []


def test_the_certificate_lists_what_was_deleted_and_names_nobody(session: Session, shop_id: int) -> None:
    fill(session, shop_id, ACCOUNT)

    with db.transaction() as own:
        found = erasure.erase(own, shop_id, ACCOUNT)
    saleor_cleans(shop_id)

    deleted = found["deleted"]
    gone = {name for name, one in HOLDINGS.items() if one.erasure.act == "delete" and one.table != "erasures"}
    assert set(deleted) == gone
    assert (deleted["ties"], deleted["personal_codes"], deleted["messages"]) == (2, 1, 3)
    assert (found["orders_kept_without_name"], found["consents_kept_without_name"]) == (2, True)
    assert ACCOUNT not in json.dumps(found)
    query = "SELECT state, customer_id, certificate FROM erasures WHERE id = :id"
    row = session.execute(text(query), {"id": found["request"]}).one()
    assert (row.state, row.customer_id, row.certificate) == ("done", None, found)


def test_the_certificate_of_who_never_decided_on_a_consent_says_so(session: Session, shop_id: int) -> None:
    put_customers(session, shop_id, ACCOUNT)
    session.commit()

    with db.transaction() as own:
        found = erasure.erase(own, shop_id, ACCOUNT)

    assert (found["orders_kept_without_name"], found["consents_kept_without_name"]) == (0, False)


def test_the_statement_and_the_download_show_nothing_after_an_erasure(session: Session, shop_id: int) -> None:
    fill(session, shop_id, ACCOUNT)
    with db.transaction() as own:
        held = personal_data_export.holdings(own, shop_id, ACCOUNT)["holds"]
    speaking = {name for name, one in HOLDINGS.items() if {"customer", "guest"} & set(one.whose)}
    assert {name for name in speaking if not held[name]} == {"erasures"}
    assert len(held["messages"]) == 3, "readable, unreadable, and by the address alone"
    assert OTHER not in json.dumps(held)

    erase(shop_id, ACCOUNT)
    saleor_cleans(shop_id)

    with db.transaction() as own:
        held = personal_data_export.holdings(own, shop_id, ACCOUNT)["holds"]
        shown = statement_of(own, shop_id, ACCOUNT)
    assert [name for name, rows in held.items() if rows] == []
    assert (shown.value.state, shown.ties, shown.consents, shown.erasures) == ("unknown", [], [], [])


def test_nothing_that_comes_later_names_who_was_erased(session: Session, shop_id: int) -> None:
    fill(session, shop_id, ACCOUNT)
    erase(shop_id, ACCOUNT)
    saleor_cleans(shop_id)
    later = datetime.now(UTC) + timedelta(days=1)

    def told(order_id: str, **given: object) -> OrderVersion:
        node = order(order_id, **given)
        return OrderVersion(OrderPayload.of(node, now=later), later)

    with db.transaction() as own:
        shops.lock_facts(own, shop_id)
        customers.upsert(own, shop_id, [customer_seen(EMAIL, minute=5)])
        customers.upsert(own, shop_id, [customer_seen(EMAIL, minute=6)], read_at=later)
        store_orders(
            own,
            shop_id,
            [
                told("of the account", user=ACCOUNT, userEmail=EMAIL),
                told("as a guest", userEmail=EMAIL),
                told("from the mailbox", userEmail="unmistakable@example.com"),
                told("by another variant", userEmail="unmistakable+more@example.com"),
                told(
                    "of somebody else",
                    userEmail="other@example.com",
                    giftCards=[{"createdBy": {"id": ACCOUNT}}],
                ),
            ],
        )
        projection.write_page(
            own, shop_id, "customers", nodes=[{"id": ACCOUNT, "email": EMAIL}], read_at=later
        )

        inbox.store_unreadable(
            own, shop_id, "orders_page", body=f'{{"user": "{ACCOUNT}"'.encode(), reason="torn"
        )
    with db.transaction() as own:
        assert erasure.delete_stray_bodies(own, shop_id) == 1, "that of another stays"

    marks = traces(session, shop_id, ACCOUNT)
    after = dump()
    searched = ("id", "id in bytes", "e-mail", "e-mail in bytes", "hash", "mailbox")
    assert [name for name in searched if marks[name] in after] == []
    rows = session.execute(text("SELECT order_id FROM orders WHERE email_hash IS NOT NULL")).scalars().all()
    assert rows == ["of somebody else"]


def test_who_takes_part_again_is_named_in_what_comes_later_alone(session: Session, shop_id: int) -> None:
    fill(session, shop_id, ACCOUNT)
    erase(shop_id, ACCOUNT)
    saleor_cleans(shop_id)
    with db.transaction() as own:
        tombstones.note(own, shop_id, [tombstones.Ending(customer_id=ACCOUNT, what=TombstoneKind.RETURNED)])
    later = datetime.now(UTC) + timedelta(days=1)

    with db.transaction() as own:
        assert tombstones.erased(own, shop_id, [ACCOUNT]) == []
        shops.lock_facts(own, shop_id)
        customers.upsert(own, shop_id, [customer_seen(EMAIL, minute=5)])
        seen = OrderPayload.of(order("new", user=ACCOUNT, userEmail=EMAIL), now=later)
        store_orders(own, shop_id, [OrderVersion(seen, later)])

    rows = session.execute(text("SELECT order_id FROM orders WHERE customer_id = :id"), {"id": ACCOUNT})
    assert rows.scalars().all() == ["new"]
    assert naming(session, ACCOUNT) == {"customers", "orders"}


def test_rows_that_stood_for_deleted_customers_become_keyed_tombstones(
    session: Session, shop_id: int
) -> None:
    put_customers(session, shop_id, ACCOUNT, deleted_at=datetime.now(UTC))
    session.commit()

    with db.transaction() as own:
        assert customers.bury(own, shop_id) == 1
        customers.upsert(own, shop_id, [customer_seen(EMAIL, minute=-1)])

    assert naming(session, ACCOUNT) == set()


def test_everybody_whom_a_row_names_is_found(session: Session, shop_id: int) -> None:
    fill(session, shop_id, ACCOUNT)
    who = guest(session, shop_id)

    with db.transaction() as own:
        assert everybody(own, shop_id) >= {ACCOUNT, OTHER, who}
        assert is_named(own, shop_id, ACCOUNT)
        assert is_named(own, shop_id, who)
        assert not is_named(own, shop_id, "VXNlcjo5OQ==")
