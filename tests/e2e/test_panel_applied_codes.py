"""Codes that only the app applies: made in the panel, in their owner's checkout, and in nobody else's."""

import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from sandbox import buying, shoppers
from sandbox.client import ShopClient
from tests.support.dashboard import Dashboard, Shop, barriers
from tests.support.perk_screens import await_given

pytestmark = pytest.mark.e2e
TITLE = "Quietly yours"
MORE = "mutation($i:ID!,$p:[PermissionEnum!]){appUpdate(id:$i,input:{permissions:$p}){errors{message}}}"
HOOKS = "query($i:ID!){app(id:$i){webhooks{name isActive}}}"
TRIES = 5


def let_the_app_change_checkouts(shop: Shop) -> None:
    """What an admin does on the page of the app's permissions, and a look of the app afterwards."""
    found = shop.stack.saleor("query($i:ID!){app(id:$i){permissions{code}}}", i=shop.app_id)
    codes = [one["code"] for one in found["app"]["permissions"]]
    answer = shop.stack.saleor(MORE, i=shop.app_id, p=[*codes, "MANAGE_CHECKOUTS"])
    assert answer["appUpdate"]["errors"] == []
    shop.ask("/api/permissions/refresh")


def made(dashboard: Dashboard, shop: Shop) -> dict[str, Any]:
    """A programme of such codes, made in the wizard, and its codes in Saleor."""
    frame = dashboard.app("/perks/new")
    frame.get_by_role("combobox", name="Segment", exact=True).select_option("loyal")
    frame.get_by_label("Only customers who have agreed to perks").uncheck()
    frame.get_by_role("button", name="Next").click()
    frame.get_by_label("Name, for you and the customers").fill(TITLE)
    frame.get_by_role("combobox", name="Currency").select_option(index=1)
    frame.get_by_label("Only the app applies the codes").check()
    expect(frame.get_by_text("Binds nearly hard")).to_be_visible()
    dashboard.look_at_widths(frame, "perks-applied-what")
    frame.get_by_role("button", name="Next").click()
    frame.get_by_label("For how many customers at most").fill("8")
    frame.get_by_role("button", name="Check", exact=True).click()
    frame.get_by_role("button", name="Start", exact=True).click()
    frame.get_by_role("group").get_by_role("button", name="Start", exact=True).click()
    return await_given(shop, TITLE)


def until_code(client: ShopClient, checkout: str, *, gone: str | None) -> tuple[str | None, float]:
    """Read the checkout until its code is another than `gone`; return that, and after how many seconds."""
    began = time.monotonic()
    while (found := buying.read(client, checkout)["voucherCode"]) == gone:
        assert time.monotonic() < began + 120, found
        time.sleep(0.02)
    return found, time.monotonic() - began


