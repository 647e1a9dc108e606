"""What staff do to apps."""

from typing import Any

import httpx

from sandbox.apps import App, Installation
from sandbox.events import emit
from sandbox.identifiers import global_id
from sandbox.install import InstallFailed, begin, fetch_manifest, remove, switch
from sandbox.lookup import node
from sandbox.manifests import ManifestInvalid, is_url
from sandbox.permissions import permission_items
from sandbox.registry import InputRefused, mutates
from sandbox.requestor import Call

_MANAGE = "MANAGE_APPS"


def _staff_only(call: Call, codes: frozenset[str]) -> None:
    """Only staff install apps, and nobody gives away what they do not hold."""
    call.requestor.require("AUTHENTICATED_STAFF_USER")
    if not codes <= call.requestor.permissions:
        message = "You can't add permission that you don't have."
        raise InputRefused("permissions", message, "OUT_OF_SCOPE_PERMISSION", permissions=sorted(codes))


def _app(call: Call, identifier: str) -> App:
    app: App = node(call, identifier, App)
    return app


@mutates("appInstall", _MANAGE)
def app_install(call: Call, *, input_: dict[str, Any]) -> dict[str, Any]:
    """The app is on its way in; the manifest is fetched afterwards, in the background."""
    codes = frozenset(input_.get("permissions") or ())
    if not is_url(input_["manifest_url"]):
        raise InputRefused("manifestUrl", "Enter a valid URL.", "INVALID_URL_FORMAT")
    _staff_only(call, codes)
    moment = call.now()
    installation = Installation(
        id=global_id("AppInstallation", call.state.store.number("AppInstallation")),
        app_name=input_["app_name"],
        manifest_url=input_["manifest_url"],
        permission_codes=codes,
        activate=input_["activate_after_installation"] is not False,
        created_at=moment,
        updated_at=moment,
    )
    begin(call.state, installation)
    return {"app_installation": installation}


def _failed(call: Call, identifier: str) -> Installation:
    installation = call.state.installations.get(identifier)
    if installation is None:
        raise InputRefused("id", f"Couldn't resolve to a node: {identifier}", "NOT_FOUND")
    if installation.status != "FAILED":
        message = "Cannot retry installation with different status than failed."
        raise InputRefused("id", message, "INVALID_STATUS")
    return installation


@mutates("appDeleteFailedInstallation", _MANAGE)
def app_delete_failed_installation(call: Call, *, id_: str) -> dict[str, Any]:
    """The failure is forgotten."""
    installation = _failed(call, id_)
    del call.state.installations[installation.id]
    return {"app_installation": installation}


@mutates("appFetchManifest", _MANAGE)
def app_fetch_manifest(call: Call, *, manifest_url: str) -> dict[str, Any]:
    """What the manifest asks for, as staff see it before they agree."""
    try:
        manifest = fetch_manifest(call.state, manifest_url)
    except ManifestInvalid as error:
        field, reason = error.errors[0]
        raise InputRefused(field, reason, "INVALID") from error
    except (InstallFailed, httpx.HTTPError) as error:
        message = "Unable to fetch manifest data. Try later or contact with app support."
        raise InputRefused("manifestUrl", message, "MANIFEST_URL_CANT_CONNECT") from error
    permissions = permission_items(manifest.get("permissions") or ())
    return {"manifest": {"name": manifest["name"], "permissions": permissions}}


@mutates("appDelete", _MANAGE)
def app_delete(call: Call, *, id_: str) -> dict[str, Any]:
    """The app is out."""
    app = _app(call, id_)
    remove(call.state, app, by=call.requestor.principal)
    return {"app": app}


@mutates("appActivate", _MANAGE)
def app_activate(call: Call, *, id_: str) -> dict[str, Any]:
    """The app is on."""
    app = _app(call, id_)
    switch(call.state, app, active=True, by=call.requestor.principal)
    return {"app": app}


@mutates("appDeactivate", _MANAGE)
def app_deactivate(call: Call, *, id_: str) -> dict[str, Any]:
    """The app is off; it hears so, and nothing after it."""
    app = _app(call, id_)
    switch(call.state, app, active=False, by=call.requestor.principal)
    return {"app": app}


@mutates("appUpdate", _MANAGE)
def app_update(call: Call, *, id_: str, input_: dict[str, Any]) -> dict[str, Any]:
    """The app has another name or other permissions."""
    app = _app(call, id_)
    if input_.get("permissions") is not None:
        codes = frozenset(input_["permissions"])
        _staff_only(call, codes)
        app.permission_codes = codes
    app.name = input_.get("name") or app.name
    emit(call.state, "APP_UPDATED", app, by=call.requestor.principal)
    return {"app": app}
