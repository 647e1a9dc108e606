"""`make demo ARGS="--from-nothing"`: a shop without ties, and the first weeks of what it learns.

The app is installed as many weeks ago as are played, so that the last day is today.
"""

import argparse
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console

from sandbox import influence, programmes
from sandbox.fast_clock import FastClock
from sandbox.parts import PartFailed
from sandbox.stack import Stack
from sandbox.weeks import Weeks

CUSTOMERS, SEED, WEEKS = 2_000, 2, 26
"""The first shop of that size in which somebody is found within half a year, of the seeds from 1 on."""
TOKEN_SECONDS = 400 * 86_400
"""Sessions outlast the whole year: who signed in stays so from one day to the next."""
PATIENCE_SECONDS = 240.0
LEARNING = """
[bold]Two ways to learn are switched on[/bold]
  The question after each order, and a referral link for each of {:,} customers.
  One buyer in three responds; one response in ten names the wrong person.
  A fifth of those who lead share their link; half of the orders that they cause come by it.
"""
FOUND = ("leads", "proven")


def clock(options: argparse.Namespace, folder: Path) -> FastClock:
    """Return a clock that is so many weeks behind the present."""
    return FastClock(folder / "clock", timedelta(weeks=options.weeks))


def saleor_arguments(options: argparse.Namespace) -> list[str]:
    """Return what the pocket Saleor is started with."""
    size = ["--customers", str(options.customers or CUSTOMERS), "--seed", str(options.seed or SEED)]
    return ["--untied", *size, "--token-seconds", str(TOKEN_SECONDS)]


def environment() -> dict[str, str]:
    """Return the app's settings; each respondent comes from an address of their own, as by a proxy."""
    return {"TRUSTED_PROXIES": "127.0.0.1", "SCORE_DELAY_SECONDS": "86400"}


def show(stack: Stack, clock: FastClock, *, weeks: int, console: Console) -> str:
    """Install, show what is known without ties, play the weeks and report them; return the app's id."""
    shop = install(stack, clock, console)
    started = time.monotonic()
    first = learn(shop, weeks=weeks, console=console)
    took = timedelta(seconds=round(time.monotonic() - started))
    console.print(f"\nPlayed in {took}: {shop.answered:,} responses, {shop.by_link} orders by link.")
    console.print(_ending(shop, first))
    said, mended = shop.compare()
    console.print(f"{said}; {mended:,} rows had to be mended.")
    clock.hand_over()
    return shop.app_id


def install(stack: Stack, clock: FastClock, console: Console) -> Weeks:
    """Install the app, have its history read, and print what is known without a single tie."""
    console.print(f"Installing the app from {stack.app_url}/api/manifest … It is {clock.now():%d %B %Y}.")
    shop = Weeks(stack, clock, stack.install())
    _read_history(shop, console)
    influence.without_ties(stack, shop.app_id, console)
    console.print(f"  {stack.panel(shop.app_id, '/api/influence')['gate']['sentence']}")
    return shop


def learn(shop: Weeks, *, weeks: int, console: Console) -> str | None:
    """Switch on two ways to learn, and play the weeks; return the first verdict in words, if there is one."""
    shop.codes = _begin(shop, weeks)
    console.print(LEARNING.format(len(shop.codes)))
    first = None
    for week in shop.play(weeks):
        console.print(f"  {_line(shop, week)}")
        if first is None and (first := _first(shop.stack, shop.app_id)):
            console.print(f"  [bold]The first verdict, in week {week}:[/bold] {first}")
    return first


