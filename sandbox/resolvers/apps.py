"""Reads of apps: permissions, webhooks with their deliveries, extensions, tokens for the dashboard."""

from collections.abc import Mapping
from typing import Any, Unpack

from sandbox.apps import App, Extension, Installation, Problem, Webhook
from sandbox.connections import Connection, Page, Window, page_of_list
from sandbox.permissions import permission_items
from sandbox.registry import NotInPocketShop, resolves
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
def apps(_source: Any, call: Call, **window: Unpack[Page]) -> Connection:
    """All installed apps."""
    return page_of_list(list(call.state.apps.values()), Window(name="apps", **window))


@resolves("Query.appsInstallations", "MANAGE_APPS")
def installations(_source: Any, call: Call) -> list[Installation]:
    """Apps on their way in, and those that did not get in."""
    return list(call.state.installations.values())


@resolves("Query.appExtensions", "AUTHENTICATED_STAFF_USER", "AUTHENTICATED_APP")
def extensions(_source: Any, call: Call, **window: Unpack[Page]) -> Connection:
    """The extensions of all active apps."""
    rows = [item for owner in call.state.apps.values() if owner.is_active for item in owner.extensions]
    return page_of_list(rows, Window(name="appExtensions", **window))


@resolves("App.permissions")
def app_permissions(source: App, _call: Call) -> list[dict[str, str]]:
    """What the app may do."""
    return permission_items(source.permission_codes)


@resolves("App.appUrl")
def app_url(source: App, _call: Call) -> str | None:
    """Return the address of its page."""
    found: str | None = source.manifest.get("appUrl")
    return found


@resolves("App.version")
def version(source: App, _call: Call) -> str:
    """Return its version, as the manifest gave it."""
    return str(source.manifest["version"])


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


@resolves("Webhook.asyncEvents")
def async_events(source: Webhook, _call: Call) -> list[dict[str, str]]:
    """Return the events that it hears of afterwards."""
    return [{"event_type": name, "name": name.replace("_", " ").capitalize()} for name in source.events]


@resolves("Webhook.syncEvents")
def sync_events(source: Webhook, _call: Call) -> list[dict[str, str]]:
    """Return the events of which Saleor waits for its answer."""
    return [{"event_type": name, "name": name.replace("_", " ").capitalize()} for name in source.waited_for]


@resolves("Webhook.eventDeliveries")
def event_deliveries(
    source: Webhook,
    _call: Call,
    *,
    filter_: Mapping[str, Any] | None = None,
    sort_by: Mapping[str, Any] | None = None,
    **window: Unpack[Page],
) -> Connection:
    """Return what was not delivered, or not yet, the newest first. What was delivered is forgotten."""
    if sort_by is not None and sort_by["direction"] != "DESC":
        raise NotInPocketShop("EventDeliverySortingInput.direction: ASC")
    wanted = filter_ or {}
    rows = [
        item
        for item in reversed(source.deliveries)
        if wanted.get("status") in {None, item.status} and wanted.get("event_type") in {None, item.event}
    ]
    return page_of_list(rows, Window(name="eventDeliveries", **window))
