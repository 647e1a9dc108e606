"""Linking a profile through the shopper's API."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from sandbox.networks.mastodon import Mastodon
from tests.support.social_shop import STOREFRONT, Shop

BACK = f"{STOREFRONT}/linked"


def begin(shop: Shop, who: str, **wanted: Any) -> httpx.Response:
    return shop.as_customer(who, "POST", "/links", json={"return_url": BACK} | wanted)


def say_yes(url: str, name: str) -> dict[str, str]:
    """What the browser brings back from the server's own page."""
    with httpx.Client() as browser:
        reply = browser.post(url, data={"account": name, "answer": "yes"})
    assert reply.headers["location"].startswith(BACK)
    query = parse_qs(urlsplit(reply.headers["location"]).query)
    return {"state": query["state"][0], "code": query["code"][0]}


def begun(shop: Shop, mastodon: Mastodon, who: str) -> str:
    server = mastodon.base_url.removeprefix("http://")
    answer = begin(shop, who, network="mastodon", method="oauth", handle=server)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["url"])


def finish(shop: Shop, who: str, **brought: str) -> httpx.Response:
    return shop.as_customer(who, "POST", "/links/finish", json=brought)


def message(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["message"])
