"""A pocket Saleor put together: state with an empty shop, staff, channels and the default customer type."""

import httpx

from saleor_influence_app.sandbox import resolvers
from saleor_influence_app.sandbox.identifiers import global_id
from saleor_influence_app.sandbox.schema import build_schema
from saleor_influence_app.sandbox.state import SandboxSettings, State
from saleor_influence_app.sandbox.tokens import Signer, SigningKey
from saleor_influence_app.sandbox.worker import Worker
from saleor_influence_app.sandbox.world import Channel, CustomerType

CHANNELS = (("default-channel", "Default channel", "USD"), ("channel-pln", "Channel PLN", "PLN"))


def create_state(
    settings: SandboxSettings | None = None,
    *,
    key: SigningKey | None = None,
    transport: httpx.BaseTransport | None = None,
) -> State:
    """An empty shop that can be asked and that tells apps; `transport` can lead to an app in this process."""
    assert resolvers.__all__  # noqa: S101  # the import has registered every resolver
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
    number = store.number("CustomerType")
    kind = CustomerType(number, global_id("CustomerType", number), "Default", "default", is_default=True)
    store.customer_types[number] = kind
    store.add(kind)
    permissions = state.schema.type_map["PermissionEnum"].values  # type: ignore[attr-defined]
    admin = store.new_user(
        state.settings.admin_email,
        store.clock.now(),
        first_name="Ada",
        last_name="Admin",
        is_staff=True,
        permissions=frozenset(permissions),
        password=state.settings.admin_password,
        token_key=store.unique(),
        customer_type=kind,
    )
    store.put_user(admin)
