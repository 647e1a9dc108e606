"""The schema of one Saleor version: our SDL, less what that version lacks, with the resolvers bound."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, cast

from graphql import (
    DocumentNode,
    GraphQLAbstractType,
    GraphQLArgument,
    GraphQLError,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    NamedTypeNode,
    Node,
    Visitor,
    build_ast_schema,
    parse,
    visit,
)
from graphql.language import REMOVE

from sandbox.registry import RESOLVERS

SDL = Path(__file__).with_name("schema.graphql")


def version_tuple(version: str) -> tuple[int, ...]:
    """A version that can be compared."""
    return tuple(int(part) for part in version.split("."))


def since_of(node: Any) -> str | None:
    """The version from which on Saleor has this, if it has not always had it."""
    for directive in getattr(node, "directives", None) or ():
        if directive.name.value == "since":
            return cast("str", directive.arguments[0].value.value)
    return None


class _Older(Visitor):
    """Leaves out what came later than the version."""

    def __init__(self, version: str, document: DocumentNode) -> None:
        super().__init__()
        self.version = version_tuple(version)
        self.gone = {
            cast("Any", node).name.value for node in document.definitions if self._is_later(since_of(node))
        }

    def _is_later(self, since: str | None) -> bool:
        return since is not None and version_tuple(since) > self.version

    def enter(self, node: Node, *_: object) -> object:
        return REMOVE if self._is_later(since_of(node)) else None

    def enter_named_type(self, node: NamedTypeNode, *_: object) -> object:
        # Only the list of interfaces can still name a type that is gone: fields of such types carry @since.
        return REMOVE if node.name.value in self.gone else None

    def enter_directive(self, *_: object) -> object:
        return REMOVE

    def enter_directive_definition(self, *_: object) -> object:
        return REMOVE


@cache
def document_of(version: str) -> DocumentNode:
    """Our SDL as that version of Saleor would have it."""
    document = parse(SDL.read_text())
    return cast("DocumentNode", visit(document, _Older(version, document)))


def build_schema(version: str) -> GraphQLSchema:
    """A schema that answers; every field without a resolver of its own reads its attribute."""
    schema = build_ast_schema(document_of(version))
    for graphql_type in schema.type_map.values():
        if graphql_type.name.startswith("__"):
            continue
        if isinstance(graphql_type, GraphQLObjectType):
            _bind_fields(graphql_type)
        elif isinstance(graphql_type, GraphQLInterfaceType | GraphQLUnionType):
            graphql_type.resolve_type = _type_of
        elif isinstance(graphql_type, GraphQLInputObjectType):
            _name_in_snake_case(graphql_type.fields.items())
        elif isinstance(graphql_type, GraphQLScalarType):
            _bind_scalar(graphql_type)
    return schema


def _bind_fields(graphql_type: GraphQLObjectType) -> None:
    for name, field in graphql_type.fields.items():
        _name_in_snake_case(field.args.items())
        own = RESOLVERS.get(f"{graphql_type.name}.{name}") or RESOLVERS.get(f"*.{name}")
        field.resolve = own or _reader(snake(name))


def _name_in_snake_case(items: Iterable[tuple[str, "GraphQLArgument | GraphQLInputField"]]) -> None:
    for name, item in items:
        # Arguments become parameters, which may not hide Python's own words.
        hidden = isinstance(item, GraphQLArgument) and name in {"id", "input", "filter", "type"}
        item.out_name = f"{name}_" if hidden else snake(name)


@cache
def snake(name: str) -> str:
    """The Python name of a GraphQL name; AND and OR keep a readable one."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def _reader(attribute: str) -> Callable[..., Any]:
    def read(source: Any, _info: GraphQLResolveInfo[Any], **_arguments: Any) -> Any:
        return source.get(attribute) if type(source) is dict else getattr(source, attribute)

    return read


def _type_of(value: Any, _info: GraphQLResolveInfo[Any], _abstract: GraphQLAbstractType) -> str:
    return cast("str", value.graphql_type)


# -- scalars ------------------------------------------------------------------------------------------------


def _date_time(value: Any) -> datetime:
    moment: datetime | None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        moment = None
    if moment is None:
        raise GraphQLError(f'Expected type "DateTime", found {json.dumps(value, default=str)}.')
    # Saleor takes a time without a zone for UTC.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _positive(value: Any) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise GraphQLError(f"Unsupported value: {value}") from error
    if not number.is_finite() or number < 0:
        raise GraphQLError(f"Value cannot be lower than 0. Unsupported value: {value}")
    return number


def _text(value: date) -> str:
    return value.isoformat()


# For each scalar: how it leaves and how it enters.
_SCALARS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "DateTime": (_text, _date_time),
    "Date": (_text, date.fromisoformat),
    "JSONString": (json.dumps, json.loads),
    "PositiveDecimal": (float, _positive),
}


def _bind_scalar(scalar: GraphQLScalarType) -> None:
    pair = _SCALARS.get(scalar.name)
    if pair is not None:
        # The first name is graphql-core 3.2's, the second 3.3's.
        for leaving, entering in (
            ("serialize", "parse_value"),
            ("coerce_output_value", "coerce_input_value"),
        ):
            setattr(scalar, leaving, pair[0])
            setattr(scalar, entering, pair[1])
