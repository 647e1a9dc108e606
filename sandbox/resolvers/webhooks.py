"""Webhooks as the app itself keeps them, and the second try of what failed."""

from functools import partial
from typing import Any

from graphql import GraphQLError

from sandbox.apps import App, Webhook
from sandbox.deliveries import send
from sandbox.events import WAITED_FOR
from sandbox.identifiers import global_id
from sandbox.manifests import events_of_query, is_url
from sandbox.registry import InputRefused, mutates
from sandbox.requestor import Call

_WHO = ("MANAGE_APPS", "AUTHENTICATED_APP")


def _owner(call: Call, identifier: str | None) -> App:
    app = call.requestor.app or call.state.apps.get(identifier or "")
    if app is None:
        raise InputRefused("app", "App doesn't exist or is disabled", "NOT_FOUND")
    return app


def _find(call: Call, identifier: str | None) -> Webhook:
    own = call.requestor.app
    for owner in [own] if own is not None else call.state.apps.values():
        for item in owner.webhooks:
            if identifier == item.id:
                return item
    raise InputRefused("id", f"Couldn't resolve to a node: {identifier}", "NOT_FOUND")


def _apply(call: Call, webhook: Webhook, values: dict[str, Any]) -> None:
    if values.get("target_url") is not None:
        if not is_url(values["target_url"]):
            raise InputRefused("targetUrl", "Enter a valid URL.", "INVALID")
        webhook.target_url = values["target_url"]
    if values.get("query") is not None:
        webhook.subscription_query = _query(call, values["query"])
    for word in ("name", "is_active", "identifier"):
        if values.get(word) is not None:
            setattr(webhook, word, values[word])
    if values.get("async_events") is not None:
        webhook.events = list(values["async_events"])
    if values.get("sync_events") is not None:
        webhook.waited_for = list(values["sync_events"])
    if values.get("custom_headers") is not None:
        webhook.custom_headers = dict(values["custom_headers"])


def _query(call: Call, text: str) -> str:
    try:
        events_of_query(call.state.schema, text)
    except GraphQLError as error:
        raise InputRefused("query", error.message, "INVALID") from error
    return text


@mutates("webhookCreate", *_WHO)
def webhook_create(call: Call, *, input_: dict[str, Any]) -> dict[str, Any]:
    """The app hears of more."""
    app = _owner(call, input_.get("app"))
    if not input_.get("target_url"):
        raise InputRefused("targetUrl", "This field is required.", "REQUIRED")
    number = call.state.store.number("Webhook")
    webhook = Webhook(number, global_id("Webhook", number), app, input_.get("name"), "", [], None)
    _apply(call, webhook, input_)
    if not (webhook.events or webhook.waited_for) and webhook.subscription_query:
        named = events_of_query(call.state.schema, webhook.subscription_query)
        webhook.events = [name for name in named if name not in WAITED_FOR]
        webhook.waited_for = [name for name in named if name in WAITED_FOR]
    app.webhooks.append(webhook)
    return {"webhook": webhook}


@mutates("webhookUpdate", *_WHO)
def webhook_update(call: Call, *, input_: dict[str, Any], id_: str | None = None) -> dict[str, Any]:
    """The webhook is another."""
    webhook = _find(call, id_)
    _apply(call, webhook, input_)
    return {"webhook": webhook}


@mutates("webhookDelete", *_WHO)
def webhook_delete(call: Call, *, id_: str | None = None) -> dict[str, Any]:
    """The app hears of less."""
    webhook = _find(call, id_)
    webhook.app.webhooks.remove(webhook)
    return {"webhook": webhook}


@mutates("eventDeliveryRetry", "MANAGE_APPS")
def event_delivery_retry(call: Call, *, id_: str) -> dict[str, Any]:
    """What failed is sent again, body and signature unchanged."""
    for app in call.state.apps.values():
        for webhook in app.webhooks:
            for delivery in webhook.deliveries:
                if delivery.id == id_:
                    delivery.status, delivery.tries = "PENDING", 0
                    call.state.worker.submit(partial(send, call.state, delivery))
                    return {"delivery": delivery}
    raise InputRefused("id", f"Couldn't resolve to a node: {id}", "NOT_FOUND")
