"""A pocket Saleor put together: state with an empty shop, staff, channels and the default customer type."""

from collections.abc import Iterable
from decimal import Decimal

import httpx

from sandbox.identifiers import global_id
from sandbox.schema import build_schema
from sandbox.shipping import ShippingRate
from sandbox.state import SandboxSettings, State
from sandbox.tokens import Signer, SigningKey
from sandbox.worker import Worker
from sandbox.world import Channel, CustomerType, User

SHIPPING = (("Standard", "4.90", 5), ("Express", "12.50", 2))
CHANNELS = (("default-channel", "Default channel", "USD"), ("channel-pln", "Channel PLN", "PLN"))


def create_state(
    settings: SandboxSettings | None = None,
    *,
    key: SigningKey | None = None,
    transport: httpx.BaseTransport | None = None,
) -> State:
    """An empty shop that can be asked and that tells apps; `transport` can lead to an app in this process."""
    settings = settings or SandboxSettings()
    timeout = httpx.Timeout(settings.read_timeout, connect=settings.connect_timeout)
    state = State(
        settings=settings,
        signer=Signer(key),
        schema=build_schema(settings.saleor_version),
        http=httpx.Client(timeout=timeout, transport=transport, follow_redirects=False, trust_env=False),
        worker=Worker(settings.delivery_threads),
    )
    state.closers.append(state.worker.close)
    _furnish(state)
    return state


def _furnish(state: State) -> None:
    store = state.store
    for slug, name, currency in CHANNELS:
        store.put_channel(Channel(global_id("Channel", store.number("Channel")), slug, name, currency))
    for name, amount, days in SHIPPING:
        key = global_id("ShippingMethod", store.number("ShippingMethod"))
        store.shipping_rates.append(ShippingRate(key, name, Decimal(amount), days))
    number = store.number("CustomerType")
    kind = CustomerType(number, global_id("CustomerType", number), "Default", "default", is_default=True)
    store.customer_types[number] = kind
    store.add(kind)
    everything = state.schema.type_map["PermissionEnum"].values  # type: ignore[attr-defined]
    add_staff(
        state, state.settings.admin_email, password=state.settings.admin_password, permissions=everything
    )


def add_staff(state: State, email: str, *, password: str, permissions: Iterable[str]) -> User:
    """There is a member of staff who may do just this."""
    store = state.store
    name = email.partition("@")[0].capitalize()
    user = store.new_user(
        email,
        store.clock.now(),
        first_name=name,
        last_name="Staff",
        is_staff=True,
        permissions=frozenset(permissions),
        password=password,
        token_key=store.unique(),
        customer_type=store.default_customer_type(),
    )
    store.put_user(user)
    return user
