# ruff: noqa: S608 - statements are put together from our own words
"""The planted shop as the product stores it: accounts, guests, homes, codes, ids as long as Saleor's."""

from collections.abc import Iterable

from sqlalchemy import Connection, Engine, text

from benchmarks._stack import put_shop

CUSTOMER = "encode(('User:' || {0})::bytea, 'base64')"
ORDER = "encode(('Order:' || md5('order' || {0})::uuid)::bytea, 'base64')"
LINE = "encode(('OrderLine:' || md5('line' || {0})::uuid)::bytea, 'base64')"
PRODUCT = "encode(('Product:' || {0})::bytea, 'base64')"
CATEGORY = "encode(('Category:' || {0})::bytea, 'base64')"
GUEST = "{0} % 50 = 7"
"""One buyer in fifty has no account."""
HOME = "CASE WHEN {0} % 20 = 1 THEN {0} - 1 ELSE {0} END"
"""One customer in twenty shares an address with another, and half of those a card."""
EMAIL = "sha256(('mail' || {0})::bytea)"
LEADER = "{0} % 20 = 3"
"""One customer in twenty has a personal code; one order in a hundred redeems one."""

CUSTOMERS = f"""
    INSERT INTO customers (shop_id, customer_id, email_hash, mailbox_hash, date_joined, updated_at, seen_at)
    SELECT :shop, {CUSTOMER.format("n")}, {EMAIL.format("n")},
        CASE WHEN n % 100 = 5 THEN sha256(('box' || n)::bytea) END, began, began, began
    FROM generate_series(0, CAST(:customers AS integer) - 1) AS n,
        (SELECT timestamptz '2024-01-01') AS b (began)
    WHERE NOT ({GUEST.format("n")})
"""
ORDERS = f"""
    INSERT INTO orders (shop_id, order_id, number, created_at, updated_at, seen_at, status, charge_status,
        channel, currency, gross, net, charged, voucher_code, customer_id, email_hash, mailbox_hash,
        fingerprint, address_hash, payment_hash, traits_updated_at, traits_seen_at, discount, delivery_method,
        shipping_gross, benefits_updated_at, benefits_seen_at)
    SELECT :shop, {ORDER.format("k")}, k::text, at, at, at, 'FULFILLED', 'FULL', 'default-channel', 'EUR',
        net + 4.95, net, CASE WHEN k % 40 = 0 THEN 0 ELSE net + 4.95 END,
        CASE WHEN k % 100 = 17
            THEN 'CODE-' || (k::bigint * 7919 % (CAST(:customers AS integer) / 20) * 20 + 3) END,
        CASE WHEN NOT ({GUEST.format("n")}) AND k % 10 <> 4 THEN {CUSTOMER.format("n")} END,
        {EMAIL.format("n")}, CASE WHEN n % 100 = 5 THEN sha256(('box' || n)::bytea) END,
        substring(sha256(k::text::bytea) FOR 16),
        CASE WHEN k % 20 <> 9 THEN substring(sha256(('home' || {HOME.format("n")})::bytea) FOR 16) END,
        CASE WHEN k % 5 < 3 THEN substring(sha256(
            ('card' || CASE WHEN n % 40 = 1 THEN n - 1 ELSE n END)::bytea) FOR 16) END,
        at, at, 0, 'U2hpcHBpbmdNZXRob2Q6MQ==', 4.95, at, at
    FROM (
        SELECT order_id AS k, min(customer_id) AS n, min(created_at) AS at,
            round(sum(net)::numeric, 2) AS net
        FROM {{planted}} GROUP BY order_id
    ) AS made
"""
LINES = f"""
    INSERT INTO order_lines (shop_id, order_id, line_id, product_id, category_id, quantity, net)
    SELECT :shop, {ORDER.format("order_id")}, {LINE.format("line_id")}, {PRODUCT.format("product_id")},
        {CATEGORY.format("category_id")}, 1, round(net::numeric, 2)
    FROM {{planted}}
"""
TIES = f"""
    INSERT INTO ties (shop_id, source_id, target_id, kind, origin, known_at)
    SELECT :shop, {CUSTOMER.format("source_id")}, {CUSTOMER.format("target_id")}, 'friend', 'staff',
        timestamptz '2024-01-01'
    FROM planted.ties
    WHERE NOT ({GUEST.format("source_id")}) AND NOT ({GUEST.format("target_id")})
"""
CODES = f"""
    INSERT INTO personal_codes (shop_id, code, customer_id, valid_from)
    SELECT :shop, 'CODE-' || n, {CUSTOMER.format("n")}, timestamptz '2024-01-01'
    FROM generate_series(0, CAST(:customers AS integer) - 1) AS n
    WHERE {LEADER.format("n")} AND NOT ({GUEST.format("n")})
"""
CATEGORIES = f"""
    INSERT INTO categories (shop_id, category_id, parent_id, name)
    SELECT :shop, {CATEGORY.format("n")},
        CASE WHEN parent IS NOT NULL THEN {CATEGORY.format("parent")} END, 'category ' || n
    FROM unnest(CAST(:parents AS integer[])) WITH ORDINALITY AS tree (parent, place), LATERAL
        (SELECT place - 1) AS p (n)
"""
DAY = "planted.day"
NEW_DAY = f"""
    CREATE TABLE {DAY} AS
    SELECT order_id + 100000000 AS order_id, line_id + 100000000 AS line_id, customer_id, product_id,
        category_id, created_at + interval '1 day' AS created_at, net
    FROM planted.purchases WHERE created_at > timestamptz '2025-12-31 00:00Z'
"""
"""The orders of the world's last day once more, a day later."""
INDEXES = """
    SELECT c.conname, i.relname, pg_get_indexdef(i.oid) AS made,
        CASE WHEN c.oid IS NOT NULL THEN pg_get_constraintdef(c.oid) END AS constrained
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    LEFT JOIN pg_constraint c ON c.conindid = x.indexrelid AND c.contype IN ('p', 'u')
    WHERE x.indrelid = CAST(:table AS regclass)
"""


