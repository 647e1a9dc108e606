"""Without anything passed in, the guard is on."""

from collections.abc import Iterator

import pytest

from saleor_influence_app import settings
from saleor_influence_app.saleor.addresses import AddressForbidden
from saleor_influence_app.saleor.client import SaleorClient
from saleor_influence_app.saleor.keys import fetch_keys

INSIDE = [
    "http://127.0.0.1:1/graphql/",
    "http://[::1]:1/graphql/",
    "http://localhost:1/graphql/",
    "http://169.254.169.254/graphql/",
    "http://2130706433/graphql/",  # 127.0.0.1 as one number
    "http://0x7f.1/graphql/",  # 127.0.0.1 in the resolver's own spelling
]


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The default of the setting; settings are read from the environment, once."""
    monkeypatch.delenv("ALLOW_PRIVATE_NETWORKS")
    settings.get.cache_clear()
    yield
    monkeypatch.undo()
    settings.get.cache_clear()


@pytest.mark.usefixtures("production")
@pytest.mark.parametrize("api_url", INSIDE)
def test_neither_api_nor_keys_are_asked_for_inside_our_own_network(api_url: str) -> None:
    with SaleorClient(api_url, "token") as client, pytest.raises(AddressForbidden):
        client.execute("app_identity")
    with pytest.raises(AddressForbidden):
        fetch_keys(api_url)
