"""A page of hers is fetched with the same care as a network."""

import pytest
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from saleor_influence_app.social.answers import Final, Reason
from saleor_influence_app.social.backlink import check
from saleor_influence_app.social.pace import Pace
from saleor_influence_app.social.wire import Wire, open_client
from tests.social.apis import Api

PROFILE = "https://social.example/@alma"
LINK = f'<a rel="me" href="{PROFILE}">Me</a>'


@pytest.mark.parametrize(
    ("html", "hers"), [(LINK, True), ("<a href='/'>home</a>", False), ("é\udcff" * 0, False)]
)
def test_a_page_says_whether_it_is_hers(api: Api, wire: Wire, html: str, hers: bool) -> None:  # noqa: FBT001
    api.answers["/me"] = HTMLResponse(html)

    assert check(wire, f"{api.base_url}/me", profile_url=PROFILE, allow_http=True) is hers


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (PlainTextResponse(LINK), Reason.UNREADABLE),
        (HTMLResponse(LINK, 404), Reason.GONE),
        (RedirectResponse("http://169.254.169.254/"), Reason.REFUSED),
        (HTMLResponse(LINK + " " * 500_000), Reason.UNREADABLE),
    ],
    ids=["text", "missing", "redirect", "huge"],
)
def test_what_is_no_page_proves_nothing(api: Api, wire: Wire, answer: Response, reason: Reason) -> None:
    api.answers["/me"] = answer

    refused = check(wire, f"{api.base_url}/me", profile_url=PROFILE, allow_http=True)

    assert isinstance(refused, Final)
    assert refused.reason is reason


@pytest.mark.parametrize("url", ["http://a.example/", "javascript:alert(1)", "", "https://"])
def test_only_pages_over_tls_count(wire: Wire, url: str) -> None:
    refused = check(wire, url, profile_url=PROFILE)

    assert isinstance(refused, Final)
    assert refused.reason is Reason.REFUSED


def test_a_page_inside_our_network_is_not_fetched(api: Api, pace: Pace) -> None:
    api.answers["/me"] = HTMLResponse(LINK)
    with open_client(allow_private=False) as http:
        refused = check(Wire(http, pace), f"{api.base_url}/me", profile_url=PROFILE, allow_http=True)

    assert isinstance(refused, Final)
    assert api.heard == []
