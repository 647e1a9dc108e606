"""Reads of apps: permissions, webhooks with their deliveries, extensions, tokens for the dashboard."""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError

from sandbox.apps import App, Delivery, Extension, Installation, Problem, Webhook
from sandbox.connections import Connection, Window, page_of_list
from sandbox.permissions import permission_items
from sandbox.registry import resolves
from sandbox.requestor import Call
from sandbox.sessions import app_token

_MANAGE = "MANAGE_APPS"


@resolves("Query.app", "AUTHENTICATED_STAFF_USER", "AUTHENTICATED_APP")
def app(_source: Any, call: Call, *, id_: str | None = None) -> App | None:
    """The app that asks, or another one for those who may see it."""
    own = call.requestor.app
    if id_ is None or (own is not None and own.id == id_):
        return own
    if own is not None:
        call.requestor.require(_MANAGE)
    found = call.state.apps.get(id_)
    return found if found is None or found.is_active or call.requestor.may(_MANAGE) else None


@resolves("Query.apps", "AUTHENTICATED_STAFF_USER", _MANAGE)
def apps(_source: Any, call: Call, **window: Any) -> Connection:
    """All installed apps."""
    return page_of_list(list(call.state.apps.values()), Window(name="apps", **window))


@resolves("Query.appsInstallations", "MANAGE_APPS")
def installations(_source: Any, call: Call) -> list[Installation]:
    """Apps on their way in, and those that did not get in."""
    return list(call.state.installations.values())


@resolves("Query.appExtensions", "AUTHENTICATED_STAFF_USER", "AUTHENTICATED_APP")
def extensions(_source: Any, call: Call, **window: Any) -> Connection:
    """The extensions of all active apps."""
    rows = [item for owner in call.state.apps.values() if owner.is_active for item in owner.extensions]
    return page_of_list(rows, Window(name="appExtensions", **window))


@resolves("App.permissions")
def app_permissions(source: App, _call: Call) -> list[dict[str, str]]:
    """What the app may do."""
    return permission_items(source.permission_codes)


@resolves("App.brand")
def brand(source: App, _call: Call) -> dict[str, Any] | None:
    """Its logo, as the manifest names it."""
    logo = (source.manifest.get("brand") or {}).get("logo") or {}
    return {"logo": {"default": logo["default"]}} if logo.get("default") else None


def _manifest_reader(coordinate: str, key: str) -> None:
    @resolves(f"App.{coordinate}")
    def read(source: App, _call: Call) -> Any:
        return source.manifest.get(key)


for _name, _key in (
    ("aboutApp", "about"),
    ("dataPrivacyUrl", "dataPrivacyUrl"),
    ("homepageUrl", "homepageUrl"),
    ("supportUrl", "supportUrl"),
    ("appUrl", "appUrl"),
    ("version", "version"),
    ("author", "author"),
):
    _manifest_reader(_name, _key)


@resolves("App.type")
def kind(_source: App, _call: Call) -> str:
    """Every app with a manifest is a third-party app."""
    return "THIRDPARTY"


@resolves("App.accessToken")
def access_token(source: App, call: Call) -> str | None:
    """What the dashboard hands to the app's page for the staff member who looks at it."""
    user = call.requestor.user
    return app_token(call.state, user, source) if user is not None and user.is_staff else None


@resolves("AppExtension.accessToken")
def extension_token(source: Extension, call: Call) -> str | None:
    """The same, with the permissions of the extension only."""
    user = call.requestor.user
    if user is None or not user.is_staff:
        return None
    return app_token(call.state, user, source.app, extension=source)


@resolves("AppExtension.permissions")
def extension_permissions(source: Extension, _call: Call) -> list[dict[str, str]]:
    """What a member of staff must be allowed to do to see it."""
    return permission_items(source.permission_codes)


@resolves("App.problems")
def problems(source: App, _call: Call, *, limit: int | None = None) -> list[Problem]:
    """What the app complained of, the newest first."""
    return sorted(source.problem_list, key=lambda item: item.updated_at, reverse=True)[:limit]


@resolves("App.webhooks")
def webhooks(source: App, call: Call) -> list[Webhook]:
    """For the app itself and for those who manage apps."""
    if call.requestor.app is not source:
        call.requestor.require(_MANAGE)
    return source.webhooks


@resolves("Query.webhook", _MANAGE, "AUTHENTICATED_APP")
def webhook(_source: Any, call: Call, *, id_: str) -> Webhook | None:
    """One webhook; an app sees its own."""
    own = call.requestor.app
    owners = [own] if own is not None else list(call.state.apps.values())
    return next((item for owner in owners for item in owner.webhooks if item.id == id_), None)


def _events(names: list[str]) -> list[dict[str, str]]:
    return [{"event_type": name, "name": name.replace("_", " ").capitalize()} for name in names]


@resolves("Webhook.asyncEvents")
def async_events(source: Webhook, _call: Call) -> list[dict[str, str]]:
    """Events that it hears of afterwards."""
    return _events(source.events)


@resolves("Webhook.syncEvents")
def sync_events(source: Webhook, _call: Call) -> list[dict[str, str]]:
    """Events that Saleor would wait for; the sandbox never calls these."""
    return _events(source.sync)


@resolves("Webhook.secretKey")
def secret_key(_source: Webhook, _call: Call) -> None:
    """None: the sandbox only signs with its key set."""


@resolves("Webhook.eventDeliveries")
def event_deliveries(
    source: Webhook,
    _call: Call,
    *,
    filter_: Mapping[str, Any] | None = None,
    **rest: Any,
) -> Connection:
    """What was not delivered, or not yet; the newest first. What was delivered is forgotten."""
    rest.pop("sort_by", None)
    wanted = filter_ or {}
    rows = [
        item
        for item in reversed(source.deliveries)
        if wanted.get("status") in {None, item.status} and wanted.get("event_type") in {None, item.event}
    ]
    if not rest.get("first") and not rest.get("last"):
        raise GraphQLError(
            "You must provide a `first` or `last` value to properly paginate "
            "the `eventDeliveries` connection."
        )
    return page_of_list(rows, Window(name="eventDeliveries", **rest))


@resolves("EventDelivery.attempts")
def attempts(source: Delivery, _call: Call, **window: Any) -> Connection:
    """Every try, the newest first."""
    return page_of_list(source.attempts[::-1], Window(name="attempts", **window))
