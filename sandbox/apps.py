"""What the shop knows about installed apps: webhooks, extensions, deliveries, problems."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar


@dataclass(slots=True, eq=False)
class Attempt:
    """One try to deliver."""

    graphql_type: ClassVar[str] = "EventDeliveryAttempt"
    id: str
    created_at: datetime
    status: str
    duration: float
    response: str
    response_status_code: int | None


@dataclass(slots=True, eq=False)
class Delivery:
    """One event on its way to one webhook."""

    graphql_type: ClassVar[str] = "EventDelivery"
    pk: int
    id: str
    created_at: datetime
    event: str
    webhook: "Webhook"
    payload: str | None = None
    signature: str = ""
    status: str = "PENDING"
    tries: int = 0
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def event_type(self) -> str:
        """The name of the event as the API writes it."""
        return self.event


@dataclass(slots=True, eq=False)
class Webhook:
    """Where an app wants to hear of which events, and what it wants to be told."""

    graphql_type: ClassVar[str] = "Webhook"
    pk: int
    id: str
    app: "App"
    name: str | None
    target_url: str
    events: list[str]
    subscription_query: str | None
    # Of these Saleor waits for the answer.
    waited_for: list[str] = field(default_factory=list)
    is_active: bool = True
    identifier: str | None = None
    custom_headers: dict[str, str] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Extension:
    """A place in the dashboard where the app shows itself."""

    graphql_type: ClassVar[str] = "AppExtension"
    id: str
    app: "App"
    label: str
    url: str
    mount_name: str
    target_name: str
    settings: dict[str, Any]
    permission_codes: frozenset[str]
    identifier: str | None = None


@dataclass(slots=True, eq=False)
class Problem:
    """Something that the app told the staff to look at."""

    graphql_type: ClassVar[str] = "AppProblem"
    id: str
    key: str
    message: str
    created_at: datetime
    updated_at: datetime
    count: int = 1
    is_critical: bool = False
    dismissed: dict[str, Any] | None = None


@dataclass(slots=True, eq=False)
class App:
    """An installed app and its token."""

    graphql_type: ClassVar[str] = "App"
    pk: int
    id: str
    identifier: str
    name: str
    created: datetime
    permission_codes: frozenset[str]
    token: str
    manifest: dict[str, Any] = field(default_factory=dict)
    manifest_url: str | None = None
    is_active: bool = False
    webhooks: list[Webhook] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)
    problem_list: list[Problem] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    private_metadata: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Installation:
    """An app on its way in, or why it did not get in."""

    graphql_type: ClassVar[str] = "AppInstallation"
    id: str
    app_name: str
    manifest_url: str
    permission_codes: frozenset[str]
    activate: bool
    created_at: datetime
    updated_at: datetime
    status: str = "PENDING"
    message: str | None = None
