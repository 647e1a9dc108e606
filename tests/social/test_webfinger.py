"""A handle's domain says where its server is, and the server says the same: case 10."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.responses import JSONResponse, RedirectResponse, Response

from saleor_influence_app.social.failures import Final, Reason, Transient
from saleor_influence_app.social.http_client import RateLimitedHttp, open_client
from saleor_influence_app.social.rate_limiter import RateLimiter
from saleor_influence_app.social.webfinger import PATH, Home, find
from tests.support.apis import Api, Heard, refusal, running


@pytest.fixture
def elsewhere() -> Iterator[Api]:
    """The server, at another host than the handle's domain."""
    with running() as server:
        yield server


def host(api: Api) -> str:
    return api.base_url.partition("//")[2]


def jrd(subject: str, href: object) -> dict[str, Any]:
    link = {"rel": "self", "type": "application/activity+json", "href": href}
    return {"subject": f"acct:{subject}", "links": [{"rel": "x"}, 7, link]}


def agreeing(api: Api, elsewhere: Api) -> None:
    said = jrd(f"anna@{host(api)}", f"{elsewhere.base_url}/users/anna")
    api.answers[PATH] = JSONResponse(said, media_type="application/jrd+json; charset=utf-8")
    elsewhere.answers[PATH] = JSONResponse(said, media_type="application/jrd+json")


def test_case_10_the_domain_of_a_handle_names_its_server(
    api: Api, elsewhere: Api, http: RateLimitedHttp
) -> None:
    agreeing(api, elsewhere)

    home = find(http, "anna", api.base_url)

    assert home == Home(base_url=elsewhere.base_url, domain=host(api))
    assert [heard.path for heard in api.heard] == [PATH], "one look-up"
    assert api.heard[0].query == {"resource": f"acct:anna@{host(api)}"}
    assert [heard.query for heard in elsewhere.heard] == [{"resource": f"acct:anna@{host(api)}"}]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_to_the_servers_own_webfinger_is_followed(
    api: Api, elsewhere: Api, http: RateLimitedHttp, status: int
) -> None:
    """How Mastodon's documentation tells it to be set up."""

    def redirected(heard: Heard) -> Response:
        return RedirectResponse(f"{elsewhere.base_url}{PATH}?resource={heard.query['resource']}", status)

    agreeing(api, elsewhere)
    api.answers[PATH] = redirected

    assert find(http, "anna", api.base_url) == Home(base_url=elsewhere.base_url, domain=host(api))


def test_who_names_the_server_has_the_handle_that_the_domain_gives(
    api: Api, elsewhere: Api, http: RateLimitedHttp
) -> None:
    agreeing(api, elsewhere)

    home = find(http, "anna", elsewhere.base_url)

    assert home == Home(base_url=elsewhere.base_url, domain=host(api))


@pytest.mark.parametrize(
    "answer",
    [
        refusal(404, {}),
        refusal(403, {}),
        {"subject": "acct:anna@evil.example", "links": []},
        {"links": []},
        [],
        "no JRD",
        Response("<html>", media_type="text/html"),
    ],
)
def test_a_domain_that_says_nothing_of_it_is_the_server_itself(
    api: Api, http: RateLimitedHttp, answer: Any
) -> None:
    api.answers[PATH] = answer

    assert find(http, "anna", api.base_url) == Home(base_url=api.base_url, domain=host(api))


@pytest.mark.parametrize("claim", ["nothing", "another handle", "another account"])
def test_no_domain_claims_an_account_whose_server_does_not_say_the_same(
    api: Api, elsewhere: Api, http: RateLimitedHttp, claim: str
) -> None:
    agreeing(api, elsewhere)
    there = f"{elsewhere.base_url}/users/anna"
    elsewhere.answers[PATH] = {
        "nothing": refusal(404, {}),
        "another handle": jrd(f"anna@{host(elsewhere)}", there),
        "another account": jrd(f"anna@{host(api)}", f"{there}2"),
    }[claim]

    refused = find(http, "anna", api.base_url)

    assert isinstance(refused, Final)
    assert refused.reason is Reason.REFUSED
    assert "does not confirm it" in refused.sentence


def test_no_server_claims_a_domain_that_does_not_say_the_same(
    api: Api, elsewhere: Api, http: RateLimitedHttp
) -> None:
    agreeing(api, elsewhere)
    api.answers[PATH] = refusal(404, {})

    home = find(http, "anna", elsewhere.base_url)

    assert home == Home(base_url=elsewhere.base_url, domain=host(elsewhere))


@pytest.mark.parametrize(
    "location",
    [
        "/",
        "https://evil.example/.well-known/webfinger?resource=x",
        "http://[x/",
        "",
        "file:///webfinger?x",
        "//",
    ],
)
def test_a_redirect_to_anything_else_is_not_followed(api: Api, http: RateLimitedHttp, location: str) -> None:
    api.answers[PATH] = Response(status_code=302, headers={"location": location})

    assert find(http, "anna", api.base_url) == Home(base_url=api.base_url, domain=host(api))
    assert len(api.heard) == 1


def test_redirects_in_a_circle_end(api: Api, http: RateLimitedHttp) -> None:
    api.answers[PATH] = Response(status_code=302, headers={"location": f"{PATH}?again=1"})

    assert find(http, "anna", api.base_url) == Home(base_url=api.base_url, domain=host(api))
    assert len(api.heard) == 4


@pytest.mark.parametrize("href", ["https://127.0.0.1/users/anna", "ftp://a.example/x", "https://[x", 7, None])
def test_an_account_at_no_server_of_the_same_kind_is_not_believed(
    api: Api, elsewhere: Api, http: RateLimitedHttp, href: object
) -> None:
    agreeing(api, elsewhere)
    api.answers[PATH] = jrd(f"anna@{host(api)}", href)

    assert find(http, "anna", api.base_url) == Home(base_url=api.base_url, domain=host(api))
    assert elsewhere.heard == []


def test_a_server_inside_our_network_is_never_asked(api: Api, elsewhere: Api, limiter: RateLimiter) -> None:
    agreeing(api, elsewhere)
    with open_client(allow_private=False) as client:
        home = find(RateLimitedHttp(client, limiter), "anna", api.base_url)

    assert home == Home(base_url=api.base_url, domain=host(api))
    assert api.heard == elsewhere.heard == []


def test_a_domain_that_does_not_answer_now_is_asked_later(http: RateLimitedHttp) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert isinstance(find(http, "anna", f"http://127.0.0.1:{port}"), Transient)