def fill(engine: Engine, customers: int, parents: Iterable[int | None]) -> int:
    """The product's tables hold the planted shop of schema `planted`; returns its id."""
    from saleor_influence_app import db
    from saleor_influence_app.targeting import definitions

    shop_id = put_shop("https://shop.example/graphql/", history="done")
    with db.transaction() as session:
        definitions.store_defaults(session, shop_id)
    given = {"shop": shop_id, "customers": customers, "parents": list(parents)}
    statements = {"customers": CUSTOMERS, "orders": ORDERS, "order_lines": LINES, "ties": TIES}
    with engine.begin() as connection:
        connection.execute(text("UPDATE shops SET segments_only = false"))
        _put(connection, CATEGORIES, given)
        _put(connection, CODES, given)
    for table, statement in statements.items():
        with engine.begin() as connection:
            later = _without_indexes(connection, table)
            _put(connection, statement.format(planted="planted.purchases"), given)
            for made in later:
                connection.execute(text(made))
    vacuum(engine)
    return shop_id


def bring_day(engine: Engine, shop_id: int, customers: int) -> int:
    """The shop has one day of orders more; returns how many."""
    given = {"shop": shop_id, "customers": customers}
    with engine.begin() as connection:
        connection.execute(text(NEW_DAY))
        orders = _put(connection, ORDERS.format(planted=DAY), given)
        _put(connection, LINES.format(planted=DAY), given)
    return orders


def vacuum(engine: Engine) -> None:
    """What autovacuum would do some time later, so that no step is charged with it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))
        connection.execute(text("CHECKPOINT"))


def _put(connection: Connection, statement: str, given: dict[str, object]) -> int:
    named = {name: value for name, value in given.items() if f":{name}" in statement}
    return connection.execute(text(statement), named).rowcount


def _without_indexes(connection: Connection, table: str) -> list[str]:
    """Drop the table's indexes; returns the statements that make them again."""
    later = []
    for row in connection.execute(text(INDEXES), {"table": table}).all():
        if row.constrained is None:
            connection.execute(text(f"DROP INDEX {row.relname}"))
            later.append(row.made)
        else:
            connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {row.conname} CASCADE"))
            later.append(f"ALTER TABLE {table} ADD CONSTRAINT {row.conname} {row.constrained}")
    return later
