"""Perk programmes of the demo: three that run and are used, and one that has ended and is judged."""

import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from rich.console import Console

from sandbox import buying, shoppers
from sandbox.client import ShopClient
from sandbox.parts import ROOT, PartFailed
from sandbox.stack import STAFF_EMAIL, STAFF_PASSWORD, Stack

AGREEING, USING = 6, 3
WAIT_SECONDS = 120.0
AWAITED = "It is judged once"
"""Begins what stands in the place of a result until there is one."""
PAST = timedelta(days=200)
"""By which the one that has ended is put into the past, since a result waits for two weeks of returns."""
_SHIFT = """
UPDATE perk_programmes SET starts_at = starts_at - %(past)s, ends_at = now() - interval '20 days',
    ended_at = now() - interval '20 days' WHERE id = %(id)s;
UPDATE perk_grants SET drawn_at = drawn_at - %(past)s, given_at = given_at - %(past)s
WHERE programme_id = %(id)s;
"""
ORDERED_DAYS_AGO = 100
"""When members bought with it: after it began, and before it ended."""
OUTSIDE = """
SELECT count(*) FROM perk_redemptions r
JOIN perk_programmes p ON p.id = r.programme_id
LEFT JOIN orders o ON o.shop_id = r.shop_id AND o.order_id = r.order_id
WHERE NOT (r.at BETWEEN p.starts_at AND coalesce(p.ended_at, p.ends_at))
    OR NOT (o.created_at BETWEEN p.starts_at AND coalesce(p.ended_at, p.ends_at))
"""
"""How many redemptions, or their orders, lie outside their programme's time."""
BOOK_THEN = """
UPDATE perk_redemptions r SET at = o.created_at + interval '1 minute'
FROM orders o WHERE r.programme_id = %(id)s AND o.shop_id = r.shop_id AND o.order_id = r.order_id
"""


def run(stack: Stack, app_id: str, console: Console) -> None:
    """Plan, start and use the programmes through the product, and print a line for each."""
    segment = max(stack.panel(app_id, "/api/overview")["segments"], key=lambda one: one["size"])["name"]
    listed = stack.panel(app_id, "/api/customers", segment=segment, limit=AGREEING)["customers"]
    for row in listed:
        shoppers.sign_in(stack, row["customer_id"]).agree("outreach")
    grant_permission(stack, app_id, "MANAGE_GIFT_CARD")
    slug, variant = _bought(stack)
    currency = _currency(stack, slug)
    channel = {"slug": slug, "currency": currency}
    codes = _start(
        stack, app_id, "discount_code", title="Ten per cent off", segment=segment, currency=currency,
        terms={"discount": "percentage", "channels": [channel | {"value": "10"}], "prefix": "DEMO"},
    )  # fmt: skip
    cards = _start(
        stack, app_id, "gift_card", title="A card of 15", segment=segment, currency=currency,
        most_people=10, terms={"amount": "15", "currency": currency},
    )  # fmt: skip
    notes = _start(
        stack, app_id, "outreach", title="A note from us", segment=segment, currency=currency,
        needs_consent=True, hold_out=0.0, terms={"task": "note", "brief": "Thank them for their orders"},
    )  # fmt: skip
    ended = _start(
        stack, app_id, "discount_code", title="Last autumn's five per cent", segment=segment,
        currency=currency, hold_out=0.5, most_people=200,
        terms={"discount": "percentage", "channels": [channel | {"value": "5"}], "prefix": "PAST"},
    )  # fmt: skip
    running = [codes, cards, notes]
    for programme_id in (*running, ended):
        _await_given(stack, app_id, programme_id)
    for programme_id in (codes, cards):
        _use(stack, app_id, programme_id, channel=slug, variant=variant)
    orders = _use(stack, app_id, ended, channel=slug, variant=variant)
    older = {"ids": orders, "days": ORDERED_DAYS_AGO}
    stack.http.post(f"{stack.saleor_url}/sandbox/older-orders", json=older).raise_for_status()
    task = stack.panel(app_id, f"/api/perks/{notes}/outreach")["tasks"][0]["id"]
    stack.panel(app_id, f"/api/outreach/{task}/assign", json={})
    stack.panel(app_id, f"/api/outreach/{task}/finish", json={"note": "Sent a card"})
    stack.panel(app_id, f"/api/perks/{ended}/end", json={})
    with psycopg.connect(stack.database_url.replace("+psycopg", "")) as connection:
        for statement in _SHIFT.strip().split(";\n"):
            connection.execute(statement, {"id": ended, "past": PAST})
    _await_older(stack, orders)
    _hurry(stack, "facts.perks", "runs.perks")
    _await_booked(stack, app_id, ended)
    with psycopg.connect(stack.database_url.replace("+psycopg", "")) as connection:
        connection.execute(BOOK_THEN, {"id": ended})
        if connection.execute(OUTSIDE).fetchone() != (0,):
            raise PartFailed("a redemption lies outside its programme's time")
    console.print("\n[bold]Perks[/bold]")
    for programme_id in (*running, ended):
        console.print(f"  {line(stack.panel(app_id, f'/api/perks/{programme_id}'))}")


def line(programme: Mapping[str, Any]) -> str:
    """Return a programme in a line: what it gives, to how many, what was used, and its result."""
    counts = programme["counts"]
    said = (
        f"{programme['title']} ({programme['state']}): {programme['summary']}; {counts['given']:,} given, "
        f"{counts['held_out']:,} held out, used {programme['uses']} times"
    )
    return f"{said}. {programme['result']}" if programme["result"] else f"{said}."


