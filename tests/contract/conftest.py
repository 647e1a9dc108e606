"""The same assertions against the pocket Saleor and, when one is given in the environment, a real one.

The real one must be quiet meanwhile: what other apps and people do there is heard as well.
"""

import os
from collections.abc import Iterator

import pytest

from sandbox.build import create_state
from sandbox.client import ShopClient
from sandbox.generate import fill
from sandbox.listener import Listener, listening
from sandbox.server import running
from sandbox.state import SandboxSettings
from tests.support.contract_shops import (
    CHECKOUT_EVENTS,
    GIFT_CARD_EVENTS,
    VOUCHER_EVENTS,
    Installed,
    Shop,
    installed,
    subscription,
)

VARIABLES = ("SALEOR_API_URL", "SALEOR_EMAIL", "SALEOR_PASSWORD")


def _pocket() -> Iterator[Shop]:
    state = create_state(SandboxSettings(time_scale=0.1, read_timeout=5))
    fill(state, customers=300, orders=1200, seed=7)
    with running(state) as address:
        client = ShopClient(f"{address}graphql/")
        yield Shop(client, state)
        client.close()


def _real() -> Iterator[Shop]:
    missing = [name for name in VARIABLES if not os.environ.get(name)]
    if missing:
        pytest.skip(f"needs a real Saleor: {', '.join(missing)} not set")
    url, email, password = (os.environ[name] for name in VARIABLES)
    client = ShopClient(url, email, password)
    yield Shop(client, None)
    client.close()


@pytest.fixture(scope="session", params=["pocket", pytest.param("real", marks=pytest.mark.real_saleor)])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    yield from _pocket() if request.param == "pocket" else _real()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as heard:
        yield heard


@pytest.fixture
def app(shop: Shop, listener: Listener) -> Iterator[Installed]:
    """An installed app that has forgotten how it was installed."""
    yield from installed(shop, listener)


@pytest.fixture
def perk_app(shop: Shop, listener: Listener) -> Iterator[Installed]:
    """An app that hears of vouchers, gift cards and checkouts."""
    events = [*VOUCHER_EVENTS, *GIFT_CARD_EVENTS, *CHECKOUT_EVENTS]
    webhook = {
        "name": "Perks",
        "targetUrl": f"{listener.url}/webhooks",
        "query": subscription(events),
        "asyncEvents": events,
        "isActive": True,
    }
    yield from installed(shop, listener, webhooks=[webhook])
