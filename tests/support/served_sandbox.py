"""A served sandbox and the app that is installed in it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from sandbox.apps import App
from sandbox.build import create_state
from sandbox.client import ShopClient
from sandbox.listener import Listener, listening
from sandbox.state import SandboxSettings, State
from sandbox.tokens import SigningKey


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


@dataclass
class Pocket:
    """A served sandbox, its state, and the app that is installed in it."""

    state: State
    client: ShopClient
    app: App
    listener: Listener

    def customer(self, number: int = 1) -> str:
        made = self.client.do(
            "mutation($e:String!){customerCreate(input:{email:$e}){user{id} errors{message}}}",
            e=f"person-{number}@example.com",
        )
        return str(made["user"]["id"])

    def settled(self) -> None:
        assert self.state.worker.drain(20)
