"""Social profiles on the staff's side: seen with the consent proof, asked for, contested, confirmed."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Frame, Route, expect

from sandbox import shoppers
from tests.support import panel_answers as answers
from tests.support import social_answers
from tests.support.dashboard import Answer, Dashboard, Shop
from tests.support.shopper_page import Shopper, barriers

pytestmark = pytest.mark.e2e
Visit = Callable[..., Shopper]


def _name(shop: Shop, customer_id: str) -> str:
    person = shop.person(customer_id)
    return f"{person['firstName']} {person['lastName']}".strip() or str(person["email"])


def _profiles(shop: Shop, customer_id: str) -> dict[str, Any]:
    return shop.get(f"/api/customers/{quote(customer_id, safe='')}/profiles")


@pytest.fixture(scope="session")
def linked(shop: Shop, customers: Iterator[str]) -> str:
    """A customer who linked an account on the pocket Mastodon, as did two who follow them there; scored."""
    everybody: dict[str, list[str]] = httpx.get(f"{shop.stack.mastodon_url}/sandbox/people").json()
    # From the end of the list: other tests take accounts from its beginning.
    account = next(name for name in sorted(everybody, reverse=True) if len(everybody[name]) > 1)
    chosen, *friends = (next(customers) for _ in range(3))
    for customer_id, name in zip([*friends, chosen], [*everybody[account][:2], account], strict=True):
        shopper = shoppers.sign_in(shop.stack, customer_id)
        shopper.agree("link", "mastodon")
        shopper.agree("score", "mastodon")
        shopper.link(name)
    shoppers.sign_in(shop.stack, chosen).agree("outreach")
    shop.until(lambda: any(tie["kind"] == "mastodon" for tie in _profiles(shop, chosen)["ties"]))
    shop.ask("/api/runs")
    shop.until(lambda: _profiles(shop, chosen)["network_scores"])
    shop.wait_for_calm()
    return chosen


def test_a_linked_profile_stands_in_the_evidence_with_the_consent_proof(
    dashboard: Dashboard, shop: Shop, linked: str
) -> None:
    found = _profiles(shop, linked)
    profile, [scores] = found["profiles"][0], found["network_scores"]
    frame = dashboard.evidence(linked)
    card = frame.get_by_role("region", name="Social profiles", exact=True)

    expect(card.get_by_role("link", name=profile["handle"])).to_have_attribute("href", profile["url"])
    expect(card.get_by_text("Proven by sign-in on")).to_be_visible()
    newest = profile["snapshots"][0]
    expect(frame.locator(".facts-row", has_text="Followers").locator("dd")).to_have_text(
        f"{newest['followers']:,}"
    )
    known = card.locator(".facts-row", has_text="of them customers who agreed as well").locator("dd")
    expect(known).to_contain_text(f"{newest['followers_known']}of {newest['followers_seen']:,} looked at")
    reach = card.locator(".facts-row", has_text="Reach").locator("dd")
    expect(reach).to_contain_text("\N{EN DASH}" if scores["reach"] is None else str(scores["reach"]))
    expect(reach).to_contain_text(f"{scores['reach_contacts']} of {scores['contacts']} trusted contacts")
    for tie in found["ties"]:
        row = card.get_by_role("row").filter(has_text=re.compile(tie["kind"][:4], re.IGNORECASE))
        expect(row.last).to_contain_text(f"{tie['may_be_led']:,}")
    consents = card.get_by_role("row").filter(has_text="Mastodon")
    expect(consents.filter(has_text="Link the profile")).to_contain_text(
        "Signed in to the shop; profile proven by sign-in"
    )
    expect(consents.filter(has_text="Use it for scores")).to_contain_text("Given")
    card.get_by_text(f"Their {len(found['consents'])} rows of the consent ledger").click()
    for row in found["consents"]:
        expect(card.get_by_text(row["hash"])).to_be_visible()
        expect(card.get_by_text(row["wording"]).first).to_be_visible()
    dashboard.show_all(frame)
    dashboard.look(frame, "profiles-evidence")
    assert "undefined" not in frame.inner_text("body")


def test_the_customer_widget_names_what_was_proven(dashboard: Dashboard, shop: Shop, linked: str) -> None:
    frame = dashboard.customer(linked)

    expect(frame.get_by_text("Mastodon, proven by sign-in:")).to_be_visible()
    expect(frame.get_by_role("link", name=_profiles(shop, linked)["profiles"][0]["handle"])).to_be_visible()
    dashboard.show_all(frame)
    dashboard.shoot("profiles-widget")
    assert barriers(frame) == []


def test_not_me_takes_it_from_the_panel_too(dashboard: Dashboard, shop: Shop, visit: Visit) -> None:
    shopper = visit()
    everybody = httpx.get(f"{shop.stack.mastodon_url}/sandbox/people").json()
    taken = {str(link["handle"]) for link in shop.get("/api/links", state="linked", limit=100)["links"]}
    account = next(
        name for name in sorted(everybody, reverse=True) if not any(f"@{name}@" in one for one in taken)
    )
    session = shopper.session()
    session.agree("link", "mastodon")
    session.link(account)
    card = dashboard.evidence(shopper.customer_id).get_by_role("region", name="Social profiles", exact=True)
    expect(card.get_by_role("link", name=f"@{account}@")).to_be_visible()

    session.ask("POST", "/profiles/mastodon/not-me")

    card = dashboard.evidence(shopper.customer_id).get_by_role("region", name="Social profiles", exact=True)
    expect(card.get_by_text("No profile is linked")).to_be_visible()
    row = card.get_by_role("row").filter(has_text="Link the profile")
    expect(row).to_contain_text("Withdrawn")
    expect(row).to_contain_text("said that it is not theirs")
    assert account not in card.inner_text()


def test_staff_ask_and_the_customer_alone_can_use_the_address(
    dashboard: Dashboard, shop: Shop, visit: Visit
) -> None:
    shopper = visit()
    frame = dashboard.evidence(shopper.customer_id)
    card = frame.get_by_role("region", name="Social profiles", exact=True)
    expect(card.get_by_text("No profile is linked")).to_be_visible()
    expect(card.get_by_text("Only the customer can link")).to_be_visible()

    card.get_by_role("combobox", name="Network", exact=True).select_option("bluesky")
    card.get_by_label("Handle, if you know it", exact=True).fill("not a handle")
    card.get_by_role("button", name="Make a personal address", exact=True).click()
    expect(card.get_by_text("A handle has no spaces.")).to_be_visible()
    card.get_by_label("Handle, if you know it", exact=True).fill("somebody.pocket.test")
    card.get_by_role("button", name="Make a personal address", exact=True).click()

    field = card.get_by_label("Personal address for Bluesky", exact=True)
    expect(card.get_by_text("with somebody.pocket.test as a suggestion")).to_be_visible()
    url = field.input_value()
    dashboard.page.context.grant_permissions(["clipboard-read"])
    card.get_by_role("button", name="Copy: Personal address for Bluesky", exact=True).click()
    expect(card.get_by_text("Copied")).to_be_visible()
    dashboard.page.bring_to_front()
    assert dashboard.page.evaluate("navigator.clipboard.readText()") == url
    dashboard.show_all(frame)
    dashboard.shoot("profiles-asked")
    assert barriers(frame) == []
    assert _profiles(shop, shopper.customer_id)["profiles"] == []

    page = _open_as(shopper, url)
    expect(page.get_by_text("The shop invites you to link somebody.pocket.test on Bluesky.")).to_be_visible()
    expect(page.locator("#tick-link-bluesky")).not_to_be_checked()
    other = _open_as(visit(), url)
    expect(other.get_by_text("was meant for another account")).to_be_visible()


def _open_as(shopper: Shopper, url: str) -> Any:
    shopper.page.goto(f"{url}&lang=en")
    shopper.page.locator("#email").fill(shopper.email)
    shopper.page.locator("#password").fill(shoppers.PASSWORD)
    shopper.page.locator("#signin-go").click()
    shopper.page.locator("#profiles").wait_for()
    return shopper.page


def test_a_file_of_handles_invites_and_links_nothing(
    dashboard: Dashboard, shop: Shop, customers: Iterator[str], *, tmp_path: Path
) -> None:
    one, other = next(customers), next(customers)
    frame = dashboard.app("/profiles")
    card = frame.get_by_role("region", name="Ask many to link", exact=True)
    expect(card.get_by_text("Handles are only suggestions")).to_be_visible()
    lines = [
        "customer,network,handle",
        f"{one},mastodon,@somebody@mastodon.example",
        f"{shop.person(other)['email']},bluesky,",
        "nobody@example.com,mastodon,",
        f"{one},reddit,u/somebody",
        f"{one},bluesky,not a handle",
    ]
    card.get_by_label("Or pasted here", exact=True).fill("\n".join(lines))

    card.get_by_role("button", name="Make the invitations", exact=True).click()

    expect(card.get_by_text("2 invitations made, 3 rows left out")).to_be_visible()
    for reason in (
        "customer: no such customer",
        "network: not switched on",
        "handle: A handle has no spaces",
    ):
        expect(card.get_by_text(reason)).to_be_visible()
    row = card.get_by_role("row").filter(has_text=_name(shop, one))
    expect(row).to_contain_text("suggested: @somebody@mastodon.example")
    assert "invitation=" in row.get_by_role("textbox").input_value()
    dashboard.show_all(frame)
    dashboard.shoot("profiles-import")
    assert barriers(frame) == []
    with dashboard.page.expect_download() as saved:
        card.get_by_role("button", name="Download the addresses", exact=True).click()
    saved.value.save_as(tmp_path / "invitations.csv")
    assert (tmp_path / "invitations.csv").read_text().count("invitation=") == 2
    for customer_id in (one, other):
        found = _profiles(shop, customer_id)
        assert (found["profiles"], found["consents"]) == ([], [])
        assert [link["state"] for link in found["links"]] == ["waiting"]
    waiting = frame.get_by_role("region", name="Who is linked, waits, or withdrew", exact=True).get_by_role(
        "row"
    )
    expect(waiting.filter(has_text=_name(shop, one)).first).to_contain_text("Waiting for the customer")

    card.get_by_label("Or pasted here", exact=True).fill("a,b\n1,2")
    card.get_by_role("button", name="Make the invitations", exact=True).click()
    expect(card.get_by_text("The first line must name each column once")).to_be_visible()


def test_links_are_filtered_and_each_leads_to_its_customer(
    dashboard: Dashboard, shop: Shop, linked: str, *, customers: Iterator[str]
) -> None:
    left = next(customers)
    shopper = shoppers.sign_in(shop.stack, left)
    shopper.agree("link", "bluesky")
    shopper.ask("DELETE", "/consents?purpose=link&network=bluesky")
    frame = dashboard.app("/profiles")
    card = frame.get_by_role("region", name="Who is linked, waits, or withdrew", exact=True)
    mine, theirs = (
        card.get_by_role("row").filter(has=frame.get_by_role("button", name=f"Profiles ({_name(shop, who)})"))
        for who in (linked, left)
    )
    expect(mine).to_contain_text("proven by sign-in")
    expect(theirs).to_contain_text("Withdrawn")
    dashboard.show_all(frame)
    dashboard.look(frame, "profiles-real-page")

    card.get_by_role("combobox", name="State", exact=True).select_option("withdrawn")
    expect(mine).to_have_count(0)
    expect(theirs).to_be_visible()
    card.get_by_role("combobox", name="Network", exact=True).select_option("mastodon")
    expect(theirs).to_have_count(0)
    card.get_by_role("combobox", name="State", exact=True).select_option("linked")
    expect(mine).to_be_visible()
    card.get_by_role("combobox", name="Network", exact=True).select_option("reddit")
    expect(card.get_by_text("Nobody of this kind")).to_be_visible()
    card.get_by_role("combobox", name="Network", exact=True).select_option("any")

    mine.get_by_role("button", name=f"Profiles ({_name(shop, linked)})", exact=True).click()

    expect(frame.get_by_role("heading", level=1, name=_name(shop, linked))).to_be_visible()
    expect(
        frame.get_by_role("region", name="Social profiles", exact=True).get_by_text("Proven by sign-in on")
    ).to_be_visible()


def test_what_a_customer_contests_is_answered_and_they_read_it(
    dashboard: Dashboard, shop: Shop, visit: Visit
) -> None:
    shopper = visit()
    shopper.session().ask("POST", "/contests", json={"text": "I have never lived in Utrecht."})
    frame = dashboard.app("/privacy-settings")
    card = frame.get_by_role("region", name="What customers say is wrong", exact=True)
    note = card.get_by_role("listitem").filter(has_text=_name(shop, shopper.customer_id))
    expect(note).to_contain_text("I have never lived in Utrecht.")
    expect(note.get_by_role("button", name="Answer", exact=True)).to_be_disabled()
    dashboard.show_all(frame)
    dashboard.shoot("profiles-contest")

    note.get_by_role("textbox", name=re.compile("^Your answer")).fill("You are right: the tie is removed.")
    dashboard.page.keyboard.press("Tab")
    dashboard.page.keyboard.press("Enter")

    expect(card.get_by_text("Answered: they read it on their page.")).to_be_focused()
    expect(note).to_have_count(0)
    card.get_by_role("combobox", name="Notes", exact=True).select_option("all")
    expect(note).to_contain_text("You are right: the tie is removed.")
    expect(shopper.sign_in().get_by_text("You are right: the tie is removed.")).to_be_visible()


@pytest.fixture
def restored(shop: Shop, linked: str, storefront_url: str) -> Iterator[str]:
    """Afterwards the settings are as all other tests expect them."""
    yield linked
    shoppers.switch_on(shop.stack, shop.app_id, storefront_url)
    shop.wait_for_calm()


def test_an_admin_confirms_the_settings_by_name_and_date(
    dashboard: Dashboard, shop: Shop, restored: str, *, tmp_path: Path
) -> None:
    frame = dashboard.app("/privacy-settings")
    frame.get_by_label("Name", exact=True).fill("")
    frame.get_by_label("Days for which raw posts are kept", exact=True).fill("31")
    frame.get_by_role("button", name="Confirm", exact=True).click()
    for words in (
        "Who is responsible: a name.",
        "a whole number from 1 to 30.",
        "Your word for it",
    ):
        expect(frame.get_by_role("alert").get_by_text(words)).to_be_visible()
    dashboard.show_all(frame)
    dashboard.shoot("profiles-privacy-missing")
    assert barriers(frame) == []

    frame.get_by_label("Name", exact=True).fill("Kaffa BV")
    frame.get_by_label("Days for which raw posts are kept", exact=True).fill("14")
    frame.get_by_label(re.compile("I, admin@example.com, confirm")).check()
    frame.get_by_role("button", name="Confirm", exact=True).click()

    confirmed = frame.get_by_text("Switched on as confirmed by you (admin@example.com) on")
    expect(confirmed).to_be_visible()
    expect(frame.get_by_label(re.compile("I, admin@example.com, confirm"))).not_to_be_checked()
    kept = shop.get("/api/privacy-settings")
    assert (kept["controller_name"], kept["posts_days"], kept["enabled"]) == ("Kaffa BV", 14, True)
    assert kept["networks"]["bluesky"]["base_url"] == shop.stack.bluesky_url
    paper = frame.get_by_role("group", name="The paper", exact=True)
    expect(paper).to_contain_text("Kaffa BV")
    frame.get_by_role("combobox", name="Paper", exact=True).select_option("notice")
    frame.get_by_role("combobox", name="Language", exact=True).select_option("nl")
    expect(paper).to_have_attribute("lang", "nl")
    expect(paper).to_contain_text("14 dagen")
    with dashboard.page.expect_download() as saved:
        frame.get_by_role("button", name="Download", exact=True).click()
    saved.value.save_as(tmp_path / saved.value.suggested_filename)
    assert "Kaffa BV" in (tmp_path / "notice-nl.txt").read_text(encoding="utf-8")

    frame.get_by_label("Social profiles are switched on", exact=True).uncheck()
    frame.get_by_label(re.compile("I, admin@example.com, confirm")).check()
    frame.get_by_role("button", name="Confirm", exact=True).click()
    expect(frame.get_by_text("Switched off as confirmed by you")).to_be_visible()
    frame.get_by_role("navigation", name="Influence").get_by_role(
        "button", name="Profiles", exact=True
    ).click()
    expect(frame.get_by_text("Nothing is read and no social tie counts.")).to_be_visible()
    expect(frame.get_by_role("region", name="Ask many to link", exact=True)).to_have_count(0)
    page = dashboard.evidence(restored)
    card = page.get_by_role("region", name="Social profiles", exact=True)
    expect(card.get_by_text("Proven by sign-in on")).to_be_visible()
    card.get_by_role("button", name="privacy settings", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Privacy", exact=True)).to_be_visible()


PROFILES, LINKS = "GET /api/customers/*/profiles", "GET /api/links"
SETTINGS, CONTESTS, PAPERS = "GET /api/privacy-settings", "GET /api/contests", "GET /api/privacy-papers"
REQUESTS, RIGHTS = "GET /api/rights-requests", "GET /api/customers/*/rights"
ASKED_AGAIN = "GET /api/privacy-settings/asked-again"
CUSTOMER, CREDITS = "GET /api/customers/*", "GET /api/customers/*/credits"
NO_PERMISSION = answers.error(403, "PERMISSION_DENIED", "This needs the permission MANAGE_USERS in Saleor.")
OUTAGE = answers.error(503, "UNAVAILABLE", "The app's database cannot be used at the moment.")
EVIDENCE = f"/evidence/{answers.CUSTOMER_ID}"
ON = social_answers.SETTINGS_ON


def _never(_: Route) -> None:
    """The app does not answer."""


def _paper(route: Route) -> None:
    route.fulfill(content_type="text/plain", body=f"RECORD OF PROCESSING\n\n{'Kaffa BV processes. ' * 200}")


STATES: dict[str, tuple[str, dict[str, Answer], list[str]]] = {
    "evidence-linked": (
        EVIDENCE,
        {
            CUSTOMER: answers.VALUED,
            CREDITS: answers.NO_ROWS,
            PROFILES: social_answers.LINKED,
            RIGHTS: social_answers.RIGHTS,
            SETTINGS: ON,
        },
        [
            "10,412,003",
            "of 50,000 looked at",
            "not offered",
            "To be linked anew",
            "Since Nov 21, 2026",
            "Withdrawn",
            "Sports club",
            "Reddit: asked or begun",
            "Every network that is on is linked.",
            "Correction: Overdue by 3 days",
            "(since Nov 21, 2026)",
        ],
    ),
    "evidence-none": (
        EVIDENCE,
        {CUSTOMER: answers.unvalued("no-orders"), PROFILES: social_answers.NOBODY_LINKED, SETTINGS: ON},
        ["No paid orders yet", "No profile is linked", "Make a personal address"],
    ),
    "evidence-off": (
        EVIDENCE,
        {CUSTOMER: answers.unvalued("no-orders"), PROFILES: social_answers.OFF},
        ["Social profiles are switched off in this shop"],
    ),
    "evidence-forbidden": (
        EVIDENCE,
        {CUSTOMER: answers.unvalued("no-orders"), PROFILES: NO_PERMISSION},
        ["You have no permission to see this"],
    ),
    "evidence-outage": (
        EVIDENCE,
        {CUSTOMER: answers.unvalued("no-orders"), PROFILES: OUTAGE},
        ["This cannot be shown right now"],
    ),
    "evidence-loading": (
        EVIDENCE,
        {CUSTOMER: answers.unvalued("no-orders"), PROFILES: _never},
        ["No paid orders yet"],
    ),
    "evidence-objected": (
        EVIDENCE,
        {
            CUSTOMER: answers.unvalued("objected"),
            PROFILES: social_answers.NOBODY_LINKED,
            RIGHTS: social_answers.OBJECTED,
            SETTINGS: ON,
        },
        ["They objected on Nov 21, 2026", "Export for them", "Erase"],
    ),
    "evidence-erased": (
        EVIDENCE,
        {
            CUSTOMER: answers.unvalued("unknown"),
            PROFILES: social_answers.NOBODY_LINKED,
            RIGHTS: social_answers.ERASED,
        },
        ["Erased on Nov 22, 2026", "Export for them"],
    ),
    "page": (
        "/profiles",
        {LINKS: social_answers.LINKS, SETTINGS: ON},
        ["1 to 20 of 43", "suggested: @someone3", "It does not answer."],
    ),
    "page-empty": (
        "/profiles",
        {LINKS: social_answers.NO_LINKS, SETTINGS: ON},
        ["Nobody yet"],
    ),
    "page-off": (
        "/profiles",
        {SETTINGS: social_answers.SETTINGS_NEVER},
        ["Social profiles are switched off in this shop"],
    ),
    "page-off-again": (
        "/profiles",
        {
            LINKS: social_answers.LINKS,
            SETTINGS: social_answers.SETTINGS_OFF,
        },
        ["Nothing is read and no social tie counts", "@someone1@"],
    ),
    "page-outage": ("/profiles", {LINKS: OUTAGE, SETTINGS: ON}, ["This cannot be shown"]),
    "page-forbidden": ("/profiles", {"GET /api/**": NO_PERMISSION}, ["You have no permission to see this"]),
    "privacy-never": (
        "/privacy-settings",
        {
            SETTINGS: social_answers.SETTINGS_NEVER,
            REQUESTS: social_answers.NO_REQUESTS,
            CONTESTS: [],
            PAPERS: _paper,
        },
        [
            "No request is open",
            "Nothing waits for an answer",
            "Nobody has confirmed the privacy settings yet",
            "Kaffa BV processes.",
            "I, admin@example.com",
        ],
    ),
    "privacy-on": (
        "/privacy-settings",
        {
            SETTINGS: ON,
            REQUESTS: social_answers.REQUESTS,
            CONTESTS: social_answers.CONTESTS,
            ASKED_AGAIN: social_answers.ASKED_AGAIN,
            PAPERS: _paper,
        },
        [
            "2 overdue",
            "Overdue by 3 days",
            "a guest",
            "somebody who was erased",
            "1 to 10 of 12",
            "Overdue by 2 days",
            "1 to 5 of 8",
            "xxxxxxxx",
            "Switched on as confirmed by staff member VXNlcjo5OTk5 on Nov 1, 2026",
            "1,204 people agreed to older, narrower settings",
            "the stored one stays",
        ],
    ),
    "privacy-answered": (
        "/privacy-settings",
        {SETTINGS: ON, REQUESTS: OUTAGE, CONTESTS: social_answers.ANSWERED, PAPERS: _paper},
        ["This cannot be shown right now", "Answered: ", "You are right: the tie to them is removed."],
    ),
    "privacy-lacking": (
        "/privacy-settings",
        {SETTINGS: social_answers.SETTINGS_LACKING, PAPERS: OUTAGE},
        ["The operator has to do something first", "This cannot be shown right now"],
    ),
    "privacy-forbidden": ("/privacy-settings", {"GET /api/**": NO_PERMISSION}, ["You have no permission"]),
}


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_said_to_everyone(dashboard: Dashboard, state: str) -> None:
    path, answered, words = STATES[state]
    dashboard.answer(answered)

    frame = dashboard.app(path)

    for text in words:
        expect(frame.get_by_text(text).first).to_be_visible(timeout=10_000)
    dashboard.show_all(frame)
    dashboard.look(frame, f"profiles-{state}")
    assert _wider(frame) <= 0


@pytest.mark.parametrize("path", [EVIDENCE, "/profiles", "/privacy-settings"])
def test_nothing_is_wider_than_a_narrow_frame(dashboard: Dashboard, path: str) -> None:
    dashboard.answer(STATES["evidence-linked"][1] | STATES["page"][1] | STATES["privacy-on"][1])
    frame = dashboard.app(path)
    expect(frame.get_by_role("heading", level=2).nth(1)).to_be_visible()

    frame.frame_element().evaluate("frame => { frame.style.width = '380px' }")

    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    dashboard.show_all(frame)
    dashboard.shoot(f"profiles-narrow{path.replace('/', '-')[:9]}")
    assert _wider(frame) <= 0
    assert barriers(frame) == []


def test_who_may_not_manage_apps_reads_the_settings_only(dashboard: Dashboard) -> None:
    dashboard.answer({SETTINGS: ON, PAPERS: _paper})
    frame = dashboard.app("/privacy-settings")
    expect(frame.get_by_role("button", name="Confirm", exact=True)).to_be_visible()

    dashboard.sign_in_clerk(frame)

    expect(frame.get_by_role("button", name="Confirm", exact=True)).to_have_count(0)
    expect(frame.get_by_text("To change them takes the permission to manage apps.")).to_be_visible()
    expect(frame.get_by_text("https://kaffa.example, https://kaffa.nl")).to_be_visible()
    dashboard.show_all(frame)
    dashboard.shoot("profiles-privacy-clerk")
    assert barriers(frame) == []


def _wider(frame: Frame) -> int:
    return int(frame.evaluate("document.documentElement.scrollWidth - innerWidth"))
