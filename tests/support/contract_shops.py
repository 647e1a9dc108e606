"""A shop to ask, pocket or real, and an app that is installed there."""

import base64
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.client import ShopClient
from sandbox.listener import Heard, Listener
from sandbox.sessions import deletion_token
from sandbox.state import State
from sandbox.world import User

PERMISSIONS = [
    "MANAGE_USERS",
    "MANAGE_ORDERS",
    "MANAGE_DISCOUNTS",
    "HANDLE_PAYMENTS",
    "MANAGE_CUSTOMER_TYPES_AND_ATTRIBUTES",
    "MANAGE_GIFT_CARD",
    "MANAGE_CHECKOUTS",
    "HANDLE_CHECKOUTS",
]
EVENTS = [
    *("ORDER_CREATED", "ORDER_CONFIRMED", "ORDER_PAID", "ORDER_FULLY_PAID", "ORDER_UPDATED"),
    *("ORDER_CANCELLED", "ORDER_REFUNDED", "ORDER_FULLY_REFUNDED", "ORDER_METADATA_UPDATED"),
    *("DRAFT_ORDER_CREATED", "CUSTOMER_CREATED", "CUSTOMER_UPDATED", "CUSTOMER_DELETED"),
    *("CUSTOMER_METADATA_UPDATED", "ACCOUNT_DELETED", "APP_DELETED", "APP_STATUS_CHANGED"),
]
ENVELOPE = """__typename issuedAt version recipient{id}
  issuingPrincipal{__typename ... on App{id} ... on User{id email}}"""
ORDER = """order{id number created updatedAt status chargeStatus paymentStatus userEmail
  user{id} channel{slug}
  total{gross{amount currency} net{amount currency}} totalCharged{amount} voucherCode
  lines{id quantity totalPrice{net{amount} gross{amount}} variant{id product{id category{id}}}}}"""


VOUCHER_EVENTS = [
    *("VOUCHER_CREATED", "VOUCHER_UPDATED", "VOUCHER_DELETED", "VOUCHER_METADATA_UPDATED"),
    *("VOUCHER_CODES_CREATED", "VOUCHER_CODES_DELETED"),
]
GIFT_CARD_EVENTS = [
    *("GIFT_CARD_CREATED", "GIFT_CARD_UPDATED", "GIFT_CARD_DELETED", "GIFT_CARD_STATUS_CHANGED"),
    "GIFT_CARD_METADATA_UPDATED",
]
CHECKOUT_EVENTS = ["CHECKOUT_CREATED", "CHECKOUT_UPDATED"]
# What is asked of the subject of an event, by how the event's type begins.
SUBJECTS = {
    "VoucherCodes": "voucherCodes{id code isActive}",
    "Voucher": "voucher{id name}",
    "GiftCard": "giftCard{id code isActive currentBalance{amount}}",
    "Checkout": "checkout{id voucherCode email user{id} giftCards{id} lines{quantity variant{id}}}",
    "Order": ORDER,
    "DraftOrder": ORDER,
    "App": "app{id}",
    "": "user{id email isStaff}",
}


def subscription(events: list[str]) -> str:
    parts = []
    for event in events:
        name = "".join(word.capitalize() for word in event.split("_"))
        subject = next(asked for start, asked in SUBJECTS.items() if name.startswith(start))
        parts.append(f"... on {name}{{{subject}}}")
    return f"subscription{{event{{{ENVELOPE} {' '.join(parts)}}}}}"


SUBSCRIPTION = subscription(EVENTS)


@dataclass(frozen=True)
class Shopper:
    """A customer and their session."""

    id: str
    email: str
    token: str


