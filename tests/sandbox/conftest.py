"""A pocket Saleor in this process, and an app that listens to it."""

from collections.abc import Iterator

import pytest

from sandbox.apps import App, Installation
from sandbox.build import create_state
from sandbox.client import ShopClient
from sandbox.install import install
from sandbox.listener import Listener, listening
from sandbox.server import running
from sandbox.state import SandboxSettings, State
from sandbox.tokens import SigningKey
from tests.support.served_sandbox import Pocket


@pytest.fixture(scope="session")
def key() -> SigningKey:
    return SigningKey.generate()


@pytest.fixture
def state(key: SigningKey) -> Iterator[State]:
    """A fast-forward shop: what takes Saleor a second takes a millisecond."""
    made = create_state(SandboxSettings(time_scale=0.001, read_timeout=2), key=key)
    yield made
    made.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as heard:
        yield heard


EVENTS = ["CUSTOMER_CREATED", "CUSTOMER_UPDATED", "ORDER_CREATED", "ORDER_UPDATED", "ORDER_FULLY_PAID"]
QUERY = """subscription{event{__typename issuedAt
  ... on CustomerCreated{user{id email}} ... on CustomerUpdated{user{id}}
  ... on OrderCreated{order{id status chargeStatus}} ... on OrderUpdated{order{id status chargeStatus}}
  ... on OrderFullyPaid{order{id}}}}"""


def installed(state: State, listener: Listener) -> App:
    listener.manifest = {
        "id": "listening",
        "name": "Listening",
        "version": "1",
        "permissions": ["MANAGE_USERS", "MANAGE_ORDERS"],
        "appUrl": listener.url,
        "tokenTargetUrl": f"{listener.url}/register",
        "webhooks": [
            {
                "name": "All",
                "targetUrl": f"{listener.url}/webhooks",
                "query": QUERY,
                "asyncEvents": EVENTS,
            }
        ],
    }
    moment = state.store.clock.now()
    app = install(
        state,
        Installation(
            id="1",
            app_name="Listening",
            manifest_url=f"{listener.url}/manifest",
            permission_codes=frozenset(listener.manifest["permissions"]),
            activate=True,
            created_at=moment,
            updated_at=moment,
        ),
    )
    listener.forget()
    return app


@pytest.fixture
def pocket(state: State, listener: Listener) -> Iterator[Pocket]:
    with running(state) as address:
        client = ShopClient(f"{address}graphql/")
        yield Pocket(state, client, installed(state, listener), listener)
        client.close()
