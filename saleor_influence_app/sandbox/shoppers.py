"""Shoppers of the demo: they agree, and sign in at the pocket Mastodon themselves."""

import csv
import io
import time
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from rich.console import Console

from saleor_influence_app.sandbox.parts import PartFailed
from saleor_influence_app.sandbox.stack import Stack

PASSWORD = "password"  # noqa: S105 - of every generated customer
FRIENDS = 8
SEEN_SECONDS = 20.0
RUN_SECONDS = 120.0
NETWORK = "mastodon"


@dataclass(frozen=True)
class Shopper:
    """A customer with a session of her own."""

    stack: Stack
    customer_id: str
    token: str

    def ask(self, method: str, path: str, *, json: object = None) -> Any:
        """Return what the app's API for shoppers answers her."""
        headers = {"authorization": f"Bearer {self.token}", "saleor-api-url": self.stack.api_url}
        url = f"{self.stack.app_url}/api/shopper{path}"
        reply = httpx.request(method, url, json=json, headers=headers, timeout=30)
        if reply.is_error:
            raise PartFailed(f"{method} {path}: {reply.text}")
        return reply.json() if reply.content else None

    def agree(self, purpose: str, network: str | None = None) -> None:
        """She ticks the text as it is today."""
        shown = self.ask("GET", "/about")["wordings"]
        text = next(one for one in shown if one["purpose"] == purpose and one["network"] == network)
        tick = {"purpose": purpose, "network": network, "wording_version": text["version"]}
        self.ask("POST", "/consents", json={**tick, "language": text["language"], "old_enough": True})

    def link(self, account: str) -> None:
        """She links an account by signing in at its server, as a browser would: there, yes, and back."""
        server = urlsplit(self.stack.mastodon_url).netloc
        wish = {"network": NETWORK, "method": "oauth", "handle": server}
        begun = self.ask("POST", "/links", json=wish)
        httpx.get(begun["url"], timeout=30).raise_for_status()
        reply = httpx.post(begun["url"], data={"account": account, "answer": "yes"}, timeout=30)
        back = parse_qs(urlsplit(reply.headers.get("location", "")).query)
        if "code" not in back:
            raise PartFailed(f"the pocket Mastodon sent nobody back: {reply.status_code}")
        self.ask("POST", "/links/finish", json={"state": back["state"][0], "code": back["code"][0]})


def sign_in(stack: Stack, customer_id: str) -> Shopper:
    """Return the customer with a fresh session, as the storefront would have it."""
    mutation = "mutation($e:String!,$p:String!){tokenCreate(email:$e,password:$p){token errors{message}}}"
    variables = {"e": _email(stack, customer_id), "p": PASSWORD}
    reply = httpx.post(stack.api_url, json={"query": mutation, "variables": variables}, timeout=30)
    return Shopper(stack, customer_id, reply.json()["data"]["tokenCreate"]["token"])


def switch_on(stack: Stack, app_id: str, *storefronts: str) -> None:
    """An admin has confirmed the privacy settings."""
    settings = {
        "enabled": True,
        "controller_name": "Pocket shop",
        "controller_contact": "privacy@example.com",
        "storefront_origins": [stack.saleor_url, *storefronts],
        "networks": {NETWORK: {}, "bluesky": {"base_url": stack.bluesky_url}},
    }
    stack.panel(app_id, "/api/privacy-settings", json=settings)


def link_friends(stack: Stack) -> int:
    """Friends have linked their accounts, then she whom they follow; returns how many did."""
    her, friends = cast(stack)
    account, followers = _accounts(stack)
    pairs = [*zip(friends, followers, strict=False), (her, account)]
    for customer_id, name in pairs:
        shopper = sign_in(stack, customer_id)
        shopper.agree("link", NETWORK)
        shopper.agree("score", NETWORK)
        shopper.link(name)
    return len(pairs)


