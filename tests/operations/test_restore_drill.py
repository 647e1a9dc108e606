"""The restore drill: a real dump of a small shop, life after it, and the restore of docs/operate.md."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

from saleor_influence_app import db, run_queue, settings
from saleor_influence_app.consent import ledger, privacy_settings
from saleor_influence_app.consent.ledger import Decision
from saleor_influence_app.erasure import erasure
from saleor_influence_app.operations import erasure_checks
from saleor_influence_app.profiles import revocations
from saleor_influence_app.runs import execution
from saleor_influence_app.shops import shops
from saleor_influence_app.sync import customers
from saleor_influence_app.sync.customers import CustomerSeen
from saleor_influence_app.targeting import definitions
from saleor_influence_app.writeback import flush
from tests.support import backups
from tests.support.command_line import Run
from tests.support.pocket_shop import Pocket, pocket_saleor
from tests.support.shop_rows import NOW, put_customers, put_order
from tests.support.social_shop import SETTINGS, sql
from webhooks.events import CustomerPayload

pytestmark = pytest.mark.usefixtures("engine")
FACTS = ("customers", "orders", "order_lines", "ties", "exclusions", "segments")
KEYS = "influence."
Transaction = Callable[[], AbstractContextManager[Session]]


@pytest.fixture
def pocket() -> Iterator[Pocket]:
    with pocket_saleor() as pocket:
        yield pocket


def decide(session: Session, shop_id: int, who: str, purpose: str, action: str) -> None:
    decision = Decision(
        purpose=purpose, network="mastodon", action=action, wording="I agree.", version="1", language="en",
        proof=ledger.SESSION, age_ok=True,
    )  # fmt: skip
    if action == "given":
        ledger.record(session, shop_id, who, decisions=[decision])
    else:
        erasure.withdraw(session, shop_id, who, decision=decision)


def score(transaction: Transaction, shop_id: int) -> None:
    with transaction() as session:
        run_id = run_queue.request(session, shop_id, kind="full")
        session.execute(text("UPDATE runs SET not_before = now() WHERE state = 'queued'"))
    assert run_id is not None
    assert execution.execute(transaction, run_id, as_of=NOW)
    flush.flush(transaction, shop_id)


def facts(session: Session) -> dict[str, list[Any]]:
    return {
        table: sorted((one.row for one in sql(session, f"SELECT to_jsonb(t) AS row FROM {table} t")), key=str)
        for table in FACTS
    }


def without(found: dict[str, list[Any]], who: str) -> dict[str, list[Any]]:
    """The same facts after an erasure: the orders are the shop's."""
    nameless = {"customer_id": None, "former_accounts": [""]}
    return {
        table: sorted((row | nameless if row.get("customer_id") == who else row for row in rows), key=str)
        for table, rows in found.items()
    } | {"customers": [row for row in found["customers"] if row["customer_id"] != who]}


def ours(person: Any) -> dict[str, str]:
    return {key: value for key, value in person.private_metadata.items() if key.startswith(KEYS)}


@contextmanager
def restored(backup: Path) -> Iterator[tuple[Transaction, str]]:
    """A new database from the backup: its transactions, and its address."""
    name = f"{make_url(backups.address()).database}_restored"
    backups.restore(backup, name)
    url = make_url(settings.get().database_url.get_secret_value()).set(database=name)
    engine = create_engine(url)

    @contextmanager
    def transaction() -> Iterator[Session]:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    try:
        yield transaction, url.render_as_string(hide_password=False)
    finally:
        engine.dispose()
        server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        server.dispose()


