"""What the app takes of a machine: start and memory of each process, and disk for so many customers.

python -m benchmarks.footprint --customers 100000

Memory is what a process and its children hold (PSS: shared pages are counted once). The disk is that of a
shop with five orders a customer, two lines an order, one tie, a score and a record in Saleor each, and the
handled deliveries of a month; former rows of runs come on top (docs/operate.md).
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, text

from benchmarks import _stack

WAIT_SECONDS = 300.0
MB = 1_000_000
ORDERS, LINES = 5, 2
DISK = {
    "customers": """
        INSERT INTO customers (shop_id, customer_id, email_hash, date_joined, updated_at)
        SELECT :shop, {customer}, sha256(n::text::bytea), now(), now() FROM generate_series(1, :customers) n
    """,
    "orders": """
        INSERT INTO orders (shop_id, order_id, number, created_at, updated_at, status, charge_status, channel,
            currency, gross, net, charged, customer_id, email_hash, fingerprint, address_hash, payment_hash)
        SELECT :shop, {order}, k::text, now() - k * interval '1 second', now(), 'FULFILLED', 'FULL',
            'default-channel', 'EUR', 23.98, 20.15, 23.98, {customer}, sha256(n::text::bytea),
            substring(sha256(k::text::bytea) FOR 8), sha256(n::text::bytea), sha256(n::text::bytea)
        FROM generate_series(1, CAST(:customers AS integer) * :orders) k,
            LATERAL (SELECT 1 + k % :customers) AS c (n)
    """,
    "order_lines": """
        INSERT INTO order_lines (shop_id, order_id, line_id, product_id, category_id, quantity, net)
        SELECT :shop, {order}, encode(('OrderLine:' || gen_random_uuid())::bytea, 'base64'),
            'UHJvZHVjdDo' || k % 5000, 'Q2F0ZWdvcnk6' || k % 50, 1, 10.07
        FROM generate_series(1, CAST(:customers AS integer) * :orders) k, generate_series(1, :lines) l
    """,
    "ties": """
        INSERT INTO ties (shop_id, source_id, target_id, kind, origin, valid_from)
        SELECT :shop, {customer}, 'VXNlcjo' || n + 1, 'code', 'orders', now()
        FROM generate_series(1, :customers) n
    """,
    "runs": "INSERT INTO runs (shop_id, kind, state) SELECT :shop, 'full', 'done' WHERE :customers > 0",
    "scores": """
        INSERT INTO scores (shop_id, customer_id, run_id, currency, orders_count, revenue, frequency,
            recency_days, age_days, monetary_value, clv, clv_low, clv_high, crv, crv_orders, value, value_low,
            value_high, verdict, evidence, percentile)
        SELECT :shop, {customer}, (SELECT max(id) FROM runs), 'EUR', 5, 119.9, 4, 90.5, 300.5, 23.98, 120.5,
            60.2, 240.1, 0, 0, 120.5, 60.2, 240.1, 'none', 'none', 50
        FROM generate_series(1, :customers) n
    """,
    "outbox": """
        INSERT INTO outbox (shop_id, customer_id, wanted, written, state)
        SELECT :shop, {customer}, w, w, 'written' FROM generate_series(1, :customers) n, LATERAL (
            SELECT jsonb_build_object('private', jsonb_build_object('influence.segments', '["loyal"]',
                'influence.value', n || '.00 EUR', 'influence.score', '64',
                'influence.version', '2', 'influence.updated', now()::text))) AS c (w)
    """,
    "messages": """
        INSERT INTO messages (shop_id, slug, body_hash, state, handled_at)
        SELECT :shop, 'order_updated', sha256(gen_random_uuid()::text::bytea), 'done', now()
        FROM generate_series(1, CAST(:customers AS integer) * :orders / 4) n
    """,
}
CUSTOMER, ORDER = "'VXNlcjo' || n", "encode(('Order:' || md5(k::text))::bytea, 'base64')"


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=10_000)
    customers = parser.parse_args().customers
    with _stack.servers():
        from saleor_influence_app import db

        print(f"{'process':<24} {'ready after, s':>14} {'of processor':>12} {'memory, MB':>12}", flush=True)
        for role in ("web", "worker", "beat"):
            seconds, busy, memory = start(role)
            print(f"{role:<24} {seconds:>14.1f} {busy:>12.1f} {memory / MB:>12.0f}", flush=True)
        shop_id = _stack.put_shop("http://127.0.0.1:1/graphql/")
        print(f"\n{'table':<24} {'rows':>14} {'disk, MB':>12}   {customers:,} customers")
        total = 0
        for table, rows, size in fill(db.engine(), shop_id, customers=customers):
            print(f"{table:<24} {rows:>14,} {size / MB:>12.1f}")
            total += size
        print(f"{'together':<24} {'':>14} {total / MB:>12.1f}")
    return 0


def start(role: str) -> tuple[float, float, int]:
    """Run one part alone until it is ready; return seconds by the clock and of processors, and bytes."""
    from saleor_influence_app import telemetry

    port = 18_731
    command = [sys.executable, "-m", "saleor_influence_app.cli", "serve", "--only", role]
    begun, moment = time.monotonic(), time.time()
    process = subprocess.Popen([*command, *(("--port", str(port)) if role == "web" else ())], cwd=Path.cwd())
    try:
        ready = _answers(port) if role == "web" else _seen(telemetry, role, since=moment)
        while not ready():
            if process.poll() is not None or time.monotonic() - begun > WAIT_SECONDS:
                raise SystemExit(f"{role} did not start")
            time.sleep(0.1)
        tree = _tree(process.pid)
        return time.monotonic() - begun, sum(map(_busy, tree)), sum(map(_own_memory, tree))
    finally:
        process.terminate()
        process.wait(timeout=60)


def _answers(port: int) -> Callable[[], bool]:
    import httpx

    def ready() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/api/health", timeout=2).is_success
        except httpx.TransportError:
            return False

    return ready


def _seen(telemetry: object, role: str, *, since: float) -> Callable[[], bool]:
    def ready() -> bool:
        with telemetry.connect() as client:  # type: ignore[attr-defined] # the module
            seen = telemetry.read(client, ()).seen  # type: ignore[attr-defined] # the same
        return any(who.partition(":")[0] == role and moment > since for who, moment in seen.items())

    return ready


def _tree(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _tree(int(child)))]


def _own_memory(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _busy(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fill(engine: Engine, shop_id: int, *, customers: int) -> list[tuple[str, int, int]]:
    """Return each table's name, rows and bytes with its indexes."""
    given = {"shop": shop_id, "customers": customers, "orders": ORDERS, "lines": LINES}
    found = []
    for table, statement in DISK.items():
        sql = statement.format(customer=CUSTOMER, order=ORDER)
        with engine.begin() as connection:
            connection.execute(text(sql), {name: value for name, value in given.items() if f":{name}" in sql})
            rows = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608 - ours
            size = connection.execute(
                text("SELECT pg_total_relation_size(:name)"), {"name": table}
            ).scalar_one()
        found.append((table, rows, size))
    return found


if __name__ == "__main__":
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    sys.exit(main())
