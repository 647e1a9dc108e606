"""The files of the shopper's page: who may frame them, what they may do, their weight and words."""

import gzip
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from saleor_influence_app import db, settings
from saleor_influence_app.api import shopper_page
from saleor_influence_app.consent import privacy_settings
from saleor_influence_app.consent.languages import LANGUAGES
from saleor_influence_app.social.failures import Cause, Reason
from scoring.columns import GRADED, WORDS
from tests.support.shop_server import AppClient
from tests.support.staff import API_URL

STOREFRONTS = ["https://shop.example", "https://other.example:8443"]
SOURCE = settings.ROOT / "dashboard_ui" / "src" / "shopper"
SCRIPTS = sorted(SOURCE.rglob("*.ts*"))
LINKED = re.compile(r'(?:src|href)="[^"]*/([a-z.]+)"')
IMPORTED = re.compile(r'from"\./([a-z]+\.js)"')
HEAVIEST = 60_000
"""Bytes, gzipped: all that a first visit loads."""


def _confirm(shop_id: int, **changed: Any) -> None:
    given = {
        "enabled": True,
        "controller_name": 'Kaffa "BV" <script>',
        "controller_contact": "privacy@kaffa.example",
        "storefront_origins": STOREFRONTS,
        "networks": {"mastodon": {}},
    }
    with db.transaction() as session:
        wanted = privacy_settings.PrivacySettingsInput.model_validate(given | changed)
        privacy_settings.confirm(session, shop_id, wanted, user_id="VXNlcjox")


def _page(client: AppClient, api_url: str = API_URL, **query: str) -> httpx.Response:
    return client.request("GET", f"/shopper?{urlencode({'saleorApiUrl': api_url, **query})}")


def _directive(answer: httpx.Response, name: str) -> list[str]:
    parts = [part.split() for part in answer.headers["content-security-policy"].split("; ")]
    return next(part[1:] for part in parts if part[0] == name)


def test_only_the_shops_own_storefronts_may_frame_it(client: AppClient, shop_id: int) -> None:
    _confirm(shop_id)

    answer = _page(client)

    assert _directive(answer, "frame-ancestors") == STOREFRONTS
    assert _directive(answer, "connect-src") == ["'self'", "https://one.example"]
    assert _directive(answer, "script-src") == _directive(answer, "style-src") == ["'self'"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert 'data-state="on"' in answer.text
    assert "Kaffa &quot;BV&quot; &lt;script&gt;" in answer.text


def test_before_it_is_switched_on_nobody_may_frame_it_and_it_says_so(client: AppClient, shop_id: int) -> None:
    assert shop_id
    answer = _page(client)

    assert 'data-state="off"' in answer.text
    assert _directive(answer, "frame-ancestors") == ["'none'"]
    assert _directive(answer, "connect-src") == ["'self'", "https://one.example"]  # where customers sign in


def test_switched_off_again_customers_can_still_get_at_what_is_theirs(
    client: AppClient, shop_id: int
) -> None:
    _confirm(shop_id)
    _confirm(shop_id, enabled=False)

    assert 'data-state="paused"' in _page(client).text


@pytest.mark.parametrize(
    "address",
    ["", "https://nobody.example/graphql/", "x" * 5000, "https://one.example/graphql/\0", "'; script-src *"],
)
def test_of_an_unknown_shop_nothing_reaches_page_or_policy(
    client: AppClient, shop_id: int, address: str
) -> None:
    _confirm(shop_id)

    answer = _page(client, address)

    assert answer.status_code == 200
    assert 'data-state="unknown"' in answer.text
    assert _directive(answer, "frame-ancestors") == ["'none'"]
    assert "*" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        ("nl", "it", "nl"),
        ("nl-BE", "", "nl"),
        ("xx", "it-CH, en;q=0.5", "it"),
        ("", "fr, nl;q=0.3, it;q=0.7", "it"),
        ("", "de-AT, en", "de"),
        ("", "fr", "en"),
        ("", "nlx, *;q=0.1", "en"),
        ('"><script>', ";;q=,,", "en"),
    ],
)
def test_the_language_is_asked_for_or_the_browsers_or_english(
    client: AppClient, *, wanted: str, accepted: str, language: str
) -> None:
    answer = client.request(
        "GET", f"/shopper?{urlencode({'lang': wanted})}", headers={"accept-language": accepted}
    )

    assert re.search(rf'<html\s+lang="{language}"', answer.text)


