"""An authorisation can be neither replayed nor swapped."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from saleor_influence_app.social.failures import Final, Reason
from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.network import AuthorizationRequest, Credentials, Network, Token
from saleor_influence_app.social.networks import reddit, tiktok, x, youtube
from saleor_influence_app.social.oauth_state import (
    LIFETIME,
    AuthorizationContext,
    begin,
    challenge_of,
    verifier_of,
)
from sandbox.networks.mastodon import Mastodon as Server
from sandbox.networks.people import Person
from tests.support.apis import Api, refusal
from tests.support.linking_shopper import CALLBACK, answer, connected

KEY = b"k" * 32
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
CONTEXT = AuthorizationContext(
    shop="1", session="s", network="mastodon", base_url="https://social.example", redirect_uri=CALLBACK
)


def test_what_was_begun_comes_back_with_its_verifier() -> None:
    state, verifier = begin(CONTEXT, key=KEY, now=NOW)

    assert verifier_of(state, CONTEXT, key=KEY, now=NOW + timedelta(minutes=5)) == verifier


def test_the_verifier_and_challenge_are_those_of_rfc_7636() -> None:
    _, verifier = begin(CONTEXT, key=KEY, now=NOW)

    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier)
    digest = hashlib.sha256(verifier.encode()).digest()
    assert challenge_of(verifier) == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    # RFC 7636, appendix B
    assert (
        challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


@pytest.mark.parametrize(
    "other",
    [
        replace(CONTEXT, shop="2"),
        replace(CONTEXT, session="another browser"),
        replace(CONTEXT, network="x"),
        replace(CONTEXT, base_url="https://evil.example"),
        replace(CONTEXT, redirect_uri="https://evil.example/"),
        replace(CONTEXT, shop="1s", session=""),
    ],
)
def test_a_state_is_good_for_its_own_context_only(other: AuthorizationContext) -> None:
    state, _ = begin(CONTEXT, key=KEY, now=NOW)

    refused = verifier_of(state, other, key=KEY, now=NOW)

    assert isinstance(refused, Final)
    assert refused.reason is Reason.REFUSED
    assert "something else" in refused.sentence


def test_a_state_comes_back_in_time_or_not_at_all() -> None:
    state, _ = begin(CONTEXT, key=KEY, now=NOW)

    assert isinstance(verifier_of(state, CONTEXT, key=KEY, now=NOW + LIFETIME - timedelta(seconds=1)), str)
    late = verifier_of(state, CONTEXT, key=KEY, now=NOW + LIFETIME)
    assert isinstance(late, Final)
    assert "too long" in late.sentence


def test_every_state_has_an_id_of_its_own_by_which_a_replay_is_recognised() -> None:
    ids = {begin(CONTEXT, key=KEY, now=NOW)[0].partition(".")[0] for _ in range(100)}

    assert len(ids) == 100


@pytest.mark.parametrize(
    "forged", ["", ".", "..", "a.b.c", "x" * 10_000, "é.1.x", "a.99999999999999999999.b"]
)
def test_a_forged_state_is_refused(forged: str) -> None:
    assert isinstance(verifier_of(forged, CONTEXT, key=KEY, now=NOW), Final)


def test_every_changed_letter_is_noticed() -> None:
    state, _ = begin(CONTEXT, key=KEY, now=NOW)
    for position in range(len(state)):
        changed = state[:position] + ("A" if state[position] != "A" else "B") + state[position + 1 :]
        assert isinstance(verifier_of(changed, CONTEXT, key=KEY, now=NOW), Final), position


def test_another_key_makes_another_state_and_verifier() -> None:
    state, verifier = begin(CONTEXT, key=KEY, now=NOW)

    assert isinstance(verifier_of(state, CONTEXT, key=b"o" * 32, now=NOW), Final)
    assert verifier not in state


def test_a_code_that_was_slipped_in_from_another_authorisation_fails_at_the_network(
    mastodon: Server, http: RateLimitedHttp
) -> None:
    mastodon.people.add(Person(number=98, name="mallory"))
    mastodon.people.add(Person(number=99, name="alma"))
    network = connected(mastodon, http)
    authorizations = [
        AuthorizationRequest(redirect_uri=CALLBACK, state=state, verifier=verifier)
        for state, verifier in _two()
    ]
    mallorys = answer(network.authorise_url(authorizations[0]), "mallory")["code"]

    # Alma's browser brings Alma's state with Mallory's code.
    refused = network.exchange(mallorys, authorizations[1])

    assert isinstance(refused, Final)
    assert refused.reason is Reason.CREDENTIALS
    almas = answer(network.authorise_url(authorizations[1]), "alma")["code"]
    assert isinstance(network.exchange(almas, authorizations[1]), Token)


def _two() -> list[tuple[str, str]]:
    return [begin(replace(CONTEXT, session=session), key=KEY, now=NOW) for session in ("mallory's", "alma's")]


APP = Credentials(client_id="id", client_secret="secret")
REQUEST = AuthorizationRequest(redirect_uri=CALLBACK, state="s", verifier="v" * 43)
PKCE = {"code_verifier": "v" * 43}
BY_FORM = {"client_id": "id", "client_secret": "secret"}
BY_KEY = {"client_key": "id", "client_secret": "secret"}
BASIC = "id:secret"
SENT: dict[str, tuple[dict[str, str], dict[str, str], dict[str, str], str | None]] = {
    "youtube": (PKCE | BY_FORM, BY_FORM, {"token": "r"}, None),
    "x": (PKCE, {}, {"token": "r"}, BASIC),
    "reddit": ({}, {}, {"token": "r", "token_type_hint": "refresh_token"}, BASIC),
    "tiktok": (BY_KEY, BY_KEY, {"token": "a"} | BY_KEY, None),
}
"""By network: the fields beside those of RFC 6749 in a request for a token by code, and by refresh token; the
whole form of a revocation; the id and secret in the header."""


def opened(name: str, http: RateLimitedHttp, api: Api) -> Network:
    clients = {"youtube": youtube, "x": x, "reddit": reddit, "tiktok": tiktok}
    network: Network = clients[name].at(http, APP, api.endpoints())
    return network


@pytest.mark.parametrize("name", SENT)
def test_each_network_is_sent_the_form_that_it_documents(name: str, http: RateLimitedHttp, api: Api) -> None:
    code, refresh, revoke, basic = SENT[name]
    api.answers |= {"/token": {"access_token": "b", "expires_in": 60}, "/revoke": {}}
    network, token = opened(name, http, api), Token(access="a", refresh="r")

    granted, renewed = network.exchange("c", REQUEST), network.refresh(token)

    assert isinstance(granted, Token)
    assert isinstance(renewed, Token)
    assert (granted.refresh, renewed.refresh) == (None, "r"), "which is kept if no new one comes"
    assert network.revoke(token) is None
    forms = [one.form for one in api.heard]
    standard = {"grant_type": "authorization_code", "code": "c", "redirect_uri": CALLBACK}
    renewing = {"grant_type": "refresh_token", "refresh_token": "r"}
    assert forms == [standard | code, renewing | refresh, revoke]
    assert [one.basic for one in api.heard] == [basic] * 3


@pytest.mark.parametrize("name", SENT)
@pytest.mark.parametrize("error", ["invalid_token", "invalid_grant"])
def test_a_token_that_a_network_does_not_know_counts_as_revoked(
    name: str, error: str, http: RateLimitedHttp, api: Api
) -> None:
    api.answers["/revoke"] = refusal(400, {"error": error})

    assert opened(name, http, api).revoke(Token(access="a", refresh="r")) is None


@pytest.mark.parametrize("name", SENT)
def test_a_token_is_not_revoked_while_the_network_refuses_the_app(
    name: str, http: RateLimitedHttp, api: Api
) -> None:
    api.answers["/revoke"] = refusal(401, {"error": "invalid_client"})

    refused = opened(name, http, api).revoke(Token(access="a", refresh="r"))

    assert isinstance(refused, Final)
    assert refused.reason is Reason.APP