def test_the_restore_drill_brings_back_all_facts_and_nobody_who_was_forgotten(
    pocket: Pocket,
    tmp_path: Path,
    run: Run,
) -> None:
    erases, withdraws, stays, joins = pocket.people(4)
    with db.transaction() as session:
        shop_id = pocket.put_row(session)
        definitions.store_defaults(session, shop_id)
        put_customers(session, shop_id, erases.id, withdraws.id, stays.id)
        for person in (erases, withdraws, stays):
            for month in range(1, 7):
                put_order(session, shop_id, person.id, days_ago=30 * month)
        privacy_settings.confirm(
            session,
            shop_id,
            privacy_settings.PrivacySettingsInput.model_validate(SETTINGS | {"networks": {"mastodon": {}}}),
            user_id="VXNlcjox",
        )
    with db.transaction() as session:
        for person in (erases, withdraws, stays):
            decide(session, shop_id, person.id, "link", "given")
            decide(session, shop_id, person.id, "score", "given")
    score(db.transaction, shop_id)
    with db.transaction() as session:
        before = facts(session)
    backup = backups.back_up(tmp_path)

    # Life goes on after the backup.
    with db.transaction() as session:
        decide(session, shop_id, withdraws.id, "score", "withdrawn")
        put_order(session, shop_id, stays.id, days_ago=5, charged=900)
        shops.lock_facts(session, shop_id)
        newcomer = CustomerPayload.of({"id": joins.id, "email": joins.email}, now=datetime.now(UTC))
        customers.upsert(session, shop_id, [CustomerSeen(newcomer, datetime.now(UTC))])
    with db.transaction() as session:
        erasure.erase(session, shop_id, erases.id)
        erasure.erase(session, shop_id, joins.id)
    score(db.transaction, shop_id)
    assert (ours(erases), ours(stays) != {}) == ({}, True)

    with restored(backup) as (transaction, url):
        with transaction() as session:
            assert facts(session) == before, "the backup holds everything"
        done = run("after-restore", DATABASE_URL=url)
        assert (done.returncode, done.stderr) == (0, "")
        assert "A backup was restored: 2 endings since then were done again." in done.stdout

        with transaction() as session:
            assert facts(session) == without(before, erases.id)
            assert ledger.verify(session, shop_id).broken is None
            given = [ledger.given(session, shop_id, one.id) for one in (erases, withdraws, stays)]
            assert [len(one) for one in given] == [0, 1, 2]
            wanted = dict(sql(session, "SELECT customer_id, wanted->'private' FROM outbox"))
        flush.flush(transaction, shop_id)
        assert {one.id: ours(one) or None for one in (erases, withdraws, stays)} == wanted | {
            erases.id: None
        }, "Saleor's records say what the restored database does, and of who erased nothing"

        with transaction() as session:  # whoever joined after the backup is read from Saleor again
            shops.lock_facts(session, shop_id)
            customers.upsert(session, shop_id, [CustomerSeen(newcomer, datetime.now(UTC))])
        with transaction() as session:
            revocations.sweep(session)
            assert sql(session, "SELECT * FROM customers WHERE customer_id = :id", id=joins.id) == []
            records = sql(session, "SELECT wanted FROM outbox WHERE customer_id = :id", id=joins.id)
            assert [one.wanted for one in records] == [None], "their record in Saleor is to be cleared"

        again = run("after-restore", DATABASE_URL=url)
        assert (again.returncode, "A backup was restored" in again.stdout) == (0, False)
        assert [one.message for one in erasure_checks.examine(transaction) if not one.well] == []


def test_a_restore_without_the_folder_of_tombstones_is_told(
    tmp_path: Path,
    pocket: Pocket,
    run: Run,
) -> None:
    """With the folder lost, nobody could be forgotten again, and the doctor said that all was well."""
    from saleor_influence_app.shops import tombstone_copies

    folder = settings.get().tombstone_folder
    assert folder is not None
    [person] = pocket.people(1)
    with db.transaction() as session:
        shop_id = pocket.put_row(session)
        put_customers(session, shop_id, person.id)
    tombstone_copies.catch_up(db.transaction, folder)
    with db.transaction() as session:  # the backup was made yesterday
        session.execute(text("UPDATE tombstone_folders SET seen_at = seen_at - interval '1 day'"))
    backup = backups.back_up(tmp_path)
    with db.transaction() as session:
        erasure.erase(session, shop_id, person.id)
    for file in folder.iterdir():
        file.unlink()

    with restored(backup) as (transaction, url):
        done = run("after-restore", DATABASE_URL=url)

        assert "A folder of tombstones is missed" in done.stderr
        told, refused = [one for one in erasure_checks.examine(transaction) if not one.well]
        assert "nobody is valued and nothing is written" in refused.message
        assert "After a restore it alone may know who was forgotten since" in told.message
        assert "./influence privacy retire-folder" in told.advice
