"""The same ledger in plain SQL on PostgreSQL: first purchases, tied buyers, shares, trust, cap, credit."""

import time

import psycopg

SETTINGS = ("SET work_mem = '512MB'", "SET max_parallel_workers_per_gather = 2", "SET jit = off")
STATEMENTS = (
    """
    CREATE UNLOGGED TABLE bought AS
    SELECT DISTINCT ON (customer_id, product_id) customer_id, product_id, created_at, order_id, line_id, net
    FROM purchases
    ORDER BY customer_id, product_id, created_at, order_id, line_id
    """,
    "ANALYZE bought",
    """
    CREATE UNLOGGED TABLE matched AS
    SELECT u.customer_id AS source_id, v.customer_id AS target_id, v.product_id, v.order_id, v.net,
        extract(epoch FROM v.created_at - u.created_at)::float8 / 86400 AS days
    FROM bought u JOIN ties t ON t.source_id = u.customer_id
    JOIN bought v ON v.customer_id = t.target_id AND v.product_id = u.product_id
    """,
    "ANALYZE matched",
    """
    CREATE UNLOGGED TABLE led AS
    SELECT *, exp(-days / 10) / sum(exp(-days / 10)) OVER (PARTITION BY target_id, product_id) AS share
    FROM matched WHERE days > 0 AND days <= 30
    """,
    "ANALYZE led",
    """
    CREATE UNLOGGED TABLE orders AS
    SELECT customer_id, count(DISTINCT order_id) AS orders, count(DISTINCT product_id) AS products
    FROM purchases GROUP BY customer_id
    """,
    "ANALYZE orders",
    """
    CREATE UNLOGGED TABLE followers AS
    SELECT source_id, target_id, least(5 / shares, 1) AS cap, own / (own + 2) AS trust
    FROM (
        SELECT l.source_id, l.target_id, l.shares,
            least(o.orders - l.credited, o.products - c.common)::float8 AS own
        FROM (
            SELECT source_id, target_id, count(DISTINCT order_id) AS credited, sum(share) AS shares
            FROM led GROUP BY source_id, target_id
        ) l
        JOIN orders o ON o.customer_id = l.target_id
        JOIN (
            SELECT source_id, target_id, count(*) AS common FROM matched GROUP BY source_id, target_id
        ) c USING (source_id, target_id)
    ) f
    """,
    "ANALYZE followers",
    """
    CREATE UNLOGGED TABLE credited AS
    SELECT l.source_id, l.target_id, l.order_id, l.product_id, l.days, l.share, f.trust, f.cap,
        l.net * l.share * f.trust * f.cap AS credit
    FROM led l JOIN followers f USING (source_id, target_id)
    """,
)
TABLES = "bought, matched, led, orders, followers, credited"


def run(url: str) -> tuple[float, int, float]:
    """Seconds, credit rows, and the sum of credit."""
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in SETTINGS:
            connection.execute(setting)
        begun = time.perf_counter()
        for statement in STATEMENTS:
            connection.execute(statement)
        seconds = time.perf_counter() - begun
        row = connection.execute("SELECT count(*), sum(credit) FROM credited").fetchone()
        if row is None:
            raise ValueError("PostgreSQL counted nothing")
        connection.execute(f"DROP TABLE {TABLES}")
    return seconds, int(row[0]), float(row[1] or 0)
