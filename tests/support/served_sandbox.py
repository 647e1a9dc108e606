"""A served sandbox and the app that is installed in it."""

from dataclasses import dataclass

from sandbox.apps import App
from sandbox.client import ShopClient
from sandbox.listener import Listener
from sandbox.state import State


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
