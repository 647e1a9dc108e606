"""A shop with social profiles on, its shoppers and staff, and pocket networks on loopback."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
import redis
from fastapi import FastAPI
from sqlalchemy.orm import Session

from saleor_influence_app import db, login_throttle
from saleor_influence_app.api import auth, shopper, shopper_auth
from saleor_influence_app.consent import privacy_settings, wording
from saleor_influence_app.errors import InputInvalid, TokenInvalid
from saleor_influence_app.models import Purpose
from saleor_influence_app.social.http_client import RateLimitedHttp, open_client
from saleor_influence_app.social.rate_limiter import RateLimiter
from saleor_influence_app.targeting import definitions
from sandbox.networks.bluesky import Bluesky
from sandbox.networks.mastodon import Mastodon
from sandbox.networks.server import running
from sandbox.tokens import Signer
from tests.support.pocket_networks import NetworkServer
from tests.support.shop_rows import put_customers, put_shop
from tests.support.shop_server import AppClient
from tests.support.shop_server import claims as staff_claims

API_URL = "https://one.example/graphql/"
STOREFRONT = "https://shop.example"


def session_claims(customer_id: str, **changed: Any) -> dict[str, Any]:
    """The claims of a storefront session, as Saleor makes them; None takes a claim away."""
    now = time.time()
    made: dict[str, Any] = {
        "iat": now - 1,
        "owner": "saleor",
        "iss": API_URL,
        "exp": now + 300,
        "token": "key",
        "email": "ines@example.com",
        "type": "access",
        "user_id": customer_id,
        "is_staff": False,
    }
    return {key: value for key, value in {**made, **changed}.items() if value is not None}


@dataclass
class Shop:
    """The shop as its people use it."""

    client: AppClient
    signer: Signer
    shop_id: int
    revoked: set[str] = field(default_factory=set)
    """Customers whose sessions Saleor no longer accepts."""
    asked: list[str] = field(default_factory=list)
    """Customers of whom Saleor was asked."""

    def confirm(self, api_url: str, token: str, customer_id: str) -> None:
        assert api_url == API_URL
        assert token
        self.asked.append(customer_id)
        if customer_id in self.revoked:
            raise TokenInvalid("Your shop no longer accepts this session: sign in again.")

    def as_customer(self, customer_id: str, method: str, path: str, **options: Any) -> httpx.Response:
        token = options.pop("token", None) or self.signer.token(session_claims(customer_id))
        headers = {"authorization": f"Bearer {token}", "saleor-api-url": API_URL} | options.pop("headers", {})
        return self.client.request(method, f"/api/shopper{path}", headers=headers, **options)

    def as_staff(self, method: str, path: str, **options: Any) -> httpx.Response:
        permissions = options.pop("permissions", ["MANAGE_USERS", "MANAGE_APPS"])
        token = self.signer.token(staff_claims(iss=API_URL, user_permissions=permissions))
        headers = {"authorization-bearer": token, "saleor-api-url": API_URL} | options.pop("headers", {})
        return self.client.request(method, f"/api{path}", headers=headers, **options)

    def agree(self, customer_id: str, *wanted: tuple[str, str | None], **more: Any) -> None:
        """Tick the texts as they are shown now."""
        for purpose, network in wanted:
            answer = self.as_customer(
                customer_id, "POST", "/consents", json=self.tick(purpose, network, **more)
            )
            assert answer.status_code == 204, answer.text

    def tick(self, purpose: str, network: str | None = None, **more: Any) -> dict[str, Any]:
        """Return the tick under the text that is shown now."""
        wordings = self.as_customer("ines", "GET", "/about").json()["wordings"]
        [shown] = [one for one in wordings if (one["purpose"], one["network"]) == (purpose, network)]
        return tick(purpose, network, text_hash=shown["text_hash"], **more)

    def switch_on(self, *, changed: dict[str, Any] | None = None, **networks: dict[str, str]) -> None:
        wanted = privacy_settings.PrivacySettingsInput.model_validate(
            SETTINGS | {"networks": networks} | (changed or {})
        )
        with db.transaction() as session:
            privacy_settings.confirm(session, self.shop_id, wanted, user_id="VXNlcjox")


SETTINGS: dict[str, Any] = {
    "enabled": True,
    "controller_name": "Kaffa BV",
    "controller_contact": "privacy@kaffa.example",
    "storefront_origins": [STOREFRONT],
}


def tick(purpose: str, network: str | None = None, **changed: Any) -> dict[str, Any]:
    """Return a tick under the text as it is with SETTINGS; under no text where there is none."""
    language, text_hash = changed.get("language", "en"), "0" * 64
    chosen = privacy_settings.PrivacySettings.model_validate(SETTINGS)
    with suppress(InputInvalid, KeyError, ValueError):
        text_hash = wording.wording(Purpose(purpose), network, language=language, choices=chosen).text_hash
    made = {"purpose": purpose, "network": network, "text_hash": text_hash, "language": language}
    return made | {"old_enough": True} | changed


def sql(session: Session, statement: str, **given: Any) -> list[Any]:
    from sqlalchemy import CursorResult, text

    result = session.execute(text(statement), given)
    return list(result) if isinstance(result, CursorResult) and result.returns_rows else []


@pytest.fixture(scope="session")
def signer() -> Signer:
    return Signer()


@contextmanager
def _wire(redis_url: str, *, seconds: float, patience: float) -> Iterator[RateLimitedHttp]:
    with (
        redis.Redis.from_url(redis_url) as server,
        open_client(limit=300_000, seconds=seconds, allow_private=True) as client,
    ):
        prefix = f"test-{uuid4().hex}"

        def have_passed(_: float) -> None:
            """What a wait is for: the bucket is full, and open, again."""
            for name in ("bucket", "held"):
                for key in server.scan_iter(f"{prefix}*{name}*"):
                    server.delete(key)

        limiter = RateLimiter(server, prefix=prefix)
        yield RateLimitedHttp(client, limiter, patience=patience, sleep=have_passed)


@pytest.fixture
def http(redis_url: str) -> Iterator[RateLimitedHttp]:
    """A client that may reach loopback, gives up early and never waits for the rate limit."""
    with _wire(redis_url, seconds=1.5, patience=0) as http:
        yield http


@pytest.fixture
def patient(redis_url: str) -> Iterator[RateLimitedHttp]:
    """A client for long lists: the rate limit's waits pass at once, and a busy machine is waited for."""
    with _wire(redis_url, seconds=20, patience=30) as http:
        yield http


