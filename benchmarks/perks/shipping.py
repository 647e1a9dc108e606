"""How long Saleor, and a shopper with it, waits for the methods of members: the signed question under load.

The load is that of `benchmarks.intake`: from another process, latency counted from the moment a request was
due. Beside it the same server says hello at the same pace.
"""

import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import RSAKey
from sqlalchemy import text

from benchmarks import _stack, intake
from benchmarks.perks.shop import put_members

EVENT = "shipping_list_methods_for_checkout"
PATH = f"/api/webhooks/saleor/{EVENT}"
PROGRAMMES = 3
STRANGERS = 10
"""One question in so many is about somebody who is no member."""

_PROGRAMMES = text("""
    INSERT INTO perk_programmes (shop_id, kind, title, segment, terms, hold_out, seed, state, starts_at,
        ends_at, currency, uses_each, made_by)
    SELECT :shop_id, 'shipping', 'Benchmark ' || n, 'loyal', CAST(:terms AS jsonb), 0, n, 'running',
        now() - interval '1 day', now() + interval '30 days', 'USD', 5, 'benchmark'
    FROM generate_series(1, :programmes) AS n
""")
_GRANTS = text("""
    INSERT INTO perk_grants (shop_id, programme_id, customer_id, arm, is_open, state, drawn_at, given_at)
    SELECT p.shop_id, p.id, m.customer_id, 'granted', false, 'given', now(), now()
    FROM perk_programmes p JOIN memberships m ON m.shop_id = p.shop_id AND m.segment = p.segment
    WHERE p.shop_id = :shop_id
""")


def run_shipping(*, members: int, rate: float, seconds: float, workers: int) -> None:
    """Print how long answers took at this rate, and how many were wrong."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = RSAKey.import_key(key.public_key(), {"kid": intake.KEY_ID, "use": "sig", "alg": "RS256"})
    questions = [_question(number, members, key) for number in range(int(rate * seconds))]
    hello = [intake.plain_request("/hello", one.partition(b"\r\n\r\n")[2]) for one in questions]
    with _stack.servers():
        shop_id = _stack.put_shop(
            intake.API_URL, jwks={"keys": [public.as_dict(private=False)]}, history="done"
        )
        _put_grants(shop_id, members)
        spawn = multiprocessing.get_context("spawn")
        with intake.served(workers) as server, ProcessPoolExecutor(1, mp_context=spawn) as elsewhere:
            for what in (questions, hello):  # warms up
                elsewhere.submit(intake.load, server.port, what[:200], seconds=5, rate=rate).result()
            greeted, answered = (
                elsewhere.submit(intake.load, server.port, what, seconds=seconds, rate=rate).result()
                for what in (hello, questions)
            )
    print(
        f"{PROGRAMMES * members:,} grants, {rate:,.0f} questions a second for {seconds:,.0f} s, "
        f"{workers} web worker(s)\n"
        f"  methods: p50 {answered.p50 * 1000:.1f} ms, p99 {answered.p99 * 1000:.1f} ms, "
        f"wrong {answered.wrong} of {answered.count:,}\n"
        f"  hello:   p50 {greeted.p50 * 1000:.1f} ms, p99 {greeted.p99 * 1000:.1f} ms\n"
        f"  p99 of methods to hello: {answered.p99 / greeted.p99:.1f}"
    )


def _put_grants(shop_id: int, members: int) -> None:
    from saleor_influence_app import db

    put_members(shop_id, "loyal", [f"member-{number}" for number in range(members)])
    channel = {"slug": "default-channel", "currency": "USD", "price": "0"}
    terms = json.dumps({"name": "Priority", "channels": [channel], "cost": "5"})
    given = {"shop_id": shop_id, "terms": terms, "programmes": PROGRAMMES}
    with db.transaction() as session:
        session.execute(_PROGRAMMES, given)
        session.execute(_GRANTS, given)
    with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _question(number: int, members: int, key: rsa.RSAPrivateKey) -> bytes:
    who = f"stranger-{number}" if number % STRANGERS == 0 else f"member-{number * 7919 % members}"
    body = {
        "__typename": "ShippingListMethodsForCheckout",
        "issuedAt": datetime.now(UTC).isoformat(),
        "version": "3.23.28",
        "recipient": {"id": _stack.APP_ID},
        "issuingPrincipal": None,
        "checkout": {
            "id": f"Q2hlY2tvdXQ6{number}",
            "user": {"id": who},
            "channel": {"slug": "default-channel", "currencyCode": "USD"},
        },
    }
    return intake.signed_request(PATH, json.dumps(body).encode(), key)
