"""Plans of every statement that runs by the clock, on tables of many rows: no table of them is read in full.

    python -m benchmarks.plans --rows 10000000

Fills the tables by generate_series (two hundred shops, one of which has half of everything), lets each task
of beat's schedule do its work, and prints for each statement that it really executed what PostgreSQL did and
how long that took. Ends with 1 if a statement reads a large table from its beginning to its end.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event, text

from benchmarks import _stack

SHOPS = 200
LARGE = 0.01
LEAST = 5_000
"""A table of this share of `--rows` counts as large, and of so many rows at least."""
EXPLAINED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
FILL = {
    "shops": """
        INSERT INTO shops (api_url, app_id, token_encrypted, email_key_encrypted, jwks, jwks_fetched_at,
            schema_version, permissions)
        SELECT 'https://shop-' || n || '.example/graphql/', 'app', '', :email_key, '{"keys": []}', now(),
            '3.23', '{}'
        FROM generate_series(1, :shops) n
    """,
    "backfills": """
        INSERT INTO backfills (shop_id, kind, state) SELECT id, kind, 'done'
        FROM shops CROSS JOIN (VALUES ('orders'), ('customers')) AS k (kind)
    """,
    "privacy_settings": """
        INSERT INTO privacy_settings (shop_id, enabled, confirmed_by, confirmed_at, minimum_age, posts_days,
            features_months, controller_name, controller_contact, storefront_origins, networks,
            secrets_encrypted)
        SELECT id, true, 'x', now(), 16, 90, 13, '', '', '{}', '{}', '' FROM shops
    """,
    "messages": """
        INSERT INTO messages (shop_id, slug, body_hash, state, handled_at, received_at)
        SELECT {shop}, 'order_updated', sha256(n::text::bytea), CASE WHEN n % 5000 = 0 THEN 'pending'
            WHEN n % 5001 = 0 THEN 'failed' ELSE 'done' END, now() - (n % 29) * interval '1 day', now()
        FROM generate_series(1, :rows) n
    """,
    "runs": """
        INSERT INTO runs (shop_id, kind, state, as_of, started_at, finished_at)
        SELECT {shop}, CASE WHEN n % 40 = 0 THEN 'full' ELSE 'incremental' END, 'done',
            moment, moment, moment
        FROM generate_series(1, :rows / 100) n,
            LATERAL (SELECT now() - (n % 40) * interval '1 day') m (moment)
    """,
    "outbox": """
        INSERT INTO outbox (shop_id, customer_id, wanted, written, state, next_attempt_at)
        SELECT {shop}, 'customer-' || n, '{{}}', '{{}}', CASE WHEN n % 5000 = 0 THEN 'pending'
            WHEN n % 5001 = 0 THEN 'failed' ELSE 'written' END, now() - interval '1 hour'
        FROM generate_series(1, :rows) n
    """,
    "customers": """
        INSERT INTO customers (shop_id, customer_id, updated_at)
        SELECT {shop}, 'customer-' || n, now() FROM generate_series(1, :rows) n
    """,
    "segments past": """
        INSERT INTO memberships_past (shop_id, segment, customer_id, run_id, since, reason, parts, until_run)
        SELECT {shop}, 'loyal', 'customer-' || n, 1 + n % (:rows / 100), now(), '', '', 1 + n % (:rows / 100)
        FROM generate_series(1, :rows) n
    """,
    "memberships": """
        INSERT INTO memberships (shop_id, segment, customer_id, run_id, since, reason, parts)
        SELECT {shop}, 'loyal', 'customer-' || n, 1 + n % (:rows / 100), now(), '', ''
        FROM generate_series(1, :rows / 10) n
    """,
    "ties": """
        INSERT INTO ties (shop_id, source_id, target_id, kind, origin, valid_from)
        SELECT {shop}, 'customer-' || n, 'customer-' || (n + 1), 'code', 'orders', now()
        FROM generate_series(1, :rows) n
    """,
    "erasures": """
        INSERT INTO erasures (shop_id, reason, state, asked_at, finished_at)
        SELECT {shop}, 'deleted', 'done', now(), now() FROM generate_series(1, :rows / 10) n
    """,
    "notices": """
        INSERT INTO notices (shop_id, customer_id, kind, network, at)
        SELECT {shop}, 'customer-' || n, 'profile-gone', 'mastodon', now()
        FROM generate_series(1, :rows / 10) n
    """,
    "invitations": """
        INSERT INTO invitations (shop_id, customer_id, network, made_by, made_at, expires_at)
        SELECT {shop}, 'customer-' || n, 'mastodon', 'x', now(), now() + interval '9 days'
        FROM generate_series(1, :rows / 10) n
    """,
    "profiles": """
        INSERT INTO profiles (shop_id, customer_id, network, network_hash, network_id, base_url, api_id,
            handle, url, proof, proven_at, next_at)
        SELECT {shop}, 'customer-' || n, 'mastodon', sha256(n::text::bytea), '', '', '', '', '', 'oauth',
            now(), now() + interval '1 hour'
        FROM generate_series(1, :rows / 10) n
    """,
    "snapshots": """
        INSERT INTO snapshots (shop_id, profile_id, at)
        SELECT shop_id, id, now() - k * interval '1 day' FROM profiles, generate_series(1, 3) k
    """,
    "posts": """
        INSERT INTO posts (shop_id, profile_id, post_id, at)
        SELECT shop_id, id, 'post-' || k, now() - k * interval '1 day' FROM profiles, generate_series(1, 3) k
    """,
    "revocations": """
        INSERT INTO revocations (shop_id, network, base_url, token_encrypted, next_at)
        SELECT {shop}, 'mastodon', 'https://m.example', '', now() + interval '1 hour'
        FROM generate_series(1, :rows / 10) n
    """,
}
INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE NOT indisunique
        AND indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
"""
SHOP = "CASE WHEN n % 2 = 0 THEN 1 ELSE 1 + n % :shops END"


