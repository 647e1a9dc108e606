"""The app's role: everything that the app does works, and what would change consents is refused."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from saleor_influence_app import db, run_queue, settings
from saleor_influence_app.consent import ledger, signer, signing
from saleor_influence_app.erasure import erasure, objections, retention
from saleor_influence_app.errors import SettingInvalid
from saleor_influence_app.models import AskedBy
from saleor_influence_app.operations import database_roles
from saleor_influence_app.runs import execution
from saleor_influence_app.shops import installations, shops
from saleor_influence_app.sync import customers
from saleor_influence_app.targeting import definitions
from tests.support.shop_rows import NOW, put_customers, put_order
from tests.support.social_shop import Shop, sql

LINK, SCORE = ("link", "mastodon"), ("score", "mastodon")
APP, SIGNER = (f"influence_{name}_{os.getpid()}" for name in ("app", "signer"))


def named(url: str, role: str) -> str:
    return make_url(url).set(username=role, password="secret").render_as_string(hide_password=False)


@pytest.fixture
def as_app(shop: Shop, engine: Engine, database: str, tmp_path: Path) -> Iterator[Shop]:
    """The shop, and from now on the process is in the app's role."""
    patch = pytest.MonkeyPatch()  # settings come by the environment alone
    patch.setenv("DATABASE_URL", named(database, APP))
    patch.setenv("SIGNER_DATABASE_URL", named(database, SIGNER))
    patch.setenv("CONSENT_SIGNING_KEY_FILE", str(tmp_path / "key.pem"))
    patch.setenv("CONSENT_PUBLIC_KEYS_FILE", str(tmp_path / "public.json"))
    patch.setenv("CONSENT_ANCHOR_FOLDER", str(tmp_path / "anchors"))
    engine.dispose()
    for cached in (settings.get, db.engine, db.sessions):
        cached.cache_clear()
    owner = create_engine(database)
    try:
        with owner.connect() as connection:
            assert database_roles.arrange(connection) == [APP, SIGNER]
            assert database_roles.arrange(connection) == [APP, SIGNER], "and once more"
        yield shop
    finally:
        db.engine().dispose()
        patch.undo()
        for cached in (settings.get, db.engine, db.sessions):
            cached.cache_clear()
        with owner.begin() as connection:
            for role in (APP, SIGNER):
                connection.execute(text(f"DROP OWNED BY {role}"))
                connection.execute(text(f"DROP ROLE {role}"))
        owner.dispose()


def test_the_apps_role_does_all_that_the_app_does(
    as_app: Shop, link: Callable[..., int], database: str
) -> None:
    shop_id = as_app.shop_id
    with db.transaction() as session:
        assert sql(session, "SELECT current_user")[0][0] == APP
        assert not database_roles.is_mighty(session)
        db.check_revision(session)
        shops.lock_facts(session, shop_id)
        put_customers(session, shop_id, "guest", "early")
        for customer_id in ("ines", "mara", "early"):
            for month in range(1, 5):
                put_order(session, shop_id, customer_id, days_ago=30 * month)
    for customer_id in ("ines", "mara"):
        as_app.agree(customer_id, LINK, SCORE, ("perks", None))
        link(customer_id, customer_id)
    with db.transaction() as session:
        sql(
            session, "INSERT INTO snapshots (shop_id, profile_id, at) SELECT shop_id, id, now() FROM profiles"
        )
        tie = (
            "INSERT INTO ties (shop_id, source_id, target_id, kind, origin, valid_from) "
            "VALUES (:shop_id, 'ines', 'mara', 'mastodon', 'social', :since)"
        )
        sql(session, tie, shop_id=shop_id, since=datetime(2026, 1, 1, tzinfo=UTC))
    with db.transaction() as session:
        run_id = run_queue.request(session, shop_id, kind="full")
        sql(session, "UPDATE runs SET not_before = now()")
    assert run_id is not None
    assert execution.execute(db.transaction, run_id, as_of=NOW)
    with db.transaction() as session:
        assert sql(session, "SELECT count(*) FROM scores")[0][0] > 0
        retention.prune(session)
        erasure.erase(session, shop_id, "ines")
    with db.transaction() as session:
        shops.lock_facts(session, shop_id)
        customers.delete(session, shop_id, {"mara": datetime.now(UTC)})
    with db.transaction() as session:
        assert ledger.verify(session, shop_id).broken is None
        assert sql(session, "SELECT FROM consent_subjects") == []
        assert objections.end(session, shop_id, "ines", by=AskedBy.SELF)
        definitions.store_defaults(session, shop_id)
        signer.report(session, shop_id)

    engine = create_engine(named(database, SIGNER))
    signing.make_key(*(Path(os.environ[f"CONSENT_{name}_FILE"]) for name in ("SIGNING_KEY", "PUBLIC_KEYS")))

    @contextmanager
    def transaction() -> Iterator[Session]:
        with Session(engine) as session, session.begin():
            yield session

    done = signer.sign_all(transaction, signing.read_key())
    engine.dispose()
    assert [(one.rows, one.trouble) for one in done] == [(14, [])]

    with db.transaction() as session:
        assert installations.purge(session, shop_id)
    with db.transaction() as session:
        assert sql(session, "SELECT count(*) FROM consents")[0][0] == 0, (
            "a shop goes whole, by the owner's right"
        )


