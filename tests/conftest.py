"""Real servers for every test: PostgreSQL and Redis, embedded, or those given by URL."""

import base64
import gc
import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from cryptography.fernet import Fernet
from fastapi import FastAPI
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

from tests.support import laws, tables

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest_plugins = [
    "tests.support.social_shop",
    "tests.support.command_line",
    "tests.support.history",
    "tests.support.linked_customers",
    "tests.support.mailbox",
]
"""Fixtures that tests of several packages use."""

REPOSITORY = Path(__file__).resolve().parents[1]
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]


laws.choose_profile()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that have exhaustive tests hold the longest: first, so that no worker ends with one of them.

    Whatever asks for a browser is a test in one: its event loop would be in the way of all others.
    """
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("e2e")
    long = {item.path for item in items if item.get_closest_marker("exhaustive")}
    items.sort(key=lambda item: item.path not in long)


@pytest.hookimpl(optionalhook=True)  # tests run without xdist too
def pytest_xdist_auto_num_workers() -> int:
    """Tests of processes wait for them: half as many again as there are cores are at work at once."""
    return (os.cpu_count() or 1) * 3 // 2


def pytest_collection_finish() -> None:
    """What libraries and tests hold for good is not looked through again by each collection of garbage."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _log() -> Iterator[None]:
    """A test that configures the log, as a process does, leaves nothing of it to the next."""
    level, excepthook = logging.getLogger().level, sys.excepthook
    yield
    root = logging.getLogger()
    # pytest's own handlers are of other classes
    root.handlers = [one for one in root.handlers if type(one) is not logging.StreamHandler]
    root.level, sys.excepthook = level, excepthook
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A server to make databases in: TEST_DATABASE_URL, or an embedded PostgreSQL."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    from sandbox.servers import embedded_postgresql

    with (
        tempfile.TemporaryDirectory(prefix="influence-pg-") as folder,
        embedded_postgresql(Path(folder)) as url,
    ):
        _forgo_disk(url)
        yield url


def _forgo_disk(url: str) -> None:
    """Spare commits their wait for the disk: no test outlives a crash of its machine."""
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        for name in ("fsync", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {name} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    server.dispose()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """TEST_REDIS_URL, or an embedded Redis."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        yield given
        return
    from sandbox.servers import embedded_redis

    with (
        tempfile.TemporaryDirectory(prefix="influence-redis-") as folder,
        embedded_redis(Path(folder)) as url,
    ):
        yield url


@pytest.fixture(scope="session")
def database(postgresql_url: str) -> Iterator[str]:
    """The URL of a migrated database of this test process."""
    name = f"influence_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    server = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    url = make_url(postgresql_url).set(database=name).render_as_string(hide_password=False)
    from saleor_influence_app import db

    engine = create_engine(url)
    with engine.connect() as connection:
        db.migrate(connection)
    engine.dispose()
    yield url
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


@pytest.fixture(scope="session")
def _environment(database: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The product's settings, as an operator would give them."""
    patch = pytest.MonkeyPatch()  # the environment is the product's only way in for settings
    patch.setenv("DATABASE_URL", database)
    patch.setenv("REDIS_URL", redis_url)
    patch.setenv("SECRET_KEY", Fernet.generate_key().decode())
    patch.setenv("ALLOWED_DOMAIN_PATTERN", r"http://(127\.0\.0\.1|localhost)(:\d+)?|https://[a-z0-9.-]+")
    patch.setenv("ALLOW_PRIVATE_NETWORKS", "true")
    patch.setenv("TOMBSTONE_FOLDER", str(tmp_path_factory.mktemp("tombstones")))
    from saleor_influence_app import db, settings

    for cached in (settings.get, db.engine, db.sessions):
        cached.cache_clear()
    yield
    db.engine().dispose()
    patch.undo()


@pytest.fixture
def engine(_environment: None) -> Engine:
    """The product's own engine on empty tables."""
    from saleor_influence_app import db, settings

    with db.engine().begin() as connection:
        tables.empty(connection)
    folder = settings.get().tombstone_folder
    for file in folder.iterdir() if folder is not None else ():
        file.unlink()
    return db.engine()


@pytest.fixture(scope="session")
def _application(_environment: None) -> FastAPI:
    """The product's web application: its first request builds every route, which takes half a second."""
    from saleor_influence_app.main import create_app

    return create_app()


@pytest.fixture
def application(engine: Engine, _application: FastAPI) -> Iterator[FastAPI]:  # noqa: ARG001 - empty tables
    """The web application of this test process, with nothing left of the tests before.

    What a delivery remembers of its shop stays for seconds: who tests deliveries makes an app of their own.
    """
    yield _application
    _application.dependency_overrides = {}
    _application.middleware_stack = None  # made anew with the next request, without counters


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on empty tables; the test commits where another connection must see the rows."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """A headless Chromium: CHROMIUM, or the one on the PATH, at best that without windows."""
    from playwright.sync_api import sync_playwright

    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.fail(
            "No Chromium: install Debian's package `chromium-headless-shell`, or say where one is with "
            "CHROMIUM=/path."
        )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def bells(engine: Engine) -> Iterator[Callable[[], list[tuple[Any, ...]]]]:  # noqa: ARG001 - gives the settings
    """A function that empties the queues and returns what was rung: (task, *arguments)."""
    import redis

    from saleor_influence_app import settings
    from saleor_influence_app.pools import QUEUES

    with redis.Redis.from_url(settings.get().redis_url.get_secret_value()) as broker:

        def ring() -> list[tuple[Any, ...]]:
            found = []
            for queue in QUEUES:
                for message in broker.lrange(queue, 0, -1):
                    envelope = json.loads(message)
                    arguments = json.loads(base64.b64decode(envelope["body"]))[0]
                    found.append((envelope["headers"]["task"], *arguments))
                broker.delete(queue)
            return found

        ring()
        yield ring
