"""Which function answers which field; the modules in `resolvers/` register theirs here."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLResolveInfo

from sandbox.requestor import Call

Resolver = Callable[..., Any]
RESOLVERS: dict[str, Resolver] = {}


def resolves(coordinate: str, *permissions: str) -> Callable[[Resolver], Resolver]:
    """The function answers `Type.field`, for those who hold one of the permissions (none: for all).

    It is called with the source object, the call, and the arguments by keyword in snake case.
    """

    def register(function: Resolver) -> Resolver:
        def resolve(source: Any, info: GraphQLResolveInfo[Call], **arguments: Any) -> Any:
            call = info.context
            if permissions:
                call.requestor.require(*permissions)
            return function(source, call, **arguments)

        RESOLVERS[coordinate] = resolve
        return function

    return register


def mutates(name: str, *permissions: str) -> Callable[[Resolver], Resolver]:
    """The function performs this mutation; it returns the payload without `errors`, or `errors` alone."""

    def register(function: Resolver) -> Resolver:
        def perform(source: Any, call: Call, **arguments: Any) -> dict[str, Any]:
            del source
            try:
                payload: dict[str, Any] = function(call, **arguments)
            except InputRefused as refusal:
                return {"errors": [refusal.error]}
            return {"errors": [], **payload}

        resolves(f"Mutation.{name}", *permissions)(perform)
        return function

    return register


class InputRefused(Exception):
    """A mutation says no in its `errors`, with HTTP 200 and no error of GraphQL."""

    def __init__(self, field: str | None, message: str, code: str, **more: Any) -> None:
        super().__init__(message)
        self.error = {"field": field, "message": message, "code": code, **more}
