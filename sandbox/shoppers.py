"""Shoppers of the demo: they agree, and sign in at the pocket Mastodon themselves."""

import csv
import io
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import httpx
from rich.console import Console

from sandbox.parts import PartFailed
from sandbox.stack import Stack

PASSWORD = "password"  # noqa: S105 - of every generated customer
FRIENDS = 6
RUN_SECONDS = 180.0
NETWORK = "mastodon"


@dataclass(frozen=True)
class Shopper:
    """A customer with a session of their own."""

    stack: Stack
    customer_id: str
    token: str

    def ask(self, method: str, path: str, *, json: object = None) -> Any:
        """Return what the app's API for shoppers answers them."""
        headers = {"authorization": f"Bearer {self.token}", "saleor-api-url": self.stack.api_url}
        url = f"{self.stack.app_url}/api/shopper{path}"
        reply = self.stack.http.request(method, url, json=json, headers=headers)
        if reply.is_error:
            raise PartFailed(f"{method} {path}: {reply.text}")
        return reply.json() if reply.content else None

    def agree(self, purpose: str, network: str | None = None) -> None:
        """They tick the text as it is today."""
        shown = self.ask("GET", "/about")["wordings"]
        text = next(one for one in shown if one["purpose"] == purpose and one["network"] == network)
        tick = {"purpose": purpose, "network": network, "text_hash": text["text_hash"]}
        self.ask("POST", "/consents", json={**tick, "language": text["language"], "old_enough": True})

    def link(self, account: str) -> None:
        """They link an account by signing in at its server, as a browser would: there, yes, and back."""
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
    variables = {"e": email_of(stack, customer_id), "p": PASSWORD}
    reply = stack.http.post(stack.api_url, json={"query": mutation, "variables": variables})
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


def link_friends(stack: Stack) -> tuple[str, int]:
    """Link friends' accounts, then that of whom they follow; return their id and how many linked."""
    customer_id, friends = cast(stack)
    account, followers = _accounts(stack)
    pairs = [*zip(friends, followers, strict=False), (customer_id, account)]
    for customer_id, name in pairs:
        shopper = sign_in(stack, customer_id)
        shopper.agree("link", NETWORK)
        shopper.agree("score", NETWORK)
        shopper.link(name)
    return customer_id, len(pairs)


def cast(stack: Stack) -> tuple[str, list[str]]:
    """Return who links in the demo: an influencer whose code is used most, and friends who buy most."""
    known = defaultdict(set)
    for row in csv.DictReader(io.StringIO(stack.ties())):
        known[row["source"]].add(row["target"])
    used, (planted, _) = _uses(stack), stack.planted()
    owners = {code["customer_id"]: used.get(code["code"], 0) for code in stack.personal_codes()}
    customer_id = max(sorted(known), key=lambda one: (one in planted, owners.get(one, 0), len(known[one])))
    return customer_id, sorted(known[customer_id], key=lambda one: (-_orders(stack, one), one))[:FRIENDS]


def _uses(stack: Stack) -> dict[str, int]:
    """Return how often codes were used, of the first hundred of each voucher."""
    query = "{vouchers(first:20){edges{node{codes(first:100){edges{node{code used}}}}}}}"
    vouchers = [edge["node"]["codes"]["edges"] for edge in stack.saleor(query)["vouchers"]["edges"]]
    return {edge["node"]["code"]: edge["node"]["used"] for codes in vouchers for edge in codes}


def _orders(stack: Stack, customer_id: str) -> int:
    query = "query($id:ID!){user(id:$id){orders(first:1){totalCount}}}"
    return int(stack.saleor(query, id=customer_id)["user"]["orders"]["totalCount"])


def _accounts(stack: Stack) -> tuple[str, list[str]]:
    """Return the account with the most followers on the pocket Mastodon itself, and those."""
    everybody: dict[str, list[str]] = httpx.get(f"{stack.mastodon_url}/sandbox/people", timeout=30).json()
    account = max(sorted(everybody), key=lambda name: len(everybody[name]))
    return account, everybody[account]


def report(stack: Stack, app_id: str, customer_id: str, *, console: Console) -> None:
    """Print their reach and ties as staff see them, with the proof and the consent that they rest on."""
    found = _counted(stack, app_id, customer_id)
    profile, name = found["profiles"][0], stack.name_of(customer_id)
    console.print(
        f"\n[bold]Profiles, by consent[/bold]\n  {name} linked {profile['handle']} ({profile['proof']})"
    )
    for row in found["consents"]:
        console.print(
            f"       consent {row['number']}: {row['purpose']} {row['network']}, {row['action']} "
            f"by text {row['wording_version']}, {row['proof']}, row {row['hash'][:12]}…"
        )
    for shot in profile["snapshots"][:1]:
        console.print(
            f"       {shot['followers']} followers, {shot['followers_known']} of them customers who agreed "
            "as well; nobody else is stored"
        )
    for tie in found["ties"]:
        if tie["kind"] == NETWORK:
            console.print(f"       ties there: {tie['may_be_led']} may follow them")
        elif tie["kind"].startswith(f"{NETWORK}:"):
            console.print(f"       and {tie['may_be_led']} responded to several of their posts")
    for score in found["network_scores"]:
        reach = "not enough evidence" if score["reach"] is None else f"{score['reach']} of 100"
        contacts = f"{score['reach_contacts']} of {score['contacts']} trusted contacts bought lately"
        console.print(f"       reach by {score['kind']} alone: {reach}; {contacts}")


def _counted(stack: Stack, app_id: str, customer_id: str) -> dict[str, Any]:
    """Return what staff see of their profiles once what was read is counted; asks for a run if none did."""
    deadline, asked = time.monotonic() + RUN_SECONDS, False
    while True:
        stack.check()
        found = stack.panel(app_id, f"/api/customers/{customer_id}/profiles")
        if found["network_scores"] or time.monotonic() > deadline:
            return found
        if not asked and any(profile["snapshots"] for profile in found["profiles"]):
            stack.panel(app_id, "/api/runs", json={})
            asked = True
        time.sleep(0.5)


def evidence(stack: Stack, app_id: str, customer_id: str) -> str:
    """Return the address of their evidence in the panel, where the profiles stand with the consent proof."""
    app, customer = quote(app_id, safe=""), quote(customer_id, safe="")
    return f"{stack.saleor_url}/dashboard/extensions/app/{app}/evidence/{customer}"


def page(stack: Stack) -> str:
    """Return the address of the shopper's page of this shop."""
    return f"{stack.app_url}/shopper?{urlencode({'saleorApiUrl': stack.api_url})}"


def email_of(stack: Stack, customer_id: str) -> str:
    """Return a customer's e-mail address, as staff see it in the shop."""
    return str(stack.saleor("query($id:ID!){user(id:$id){email}}", id=customer_id)["user"]["email"])
