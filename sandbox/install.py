"""An app comes in, is switched on and off, and goes, as in Saleor (facts, section 2)."""

import logging
import secrets
import string
from functools import partial
from typing import Any
from urllib.parse import urljoin

import httpx

from sandbox.apps import App, Extension, Installation, Webhook
from sandbox.events import Principal, emit
from sandbox.identifiers import global_id
from sandbox.manifests import ManifestInvalid, check_manifest
from sandbox.requestor import APP_TOKEN_LENGTH
from sandbox.state import State

log = logging.getLogger(__name__)
REFUSED = 400
_LETTERS = string.ascii_letters + string.digits


class InstallFailed(Exception):
    """Why the app is not in, in the words that staff read."""


def begin(state: State, installation: Installation) -> None:
    """The installation is on its way; it ends as an app or as FAILED with a message."""
    state.installations[installation.id] = installation
    state.worker.submit(partial(_finish, state, installation))


def _finish(state: State, installation: Installation) -> None:
    try:
        install(state, installation)
    except (InstallFailed, ManifestInvalid) as error:
        message = str(error)
    except httpx.HTTPError as error:
        log.info("An app could not be reached: %s", error)
        message = "Failed to connect to app. Try later or contact with app support."
    except Exception:
        log.exception("An app could not be installed")
        message = "Unknown error. Contact with app support."
    else:
        with state.lock:
            state.installations.pop(installation.id, None)
        return
    with state.lock:
        installation.status, installation.message = "FAILED", message
        installation.updated_at = state.store.clock.now()


def fetch_manifest(state: State, url: str) -> dict[str, Any]:
    """The manifest at the address, found to be in order."""
    answer = state.http.get(
        url, headers={**_who(state), "Saleor-Schema-Version": state.settings.schema_version}
    )
    if answer.status_code >= REFUSED:
        raise InstallFailed(_internal_error(answer.status_code))
    try:
        manifest = answer.json()
    except ValueError as error:
        raise InstallFailed("Failed to connect to app. Try later or contact with app support.") from error
    with state.lock:
        taken = [app.identifier for app in state.apps.values()]
        return check_manifest(
            manifest, state.schema, saleor_version=state.settings.saleor_version, installed=taken
        )


def _internal_error(status: int) -> str:
    return f"App internal error ({status}). Try later or contact with app support."


def _who(state: State) -> dict[str, str]:
    return {"User-Agent": f"Saleor/{state.settings.schema_version}"}


def install(state: State, installation: Installation) -> App:
    """The app is in, and has its token."""
    manifest = fetch_manifest(state, installation.manifest_url)
    with state.lock:
        app = _create(state, installation, manifest)
        state.apps[app.id] = app
    if manifest.get("tokenTargetUrl"):
        try:
            _hand_over(state, app, manifest["tokenTargetUrl"])
        except BaseException:
            with state.lock:
                state.apps.pop(app.id, None)
            raise
    with state.lock:
        emit(state, "APP_INSTALLED", app, by=None)
    return app


def _hand_over(state: State, app: App, target: str) -> None:
    """The app has taken its token; nothing is signed here, so the app must prove the token itself."""
    settings = state.settings
    headers = {
        **_who(state),
        "Content-Type": "application/json",
        "X-Saleor-Domain": settings.domain,
        "Saleor-Domain": settings.domain,
        "Saleor-Api-Url": settings.api_url,
        "Saleor-Schema-Version": settings.schema_version,
    }
    answer = state.http.post(target, json={"auth_token": app.token}, headers=headers)
    if answer.status_code < REFUSED:
        # A redirect is no refusal for Saleor, and it follows none.
        return
    try:
        message = str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError) as error:
        raise InstallFailed(_internal_error(answer.status_code)) from error
    raise InstallFailed(message)


def _create(state: State, installation: Installation, manifest: dict[str, Any]) -> App:
    key = state.store.number("App")
    app = App(
        pk=key,
        id=global_id("App", key),
        identifier=manifest["id"],
        name=installation.app_name,
        created=state.store.clock.now(),
        permission_codes=installation.permission_codes,
        token="".join(secrets.choice(_LETTERS) for _ in range(APP_TOKEN_LENGTH)),
        manifest=manifest,
        manifest_url=installation.manifest_url,
        is_active=installation.activate,
    )
    app.extensions = [_extension(state, app, item) for item in manifest.get("extensions") or ()]
    app.webhooks = [_webhook(state, app, item) for item in manifest.get("webhooks") or ()]
    return app


def _extension(state: State, app: App, item: dict[str, Any]) -> Extension:
    target = (item.get("target") or "popup").upper()
    url = item["url"]
    if target == "POPUP" and url.startswith("/"):
        # Popups are stitched to the app's address by the API, the others by the dashboard.
        url = urljoin(app.manifest["appUrl"].rstrip("/") + "/", url.lstrip("/"))
    return Extension(
        id=global_id("AppExtension", state.store.number("AppExtension")),
        app=app,
        label=item["label"],
        url=url,
        mount_name=item["mount"].upper(),
        target_name=target,
        settings=item.get("options") or {},
        permission_codes=frozenset(item.get("permissions") or ()),
        identifier=(item.get("identifier") or "").strip() or None,
    )


def _webhook(state: State, app: App, item: dict[str, Any]) -> Webhook:
    key = state.store.number("Webhook")
    return Webhook(
        pk=key,
        id=global_id("Webhook", key),
        app=app,
        name=item["name"],
        target_url=item["targetUrl"],
        events=list(item.get("asyncEvents") or ()),
        waited_for=list(item.get("syncEvents") or ()),
        subscription_query=item["query"],
        is_active=item.get("isActive", True),
        identifier=(item.get("identifier") or "").strip() or None,
        custom_headers=dict(item.get("customHeaders") or {}),
    )


def remove(state: State, app: App, *, by: Principal) -> None:
    """The app is out, its token opens nothing, and it is told so."""
    emit(state, "APP_DELETED", app, by=by)
    app.is_active = False
    state.apps.pop(app.id, None)


def switch(state: State, app: App, *, active: bool, by: Principal) -> None:
    """The app is on or off, and is told so in either case."""
    app.is_active = active
    emit(state, "APP_STATUS_CHANGED", app, by=by)
