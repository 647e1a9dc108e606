"""What an operator types, what is answered, and the exit code that scripts rely on."""

import json
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, create_engine, make_url, select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db, settings
from saleor_influence_app.models import (
    Backfill,
    Customer,
    Message,
    OutboxRow,
    PerkProgramme,
    ProgrammeState,
    Shop,
)
from saleor_influence_app.perks import programmes
from saleor_influence_app.surveys import links
from saleor_influence_app.targeting import definitions, tie_import
from saleor_influence_app.writeback import saleor_writes
from sandbox.generate import fill
from tests.support.command_line import Run
from tests.support.perks import plan
from tests.support.pocket_install import Pocket
from tests.support.shop_rows import put_customers, put_tie


def shops(session: Session) -> list[Shop]:
    session.rollback()
    return list(session.scalars(select(Shop)))


def test_a_new_secret_key_is_one_that_the_settings_accept(run: Run) -> None:
    made = run("new-secret-key")

    assert made.returncode == 0
    Fernet(made.stdout.strip())


def test_the_script_works_from_any_folder(tmp_path: Path) -> None:
    """As cron and service managers call it."""
    script = settings.ROOT / "influence"

    done = subprocess.run(
        [script, "new-secret-key"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    Fernet(done.stdout.strip())


def test_the_printed_manifest_is_the_committed_one(run: Run) -> None:
    assert json.loads(run("manifest").stdout) == json.loads((settings.ROOT / "manifest.json").read_text())


def test_the_printed_description_needs_no_database(run: Run) -> None:
    printed = run("openapi", DATABASE_URL="postgresql://127.0.0.1:1/none", REDIS_URL="redis://127.0.0.1:1/0")

    assert printed.returncode == 0
    assert "/api/settings" in json.loads(printed.stdout)["paths"]


@pytest.mark.parametrize(
    ("variable", "value", "what"),
    [
        ("DATABASE_URL", "mysql://x/y", "must be a postgresql:// URL."),
        (
            "DATABASE_URL",
            "postgresql://me:pa#ss@host/x",
            "has a port that is no number from 1 to 65535; in a",
        ),
        (
            "DATABASE_URL",
            "postgresql://me@host:99999/x",
            "has a port that is no number from 1 to 65535; in a",
        ),
        ("MIGRATION_DATABASE_URL", "host", "must be a postgresql:// URL."),
        ("REDIS_URL", "http://x", "must be a redis://, rediss:// or redis+socket:// URL."),
        ("REDIS_URL", "redis://host/main", "must end with the number of a database, such as redis://"),
        ("REDIS_URL", "redis://host:none/0", "has a port that is no number from 1 to 65535; in a"),
        ("SECRET_KEY", "short", "is no Fernet key; `./influence new-secret-key` prints one."),
        ("ALLOWED_DOMAIN_PATTERN", "(unclosed", "is no regular expression: "),
        ("LOG_LEVEL", "LOUD", "must be DEBUG, INFO, WARNING or ERROR."),
        ("LOG_JSON", "maybe", "must be true or false."),
        ("OUTBOX_CONCURRENCY", "99", "must be less than or equal to 16."),
        ("SALEOR_TIMEOUT_SECONDS", "soon", "must be a number, such as 0.5."),
        ("SCORING_MEMORY", "2 gigabytes", "must be a whole number of MB or GB, such as 2GB."),
        ("TRUSTED_PROXIES", "proxy.internal", "must be addresses or networks such as 10.0.0.0/8: "),
        ("METRICS_TOKEN", "sh0rt", "must have at least 16 items after validation, not 5."),
        ("TIMESTAMP_URL", "somewhere", "must be a valid URL, relative URL without a base."),
        ("CONSENT_ANCHOR_MAIL_TO", "a@b.example", "needs SMTP_URL."),
    ],
)
def test_of_a_wrong_variable_a_line_says_what_is_wrong_and_what_it_must_be(
    run: Run, variable: str, value: str, what: str
) -> None:
    done = run("migrate", **{variable: value})

    assert done.returncode == 1
    line, mend = done.stderr.splitlines()
    assert line.startswith(f"{variable} {what}")
    assert mend == "Correct it in .env or the environment; docs/operate.md has every variable."
    assert f" {value}" not in line


def test_each_wrong_or_missing_variable_has_a_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")  # where no .env lies
    done = run("migrate", SECRET_KEY="", REDIS_URL="", LOG_LEVEL="LOUD")

    assert done.stderr.splitlines()[:-1] == [
        "REDIS_URL is not set.",
        "SECRET_KEY is not set; `./influence new-secret-key` prints one.",
        "LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR.",
    ]


def test_without_a_database_a_command_says_so_in_one_sentence(run: Run) -> None:
    done = run("backfill", DATABASE_URL="postgresql://127.0.0.1:1/none")

    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_migrate_makes_the_tables_and_is_a_no_op_when_they_are_there(run: Run, engine: Engine) -> None:
    name = "influence_cli_migrate"
    server = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}"'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    url = make_url(engine.url).set(database=name).render_as_string(hide_password=False)

    before = run("doctor", DATABASE_URL=url)
    first, second = run("migrate", DATABASE_URL=url), run("migrate", DATABASE_URL=url)
    after = run("doctor", DATABASE_URL=url)

    assert "influence migrate" in before.stdout
    assert (first.returncode, second.returncode) == (0, 0)
    assert "ok  migrations" in after.stdout
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


def test_backfill_says_how_far_each_history_is_and_restarts_it(
    run: Run, session: Session, saleor: Pocket
) -> None:
    [shop] = shops(session)
    row = session.get_one(Backfill, (shop.id, "orders"))
    row.state, row.done, row.total = "done", 1234, 1234
    session.commit()

    said = run("backfill")
    again = run("backfill", "--shop", saleor.api_url, "--restart")

    assert "orders: 1,234 of 1,234, done" in said.stdout
    assert "orders: 0 of ?, waiting" in again.stdout


@pytest.mark.parametrize("command", ["backfill", "retry-messages", "cleanup", "forget"])
def test_a_shop_that_is_not_there_is_named(run: Run, command: str) -> None:
    done = run(command, "--shop", "https://nobody.example/graphql/")

    assert done.returncode == 1
    assert "https://nobody.example/graphql/" in done.stderr
    assert "Traceback" not in done.stderr


def test_failed_messages_are_tried_again(run: Run, session: Session, saleor: Pocket) -> None:
    [shop] = shops(session)
    session.add(
        Message(shop_id=shop.id, slug="order_created", body_hash=b"1", body=b"{", state="failed", error="x")
    )
    session.commit()

    assert f"{saleor.api_url}: 1 messages" in run("retry-messages").stdout
    session.rollback()
    assert session.scalars(select(Message.state)).all() == ["pending"]


def test_ties_that_staff_told_are_named_before_they_go_and_can_be_imported_again(
    run: Run, session: Session, saleor: Pocket
) -> None:
    [shop] = shops(session)
    put_customers(session, shop.id, "anna", "berta", "cleo")
    put_tie(session, shop.id, "anna", "berta", origin="staff")
    put_tie(session, shop.id, "anna", "cleo", origin="orders")
    session.commit()

    asked = run("forget", "--shop", saleor.api_url)
    told = run("export-ties", "--shop", saleor.api_url)

    assert "Staff entered 1 ties" in asked.stderr
    assert told.stdout.splitlines()[0] == "source,target,kind,weight,valid_from,valid_to"
    with db.transaction() as fresh:
        fresh.execute(text("DELETE FROM ties"))
        brought = tie_import.bring_csv(fresh, shop.id, told.stdout, dry_run=False)
    assert (brought.accepted, brought.refused) == (1, 0)


def test_forget_asks_first_and_then_deletes_every_row(run: Run, session: Session, saleor: Pocket) -> None:
    asked = run("forget", "--shop", saleor.api_url)
    assert asked.returncode == 1
    assert len(shops(session)) == 1

    assert run("forget", "--shop", saleor.api_url, "--yes").returncode == 0
    assert shops(session) == []


def test_cleanup_takes_our_keys_out_of_the_customer_records(
    run: Run, session: Session, saleor: Pocket
) -> None:
    [shop] = shops(session)
    customer = saleor.shop.do(
        'mutation{customerCreate(input:{email:"ada@example.com"}){user{id} errors{message}}}'
    )["user"]["id"]
    saleor.shop.do(
        'mutation($id:ID!){updatePrivateMetadata(id:$id,input:[{key:"influence.value",value:"1"},'
        '{key:"other",value:"stays"}]){item{__typename} errors{message}}}',
        id=customer,
    )
    written = {"private": {"influence.value": "1.00 USD"}}
    session.add(
        OutboxRow(shop_id=shop.id, customer_id=customer, wanted=written, written=written, state="written")
    )
    session.add(Customer(shop_id=shop.id, customer_id=customer, updated_at=shop.installed_at))
    session.commit()

    done = run("cleanup", "--shop", saleor.api_url)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 1 records are cleaned" in done.stdout
    assert "Nothing of this app is left to remove" in done.stdout
    left = saleor.shop.data("query($id:ID!){user(id:$id){privateMetadata{key}}}", id=customer)["user"]
    assert left == {"privateMetadata": [{"key": "other"}]}


def test_cleanup_takes_the_surveys_tokens_out_of_orders(run: Run, session: Session, saleor: Pocket) -> None:
    [shop] = shops(session)
    fill(saleor.state, customers=1, orders=1, seed=2)
    [order] = saleor.state.store.orders.values()
    shop.survey = True
    session.flush()
    links.stage(session, shop.id, {order.id: datetime.now(UTC)})
    session.commit()
    saleor_writes.drain(db.transaction, shop.id, writers=links.WRITERS)
    assert links.METADATA_KEY in order.metadata

    done = run("cleanup", "--shop", saleor.api_url)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing of this app is left to remove from the shop's customers and orders." in done.stdout
    assert links.METADATA_KEY not in order.metadata
    session.refresh(shop)
    assert not shop.survey


def test_cleanup_names_programmes_that_go_on_without_the_app(
    run: Run, session: Session, saleor: Pocket
) -> None:
    [shop] = shops(session)
    definitions.store_defaults(session, shop.id)
    for state in (ProgrammeState.DRAFT, ProgrammeState.RUNNING, ProgrammeState.PAUSED):
        made = programmes.create(session, shop.id, plan(title=state), made_by="staff")
        session.get_one(PerkProgramme, made).state = state
    session.commit()

    assert "Perk programmes under way: 2. End them" in run("cleanup", "--shop", saleor.api_url).stderr


def test_cleanup_counts_what_a_worker_removes_beside_it_and_says_what_waits(
    run: Run, session: Session, saleor: Pocket
) -> None:
    """It said 0 where a worker had removed the keys of 103 records."""
    [shop] = shops(session)
    session.add(
        OutboxRow(
            shop_id=shop.id,
            customer_id="VXNlcjo5OQ==",
            wanted=None,
            written={"private": None},
            state="claimed",
            lease_until=datetime.now(UTC) + timedelta(minutes=5),
        )
    )
    session.commit()

    def work_beside() -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            time.sleep(0.3)
            with db.transaction() as own:
                if not own.get_one(Shop, shop.id).write_back:  # the command has begun
                    time.sleep(1)
                    own.execute(text("UPDATE outbox SET state = 'written', written = NULL"))
                    return

    beside = threading.Thread(target=work_beside)
    beside.start()
    done = run("cleanup", "--shop", saleor.api_url)
    beside.join()

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 of 1 records are cleaned" in done.stdout
    assert "1 of 1 records are cleaned" in done.stdout


def test_webhooks_migrate_shows_first_and_does_then(run: Run, saleor: Pocket) -> None:
    [app] = saleor.state.apps.values()
    app.webhooks[0].subscription_query = "subscription { event { __typename } }"

    shown = run("webhooks", "migrate", "--dry-run")
    assert "would update Order created: query differs" in shown.stdout
    assert "issuedAt" not in (app.webhooks[0].subscription_query or "")

    done, again = run("webhooks", "migrate"), run("webhooks", "migrate")
    assert "update Order created" in done.stdout
    assert "issuedAt" in app.webhooks[0].subscription_query
    assert "nothing to do" in again.stdout
    assert (shown.returncode, done.returncode, again.returncode) == (0, 0, 0)


def test_webhooks_migrate_says_that_the_app_was_probably_removed(run: Run, saleor: Pocket) -> None:
    saleor.state.apps.clear()

    done = run("webhooks", "migrate")

    assert done.returncode == 1
    assert "permission denied: the app was probably removed" in done.stdout


class TestRotation:
    """The secret key changes in three steps, each of which may be repeated."""

    def test_values_are_encrypted_anew_once_and_open_with_the_new_key_alone(
        self, run: Run, session: Session, saleor: Pocket
    ) -> None:
        assert saleor
        token = settings.get().fernet.decrypt(shops(session)[0].token_encrypted.encode())
        new = Fernet.generate_key().decode()

        dry = run("rotate-secret-key", "--dry-run", NEW_SECRET_KEY=new)
        assert "2 values would be encrypted anew, 0 were" in dry.stdout.replace("had the", "were")
        settings.get().fernet.decrypt(shops(session)[0].token_encrypted.encode())

        done = run("rotate-secret-key", NEW_SECRET_KEY=new)
        again = run("rotate-secret-key", NEW_SECRET_KEY=new)

        assert "2 values were encrypted anew, 0 had" in done.stdout
        assert "0 values were encrypted anew, 2 had" in again.stdout
        [shop] = shops(session)
        assert Fernet(new).decrypt(shop.token_encrypted.encode()) == token
        assert Fernet(new).decrypt(shop.email_key_encrypted.encode())

    def test_a_value_that_neither_key_opens_is_named_and_the_others_are_rotated(
        self, run: Run, session: Session, saleor: Pocket
    ) -> None:
        [shop] = shops(session)
        shop.token_encrypted = Fernet(Fernet.generate_key()).encrypt(b"lost").decode()
        session.commit()

        done = run("rotate-secret-key", NEW_SECRET_KEY=Fernet.generate_key().decode())

        assert done.returncode == 1
        assert f"{saleor.api_url} (token_encrypted)" in done.stderr
        assert "1 values were encrypted anew" in done.stdout

    def test_without_a_new_key_it_says_what_to_set(self, run: Run) -> None:
        done = run("rotate-secret-key")

        assert done.returncode == 1
        assert "NEW_SECRET_KEY" in done.stderr
