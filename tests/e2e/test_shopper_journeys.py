"""A shopper links, reads, contests, leaves: on the page itself and within a storefront, all of it real."""

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import Frame, Page, expect
from sqlalchemy import create_engine, text

from sandbox import shoppers
from tests.support.dashboard import Shop
from tests.support.shopper_page import Shopper, barriers, storefront

pytestmark = pytest.mark.e2e
Visit = Callable[..., Shopper]


@pytest.fixture(scope="session")
def accounts(shop: Shop) -> Iterator[str]:
    """Accounts on the pocket networks, each for one test."""
    return iter(sorted(httpx.get(f"{shop.stack.mastodon_url}/sandbox/people").json()))


@pytest.fixture(scope="session", autouse=True)
def removed(shop: Shop, customers: Iterator[str], accounts: Iterator[str]) -> tuple[str, str]:
    """Who said of an account that it is not theirs, and the account: others are told of it within minutes.

    For everybody, so that the minutes pass while other tests run.
    """
    customer_id, account = next(customers), next(accounts)
    session = shoppers.sign_in(shop.stack, customer_id)
    session.agree("link", "mastodon")
    session.agree("score", "mastodon")
    session.link(account)
    shop.until(lambda: _statement(shop, customer_id)["profiles"][0]["snapshots"])
    assert _rows_with(shop, account)

    shoppers.sign_in(shop.stack, customer_id).ask("POST", "/profiles/mastodon/not-me")

    assert _rows_with(shop, account) == []
    return customer_id, account


def _statement(shop: Shop, customer_id: str) -> dict[str, Any]:
    """What is held of the customer, asked with a new session: one is over after five minutes."""
    held: dict[str, Any] = shoppers.sign_in(shop.stack, customer_id).ask("GET", "/statement")
    return held


def _write(shop: Shop, account: str, about: str) -> None:
    """They save another text in their profile on the network."""
    url = f"{shop.stack.mastodon_url}/sandbox/people/{account}"
    httpx.put(url, json={"about": about}).raise_for_status()


def _say_yes(popup: Page, account: str) -> None:
    popup.get_by_role("combobox", name="Account", exact=True).select_option(account)
    yes = popup.get_by_role("button", name="Authorise", exact=True)
    with popup.expect_event("close"):
        # Not click(): it ends after the window may be gone, which reads as if Chromium had closed.
        yes.evaluate("button => setTimeout(() => button.click())")


def _linked(shop: Shop, shopper: Shopper, account: str) -> Page:
    page = shopper.sign_in()
    page.locator("#age").check()
    page.locator("#tick-link-mastodon").check()
    page.locator("#handle-mastodon").fill(urlsplit(shop.stack.mastodon_url).netloc)
    with page.expect_popup() as opened:
        page.locator("#go-mastodon").click()
    _say_yes(opened.value, account)
    expect(page.get_by_text("Linked. You have proven that the profile is yours.").first).to_be_visible()
    return page


def test_a_shopper_links_a_mastodon_account_with_the_keyboard_alone(
    visit: Visit, shop: Shop, accounts: Iterator[str]
) -> None:
    shopper, account = visit(), next(accounts)
    page = shopper.open()
    keyboard = page.keyboard

    def reach(element: str) -> None:
        for _ in range(60):
            if page.evaluate("document.activeElement.id") == element:
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
                return
            keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {element}")

    reach("email")
    keyboard.type(shopper.email)
    reach("password")
    keyboard.type("password")
    keyboard.press("Enter")
    expect(page.locator("#title")).to_be_focused()
    reach("tick-link-mastodon")
    keyboard.press("Space")
    expect(page.locator("#age")).to_be_focused()
    expect(page.get_by_text("First confirm that you are 18 or older.").first).to_be_visible()
    keyboard.press("Space")
    reach("tick-link-mastodon")
    keyboard.press("Space")
    expect(page.get_by_text("Saved: you agree.").first).to_be_visible()
    reach("handle-mastodon")
    keyboard.type(urlsplit(shop.stack.mastodon_url).netloc)
    with page.expect_popup() as opened:
        keyboard.press("Enter")
    popup = opened.value
    popup.wait_for_url("**/oauth/authorize**")
    popup.get_by_role("combobox", name="Account", exact=True).wait_for()
    popup.keyboard.press("Tab")
    for _ in range(
        10
    ):  # a list forgets what was typed a second ago, and on a busy machine a key may take that
        popup.keyboard.type(account)
        if popup.get_by_role("combobox", name="Account", exact=True).input_value() == account:
            break
        popup.wait_for_timeout(1_100)
    popup.keyboard.press("Tab")
    with popup.expect_event("close"):
        popup.keyboard.down("Enter")  # before the key is up, the window may be gone

    expect(page.get_by_role("link", name=f"@{account}@")).to_be_visible()
    expect(page.locator("#network-mastodon")).to_be_focused()
    assert barriers(page) == []