@pytest.mark.parametrize(
    ("wanted", "theme"), [("dark", "dark"), ("light", "light"), ("", "auto"), ('"', "auto")]
)
def test_the_theme_is_one_of_three(client: AppClient, wanted: str, theme: str) -> None:
    assert f'data-theme="{theme}"' in _page(client, theme=wanted).text


def test_the_page_of_a_proof_says_nothing_about_anybody(client: AppClient) -> None:
    one, other = (client.request("GET", f"/shopper/me/{place}") for place in ("abc", "def"))

    assert one.status_code == 200
    assert one.text == other.text
    assert "<script" not in one.text


@pytest.mark.parametrize(
    "name", ["page.html", "../index.html", "..%2fpage.html", "none.js", "page.js/", "PAGE.JS"]
)
def test_other_files_are_not_given_out(client: AppClient, name: str) -> None:
    assert client.request("GET", f"/shopper/assets/{name}").status_code == 404


PAGES = ("page", "thanks", "return", "proof")


def test_every_file_of_the_page_is_served(client: AppClient) -> None:
    for page in PAGES:
        text = (shopper_page.FILES / f"{page}.html").read_text()
        for link in re.findall(r'(?:src|href)="([^"]+)"', text):
            name = link.rpartition("/")[2]
            answer = client.request("GET", f"/shopper/assets/{name}")
            assert answer.status_code == 200, link
            assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_visit_is_light(client: AppClient, language: str) -> None:
    """A browser loads what the page names, what its scripts import, and the texts of one language."""
    wanted = [f"{language}.json", *LINKED.findall(_page(client, lang=language).text)]
    loaded: dict[str, int] = {}
    while wanted:
        name = wanted.pop()
        text = client.request("GET", f"/shopper/assets/{name}").text
        loaded[name] = len(gzip.compress(text.encode()))
        wanted += {*IMPORTED.findall(text)} - loaded.keys()

    assert {"page.js", "shared.js", "page.css"} < loaded.keys()
    assert sum(loaded.values()) < HEAVIEST, loaded


@pytest.mark.usefixtures("shop_id")
def test_a_file_that_has_not_changed_is_not_sent_again(client: AppClient) -> None:
    takes = {"accept-encoding": "gzip"}
    script = client.request("GET", "/shopper/assets/page.js", headers=takes)
    known = takes | {"if-none-match": script.headers["etag"]}

    assert script.headers["cache-control"] == "no-cache"
    assert client.request("GET", "/shopper/assets/page.js", headers=known).status_code == 304


@pytest.mark.usefixtures("shop_id")
def test_a_page_that_was_not_built_says_so(
    client: AppClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shopper_page, "FILES", tmp_path)

    answer = _page(client)

    assert answer.status_code == 503
    assert "npm run build" in answer.text


def _words(language: str) -> dict[str, Any]:
    words: dict[str, Any] = json.loads((SOURCE / "words" / f"{language}.json").read_text())
    return words


def test_the_scripts_never_make_markup_of_text() -> None:
    source = "\n".join(script.read_text() for script in SCRIPTS if ".test." not in script.name)

    assert len(SCRIPTS) > 20
    for danger in (
        "dangerouslySetInnerHTML",
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "localStorage",
    ):
        assert danger not in source


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_that_the_api_can_give_has_words(language: str) -> None:
    words = _words(language).keys()
    refusals = {*(one.value for one in Cause), *(one.value for one in Reason), "not-offered", "other-network"}
    grades = {grade for grades in GRADED.values() for grade in grades}

    assert {f"refusal.{one}" for one in refusals} <= words
    assert {f"because.{column}" for column in WORDS} <= words
    assert {f"grade.{grade}" for grade in grades} <= words