@pytest.fixture(scope="session")
def mastodon_server() -> Iterator[NetworkServer]:
    server = NetworkServer()
    with running(server):
        yield server


@pytest.fixture(scope="session")
def bluesky_server() -> Iterator[NetworkServer]:
    server = NetworkServer()
    with running(server):
        yield server


@pytest.fixture
def mastodon(mastodon_server: NetworkServer) -> Iterator[Mastodon]:
    server = Mastodon()
    with mastodon_server.lent(server):
        yield server


@pytest.fixture
def bluesky(bluesky_server: NetworkServer) -> Iterator[Bluesky]:
    server = Bluesky()
    with bluesky_server.lent(server):
        yield server


@pytest.fixture
def off(application: FastAPI, signer: Signer, http: RateLimitedHttp, redis_url: str) -> Shop:
    """A shop with two customers, where nobody has confirmed any privacy settings."""
    app = application
    with db.transaction() as session:
        shop_id = put_shop(session, API_URL, jwks=signer.jwks())
        definitions.store_defaults(session, shop_id)
        put_customers(session, shop_id, "ines", "mara")
    shop = Shop(AppClient(app), signer, shop_id)
    app.dependency_overrides[auth.key_fetcher] = lambda: lambda _: {"keys": []}
    app.dependency_overrides[shopper_auth.confirmer] = lambda: shop.confirm
    app.dependency_overrides[shopper.network_http] = lambda: http
    with redis.Redis.from_url(redis_url) as server:
        for key in server.scan_iter("shopper-attempts:*"):
            server.delete(key)
    login_throttle._server.cache_clear()
    return shop


@pytest.fixture
def shop(off: Shop, mastodon: Mastodon, bluesky: Bluesky) -> Shop:
    """The same with Mastodon and Bluesky switched on."""
    off.switch_on(mastodon={}, bluesky={"base_url": bluesky.base_url})
    assert mastodon
    return off


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def link(shop: Shop, http: RateLimitedHttp) -> Callable[..., int]:
    """A function that gives a customer a proven profile without a network; returns the profile's id."""
    from saleor_influence_app.profiles import profiles

    def put(customer_id: str, name: str, network: str = "mastodon", **given: Any) -> int:
        assert http
        proven = profiles.ProvenAccount(
            network=network,
            network_id=given.pop("network_id", f"https://m.example/users/{name}"),
            base_url=given.pop("base_url", "https://m.example"),
            api_id=given.pop("api_id", name),
            handle=f"@{name}@m.example",
            url=f"https://m.example/@{name}",
            proof=given.pop("proof", "nonce"),
            **given,
        )
        with db.transaction() as session:
            return profiles.store(session, shop.shop_id, customer_id, proven=proven)

    return put
