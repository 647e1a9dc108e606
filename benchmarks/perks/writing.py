"""How fast members are drawn, and Saleor told: codes and gift cards, beside the bare requests for them.

A pocket Saleor in a process of its own is written to (webhooks off), at its own speed. Bare are the same
requests, built beforehand, one after another through the same client: what the product takes longer is ours.
"""

import json
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from benchmarks import _stack
from benchmarks.perks.shop import put_members

CHANNEL = "default-channel"
CURRENCY = "USD"
SEGMENTS = {"discount_code": "loyal", "gift_card": "rising"}
"""The second has those alone whom the pocket Saleor knows: nobody else can be given a card."""
CODES = {"discount": "percentage", "channels": [{"slug": CHANNEL, "currency": CURRENCY, "value": "10"}]}
CARDS = {"amount": "20", "currency": CURRENCY}
PERMISSIONS = frozenset({"MANAGE_DISCOUNTS", "MANAGE_GIFT_CARD", "MANAGE_ORDERS", "MANAGE_USERS"})


def run_writing(*, members: int, cards: int) -> None:
    """Print how many grants a second are drawn and written, and how that is to the bare requests."""
    with _stack.servers(), _pocket(max(cards, 1)) as told:
        shop_id = _put_shop(told["api_url"], members, customer_ids=told["customer_ids"])
        print(f"{'':<26}{'grants':>10}{'seconds':>10}{'a second':>10}{'to bare':>10}")
        for title, kind, terms, most, bare in (
            ("codes", "discount_code", CODES, members, _bare_codes),
            ("gift cards", "gift_card", CARDS, cards, _bare_cards),
        ):
            drawing = _timed(lambda: _draw(shop_id, kind, terms=terms, most=most))  # noqa: B023 - called at once
            writing = _timed(lambda: _write(shop_id))
            alone = _timed(lambda: bare(told, most))  # noqa: B023 - the same
            _line(f"{title}: drawn", most, seconds=drawing)
            _line(f"{title}: written", most, seconds=writing, bare=alone)
            _line(f"{title}: bare requests", most, seconds=alone)
        left = _left(shop_id)
    print(f"\nnot given in the end: {left}")


def serve(customers: int) -> None:
    """Be the pocket Saleor until the parent ends."""
    from sandbox.apps import App
    from sandbox.build import create_state
    from sandbox.server import running

    state = create_state()
    now = state.store.clock.now()
    app = App(1, _stack.APP_ID, "influence", "Influence", now, PERMISSIONS, _stack.TOKEN, is_active=True)
    state.apps[app.id] = app
    users = [state.store.new_user(f"p{number}@example.com", now) for number in range(customers)]
    for user in users:
        state.store.put_user(user)
    with running(state):
        told = {"api_url": state.settings.api_url, "customer_ids": [user.id for user in users]}
        print(json.dumps(told), flush=True)
        sys.stdin.read()


@contextmanager
def _pocket(customers: int) -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-m", "benchmarks.perks", "--serve", str(customers)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        if server.stdout is None:
            raise SystemExit("the pocket Saleor did not start")
        try:
            yield json.loads(server.stdout.readline())
        finally:
            server.terminate()


def _put_shop(api_url: str, members: int, *, customer_ids: list[str]) -> int:
    from saleor_influence_app import db
    from saleor_influence_app.models import Shop

    shop_id = _stack.put_shop(api_url, history="done")
    with db.transaction() as session:
        shop = session.get_one(Shop, shop_id)
        shop.permissions, shop.saleor_version = sorted(PERMISSIONS), "3.23.28"
    put_members(shop_id, SEGMENTS["discount_code"], [f"made-{number}" for number in range(members)])
    put_members(shop_id, SEGMENTS["gift_card"], customer_ids)
    return shop_id


def _draw(shop_id: int, kind: str, *, terms: dict[str, Any], most: int) -> None:
    from saleor_influence_app import db
    from saleor_influence_app.perks import programmes, schedule
    from saleor_influence_app.perks.programmes import ProgrammeWanted

    now = datetime.now(UTC)
    wanted = ProgrammeWanted(
        kind=kind,
        title=f"Benchmark {kind}",
        segment=SEGMENTS[kind],
        terms=terms,
        starts_at=now - timedelta(minutes=1),
        ends_at=now + timedelta(days=30),
        currency=CURRENCY,
        hold_out=0.0,
        needs_consent=False,
        most_people=most,
    )
    with db.transaction() as session:
        programme_id = programmes.create(session, shop_id, wanted, made_by="benchmark")
        programmes.start(session, shop_id, programme_id)
    schedule.sweep(db.transaction)


def _write(shop_id: int) -> None:
    from saleor_influence_app import db
    from saleor_influence_app.perks.strategies import WRITERS
    from saleor_influence_app.writeback import saleor_writes

    while saleor_writes.drain(db.transaction, shop_id, writers=WRITERS):
        pass


def _bare_codes(told: dict[str, Any], count: int) -> None:
    from saleor_influence_app.perks.strategies.discount_code.strategy import BATCH

    codes = [f"BARE-{secrets.token_hex(6)}" for _ in range(count)]
    given = {"name": "bare", "type": "ENTIRE_ORDER", "discountValueType": "PERCENTAGE", "singleUse": True}
    with _client(told) as client:
        made = client.execute("perk_voucher_create", {"input": given | {"addCodes": codes[:BATCH]}})
        voucher = made["voucherCreate"]["voucher"]["id"]
        for start in range(BATCH, count, BATCH):
            batch = {"addCodes": codes[start : start + BATCH]}
            client.execute("perk_voucher_update", {"id": voucher, "input": batch})


def _bare_cards(told: dict[str, Any], count: int) -> None:
    balance = {"amount": "20", "currency": CURRENCY}
    with _client(told) as client:
        for customer_id in told["customer_ids"][:count]:
            given = {"balance": balance, "isActive": True, "assignedTo": customer_id}
            client.execute("perk_gift_card_create", {"input": given})


def _client(told: dict[str, Any]) -> Any:
    from saleor_influence_app.saleor.client import SaleorClient

    return SaleorClient(told["api_url"], _stack.TOKEN)


def _left(shop_id: int) -> int:
    from saleor_influence_app import db

    with db.transaction() as session:
        query = text("SELECT count(*) FROM perk_grants WHERE shop_id = :s AND state <> 'given'")
        return int(session.execute(query, {"s": shop_id}).scalar_one())


def _timed(work: Callable[[], None]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _line(title: str, count: int, *, seconds: float, bare: float | None = None) -> None:
    ratio = "" if bare is None else f"{bare / seconds:.2f}"
    print(f"{title:<26}{count:>10,}{seconds:>10.1f}{count / seconds:>10,.0f}{ratio:>10}")
