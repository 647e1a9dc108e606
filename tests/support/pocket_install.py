"""The app served on a real port, and a pocket Saleor that installs it."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from saleor_influence_app.main import create_app
from sandbox.build import create_state
from sandbox.client import ShopClient
from sandbox.server import running, serving
from sandbox.state import SandboxSettings, State
from tests.support.pocket_shop import KEY

INSTALL = "mutation($i:AppInstallInput!){appInstall(input:$i){errors{message} appInstallation{id}}}"
STATE = "{appsInstallations{status message} apps(first:100){edges{node{id identifier isActive}}}}"
Outcome = tuple[str | None, str | None]
"""The app's id, or the message that staff see."""
GRANTED = ["MANAGE_USERS", "MANAGE_ORDERS", "MANAGE_DISCOUNTS"]


@dataclass
class Pocket:
    """A pocket Saleor and the address of the app."""

    state: State
    shop: ShopClient
    app_url: str

    @property
    def api_url(self) -> str:
        """The shop's API."""
        return self.state.settings.api_url

    def install(self, *, active: bool = True) -> Outcome:
        """Install as the dashboard does; returns the app's id, or the message that staff see."""
        wanted: dict[str, Any] = {
            "appName": "Influence",
            "manifestUrl": f"{self.app_url}/api/manifest",
            "permissions": GRANTED,
            "activateAfterInstallation": active,
        }
        answer = self.shop.data(INSTALL, i=wanted)["appInstall"]
        assert answer["errors"] == []
        found = wait_for(self._outcome)
        assert isinstance(found, tuple)
        return found

    def app_token(self, app_id: str) -> str:
        """The token that the dashboard gives to the app's page."""
        return str(
            self.shop.data("query($id:ID!){app(id:$id){accessToken}}", id=app_id)["app"]["accessToken"]
        )

    def _outcome(self) -> Outcome | None:
        found = self.shop.data(STATE)
        for installation in found["appsInstallations"]:
            return (None, installation["message"]) if installation["status"] == "FAILED" else None
        nodes = [edge["node"] for edge in found["apps"]["edges"]]
        return (nodes[-1]["id"], None) if nodes else None


@contextmanager
def pocket(version: str = "3.23.28") -> Iterator[Pocket]:
    """A pocket Saleor of this version and the app, each on a port of its own."""
    state = create_state(SandboxSettings(saleor_version=version, time_scale=0.001), key=KEY)
    with running(state) as address, served() as app_url:
        shop = ShopClient(f"{address}graphql/")
        try:
            yield Pocket(state, shop, app_url)
        finally:
            shop.http.close()


@contextmanager
def served() -> Iterator[str]:
    """The app on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listener, serving(create_app(), listener, lifespan="off"):
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def wait_for(look: Callable[[], object], seconds: float = 20.0) -> object:
    """Return what `look` gives once it gives something."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return found
