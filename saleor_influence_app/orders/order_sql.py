"""The SQL of `orders`: a batch in a few statements, arrays in, guards inside."""

from sqlalchemy import text

UPSERT = text("""
WITH fresh AS (
    SELECT * FROM unnest(
        CAST(:order_id AS text[]), CAST(:number AS text[]), CAST(:created_at AS timestamptz[]),
        CAST(:updated_at AS timestamptz[]), CAST(:status AS text[]), CAST(:charge_status AS text[]),
        CAST(:channel AS text[]), CAST(:currency AS text[]), CAST(:gross AS numeric[]),
        CAST(:net AS numeric[]), CAST(:charged AS numeric[]), CAST(:voucher_code AS text[]),
        CAST(:customer_id AS text[]), CAST(:email_hash AS bytea[]), CAST(:mailbox_hash AS bytea[]),
        CAST(:seen_at AS timestamptz[]), CAST(:fingerprint AS bytea[])
    ) AS f (order_id, number, created_at, updated_at, status, charge_status, channel, currency, gross,
            net, charged, voucher_code, customer_id, email_hash, mailbox_hash, seen_at, fingerprint)
), old AS (
    SELECT o.order_id, o.fingerprint FROM orders o JOIN fresh USING (order_id) WHERE o.shop_id = :shop_id
), won AS (
    INSERT INTO orders AS o (shop_id, order_id, number, created_at, updated_at, status, charge_status,
        channel, currency, gross, net, charged, voucher_code, customer_id, email_hash, mailbox_hash,
        seen_at, fingerprint)
    SELECT :shop_id, order_id, number, created_at, updated_at, status, charge_status, channel,
        currency, gross, net, charged, voucher_code, customer_id, email_hash, mailbox_hash,
        seen_at, fingerprint
    FROM fresh
    ON CONFLICT (shop_id, order_id) DO UPDATE SET
        number = excluded.number, created_at = excluded.created_at, updated_at = excluded.updated_at,
        status = excluded.status, charge_status = excluded.charge_status, channel = excluded.channel,
        currency = excluded.currency, gross = excluded.gross, net = excluded.net, charged = excluded.charged,
        voucher_code = excluded.voucher_code, customer_id = excluded.customer_id,
        email_hash = excluded.email_hash, mailbox_hash = excluded.mailbox_hash,
        seen_at = excluded.seen_at, fingerprint = excluded.fingerprint,
        former_accounts = ARRAY(
            SELECT DISTINCT a FROM unnest(o.former_accounts || o.customer_id) AS a
            WHERE a IS NOT NULL AND a IS DISTINCT FROM excluded.customer_id ORDER BY a)
    WHERE (excluded.updated_at, excluded.seen_at, excluded.fingerprint)
        > (o.updated_at, o.seen_at, o.fingerprint)
    RETURNING o.order_id, o.fingerprint
)
SELECT won.order_id, old.fingerprint IS DISTINCT FROM won.fingerprint AS changed
FROM won LEFT JOIN old USING (order_id)
""")

REMEMBER_ACCOUNTS = text("""
UPDATE orders o SET former_accounts = ARRAY(
    SELECT DISTINCT a FROM unnest(o.former_accounts || seen.accounts) AS a
    WHERE a IS DISTINCT FROM o.customer_id ORDER BY a)
FROM (
    SELECT f.order_id, array_agg(DISTINCT f.customer_id) AS accounts
    FROM unnest(CAST(:order_id AS text[]), CAST(:customer_id AS text[])) AS f (order_id, customer_id)
    GROUP BY f.order_id
) AS seen
WHERE o.shop_id = :shop_id AND o.order_id = seen.order_id
    AND NOT seen.accounts <@ (o.former_accounts || o.customer_id)
""")

# Whose home, card and gift cards they were is not known of an order that had several accounts: with one they
# all go.
UNBIND = text("""
UPDATE orders o SET
    customer_id = CASE WHEN o.customer_id = ANY (gone.ids) THEN NULL ELSE o.customer_id END,
    email_hash = CASE WHEN o.customer_id IS NULL OR o.customer_id = ANY (gone.ids)
        THEN NULL ELSE o.email_hash END,
    mailbox_hash = CASE WHEN o.customer_id IS NULL OR o.customer_id = ANY (gone.ids)
        THEN NULL ELSE o.mailbox_hash END,
    address_hash = NULL, payment_hash = NULL, gift_cards = '{}',
    former_accounts = ARRAY(
        SELECT DISTINCT CASE WHEN a = ANY (gone.ids) THEN '' ELSE a END AS account
        FROM unnest(o.former_accounts || CASE WHEN o.customer_id = ANY (gone.ids) THEN '' END) AS a
        WHERE a IS NOT NULL ORDER BY account)
FROM (
    SELECT p.order_id,
        coalesce(array_agg(a) FILTER (WHERE a = ANY (CAST(:ids AS text[]))), '{}') AS ids
    FROM orders p
    CROSS JOIN unnest(p.former_accounts || p.customer_id) AS a
    WHERE p.shop_id = :shop_id AND p.order_id = ANY (:order_ids)
    GROUP BY p.shop_id, p.order_id
    HAVING bool_or(a = ANY (CAST(:ids AS text[]))) OR (bool_or(a = '') AND (
        (p.customer_id IS NULL AND p.email_hash IS NOT NULL)
        OR p.address_hash IS NOT NULL OR p.payment_hash IS NOT NULL OR p.gift_cards <> '{}'))
) AS gone
WHERE o.shop_id = :shop_id AND o.order_id = gone.order_id
RETURNING o.order_id
""")

TAKE_NAMES_OFF = text("""
UPDATE orders SET customer_id = NULL, email_hash = NULL, mailbox_hash = NULL, address_hash = NULL,
    payment_hash = NULL, gift_cards = '{}', former_accounts = ARRAY(
        SELECT DISTINCT a FROM unnest(former_accounts || ARRAY['']) AS a
        WHERE a IS DISTINCT FROM customer_id ORDER BY a)
WHERE shop_id = :shop_id AND order_id = ANY (:order_ids)
""")

NAMES = text("""
SELECT order_id, customer_id, email_hash, mailbox_hash, former_accounts, gift_givers
FROM orders WHERE shop_id = :shop_id AND order_id = ANY (:order_ids)
""")

BOUND_TO = text("""
SELECT order_id FROM orders WHERE shop_id = :shop_id AND customer_id = ANY (:ids)
UNION
SELECT order_id FROM orders
WHERE shop_id = :shop_id AND former_accounts <> '{}' AND former_accounts && CAST(:ids AS text[])
UNION
SELECT order_id FROM orders
WHERE shop_id = :shop_id AND gift_givers <> '{}' AND gift_givers && CAST(:ids AS text[])
""")

DELETE_LINES = text("DELETE FROM order_lines WHERE shop_id = :shop_id AND order_id = ANY (:order_ids)")
DELETE_ORDERS = text("DELETE FROM orders WHERE shop_id = :shop_id AND order_id = ANY (:order_ids)")

INSERT_LINES = text("""
INSERT INTO order_lines (shop_id, order_id, line_id, product_id, category_id, quantity, net)
SELECT :shop_id, f.* FROM unnest(
    CAST(:order_id AS text[]), CAST(:line_id AS text[]), CAST(:product_id AS text[]),
    CAST(:category_id AS text[]), CAST(:quantity AS integer[]), CAST(:net AS numeric[])
) AS f
""")