@dataclass
class Shop:
    """A shop to test, with what only its own kind can give."""

    client: ShopClient
    state: State | None

    @property
    def is_real(self) -> bool:
        return self.state is None

    def settled(self, listener: Listener, seconds: float = 1.0) -> list[Heard]:
        """The webhooks, when no more are on their way: a pocket knows, a real shop is waited for."""
        if self.state is None:
            return listener.quiet(seconds)
        assert self.state.worker.drain(20)
        return listener.webhooks()

    def deletion_token(self, user_id: str) -> str | None:
        if self.state is None:
            return None
        return deletion_token(self.state, self.state.store.find(user_id, User))

    def new_email(self) -> str:
        return f"contract-{uuid4().hex[:12]}@example.com"

    def new_customer(self, **values: Any) -> dict[str, Any]:
        made = self.client.do(
            "mutation($i:UserCreateInput!){customerCreate(input:$i)"
            "{user{id email updatedAt isConfirmed} errors{field message code}}}",
            i={"email": self.new_email(), "firstName": "Con", "lastName": "Tract", **values},
        )
        user: dict[str, Any] = made["user"]
        return user

    def new_shopper(self) -> "Shopper":
        """A customer with an account of their own and a session of the storefront."""
        email, password = self.new_email(), "Contract-1234!"
        self.client.do(
            "mutation($i:AccountRegisterInput!){accountRegister(input:$i){errors{message}}}",
            token="",
            i={
                "email": email,
                "password": password,
                "channel": "default-channel",
                "redirectUrl": "http://localhost:3000/",
            },
        )
        user = self.client.data("query($e:String!){user(email:$e){id}}", e=email)["user"]["id"]
        confirm = "mutation($i:ID!){customerUpdate(id:$i,input:{isConfirmed:true}){errors{message}}}"
        self.client.do(confirm, i=user)
        return Shopper(user, email, self.client.session_of(email, password))

    def a_line(self) -> tuple[str, str]:
        """A channel and a variant that is sold there."""
        page = self.client.data("{orders(first:100){edges{node{channel{id slug} lines{variant{id}}}}}}")
        for edge in page["orders"]["edges"]:
            channel = edge["node"]["channel"]
            for line in edge["node"]["lines"]:
                if (
                    line["variant"] and channel["slug"] == "default-channel"
                ):  # which ships to the address below
                    return channel["id"], line["variant"]["id"]
        pytest.fail("The shop has no order with a variant in its default channel")

    def goods(self, count: int = 1) -> list[str]:
        """Variants that can be bought in the default channel, each of another product."""
        return [variant for _, variant in self._products()][:count]

    def product_of(self, variant: str) -> str:
        return next(product for product, other in self._products() if other == variant)

    def _products(self) -> list[tuple[str, str]]:
        if self.is_real:
            # A real shop counts its stock.
            page = self.client.data(
                """{products(first:50,channel:"default-channel",filter:{stockAvailability:IN_STOCK}){
                    edges{node{id productType{isShippingRequired} variants{id quantityAvailable}}}}}"""
            )
            return [
                (edge["node"]["id"], variant["id"])
                for edge in page["products"]["edges"]
                if edge["node"]["productType"]["isShippingRequired"]
                for variant in edge["node"]["variants"][:1]
                if variant["quantityAvailable"] >= 10
            ]
        page = self.client.data(
            """{orders(first:100){edges{node{channel{slug}
                lines{unitPrice{gross{amount}} variant{id product{id productType{isShippingRequired}}}}}}}}"""
        )
        found: dict[str, str] = {}
        for edge in page["orders"]["edges"]:
            for line in edge["node"]["lines"]:
                variant = line["variant"]
                if variant is None or edge["node"]["channel"]["slug"] != "default-channel":
                    continue
                if variant["product"]["productType"]["isShippingRequired"]:
                    found.setdefault(variant["product"]["id"], variant["id"])
        return list(found.items())

    def new_draft(self, **values: Any) -> str:
        channel, variant = self.a_line()
        address = {
            "firstName": "Con",
            "lastName": "Tract",
            "streetAddress1": "Hauptstr. 1",
            "city": "New York",
            "postalCode": "10001",
            "country": "US",
            "countryArea": "NY",
        }
        extra = {"shippingAddress": address, "billingAddress": address} if self.is_real else {}
        made = self.client.do(
            """mutation($i:DraftOrderCreateInput!){ draftOrderCreate(input:$i){ order{ id} errors{ field
                message code}}}""",
            i={"channelId": channel, "lines": [{"variantId": variant, "quantity": 2}], **extra, **values},
        )
        order = str(made["order"]["id"])
        if self.is_real:
            found = self.client.data("query($o:ID!){order(id:$o){shippingMethods{id}}}", o=order)
            for method in found["order"]["shippingMethods"][:1]:  # none where nothing is to be shipped
                self.client.do(
                    "mutation($o:ID!,$i:OrderUpdateShippingInput!){orderUpdateShipping(order:$o,input:$i)"
                    "{errors{field message}}}",
                    o=order,
                    i={"shippingMethod": method["id"]},
                )
        return order

    def new_order(self, **values: Any) -> str:
        order = self.new_draft(**values)
        self.client.do(
            "mutation($o:ID!){draftOrderComplete(id:$o){order{id} errors{field message code}}}", o=order
        )
        return order

    def begin_install(self, listener: Listener, **changes: Any) -> str:
        """The id of the installation that was begun."""
        listener.manifest = {**manifest(listener), **changes}
        made = self.client.do(
            "mutation($i:AppInstallInput!){appInstall(input:$i)"
            "{appInstallation{id status} errors{field message}}}",
            i={
                "appName": "Contract",
                "manifestUrl": f"{listener.url}/manifest",
                "permissions": listener.manifest["permissions"],
                "activateAfterInstallation": True,
            },
        )
        return str(made["appInstallation"]["id"])

    def decided(self, installation: str) -> dict[str, Any] | None:
        """The failed installation, or nothing when it has become an app."""
        for _ in range(300):
            rows = self.client.data("{appsInstallations{id status message}}")["appsInstallations"]
            found: dict[str, Any] | None = next((row for row in rows if row["id"] == installation), None)
            if found is None or found["status"] == "FAILED":
                return found
            time.sleep(0.1)
        pytest.fail("The installation was not decided")


