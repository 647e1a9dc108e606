"""Every network is had by its name, and every one is asked the same things."""

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from saleor_influence_app.social.failures import NotOffered
from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.network import (
    AccountRef,
    AuthorizationRequest,
    Credentials,
    Network,
    Responsive,
    Token,
)
from saleor_influence_app.social.networks import NETWORKS

ROOT = Path(__file__).parents[2]
APP = Credentials(client_id="id", client_secret="a-secret")
AUTHORIZATION = AuthorizationRequest(
    redirect_uri="https://app.example/callback?x=1", state="a&b", verifier="v" * 43
)


def opened(name: str, http: RateLimitedHttp) -> Network:
    return NETWORKS[name].open(http, "https://social.example" if name == "mastodon" else "", APP)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_has_its_name_and_answers_every_question(name: str, http: RateLimitedHttp) -> None:
    network = opened(name, http)

    assert network.name == name
    for question, _ in inspect.getmembers(Network, inspect.isfunction):
        if not question.startswith("_"):
            assert callable(getattr(network, question))


@pytest.mark.parametrize("name", NETWORKS)
def test_the_browser_is_sent_over_tls_and_without_our_secrets(name: str, http: RateLimitedHttp) -> None:
    url = opened(name, http).authorise_url(AUTHORIZATION)

    if isinstance(url, NotOffered):
        assert name == "bluesky"
        return
    assert url.startswith("https://")
    assert "state=a%26b" in url
    assert "redirect_uri=https%3A%2F%2Fapp.example%2Fcallback%3Fx%3D1" in url
    assert APP.client_secret not in url
    assert AUTHORIZATION.verifier not in url


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_says_of_itself_what_it_offers(name: str, http: RateLimitedHttp) -> None:
    one, network = NETWORKS[name], opened(name, http)
    account = AccountRef(token=Token(access="x"), api_id="1")

    assert one.name == name
    assert one.has_sign_in != isinstance(network.authorise_url(AUTHORIZATION), NotOffered)
    assert one.lists_responders == isinstance(network, Responsive)
    if not one.lists_followers:
        assert isinstance(network.followers(account), NotOffered)


@pytest.mark.parametrize("name", [name for name, one in NETWORKS.items() if one.needs_app])
def test_a_network_can_be_asked_at_another_origin(name: str, http: RateLimitedHttp) -> None:
    url = NETWORKS[name].open(http, "https://proxy.example", APP).authorise_url(AUTHORIZATION)

    assert isinstance(url, str)
    assert url.startswith("https://proxy.example/")


NAMES = re.compile(
    r"[\"'](" + "|".join(name for name in NETWORKS if name not in {"x", "mastodon"}) + r")[\"']"
)
"""Not x, which is a letter, nor Mastodon: only it has servers, so that it is treated by name."""


def test_no_list_of_networks_is_written_anywhere_else() -> None:
    files = [*(ROOT / "saleor_influence_app").rglob("*.py"), *(ROOT / "saleor_influence_app").rglob("*.js")]
    named = {
        str(file.relative_to(ROOT / "saleor_influence_app"))
        for file in files
        if file.parent.name not in {"networks", "versions"} and NAMES.search(file.read_text(encoding="utf-8"))
    }
    # Handles of Bluesky are read by code; the papers have a block about YouTube's own terms.
    assert named == {"social/handles.py", "consent/report_values.py"}


@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_not_offered_is_said_and_never_made_up(name: str, http: RateLimitedHttp) -> None:
    network, account = opened(name, http), AccountRef(token=Token(access="x"), api_id="1")
    questions: dict[str, list[Any]] = {
        "instagram": [network.followers, network.revoke],
        "tiktok": [network.followers],
        "reddit": [network.followers],
        "bluesky": [network.refresh, network.revoke],
        "mastodon": [network.refresh],
    }
    for question in questions.get(name, []):
        given = account if question == network.followers else Token(access="x")
        answer = question(given)
        assert isinstance(answer, NotOffered)
        assert len(answer.sentence) > 30
