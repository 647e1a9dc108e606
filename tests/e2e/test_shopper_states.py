"""The shopper's page in every state, in every language, in both themes, on its own address."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.support.dashboard import Shop
from tests.support.shopper_page import Shopper, barriers, overflow

pytestmark = pytest.mark.e2e
Visit = Callable[..., Shopper]
LANGUAGES = pytest.mark.parametrize("language", ["en", "nl", "it", "de"])
TITLES = {
    "en": "Your data in this shop",
    "nl": "Je gegevens in deze winkel",
    "it": "I tuoi dati in questo negozio",
    "de": "Ihre Daten in diesem Shop",
}
REFUSALS: dict[str, tuple[int, str, str]] = {
    "outage": (503, "UNAVAILABLE", "This cannot be shown at the moment"),
    "shop-silent": (503, "SALEOR_UNREACHABLE", "The shop does not answer"),
    "too-many": (429, "TOO_MANY_ATTEMPTS", "Please wait a moment"),
    "fault": (500, "FAILED", "This cannot be shown at the moment"),
}


LETTER = {"UHJvZHVjdDox": True, "UHJvZHVjdDoy": False, "UHJvZHVjdDoz": True}
LOTS = {
    "en": "By lot it says so of 2 of 3 products.",
    "nl": "Door loting zegt hij dat van 2 van de 3 producten.",
    "it": "Per sorteggio lo dice di 2 prodotti su 3.",
    "de": "Per Los steht das darin von 2 von 3 Produkten.",
}


def _error(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": "Said by the API."}}


def test_a_customer_sees_what_is_held_of_them(visit: Visit) -> None:
    shopper = visit()
    session = shopper.session()
    for purpose, network in (("link", "mastodon"), ("score", "mastodon")):
        session.agree(purpose, network)
    session.ask("POST", "/contests", json={"text": "I have never lived in Utrecht."})

    page = shopper.sign_in()

    for language, title in TITLES.items():
        shopper.speak(language, title)
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("#tick-link-mastodon")).to_be_checked()
        expect(page.locator("#tick-link-bluesky")).not_to_be_checked()
        page.locator("details").evaluate_all("all => all.forEach((one) => (one.open = true))")
        shopper.look("held")
        assert "undefined" not in page.inner_text("body")


@LANGUAGES
def test_a_shopper_signs_in_to_the_shop_and_the_password_goes_nowhere_else(
    visit: Visit, shop: Shop, *, language: str
) -> None:
    shopper = visit(language=language)
    page = shopper.open()
    expect(page.locator("#email")).to_be_visible()
    shopper.look("sign-in")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))

    page.locator("#email").fill(shopper.email)
    page.locator("#password").fill("not the password")
    page.locator("#signin-go").click()
    expect(page.locator(".note.bad")).to_be_visible()
    shopper.look("sign-in-refused")
    page.locator("#password").fill("password")
    page.locator("#password").press("Enter")

    expect(page.locator("#profiles")).to_be_visible()
    told = [one for one in sent if "not the password" in one or shopper.email in one]
    assert told
    assert all(one.startswith(shop.stack.api_url) for one in told)
    kept = page.evaluate("[...Object.values(sessionStorage), ...Object.values(localStorage)].join()")
    assert "ey" not in kept


@pytest.mark.parametrize("state", REFUSALS)
def test_a_refusal_is_said_in_words(visit: Visit, state: str) -> None:
    status, code, words = REFUSALS[state]
    shopper = visit()
    shopper.answer("/statement", status, _error(code))
    page = shopper.open()
    page.locator("#email").fill(shopper.email)
    page.locator("#password").fill("password")
    page.locator("#signin-go").click()

    expect(page.get_by_role("heading", name=words)).to_be_visible()
    shopper.look_everywhere(state, TITLES)


def test_a_shop_that_is_not_here_is_named_as_unknown(visit: Visit) -> None:
    shopper = visit()

    page = shopper.open(saleorApiUrl="https://elsewhere.example/graphql/")

    expect(page.locator("#gate")).to_be_visible()
    expect(page.locator("#email")).to_have_count(0)
    shopper.look_everywhere("unknown", TITLES)


def test_while_it_loads_it_says_so(visit: Visit) -> None:
    shopper = visit()

    def never(_: Route) -> None:
        """The app does not answer."""

    shopper.page.route("**/api/shopper/statement", never)
    page = shopper.open()
    page.locator("#email").fill(shopper.email)
    page.locator("#password").fill("password")
    page.locator("#signin-go").click()

    expect(page.get_by_text("Loading your data…")).to_be_visible()
    shopper.look_everywhere("loading", TITLES)


def test_without_social_profiles_the_page_says_what_is_held_and_asks_for_no_consent(visit: Visit) -> None:
    shopper = visit()
    about = shopper.session().ask("GET", "/about?language=en")
    shopper.answer("/about", 200, about | {"enabled": False, "wordings": [], "networks": []})
    page = shopper.open()
    page.locator("#email").fill(shopper.email)
    page.locator("#password").fill("password")
    page.locator("#signin-go").click()

    expect(page.locator("#held")).to_be_visible()
    expect(page.locator("#profiles")).to_have_count(0)
    expect(page.locator("input[type=checkbox]")).to_have_count(0)
    for right in ("#wrong", "#export", "#objection", "#erase"):
        expect(page.locator(right)).to_be_visible()
    shopper.look_everywhere("off", TITLES)


def test_a_member_of_staff_is_told_to_use_their_own_account(visit: Visit) -> None:
    page = visit().open()
    page.locator("#email").fill("admin@example.com")
    page.locator("#password").fill("admin")
    page.locator("#signin-go").click()

    expect(page.get_by_text("The shop did not confirm your session")).to_be_visible()
    page.locator("#email").fill("admin@example.com")
    page.locator("#password").fill("not the password")
    page.locator("#signin-go").click()
    expect(page.locator(".note.bad")).to_be_visible()
    expect(page.get_by_text("The shop did not confirm your session")).to_be_visible()


BECAUSE = {
    "en": "Came back on 1 day (at least 3); 1,234.5 times your usual gap since the last order "
    "(to stay: at most 2.5).",
    "nl": "Teruggekomen op 1 dag (minstens 3); 1.234,5 keer je gewone tussentijd sinds de laatste bestelling "
    "(om te blijven: hoogstens 2,5).",
    "it": "Ritorni in 1 giorno (almeno 3); 1234,5 volte il tuo intervallo abituale dall\u2019ultimo ordine "
    "(per restare: al massimo 2,5).",
    "de": "An 1 Tag wiedergekommen (mindestens 3); 1.234,5-mal Ihr üblicher Abstand seit der letzten "
    "Bestellung (um zu bleiben: höchstens 2,5).",
}
CODE = {"en": "Personal code", "nl": "Persoonlijke code", "it": "Codice personale", "de": "Persönlicher Code"}
TROUBLE = {
    "en": "Mastodon cannot be reached at the moment.",
    "nl": "Mastodon is op dit moment niet bereikbaar.",
    "it": "Mastodon non è raggiungibile in questo momento.",
    "de": "Mastodon ist gerade nicht erreichbar.",
}
HOSTILE = "<img src=x onerror=document.title='owned'> </script>{value}"


def _told(statement: dict[str, Any]) -> dict[str, Any]:
    """A statement with two groups and a profile in trouble, and texts that mean harm."""
    day = "2026-11-01T10:00:00Z"
    part = {
        "column": "frequency",
        "kind": "number",
        "value": 1,
        "operator": ">=",
        "bound": 3,
        "staying": False,
    }
    gaps = part | {"column": "gaps_since_last_order", "value": 1234.5, "operator": "<=", "bound": 2.5}
    group = {"name": "loyal", "title": "Loyal", "since": day, "reason": "In English."}
    value = dict.fromkeys(statement["value"], None) | statement["value"]
    money = {"amount": "10.00", "currency": "EUR"}
    amounts = ("value", "value_low", "value_high", "clv", "clv_low", "clv_high", "revenue")
    value |= dict.fromkeys(amounts, money)
    value |= {
        "state": "valued",
        "orders_count": 2,
        "crv_orders": 0,
        "currency": "EUR",
        "segments": [
            group | {"parts": [part, gaps | {"staying": True}]},
            group
            | {"name": "odd", "title": HOSTILE, "reason": HOSTILE, "parts": [part | {"column": HOSTILE}]},
        ],
    }
    profile = {
        "network": "mastodon",
        "handle": HOSTILE,
        "url": "javascript:alert(1)",
        "proof": "oauth",
        "proven_at": day,
        "state": "linked",
        "trouble": "In English.",
        "trouble_reason": "unreachable",
        "trouble_since": day,
        "next_at": day,
        "posts_held": 0,
        "snapshots": [],
    }
    odd = profile | {"network": "bluesky", "trouble": HOSTILE, "trouble_reason": HOSTILE}
    notices = [{"kind": "profile-moved-here", "network": "mastodon", "at": day}]
    reason = {
        "source_id": "",
        "days_between": 3.5,
        "amount": money,
        "share": 0.5,
        "trust": 1.0,
        "cap": 1.0,
        "credit": money,
        "proven": False,
    }
    reasons = [reason | {"tie_kind": kind} for kind in ("code: again", "club:chess", "mastodon:responses")]
    where = statement["standing"] | {"objected_at": None, "erased_at": None}
    told = {
        "reasons": reasons,
        "reasons_total": 3,
        "value": value,
        "profiles": [profile, odd],
        "notices": notices,
        "standing": where,
        "trials": [
            {"role": "letter", "drawn_at": day, "ends_at": day, "state": "running", "things": LETTER},
            {"role": "in your name", "drawn_at": day, "ends_at": day, "state": "stopped", "things": LETTER},
        ],
    }
    return statement | told


def test_why_a_shopper_is_in_a_group_and_what_a_network_said_is_told_in_their_language(visit: Visit) -> None:
    shopper = visit()
    statement = shopper.session().ask("GET", "/statement")
    shopper.answer("/statement", 200, _told(statement))
    page = shopper.sign_in()

    for language, title in TITLES.items():
        page.locator(f"#speak-{language}").click()
        expect(page.get_by_text(BECAUSE[language])).to_be_visible()
        expect(page.get_by_text(TROUBLE[language])).to_be_visible()
        kinds = page.locator("#reasons tbody td:first-child")
        expect(kinds.first).to_have_text(CODE[language])
        expect(kinds.nth(1)).to_have_text("club:chess")
        expect(kinds.last).to_contain_text("Mastodon")
        expect(page.get_by_text(LOTS[language])).to_have_count(1)
        expect(page.locator("p.note").first).to_contain_text("Mastodon")
        expect(page.get_by_text("In English.")).to_have_count(0)
        assert page.locator("span[lang=en]", has_text="<img src=x").count() == 2, (
            "what has no words stays as said"
        )
        assert page.title() == title
    shopper.look_everywhere("reasons", TITLES)


@LANGUAGES
def test_on_a_phone_nothing_is_cut_off(visit: Visit, language: str) -> None:
    shopper = visit(language=language, width=320)
    session = shopper.session()
    session.agree("link", "bluesky")
    page = shopper.sign_in()
    assert overflow(page) <= 0

    page.locator("#handle-bluesky").fill("somebody.pocket.test")
    page.locator("#go-bluesky").click()
    expect(page.locator("#put-bluesky")).to_be_visible()
    page.locator("#erase").click()
    page.locator("details").evaluate_all("all => all.forEach((one) => (one.open = true))")

    assert overflow(page) <= 0
    shopper.theme = "phone"
    shopper.shoot("phone")
    assert barriers(page) == []


def test_the_language_is_the_browsers_until_one_is_chosen(visit: Visit) -> None:
    shopper = visit()
    shopper.page.set_extra_http_headers({"accept-language": "fr, nl-BE;q=0.8, en;q=0.2"})
    page = shopper.open(lang="")
    expect(page.get_by_role("heading", level=1, name=TITLES["nl"], exact=True)).to_be_visible()

    page.get_by_role("button", name="Italiano", exact=True).click()

    expect(page.get_by_role("heading", level=1, name=TITLES["it"], exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Italiano", exact=True)).to_be_focused()
    assert "lang=it" in page.url


def test_the_theme_follows_the_system_unless_it_is_asked_for(visit: Visit) -> None:
    shopper = visit(theme="auto")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    shopper.page.emulate_media(color_scheme="dark")
    dark = shopper.open().evaluate(ground)

    shopper.page.emulate_media(color_scheme="light")
    light = shopper.page.evaluate(ground)
    asked = shopper.open(theme="dark").evaluate(ground)

    assert light != dark
    assert asked == dark


def test_who_wants_less_motion_gets_none(visit: Visit) -> None:
    shopper = visit()
    shopper.page.emulate_media(reduced_motion="reduce")
    page = shopper.open()

    page.evaluate("document.querySelector('main').classList.add('shape')")

    assert page.evaluate("getComputedStyle(document.querySelector('.shape')).animationName") == "none"
