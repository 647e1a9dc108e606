"""The object that a mutation names, or a refusal in Saleor's words."""

from typing import Any

from sandbox.identifiers import type_and_key
from sandbox.registry import InputRefused
from sandbox.requestor import Call


def node(call: Call, identifier: str | None, kind: Any, *, field: str = "id") -> Any:
    """The object of the kind with this id; InputRefused when the id is none or leads nowhere."""
    item = call.state.apps.get(identifier or "") or call.state.store.find(identifier, kind)
    if isinstance(item, kind):
        return item
    if identifier is None or type_and_key(identifier) is None:
        message = f"Invalid ID: {identifier}. Expected: {kind.graphql_type}."
        raise InputRefused(field, message, "GRAPHQL_ERROR")
    raise InputRefused(field, f"Couldn't resolve to a node: {identifier}", "NOT_FOUND")