def test_what_is_read_appears_and_not_me_takes_it_away(
    visit: Visit, shop: Shop, accounts: Iterator[str]
) -> None:
    shopper, account = visit(), next(accounts)
    page = _linked(shop, shopper, account)
    page.locator("#tick-score-mastodon").check()
    expect(page.get_by_text("Saved: you agree.").first).to_be_visible()
    shop.until(lambda: shopper.session().ask("GET", "/statement")["profiles"][0]["snapshots"])
    page = shopper.sign_in()
    expect(page.get_by_text("What was read: one reading")).to_be_visible()
    shopper.look("linked")

    page.locator("#notme-mastodon").click()
    expect(page.locator("#notme-mastodon-really")).to_be_focused()
    shopper.shoot("not-me")
    assert barriers(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#notme-mastodon")).to_be_focused()
    page.locator("#notme-mastodon").click()
    page.locator("#notme-mastodon-yes").click()

    expect(page.get_by_text("Removed: the profile and everything read from it.").first).to_be_visible()
    expect(page.locator("#tick-link-mastodon")).not_to_be_checked()
    assert account not in json.dumps(shopper.session().ask("GET", "/export"))


def test_a_text_in_the_profile_proves_a_bluesky_account(
    visit: Visit, shop: Shop, accounts: Iterator[str]
) -> None:
    shopper, account = visit(), next(accounts)
    page = shopper.sign_in()
    page.locator("#age").check()
    page.locator("#tick-link-bluesky").check()
    page.locator("#handle-bluesky").fill(f"{account.replace('_', '-')}.pocket.test")
    page.locator("#go-bluesky").click()
    expect(page.locator("#next-bluesky")).to_be_focused()
    nonce = page.locator("#put-bluesky").inner_text()
    shopper.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#copy-bluesky").click()
    expect(page.get_by_text("Copied.").first).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == nonce
    shopper.shoot("nonce")
    assert barriers(page) == []

    page.locator("#done-bluesky").click()
    expect(page.get_by_text("We do not see it in your Bluesky profile yet.").first).to_be_visible()
    shopper.shoot("nonce-missing")
    assert barriers(page) == []
    _write(shop, account, f"Mostly bread. {nonce}")
    page.locator("#done-bluesky").click()

    expect(page.get_by_text("Linked. You have proven that the profile is yours.").first).to_be_visible()


def test_a_no_at_the_network_links_nothing(visit: Visit, shop: Shop) -> None:
    shopper = visit()
    page = shopper.sign_in()
    page.locator("#age").check()
    page.locator("#tick-link-mastodon").check()
    page.locator("#handle-mastodon").fill(urlsplit(shop.stack.mastodon_url).netloc)
    with page.expect_popup() as opened:
        page.locator("#go-mastodon").click()

    opened.value.get_by_role("button", name="Deny", exact=True).click()

    expect(page.get_by_text("You said no at the network, so nothing was linked.").first).to_be_visible()
    assert shopper.session().ask("GET", "/statement")["profiles"] == []


def test_without_another_window_a_shopper_comes_back_in_the_same_one(
    visit: Visit, shop: Shop, accounts: Iterator[str]
) -> None:
    shopper, account = visit(), next(accounts)
    shopper.session().agree("link", "mastodon")
    shopper.page.add_init_script("window.open = () => null")
    page = shopper.sign_in()
    page.locator("#handle-mastodon").fill(urlsplit(shop.stack.mastodon_url).netloc)
    page.locator("#go-mastodon").click()
    page.get_by_role("combobox", name="Account", exact=True).select_option(account)
    page.get_by_role("button", name="Authorise", exact=True).click()

    page.locator("#email").fill(shopper.email)
    page.locator("#password").fill("password")
    page.locator("#signin-go").click()

    expect(page.get_by_text("Linked. You have proven that the profile is yours.").first).to_be_visible()
    assert "code=" not in page.url


def test_a_server_that_is_none_is_refused_beside_the_field(visit: Visit) -> None:
    shopper = visit(language="nl")
    shopper.session().agree("link", "mastodon")
    page = shopper.sign_in()
    page.locator("#handle-mastodon").fill("not a server")
    page.locator("#go-mastodon").click()

    expect(page.locator(".note.bad").first).to_contain_text("Dit is geen Mastodon-naam")
    expect(page.locator("#handle-mastodon")).to_have_value("not a server")


def test_a_consent_is_withdrawn_where_it_was_given(visit: Visit) -> None:
    shopper = visit(language="it")
    page = shopper.sign_in()
    page.locator("#age").check()
    page.locator("#tick-perks").check()
    expect(page.locator("#tick-perks-version")).to_contain_text(
        "Hai dato il consenso a questo testo, versione 2"
    )

    page.locator("#tick-perks").click()
    expect(page.locator("#tick-perks-really")).to_be_focused()
    expect(page.locator("#tick-perks")).to_be_checked()
    page.locator("#tick-perks-no").click()
    expect(page.locator("#tick-perks")).to_be_focused()
    page.locator("#tick-perks").click()
    page.locator("#tick-perks-yes").click()

    expect(page.get_by_text("Revocato.").first).to_be_visible()
    expect(page.locator("#tick-perks")).not_to_be_checked()
    rows = shopper.session().ask("GET", "/statement")["consents"]
    assert [(row["purpose"], row["action"], row["language"]) for row in rows] == [
        ("perks", "given", "it"),
        ("perks", "withdrawn", ""),
    ]


def test_a_shopper_contests_exports_and_erases(visit: Visit, tmp_path: Path) -> None:
    shopper = visit()
    shopper.session().agree("outreach")
    page = shopper.sign_in()
    page.locator("#wrong").fill("I do not know these people.")
    page.locator("#contest-go").click()
    expect(page.get_by_text("Sent. You will find the answer here.").first).to_be_visible()
    expect(page.locator("#wrong")).to_have_value("")

    with page.expect_download() as saved:
        page.locator("#export").click()
    saved.value.save_as(tmp_path / "held.json")
    held: dict[str, Any] = json.loads((tmp_path / "held.json").read_text())
    assert held["customer_id"] == shopper.customer_id
    assert held["holds"]["contests"][0]["text"] == "I do not know these people."

    page.locator("#erase").click()
    shopper.shoot("erase")
    assert barriers(page) == []
    page.locator("#erase-yes").click()
    erased = "Erased: profiles, consents, scores, ties. Your orders stay with the shop; nothing is computed"
    expect(page.get_by_text(erased).first).to_be_visible()
    with page.expect_download() as saved:
        page.locator("#certificate").click()
    saved.value.save_as(tmp_path / "erased.json")
    certificate = json.loads((tmp_path / "erased.json").read_text())
    assert (certificate["reason"], certificate["deleted"]["contests"]) == ("erased", 1)
    assert shopper.customer_id not in json.dumps(certificate)
    shopper.shoot("erased")
    assert barriers(page) == []
    left = shopper.session().ask("GET", "/statement")
    assert (left["consents"], left["contests"], left["profiles"]) == ([], [], [])


def test_an_invitation_suggests_and_decides_nothing(visit: Visit, shop: Shop) -> None:
    shopper = visit()
    invited = shop.stack.panel(
        shop.app_id,
        f"/api/customers/{shopper.customer_id}/invitations",
        json={"network": "bluesky", "handle": "somebody.pocket.test"},
    )
    token = invited["url"].partition("invitation=")[2]
    page = shopper.sign_in(invitation=token)

    expect(page.get_by_text("The shop invites you to link somebody.pocket.test on Bluesky.")).to_be_visible()
    expect(page.locator("#tick-link-bluesky")).not_to_be_checked()
    page.locator("#age").check()
    page.locator("#tick-link-bluesky").check()
    expect(page.locator("#handle-bluesky")).to_have_value("somebody.pocket.test")

    other = visit().sign_in(invitation=token)
    expect(other.get_by_text("was meant for another account")).to_be_visible()


def _framed(shopper: Shopper, storefront_url: str, token: str) -> Frame:
    shopper.page.goto(f"{storefront_url}/?{urlencode({'token': token})}")
    frame = shopper.page.frame(url=lambda url: "/shopper?" in url)
    assert frame is not None
    return frame


def test_within_a_storefront_a_shopper_is_signed_in_already(
    visit: Visit,
    shop: Shop,
    storefront_url: str,
    *,
    storefront_socket: socket.socket,
    accounts: Iterator[str],
) -> None:
    shopper, account = visit(), next(accounts)
    with storefront(shop.stack.app_url, shopper.address(), storefront_socket.dup()):
        frame = _framed(shopper, storefront_url, shopper.session().token)
        expect(frame.locator("#profiles")).to_be_visible()
        expect(frame.locator("#email")).to_have_count(0)
        heard = shopper.page.evaluate("window.heard.map((one) => one.type)")
        assert heard[0] == "influence:ready"
        frame.locator("#age").check()
        frame.locator("#tick-link-mastodon").check()
        frame.locator("#handle-mastodon").fill(urlsplit(shop.stack.mastodon_url).netloc)
        with shopper.page.expect_popup() as opened:
            frame.locator("#go-mastodon").click()
        _say_yes(opened.value, account)
        expect(frame.get_by_role("link", name=f"@{account}@")).to_be_visible()
        shopper.shoot("framed")
        shopper.page.wait_for_function(
            "window.heard.some((one) => one.type === 'influence:height' && one.height > 900)"
        )

        shopper.page.evaluate("frames[0].postMessage({ type: 'influence:signed-out' }, '*')")
        expect(frame.get_by_text("Sign in to the shop first")).to_be_visible()
        assert barriers(frame) == []


def test_an_expired_session_is_asked_for_anew_and_nobody_notices(
    visit: Visit, shop: Shop, storefront_url: str, *, storefront_socket: socket.socket
) -> None:
    shopper = visit()
    with storefront(shop.stack.app_url, shopper.address(), storefront_socket.dup()):
        frame = _framed(shopper, storefront_url, shopper.session().token)
        expect(frame.locator("#profiles")).to_be_visible()
        expired: list[str] = []

        def once(route: Any) -> None:
            expired.append(route.request.headers["authorization"])
            if len(expired) == 1:
                body = {"error": {"code": "TOKEN_EXPIRED", "message": "Your session has expired."}}
                route.fulfill(status=401, json=body)
            else:
                route.fallback()

        shopper.page.route("**/api/shopper/consents", once)
        shopper.page.wait_for_timeout(1100)  # tokens of the same second are the same token
        shopper.page.evaluate("token => (window.token = token)", shopper.session().token)
        frame.locator("#age").check()
        frame.locator("#tick-perks").check()

        expect(frame.get_by_text("Saved: you agree.").first).to_be_visible()
        expect(frame.locator("#tick-perks")).to_be_checked()
        assert len(expired) == 2
        assert expired[0] != expired[1]


def test_only_the_storefronts_of_the_shop_may_frame_it(visit: Visit, shop: Shop) -> None:
    shopper = visit()
    policy = httpx.get(shopper.address()).headers["content-security-policy"]
    ancestors = policy.rpartition("frame-ancestors ")[2].split()
    assert shop.stack.saleor_url in ancestors
    assert "unsafe-inline" not in policy
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        storefront(shop.stack.app_url, shopper.address(), listener),
    ):
        with shopper.page.expect_console_message(lambda said: "frame-ancestors" in said.text):
            shopper.page.goto(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        assert shopper.page.frames[1].locator("#page").count() == 0
    shopper.complaints[:] = [one for one in shopper.complaints if "frame-ancestors" not in one]


def test_not_me_leaves_nothing_anywhere(shop: Shop, removed: tuple[str, str]) -> None:
    customer_id, account = removed

    shop.until(lambda: _statement(shop, customer_id)["erasures"] == [])

    written = shop.stack.saleor("query($id:ID!){user(id:$id){privateMetadata{key value}}}", id=customer_id)[
        "user"
    ]["privateMetadata"]
    assert account not in json.dumps(written)
    granted = httpx.get(f"{shop.stack.mastodon_url}/sandbox/grants/{account}").json()
    assert granted == []


def _rows_with(shop: Shop, words: str) -> list[str]:
    """Tables of the whole database in which a row says these words."""
    engine = create_engine(shop.stack.database_url)
    with engine.connect() as connection:
        tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        found = [
            table
            for table in tables
            if connection.scalar(
                text(f'SELECT count(*) FROM "{table}" AS r WHERE r::text LIKE :words'),
                {"words": f"%{words}%"},
            )
        ]
    engine.dispose()
    return found