def _start(stack: Stack, app_id: str, kind: str, **given: Any) -> int:
    now = datetime.now(UTC)
    days = {
        "starts_at": (now - timedelta(minutes=1)).isoformat(),
        "ends_at": (now + timedelta(days=30)).isoformat(),
    }
    plan = {"kind": kind, "hold_out": 0.2, "needs_consent": False, "most_people": 40, **days, **given}
    made = int(stack.panel(app_id, "/api/perks", json=plan)["id"])
    stack.panel(app_id, f"/api/perks/{made}/start", json={})
    return made


def _await_given(stack: Stack, app_id: str, programme_id: int) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        stack.check()
        counts = stack.panel(app_id, f"/api/perks/{programme_id}")["counts"]
        if counts["given"] and not counts["on_their_way"]:
            return
        if time.monotonic() > deadline:
            raise PartFailed(f"programme {programme_id} gave nothing: {counts}")
        time.sleep(0.3)


def _await_older(stack: Stack, orders: list[str]) -> None:
    """The app has heard when these orders were made."""
    young = """SELECT count(*) FROM unnest(%(ids)s::text[]) AS i (id) LEFT JOIN orders o ON o.order_id = i.id
        WHERE o.created_at IS NULL OR o.created_at > now() - interval '50 days'"""
    deadline = time.monotonic() + WAIT_SECONDS
    with psycopg.connect(stack.database_url.replace("+psycopg", ""), autocommit=True) as connection:
        while connection.execute(young, {"ids": orders}).fetchone() != (0,):
            stack.check()
            if time.monotonic() > deadline:
                raise PartFailed("the app did not hear when the orders of an ended programme were made")
            time.sleep(0.3)


def _await_booked(stack: Stack, app_id: str, ended: int) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        stack.check()
        found = stack.panel(app_id, f"/api/perks/{ended}")
        if found["uses"] and not found["result"].startswith(AWAITED):
            return
        if time.monotonic() > deadline:
            raise PartFailed(f"programme {ended} was not judged")
        time.sleep(0.3)


def _use(stack: Stack, app_id: str, programme_id: int, *, channel: str, variant: str) -> list[str]:
    """Some who were given something buy with it, each in their own session; returns the orders."""
    orders = []
    shop = ShopClient(stack.api_url, STAFF_EMAIL, STAFF_PASSWORD, stack.http)
    grants = stack.panel(app_id, f"/api/perks/{programme_id}/grants", limit=100)["grants"]
    for grant in [one for one in grants if one["state"] == "given"][:USING]:
        token = shoppers.sign_in(stack, grant["customer_id"]).token
        code = grant["code"] or _card(shop, token)
        order = buying.buy(shop, [(variant, 2)], token=token, codes=[code], channel=channel)
        orders.append(str(order["id"]))
    return orders


def _card(shop: ShopClient, token: str) -> str:
    query = "{me{giftCards(first:1){edges{node{code}}}}}"
    return str(shop.data(query, token=token)["me"]["giftCards"]["edges"][0]["node"]["code"])


def _bought(stack: Stack) -> tuple[str, str]:
    """Return the channel in which most is bought, and something that was bought there lately."""
    query = "{orders(first:100){edges{node{channel{slug} lines{variant{id}}}}}}"
    found: dict[str, list[str]] = defaultdict(list)
    for edge in stack.saleor(query)["orders"]["edges"]:
        rows = [row["variant"]["id"] for row in edge["node"]["lines"] if row["variant"]]
        found[edge["node"]["channel"]["slug"]] += rows
    slug = max(found, key=lambda one: len(found[one]))
    return slug, found[slug][0]


def _currency(stack: Stack, slug: str) -> str:
    channels = stack.saleor("{channels{slug currencyCode}}")["channels"]
    return str(next(one["currencyCode"] for one in channels if one["slug"] == slug))


def grant_permission(stack: Stack, app_id: str, permission: str) -> None:
    """An admin grants the app a permission more, in the shop, and the app looks again."""
    query = "query($i:ID!){app(id:$i){permissions{code}}}"
    held = {one["code"] for one in stack.saleor(query, i=app_id)["app"]["permissions"]}
    permit(stack, app_id, held | {permission})


def permit(stack: Stack, app_id: str, permissions: set[str]) -> None:
    """An admin lets the app have these permissions, in the shop, and the app looks again."""
    mutation = "mutation($i:ID!,$v:AppInput!){appUpdate(id:$i,input:$v){errors{message}}}"
    stack.saleor(mutation, i=app_id, v={"permissions": sorted(permissions)})
    known = stack.panel(app_id, "/api/permissions/refresh", json={})["permissions"]
    if set(known) != permissions:
        raise RuntimeError(f"the app knows of {sorted(known)}, not of {sorted(permissions)}")


def _hurry(stack: Stack, *tasks: str) -> None:
    """Have the app's workers do at once what its clock would ask for later."""
    command = [sys.executable, "-m", "celery", "-A", "saleor_influence_app.worker", "call"]
    calls = [
        subprocess.Popen(  # noqa: S603 - our own program
            [*command, task], cwd=ROOT, env=dict(stack.variables), stdout=subprocess.DEVNULL
        )
        for task in tasks
    ]
    if any(call.wait(WAIT_SECONDS) for call in calls):
        raise PartFailed("the app's workers could not be asked")