@cache
def _cast_of(ties: str, influencers: frozenset[str]) -> tuple[str, list[str]]:
    known = defaultdict(list)
    for row in csv.DictReader(io.StringIO(ties)):
        known[row["source"]].append(row["target"])
    her = max(sorted(influencers & known.keys()) or sorted(known), key=lambda one: len(known[one]))
    return her, sorted(known[her])[:FRIENDS]


def cast(stack: Stack) -> tuple[str, list[str]]:
    """Return who links in the demo: the best-known influencer of the shop, and friends of hers."""
    return _cast_of(stack.ties(), frozenset(stack.influencers()))


def _accounts(stack: Stack) -> tuple[str, list[str]]:
    """Return the account with the most followers on the pocket Mastodon itself, and those."""
    everybody: dict[str, list[str]] = httpx.get(f"{stack.mastodon_url}/sandbox/people", timeout=30).json()
    account = max(sorted(everybody), key=lambda name: len(everybody[name]))
    return account, everybody[account]


def report(stack: Stack, app_id: str, console: Console) -> None:
    """Print her reach and ties as staff see them, with the proof and the consent that they rest on."""
    her, _ = cast(stack)
    found = _seen(stack, app_id, her)
    statement = sign_in(stack, her).ask("GET", "/statement")
    if not statement["network_scores"]:
        _run(stack, app_id)  # the last run began before anybody had linked
        statement = sign_in(stack, her).ask("GET", "/statement")
    profile, name = found["profiles"][0], stack.name_of(her)
    console.print(
        f"\n[bold]Profiles, by consent[/bold]\n  {name} linked {profile['handle']} ({profile['proof']})"
    )
    for row in statement["consents"]:
        what = f"{row['purpose']} {row['network'] or ''}".strip()
        console.print(
            f"       consent {row['number']}: {what}, {row['action']} by text {row['wording_version']}, "
            f"row {row['hash'][:12]}…"
        )
    for shot in profile["snapshots"][:1]:
        console.print(
            f"       {shot['followers']} followers, {shot['followers_known']} of them customers who agreed "
            "as well; nobody else is stored"
        )
    for tie in found["ties"]:
        if tie["kind"] == NETWORK:
            console.print(f"       ties there: {tie['may_be_led']} may follow her")
    for score in statement["network_scores"]:
        reach = "not enough evidence" if score["reach"] is None else f"{score['reach']} of 100"
        console.print(
            f"       reach by {score['kind']} alone: {reach}, from {score['reach_contacts']} contacts"
        )


def _seen(stack: Stack, app_id: str, customer_id: str) -> dict[str, Any]:
    """Return her profiles as staff see them, as soon as a worker has looked at them."""
    deadline = time.monotonic() + SEEN_SECONDS
    while True:
        found = stack.panel(app_id, f"/api/customers/{customer_id}/profiles")
        if any(profile["snapshots"] for profile in found["profiles"]) or time.monotonic() > deadline:
            return found
        time.sleep(0.2)


def _run(stack: Stack, app_id: str) -> None:
    """Values are computed of what is known now."""
    wanted = stack.panel(app_id, "/api/runs", json={})["id"]
    deadline = time.monotonic() + RUN_SECONDS
    while time.monotonic() < deadline:
        stack.check()
        last = stack.panel(app_id, "/api/overview")["last_run"]
        if last["id"] >= wanted and last["state"] == "done":
            return
        time.sleep(0.3)
    raise PartFailed(f"run {wanted} did not end in {RUN_SECONDS:.0f} s")


def login(stack: Stack) -> tuple[str, str]:
    """Return the e-mail address and password of her who linked."""
    return _email(stack, cast(stack)[0]), PASSWORD


def page(stack: Stack) -> str:
    """Return the address of the shopper's page of this shop."""
    return f"{stack.app_url}/shopper?{urlencode({'saleorApiUrl': stack.api_url})}"


def _email(stack: Stack, customer_id: str) -> str:
    return str(stack.saleor("query($id:ID!){user(id:$id){email}}", id=customer_id)["user"]["email"])