FORBIDDEN = [
    "UPDATE consents SET at = at - interval '400 days'",
    "DELETE FROM consents",
    "TRUNCATE consents",
    "TRUNCATE shops CASCADE",
    "UPDATE consent_subjects SET salt = sha256('z')",
    "TRUNCATE consent_subjects",
    "ALTER TABLE consents DISABLE TRIGGER ALL",
    "ALTER TABLE consents DISABLE TRIGGER consents_kept",
    "DROP TRIGGER consents_kept ON consents",
    "ALTER TABLE consents DROP CONSTRAINT ck_consents_age",
    "ALTER TABLE consents ADD COLUMN more text",
    "ALTER TABLE consents ENABLE ROW LEVEL SECURITY",
    "DROP TABLE consents",
    "CREATE RULE away AS ON INSERT TO consents DO INSTEAD NOTHING",
    "CREATE TRIGGER more BEFORE INSERT ON consents FOR EACH ROW EXECUTE FUNCTION consents_are_kept()",
    """CREATE OR REPLACE FUNCTION consent_given(shop int, customer text, wanted text, net text) RETURNS bool
    LANGUAGE sql STABLE AS 'SELECT true'""",
    "ALTER FUNCTION consent_given SECURITY DEFINER",
    "DROP FUNCTION consent_given CASCADE",
    "CREATE FUNCTION anything() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TABLE consents_too (id int)",
    "SET session_replication_role = replica",
    "INSERT INTO consent_heads (shop_id, rows, signed, signed_at) VALUES (1, 1, 'x', now())",
    "DELETE FROM consent_heads",
    "UPDATE alembic_version SET version_num = '0001'",
    f"ALTER ROLE {APP} SUPERUSER",
]


def test_the_apps_role_is_refused_each_of_these(as_app: Shop) -> None:
    as_app.agree("ines", LINK)
    accepted = []
    for statement in FORBIDDEN:
        with Session(db.engine()) as session:
            try:
                session.execute(text(statement))
            except ProgrammingError as error:
                assert isinstance(error.orig, InsufficientPrivilege), statement  # noqa: PT017 - several in turn
            else:
                accepted.append(statement)
            session.rollback()
    assert accepted == []


def test_the_signers_role_reads_the_ledger_and_changes_nothing_of_it(as_app: Shop, database: str) -> None:
    as_app.agree("ines", LINK)
    engine = create_engine(named(database, SIGNER))
    refused = (
        "INSERT INTO consents SELECT * FROM consents",
        "DELETE FROM consent_subjects",
        "UPDATE shops SET email_key_encrypted = ''",
        "DELETE FROM consent_heads",
        "SELECT FROM orders",
        "SELECT FROM customers",
    )
    for statement in refused:
        with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(statement))
    engine.dispose()


def test_an_owner_who_may_make_no_roles_is_told_what_to_do(as_app: Shop, database: str) -> None:
    assert as_app
    engine = create_engine(named(database, SIGNER))
    with engine.connect() as connection, pytest.raises(SettingInvalid, match="make them first"):
        database_roles.arrange(connection)
    engine.dispose()
