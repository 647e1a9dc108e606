"""Every network is had by its name, and every one is asked the same things."""

import inspect

import pytest

from saleor_influence_app.profiles.network_clients import NetworkRefused, at
from saleor_influence_app.social.answers import NotOffered
from saleor_influence_app.social.handles import NETWORKS
from saleor_influence_app.social.network import Account, Asking, Credentials, Network, Token
from saleor_influence_app.social.networks import bluesky
from saleor_influence_app.social.wire import Wire

APP = Credentials(client_id="id", client_secret="a-secret")
ASKING = Asking(redirect_uri="https://app.example/callback?x=1", state="a&b", verifier="v" * 43)


ADDRESSES = {"mastodon": "https://social.example", "bluesky": bluesky.PUBLIC_API}


def opened(name: str, wire: Wire) -> Network:
    return at(name, ADDRESSES.get(name, ""), APP, wire=wire)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_has_its_name_and_answers_every_question(name: str, wire: Wire) -> None:
    network = opened(name, wire)

    assert network.name == name
    for question, _ in inspect.getmembers(Network, inspect.isfunction):
        if not question.startswith("_"):
            assert callable(getattr(network, question))


@pytest.mark.parametrize("name", NETWORKS)
def test_her_browser_is_sent_over_tls_and_without_our_secrets(name: str, wire: Wire) -> None:
    url = opened(name, wire).authorise_url(ASKING)

    if isinstance(url, NotOffered):
        assert name == "bluesky"
        return
    assert url.startswith("https://")
    assert "state=a%26b" in url
    assert "redirect_uri=https%3A%2F%2Fapp.example%2Fcallback%3Fx%3D1" in url
    assert APP.client_secret not in url
    assert ASKING.verifier not in url


@pytest.mark.parametrize("name", [name for name in NETWORKS if name not in ADDRESSES])
def test_without_the_shops_credentials_a_network_is_refused_in_words(name: str, wire: Wire) -> None:
    with pytest.raises(NetworkRefused, match=name):
        at(name, "", None, wire=wire)


@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_not_offered_is_said_and_never_made_up(name: str, wire: Wire) -> None:
    network, account = opened(name, wire), Account(token=Token(access="x"), api_id="1")
    questions = {
        "instagram": [network.followers, network.revoke],
        "tiktok": [network.followers],
        "reddit": [network.followers],
        "bluesky": [network.refresh, network.revoke],
        "mastodon": [network.refresh],
    }
    for question in questions.get(name, []):
        given = account if question == network.followers else Token(access="x")
        answer = question(given)  # type: ignore[arg-type]
        assert isinstance(answer, NotOffered)
        assert len(answer.sentence) > 30
