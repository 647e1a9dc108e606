"""A pocket Saleor in this process with our app in it, and the shop's row that belongs to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from sandbox.apps import App
from sandbox.build import create_state
from sandbox.identifiers import global_id
from sandbox.server import running
from sandbox.state import SandboxSettings, State
from sandbox.tokens import SigningKey
from sandbox.world import User
from tests.support.shop_rows import put_shop

KEY = SigningKey.generate()
"""Of every pocket Saleor of this test process: one takes a tenth of a second."""
TOKEN = "tokenoftheapptokenoftheapptoke"
PERMISSIONS = frozenset(
    {"MANAGE_USERS", "MANAGE_ORDERS", "MANAGE_DISCOUNTS", "MANAGE_CUSTOMER_TYPES_AND_ATTRIBUTES"}
)


@dataclass
class Pocket:
    """The pocket Saleor, its address for apps, and our app as it knows it."""

    state: State
    app: App

    @property
    def api_url(self) -> str:
        return self.state.settings.api_url

    def people(self, count: int, **given: Any) -> list[User]:
        """So many new customers."""
        store = self.state.store
        made = []
        for _ in range(count):
            number = len(store.users) + 1
            user = store.new_user(
                f"person-{number}@example.com",
                store.clock.now(),
                first_name="Ines",
                last_name="Costa",
                customer_type=store.default_customer_type(),
                **given,
            )
            store.put_user(user)
            made.append(user)
        return made

    def put_row(self, session: Session, **given: Any) -> int:
        """The row of this shop, as an installation would have stored it."""
        columns = {"permissions": sorted(self.app.permission_codes)} | given
        return put_shop(session, self.api_url, token=TOKEN, app_id=self.app.id, **columns)


@contextmanager
def pocket_saleor(version: str = "3.23.28", **settings: Any) -> Iterator[Pocket]:
    """A pocket Saleor that answers on loopback until the block ends."""
    state = create_state(SandboxSettings(saleor_version=version, time_scale=0.001, **settings), key=KEY)
    app = App(
        pk=1,
        id=global_id("App", 1),
        identifier="influence",
        name="Influence",
        created=state.store.clock.now(),
        permission_codes=PERMISSIONS,
        token=TOKEN,
        is_active=True,
    )
    state.apps[app.id] = app
    with running(state):
        yield Pocket(state, app)
