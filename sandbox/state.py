"""One running pocket Saleor: its settings, its shop, its apps and what is to go wrong."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
from graphql import GraphQLSchema

from sandbox.apps import App, Installation
from sandbox.faults import Faults
from sandbox.store import Store
from sandbox.tokens import Signer
from sandbox.worker import Worker

ADMIN_EMAIL = "admin@example.com"


@dataclass(frozen=True, kw_only=True)
class SandboxSettings:
    """How this Saleor behaves; the limits are those of Saleor's own settings."""

    public_url: str = "http://127.0.0.1:8000/"
    saleor_version: str = "3.23.28"
    shop_name: str = "Pocket shop"
    admin_email: str = ADMIN_EMAIL
    admin_password: str = "admin"  # noqa: S105  # the password of every Saleor demo, kept on purpose
    customer_password: str = "password"  # noqa: S105  # what Saleor's own generated shops have
    token_seconds: int = 300
    # The waits between attempts of a delivery are multiplied by this: tests take 0.001.
    time_scale: float = 1.0
    connect_timeout: float = 2.0
    read_timeout: float = 18.0
    delivery_threads: int = 2
    mutation_limit: int = 4
    page_limit: int = 100
    maximum_cost: int = 50_000
    # Saleor emits CUSTOMER_UPDATED for metadata too in shops that were upgraded (facts, section 4).
    legacy_update_emission: bool = True

    @property
    def api_url(self) -> str:
        """The address that apps know the shop by."""
        return self.public_url.rstrip("/") + "/graphql/"

    @property
    def domain(self) -> str:
        """Host and port."""
        return urlsplit(self.public_url).netloc

    @property
    def schema_version(self) -> str:
        """Major and minor."""
        return ".".join(self.saleor_version.split(".")[:2])


@dataclass(eq=False)
class State:
    """Everything that a running sandbox knows. `lock` guards the store, the apps and their deliveries."""

    settings: SandboxSettings
    signer: Signer
    schema: GraphQLSchema
    http: httpx.Client
    worker: Worker
    store: Store = field(default_factory=Store)
    faults: Faults = field(default_factory=Faults)
    apps: dict[str, App] = field(default_factory=dict)
    installations: dict[str, Installation] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    # What stops with the sandbox: the worker, live orders.
    closers: list[Callable[[], None]] = field(default_factory=list)

    def app_of_token(self, token: str) -> App | None:
        """The active app that holds this token."""
        return next((app for app in self.apps.values() if app.token == token and app.is_active), None)

    def close(self) -> None:
        """Nothing of this sandbox runs any more."""
        for closer in reversed(self.closers):
            closer()
        self.http.close()