def _read_history(shop: Weeks, console: Console) -> None:
    """Wait until orders and customers are read, and value them."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (history := shop.stack.panel(shop.app_id, "/api/overview")["history"])["state"] != "done":
        shop.stack.check()
        if history["state"] == "failed" or time.monotonic() > deadline:
            raise PartFailed(f"reading the history failed: {history['error']}")
        shop.send("history.sweep")
        time.sleep(1)
    shop.settle()
    shop.value()
    orders, customers = history["orders"]["done"], history["customers"]["done"]
    console.print(f"{orders:,} orders of {customers:,} customers are read, valued and written to Saleor.")


def _begin(shop: Weeks, weeks: int) -> dict[str, str]:
    """Switch the question on and give everybody a referral link; return the codes by customer."""
    stack, app_id = shop.stack, shop.app_id
    channel = stack.saleor("{channels{slug currencyCode}}")["channels"][0]
    slug, currency = channel["slug"], channel["currencyCode"]
    known = stack.panel(app_id, "/api/settings")
    page = f"{stack.saleor_url}/?voucher={{code}}"
    wanted = {"survey": True, "currency": currency, "referral_url": page}
    stack.panel(app_id, "/api/settings", json=known | wanted)
    programmes.grant_permission(stack, app_id, "MANAGE_GIFT_CARD")
    now = shop.clock.now()
    plan = {
        "kind": "referral",
        "title": "Bring a friend",
        "conditions": [{"column": "orders_count", "operator": ">=", "threshold": 0}],
        "currency": currency,
        "starts_at": (now - timedelta(minutes=1)).isoformat(),
        "ends_at": (now + timedelta(weeks=weeks + 4)).isoformat(),
        "hold_out": 0.0,
        "needs_consent": False,
        "uses_each": 20,
        "terms": {
            "discount": "percentage",
            "channels": [{"slug": slug, "currency": currency, "value": "10"}],
            "prefix": "FRIEND",
            "reward": "5",
            "return_days": 14,
        },
    }
    programme = stack.panel(app_id, "/api/perks", json=plan)["id"]
    stack.panel(app_id, f"/api/perks/{programme}/start", json={})
    shop.send("facts.perks")
    return _codes(shop, programme)


def _codes(shop: Weeks, programme: int) -> dict[str, str]:
    """Return the codes by customer, once all are in Saleor."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        counts = shop.stack.panel(shop.app_id, f"/api/perks/{programme}")["counts"]
        if counts["given"] and not counts["on_their_way"]:
            break
        shop.stack.check()
        if time.monotonic() > deadline:
            raise PartFailed(f"the referral programme gave nothing: {counts}")
        time.sleep(0.3)
    codes: dict[str, str] = {}
    path = f"/api/perks/{programme}/grants"
    while page := shop.stack.panel(shop.app_id, path, limit=100, offset=len(codes))["grants"]:
        codes |= {one["customer_id"]: one["code"] for one in page}
    return codes


def _line(shop: Weeks, week: int) -> str:
    """Return what the shop knows after this week."""
    stack, app_id = shop.stack, shop.app_id
    found = stack.panel(app_id, "/api/influence")
    steps = {one["key"]: one["ties"] for one in stack.panel(app_id, "/api/insights")["steps"]}
    survey = stack.panel(app_id, "/api/survey", days=365)
    ties = {"links": sum(steps["referral"].values()), "answers": sum(steps["survey"].values())}
    told = {one["channel"]: one["responses"] for one in survey["channels"] if one["responses"]}
    verdicts = {verdict: influence.named(stack, app_id, verdict) for verdict in FOUND}
    planted = len(set().union(*verdicts.values()) & stack.planted()[0])
    return (
        f"week {week:>2}  ties: {_counted(ties)} · answers: {_counted(told)} · "
        f"{len(verdicts['leads'])} lead, {len(verdicts['proven'])} proven ({planted} planted) · "
        f"booked {_booked(found)}"
    )


def _counted(parts: Mapping[str, int]) -> str:
    total, named = sum(parts.values()), ", ".join(f"{name} {count}" for name, count in parts.items())
    return f"{total} ({named})" if total else "0"


def _booked(found: Mapping[str, Any]) -> str:
    parts = [found["totals"][name] for name in ("crv", "civ") if found["totals"][name]]
    total = sum(float(part["amount"]) for part in parts)
    return f"{total:.2f} {parts[0]['currency']}" if parts else "nothing"


def _first(stack: Stack, app_id: str) -> str | None:
    """Return the sentence of who is found, the one of most value first; None while nobody is."""
    for verdict in reversed(FOUND):
        rows = stack.panel(app_id, "/api/customers", verdict=verdict, limit=1)["customers"]
        for row in rows:
            customer = stack.panel(app_id, f"/api/customers/{row['customer_id']}")
            return f"{stack.name_of(row['customer_id'])}: {customer['verdict_sentence']}"
    return None


def _ending(shop: Weeks, first: str | None) -> str:
    """Return what the weeks have come to, also when that is nothing."""
    planted = len(shop.stack.planted()[0])
    gate = shop.stack.panel(shop.app_id, "/api/influence")["gate"]["sentence"]
    if first is None:
        return (
            f"Nobody is said to lead yet: {planted} customers lead others in this shop, and what was heard "
            f"of them is not enough evidence.\n{gate}"
        )
    return f"{planted} customers lead others in this shop; most of them have shared no link.\n{gate}"
