"""What an operator reads when PostgreSQL or Redis cannot be used: variable, fault and mend, each its own."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text

from sandbox.servers import embedded_redis, free_port
from tests.support.command_line import Run

USER, PASSWORD = "influence_with_password", "0pen-sesame"
REACH = ("Traceback", PASSWORD, "wr0ng")


@pytest.fixture
def server(engine: Engine) -> Iterator[Connection]:
    """The tests' own PostgreSQL, by a role that may do everything."""
    maker = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    with maker.connect() as connection:
        yield connection
    maker.dispose()


@pytest.fixture
def guarded(server: Connection, engine: Engine) -> Iterator[URL]:
    """The address of a role that this PostgreSQL asks for a password; all others go in as before."""
    file = Path(server.execute(text("SHOW hba_file")).scalar_one())
    before = file.read_text()
    database = engine.url.database
    server.execute(text(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'"))
    server.execute(text(f'GRANT CONNECT ON DATABASE "{database}" TO {USER}'))
    ways = (f"local all {USER} scram-sha-256", f"host all {USER} all scram-sha-256")
    file.write_text("\n".join((*ways, before)))
    server.execute(text("SELECT pg_reload_conf()"))
    _await_rule(server)
    yield make_url(engine.url).set(username=USER, password=PASSWORD)
    file.write_text(before)
    server.execute(text("SELECT pg_reload_conf()"))
    server.execute(text(f'REVOKE ALL ON DATABASE "{database}" FROM {USER}'))
    server.execute(text(f"DROP ROLE {USER}"))


def _await_rule(server: Connection) -> None:
    seen = text("SELECT count(*) FROM pg_hba_file_rules WHERE user_name = ARRAY[:name]")
    assert server.execute(seen, {"name": USER}).scalar_one() == 2


def written(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def said_by(run: Run, *command: str, **environment: str) -> str:
    done = run(*command, **environment)
    assert done.returncode == 1
    said = done.stderr + done.stdout
    assert not [word for word in REACH if word in said]
    assert len(done.stderr.splitlines()) <= 1
    return said


def test_where_no_postgresql_listens_the_sentence_says_so(run: Run) -> None:
    port = free_port()

    said = said_by(run, "backfill", DATABASE_URL=f"postgresql://me:wr0ng@127.0.0.1:{port}/shop")

    assert said.startswith(f"DATABASE_URL: no PostgreSQL answers at 127.0.0.1:{port}. Start it, or correct")


def test_a_host_that_nobody_knows_is_another_sentence(run: Run) -> None:
    said = said_by(run, "backfill", DATABASE_URL="postgresql://me:wr0ng@nobody.invalid/shop")

    assert said.startswith("DATABASE_URL: its host name cannot be found.")


def test_a_wrong_password_is_another_sentence(run: Run, guarded: URL) -> None:
    said = said_by(run, "backfill", DATABASE_URL=written(guarded.set(password="wr0ng")))

    assert said.startswith("DATABASE_URL: PostgreSQL at ")
    assert f'refuses the password of user "{USER}". Correct user and password.' in said


def test_a_password_that_is_missing_is_another_sentence(run: Run, guarded: URL) -> None:
    bare = URL.create(
        guarded.drivername,
        username=USER,
        host=guarded.host,
        port=guarded.port,
        database=guarded.database,
        query=guarded.query,
    )

    said = said_by(run, "backfill", DATABASE_URL=written(bare))

    assert f'asks user "{USER}" for a password. Write it as user:password@host.' in said


def test_a_database_that_is_not_there_is_another_sentence(run: Run, guarded: URL) -> None:
    said = said_by(run, "backfill", DATABASE_URL=written(guarded.set(database="misspelt")))

    assert 'has no database "misspelt". Correct the name, or create the database.' in said


def test_a_user_that_is_not_there_is_another_sentence(run: Run, engine: Engine) -> None:
    said = said_by(run, "backfill", DATABASE_URL=written(engine.url.set(username="nobody_here")))

    assert 'has no user "nobody_here".' in said


def test_tables_that_are_missing_are_another_sentence(run: Run, server: Connection, engine: Engine) -> None:
    server.execute(text("DROP DATABASE IF EXISTS influence_without_tables"))
    server.execute(text("CREATE DATABASE influence_without_tables"))

    said = said_by(run, "backfill", DATABASE_URL=written(engine.url.set(database="influence_without_tables")))

    server.execute(text("DROP DATABASE influence_without_tables WITH (FORCE)"))
    assert said == "The tables are not those of this version. Run ./influence migrate.\n"


def test_a_user_without_rights_is_another_sentence(run: Run, guarded: URL) -> None:
    said = said_by(run, "backfill", DATABASE_URL=written(guarded))

    assert said.startswith("DATABASE_URL: its user lacks a right on the tables. Run ./influence migrate")


def test_migrate_names_the_variable_of_its_own_role(run: Run, guarded: URL) -> None:
    wrong = written(guarded.set(password="wr0ng"))

    assert said_by(run, "migrate", MIGRATION_DATABASE_URL=wrong).startswith(
        "MIGRATION_DATABASE_URL: PostgreSQL"
    )
    assert said_by(run, "migrate", DATABASE_URL=wrong).startswith("DATABASE_URL: PostgreSQL")


def doctor(**environment: str) -> str:
    """What `./influence doctor` says, as a process of its own: its broker is set up once."""
    done = subprocess.run(
        [Path(__file__).parents[2] / "influence", "doctor"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert not [word for word in REACH if word in done.stdout]
    return done.stdout


def test_the_doctor_says_the_same_and_the_mend_below(guarded: URL) -> None:
    wrong = written(guarded.set(password="wr0ng"))
    port = free_port()

    said = doctor(DATABASE_URL=wrong, REDIS_URL=f"redis://127.0.0.1:{port}/0")

    assert f'refuses the password of user "{USER}".\n    Correct user and password.\n' in said
    assert f"BAD broker: REDIS_URL: no Redis answers at 127.0.0.1:{port}.\n    Start it, or correct" in said


@pytest.fixture(scope="module")
def locked() -> Iterator[str]:
    """A Redis that asks for a password."""
    with tempfile.TemporaryDirectory() as folder, embedded_redis(Path(folder)) as url:
        with Redis.from_url(url) as client:
            client.config_set("requirepass", PASSWORD)
        yield url.replace("redis://", f"redis://:{PASSWORD}@")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ((PASSWORD, "wr0ng"), "refuses user or password. Correct them."),
        ((f":{PASSWORD}@", ""), "asks for a password. Write it as redis://:password@host."),
        (("/0", "/99"), "has no database of that number. Correct the number, usually 0 to 15."),
        (("127.0.0.1", "nobody.invalid"), "its host name cannot be found."),
    ],
    ids=["wrong password", "no password", "no such database", "no such host"],
)
def test_each_fault_of_redis_is_another_sentence(
    run: Run, locked: str, change: tuple[str, str], sentence: str
) -> None:
    url = locked.replace(*change)

    said = said_by(run, "alive", "beat", REDIS_URL=url)

    assert "REDIS_URL: " in said
    assert sentence in said


@pytest.mark.usefixtures("engine")
def test_the_doctor_says_that_redis_refuses_the_password(locked: str) -> None:
    said = doctor(REDIS_URL=locked.replace(PASSWORD, "wr0ng"))

    assert "refuses user or password.\n    Correct them.\n" in said


def test_where_no_redis_listens_the_sentence_says_so(run: Run) -> None:
    port = free_port()

    said = said_by(run, "alive", "worker", REDIS_URL=f"redis://127.0.0.1:{port}/0")

    answer = f"REDIS_URL: no Redis answers at 127.0.0.1:{port}. Start it, or correct host and port."
    assert said == f"Nobody knows. {answer}\n"


def test_usage_says_what_is_typed(tmp_path: Path) -> None:
    script = Path(__file__).parents[2] / "influence"

    done = subprocess.run(
        [script, "privacy", "--help"],
        cwd=tmp_path,
        env=os.environ | {"NO_COLOR": "1", "TERMINAL_WIDTH": "100"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Usage: ./influence privacy [OPTIONS] COMMAND" in done.stdout
