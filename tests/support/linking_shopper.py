"""A shopper with a browser, who says yes to Mastodon."""

from urllib.parse import parse_qs, urlsplit

import httpx

from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.network import AuthorizationRequest, Credentials, Token
from saleor_influence_app.social.networks import mastodon
from saleor_influence_app.social.networks.mastodon import Mastodon
from sandbox.networks.mastodon import Mastodon as Server

CALLBACK = "https://app.example/social/callback"
AUTHORIZATION = AuthorizationRequest(redirect_uri=CALLBACK, state="a-state", verifier="v" * 43)


def connected(server: Server, http: RateLimitedHttp) -> Mastodon:
    """The real client, registered at the server."""
    app = mastodon.register(http, server.base_url, redirect_uri=CALLBACK, website="https://app.example")
    assert isinstance(app, Credentials), app
    return mastodon.at(http, server.base_url, app)


def answer(url: str, name: str, *, yes: bool = True) -> dict[str, str]:
    """What the browser brings back after the shopper has read the page and pressed a button."""
    with httpx.Client() as browser:
        page = browser.get(url)
        assert page.status_code == 200, page.text
        assert f"<option>{name}</option>" in page.text
        response = browser.post(url, data={"account": name, "answer": "yes" if yes else "no"})
    assert response.status_code == 302, response.text
    location = response.headers["location"]
    assert location.startswith(CALLBACK)
    return {key: values[0] for key, values in parse_qs(urlsplit(location).query).items()}


def token_of(network: Mastodon, name: str, authorization: AuthorizationRequest = AUTHORIZATION) -> Token:
    """The token that the shopper grants."""
    brought = answer(network.authorise_url(authorization), name)
    assert brought["state"] == authorization.state
    token = network.exchange(brought["code"], authorization)
    assert isinstance(token, Token), token
    return token