@dataclass
class Seen:
    """A statement that a task executed: how PostgreSQL planned it, which tables in full, and the time."""

    task: str
    statement: str
    nodes: list[str]
    full: list[str]
    seconds: float = 0.0
    times: int = 1


@dataclass
class Watcher:
    """Explains what an engine executes, before it does."""

    task: str = ""
    found: dict[tuple[str, str], Seen] = field(default_factory=dict)
    _begun: list[tuple[Seen | None, float]] = field(default_factory=list)

    def before(self, *given: Any) -> None:
        """SQLAlchemy's event: (connection, cursor, statement, parameters, …)."""
        connection, _, statement, parameters, *_ = given
        seen = None
        if statement.lstrip().upper().startswith(EXPLAINED):
            seen = self._explained(connection, statement, parameters)
        self._begun.append((seen, time.perf_counter()))

    def after(self, *_: Any) -> None:
        """SQLAlchemy's event."""
        seen, begun = self._begun.pop()
        if seen is not None:
            seen.seconds += time.perf_counter() - begun

    def _explained(self, connection: Any, statement: str, parameters: Any) -> Seen:
        key = self.task, " ".join(statement.split())
        if key in self.found:
            self.found[key].times += 1
            return self.found[key]
        with connection.connection.driver_connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters or None)
            [plan] = cursor.fetchone()
        nodes = list(_walk(plan[0]["Plan"]))
        full = [
            node["Relation Name"] for node in nodes if node["Node Type"] in {"Seq Scan", "Parallel Seq Scan"}
        ]
        named = [
            f"{node['Node Type']} {node.get('Index Name') or node.get('Relation Name') or ''}"
            for node in nodes
        ]
        seen = self.found[key] = Seen(self.task, key[1], [name.strip() for name in named], full)
        return seen


def main() -> int:
    """Print the review; return how many statements read a large table in full, as an exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--without", metavar="INDEX", help="drop this index first: what would be without it?")
    given = parser.parse_args()
    with _stack.servers():
        from saleor_influence_app import db

        begun = time.monotonic()
        fill(db.engine(), rows=given.rows)
        print(f"{given.rows:,} rows a table in {SHOPS} shops, filled in {time.monotonic() - begun:,.0f} s\n")
        if given.without:
            with db.engine().begin() as connection:
                connection.execute(text(f"DROP INDEX {given.without}"))
        large = large_tables(db.engine(), max(int(given.rows * LARGE), LEAST))
        return report(review(db.engine()), large)


def fill(engine: Engine, *, rows: int) -> None:
    """Every table that grows has its rows, without the checks of each, and the planner knows them."""
    from saleor_influence_app import settings

    email_key = settings.close_secret("a key of these shops")
    with engine.begin() as connection:  # built at the end, by sorting, in a tenth of the time
        indexes = connection.execute(text(INDEXES)).all()
        for name, _ in indexes:
            connection.execute(text(f"DROP INDEX {name}"))
    for statement in FILL.values():
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            sql = statement.format(shop=SHOP) if "{shop}" in statement else statement
            given = {"rows": rows, "shops": SHOPS, "email_key": email_key}
            wanted = {name: value for name, value in given.items() if f":{name}" in sql}
            connection.execute(text(sql), wanted)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        for _, definition in indexes:
            connection.exec_driver_sql(definition)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def large_tables(engine: Engine, least: int) -> dict[str, float]:
    """Return the tables that have so many rows."""
    query = text("SELECT relname, reltuples FROM pg_class WHERE relkind = 'r' AND reltuples >= :least")
    with engine.connect() as connection:
        return {row.relname: row.reltuples for row in connection.execute(query, {"least": least})}


def review(engine: Engine) -> list[Seen]:
    """Let each task of the clock, a projection and a scrape do their work once; return what they executed."""
    from saleor_influence_app import clock, db, worker
    from saleor_influence_app.queries import figures

    watcher = Watcher()
    with watched(engine, watcher):
        for name, entry in clock.schedule().items():
            watcher.task = name
            worker.app.tasks[entry["task"]].run(*entry.get("args", ()))
        watcher.task = "facts.project"
        worker.app.tasks["facts.project"].run(SHOPS)
        for reading in figures.READINGS:
            watcher.task = f"metrics: {reading.name}"
            figures.read(db.transaction, reading)
    return list(watcher.found.values())


@contextmanager
def watched(engine: Engine, watcher: Watcher) -> Iterator[None]:
    """Give the watcher every statement of the engine."""
    hooks = (("before_cursor_execute", watcher.before), ("after_cursor_execute", watcher.after))
    for name, hook in hooks:
        event.listen(engine, name, hook)
    try:
        yield
    finally:
        for name, hook in hooks:
            event.remove(engine, name, hook)


def report(found: list[Seen], large: dict[str, float]) -> int:
    """Print a line for each statement; return 1 if one reads a large table in full."""
    bad = 0
    for seen in found:
        full = [table for table in seen.full if table in large]
        bad += bool(full)
        mark = f"READS {', '.join(full)} IN FULL" if full else "ok"
        print(f"{seen.task:<22} {seen.seconds:7.3f} s  x{seen.times:<4} {mark}")
        print(f"    {seen.statement[:150]}")
        print(f"    {' < '.join(seen.nodes)[:220]}")
    tasks = len({seen.task for seen in found})
    print(f"\n{len(found)} statements of {tasks} tasks; {bad} read a large table in full")
    return int(bool(bad))


def _walk(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _walk(child)


if __name__ == "__main__":
    sys.exit(main())