@dataclass
class Installed:
    """An app that is in, and what it hears."""

    id: str
    token: str
    listener: Listener


def manifest(listener: Listener, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"contract.{uuid4().hex[:8]}",
        "name": "Contract",
        "version": "1.0.0",
        "permissions": PERMISSIONS,
        "appUrl": f"{listener.url}/",
        "tokenTargetUrl": f"{listener.url}/register",
        "extensions": [
            {
                "label": "Value",
                "url": "/widgets/customer",
                "mount": "CUSTOMER_DETAILS_WIDGETS",
                "target": "WIDGET",
                "permissions": ["MANAGE_USERS"],
                "options": {"widgetTarget": {"method": "GET"}},
                "identifier": "customer",
            },
            {
                "label": "More",
                "url": "/popups/customer",
                "mount": "CUSTOMER_DETAILS_MORE_ACTIONS",
                "target": "POPUP",
                "permissions": [],
            },
        ],
        "webhooks": [
            {
                "name": "Everything",
                "targetUrl": f"{listener.url}/webhooks",
                "query": SUBSCRIPTION,
                "asyncEvents": EVENTS,
                "isActive": True,
            }
        ],
        **changes,
    }


def installed(shop: Shop, listener: Listener, **changes: Any) -> Iterator[Installed]:
    """An app that is in until the block ends, and has forgotten how it came in."""
    failure = shop.decided(shop.begin_install(listener, **changes))
    assert failure is None, failure
    found = shop.client.data("{app{id}}", token=listener.token)["app"]
    listener.forget()
    yield Installed(found["id"], listener.token, listener)
    shop.client.post(
        "mutation($i:ID!){appDelete(id:$i){errors{message}}}", token=shop.client.staff_token(), i=found["id"]
    )


def decoded(segment: str) -> bytes:
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def key_of(shop: Shop) -> tuple[dict[str, Any], rsa.RSAPublicKey]:
    address = urljoin(shop.client.api_url, "/.well-known/jwks.json")
    [key] = httpx.get(address, trust_env=False).json()["keys"]
    numbers = (int.from_bytes(decoded(key[name])) for name in ("e", "n"))
    return key, rsa.RSAPublicNumbers(*numbers).public_key()