def test_a_stranger_cannot_keep_the_code_that_the_app_put_into_its_owners_checkout(
    dashboard: Dashboard, shop: Shop
) -> None:
    let_the_app_change_checkouts(shop)
    programme = made(dashboard, shop)
    assert programme["bind"] == "nearly"
    page = shop.get(f"/api/perks/{programme['id']}/grants")["grants"]
    assert {one["code"] for one in page} == {None}
    owner, other = [one["customer_id"] for one in page if one["state"] == "given"][:2]
    client = ShopClient(shop.stack.api_url)
    bought = shop.stack.saleor("{orders(first:1){edges{node{lines{variant{id}}}}}}")["orders"]["edges"]
    variant = bought[0]["node"]["lines"][0]["variant"]["id"]

    token = shoppers.sign_in(shop.stack, owner).token
    theirs = buying.open_checkout(client, [(variant, 2)], token=token)
    code, seconds = until_code(client, theirs, gone=None)
    assert code is not None
    print(f"put into its owner's checkout after {seconds:.2f} s")  # noqa: T201 - a figure to state

    windows = []
    for _ in range(TRIES):
        guests = buying.open_checkout(client, [(variant, 2)], email="stranger@example.com")
        buying.add_code(client, guests, code)
        found, seconds = until_code(client, guests, gone=code)
        assert found is None
        windows.append(seconds)
    print(f"taken off after {statistics.median(windows):.2f} s, at most {max(windows):.2f} s")  # noqa: T201

    hooks = shop.stack.saleor(HOOKS, i=shop.app_id)["app"]["webhooks"]
    assert [one["isActive"] for one in hooks if one["name"] == "Checkout filter shipping methods"] == [True]
    assert {one["active"] for one in buying.ways(client, theirs)} == {True}
    guests = buying.open_checkout(client, [(variant, 2)], email="guest@example.com")
    assert {one["active"] for one in buying.ways(client, guests)} == {True}

    others = buying.open_checkout(client, [(variant, 2)], token=shoppers.sign_in(shop.stack, other).token)
    own, _ = until_code(client, others, gone=None)
    assert own != code
    assert buying.read(client, theirs)["voucherCode"] == code
    client.close()

    frame = dashboard.app(f"/perks/{programme['id']}")
    expect(frame.get_by_role("list", name="Customers who were drawn")).to_be_visible()
    expect(frame.get_by_text(code)).to_have_count(0)
    expect(frame.get_by_text("Not theirs: nothing is credited for them.")).to_be_visible()
    frame.get_by_role("button", name="Replace the code").first.click()
    frame.get_by_role("group").get_by_role("button", name="Replace").click()
    expect(frame.get_by_text("On its way").first).to_be_visible()
    dashboard.look_at_widths(frame, "perks-applied-running")


def test_ticked_customers_are_given_it_together_and_its_voucher_shows_what_it_did(
    dashboard: Dashboard, shop: Shop
) -> None:
    now = datetime.now(UTC)
    plan = {
        "kind": "discount_code",
        "title": "For those ticked",
        "segment": "rising",
        "terms": {
            "discount": "percentage",
            "channels": [{"slug": "default-channel", "currency": "USD", "value": "10"}],
        },
        "starts_at": now.isoformat(),
        "ends_at": (now + timedelta(days=30)).isoformat(),
        "currency": "USD",
        "hold_out": 0.0,
        "needs_consent": False,
    }
    programme = shop.ask("/api/perks", plan)
    shop.ask(f"/api/perks/{programme['id']}/start")
    ticked = [row["customer_id"] for row in shop.top(2)]

    frame = dashboard.mounted("/popups/customers", customerIds=",".join(ticked))
    choice = frame.get_by_role("combobox", name="Programme")
    choice.select_option(label="For those ticked: 10 % off an order")
    frame.get_by_role("button", name="Look who would get it").click()
    answers = frame.get_by_role("list", name="Who gets it")
    expect(answers.get_by_role("listitem")).to_have_count(2)
    able = answers.get_by_text("Would get it").count()
    if able:
        frame.get_by_role("button", name=f"Give it to {able}").click()
        expect(frame.get_by_text(f"Given to {able}.")).to_be_visible()
    assert barriers(frame) == []

    await_given(shop, "For those ticked")
    named = shop.stack.saleor("{vouchers(first:100){edges{node{id name}}}}")["vouchers"]["edges"]
    [voucher] = [one["node"]["id"] for one in named if one["node"]["name"].startswith("For those ticked")]
    frame = dashboard.mounted("/widgets/voucher", voucherId=voucher)
    expect(frame.get_by_text("Holders")).to_be_visible()
    expect(frame.get_by_text("What it brought is judged two weeks after its end.")).to_be_visible()
    for place, title in (("/orders", "Orders with perks"), ("/catalog", "Who leads where")):
        frame = dashboard.app(place)
        expect(frame.get_by_role("heading", level=1, name=title)).to_be_visible()
        expect(
            frame.get_by_role("combobox")
            .or_(frame.get_by_text("Nothing here yet"))
            .or_(frame.get_by_role("list", name="Orders with perks"))
            .first
        ).to_be_visible()
        assert barriers(frame) == [], place
