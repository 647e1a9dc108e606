"""Which function answers which field; the modules in `resolvers/` register theirs here."""

from collections.abc import Callable, Iterable
from inspect import Parameter, signature
from typing import Any, NamedTuple, get_args

from graphql import GraphQLError, GraphQLResolveInfo

from sandbox.requestor import Call

Resolver = Callable[..., Any]


class Answer(NamedTuple):
    """A function that answers a field, and the arguments that it does not ignore."""

    resolve: Resolver
    arguments: frozenset[str]


RESOLVERS: dict[str, Answer] = {}


class NotInPocketShop(GraphQLError):
    """Saleor has this and the pocket shop has not; it is named as GraphQL names the parts of a schema."""

    def __init__(self, coordinate: str) -> None:
        super().__init__(f"{coordinate} is not in the pocket shop.")


class Unkept(Exception):
    """The object does not have this attribute."""


def read(source: Any, attribute: str) -> Any:
    """Return an attribute of an object, or an entry of a mapping; `Unkept` when there is none."""
    try:
        return source[attribute] if isinstance(source, dict) else getattr(source, attribute)
    except KeyError as error:
        raise Unkept(attribute) from error
    except AttributeError as error:
        if error.obj is source and error.name == attribute:
            raise Unkept(attribute) from error
        raise


class Sparse(dict[str, Any]):
    """A GraphQL object of which all that is not said is null, such as the payload of a refused mutation."""

    def __missing__(self, key: str) -> None:
        """Return null."""


def resolves(coordinate: str, *permissions: str) -> Callable[[Resolver], Resolver]:
    """The function answers `Type.field`, for those who hold one of the permissions (none: for all).

    It is called with the source object, the call, and the arguments by keyword in snake case. Arguments that
    it does not name are refused. `**window: Unpack[Page]` names those of a page.
    """

    def register(function: Resolver) -> Resolver:
        _register(coordinate, function, permissions=permissions, arguments=_arguments_of(function))
        return function

    return register


def _register(
    coordinate: str, function: Resolver, *, permissions: Iterable[str], arguments: frozenset[str]
) -> None:
    def resolve(source: Any, info: GraphQLResolveInfo[Call], **given: Any) -> Any:
        call = info.context
        if permissions:
            call.requestor.require(*permissions)
        try:
            return function(source, call, **given)
        except Unkept as error:
            raise NotInPocketShop(f"{info.parent_type.name}.{info.field_name}") from error

    RESOLVERS[coordinate] = Answer(resolve, arguments)


def _arguments_of(function: Resolver) -> frozenset[str]:
    names: set[str] = set()
    for parameter in signature(function).parameters.values():
        if parameter.kind is Parameter.KEYWORD_ONLY:
            names.add(parameter.name)
        elif parameter.kind is Parameter.VAR_KEYWORD:
            [page] = get_args(parameter.annotation)
            names |= page.__annotations__.keys()
    return frozenset(names)


def mutates(name: str, *permissions: str) -> Callable[[Resolver], Resolver]:
    """The function performs this mutation; it returns the payload without `errors`, or `errors` alone."""

    def register(function: Resolver) -> Resolver:
        def perform(source: Any, call: Call, **arguments: Any) -> dict[str, Any]:
            del source
            try:
                payload: dict[str, Any] = function(call, **arguments)
            except InputRefused as refusal:
                return Sparse(errors=[refusal.error])
            return {"errors": [], **payload}

        _register(f"Mutation.{name}", perform, permissions=permissions, arguments=_arguments_of(function))
        return function

    return register


class SaleorFails(Exception):
    """A failure of Saleor's own, which it answers as an internal error with the name of a Python error."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class InputRefused(Exception):
    """A mutation says no in its `errors`, with HTTP 200 and no error of GraphQL."""

    def __init__(self, field: str | None, message: str, code: str, **more: Any) -> None:
        super().__init__(message)
        self.error = Sparse(field=field, message=message, code=code, **more)
