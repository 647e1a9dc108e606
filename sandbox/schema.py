"""The schema of one Saleor version with our resolvers bound; what the pocket shop has not says so."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache, partial
from typing import Any, cast

from graphql import (
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
    Undefined,
    build_ast_schema,
    value_from_ast,
)

from sandbox import resolvers
from sandbox.inputs import UNDERSTOOD
from sandbox.registry import RESOLVERS, Answer, NotInPocketShop, Unkept, read
from sandbox.sdl import document_of

assert resolvers.__all__  # noqa: S101 - the import has registered every resolver


@cache
def build_schema(version: str) -> GraphQLSchema:
    """Return the schema that answers for this version, built once in a process: it takes half a second.

    A field without a resolver of its own reads its attribute; those of Query and Mutation need one.
    """
    schema = build_ast_schema(document_of(version), assume_valid=True, assume_valid_sdl=True)
    roots = {schema.query_type, schema.mutation_type}
    for graphql_type in schema.type_map.values():
        if graphql_type.name.startswith("__"):
            continue
        if isinstance(graphql_type, GraphQLObjectType):
            _bind_fields(graphql_type, is_root=graphql_type in roots)
        elif isinstance(graphql_type, GraphQLInterfaceType | GraphQLUnionType):
            graphql_type.resolve_type = _type_of
        elif isinstance(graphql_type, GraphQLInputObjectType):
            _bind_input(graphql_type)
        elif isinstance(graphql_type, GraphQLScalarType):
            _bind_scalar(graphql_type)
    return schema


def _bind_fields(graphql_type: GraphQLObjectType, *, is_root: bool) -> None:
    for name, field in graphql_type.fields.items():
        coordinate = f"{graphql_type.name}.{name}"
        _name_in_snake_case(field.args.items())
        own = RESOLVERS.get(coordinate) or (None if is_root else RESOLVERS.get(f"*.{name}"))
        if own is None and is_root:
            field.resolve = partial(_refuse, coordinate)
            continue
        resolve, arguments = own or Answer(_reader(snake(name)), frozenset())
        unknown = {
            cast("str", item.out_name): (f"{coordinate}({word}:)", _default_of(item))
            for word, item in field.args.items()
            if item.out_name not in arguments
        }
        field.resolve = _guarded(resolve, unknown) if unknown else resolve


def _bind_input(graphql_type: GraphQLInputObjectType) -> None:
    _name_in_snake_case(graphql_type.fields.items())
    known = UNDERSTOOD.get(graphql_type.name)
    if known is None:
        # Nothing that is understood leads here: the argument or field that does so is refused.
        return
    unknown = {
        cast("str", item.out_name): (f"{graphql_type.name}.{name}", _default_of(item))
        for name, item in graphql_type.fields.items()
        if name not in known
    }
    if unknown:
        graphql_type.out_type = partial(_less, unknown)  # type: ignore[method-assign]


Unknown = Mapping[str, tuple[str, Any]]
"""What is not understood: for each Python name the coordinate and the default of the schema."""


def _less(unknown: Unknown, given: dict[str, Any]) -> dict[str, Any]:
    """Return what was given without defaults of what is not understood; raise when more of it was given."""
    for name, (coordinate, default) in unknown.items():
        if name not in given:
            continue
        value = given.pop(name)
        if default is Undefined or value != default:
            raise NotInPocketShop(coordinate)
    return given


def _guarded(resolve: Callable[..., Any], unknown: Unknown) -> Callable[..., Any]:
    def answer(source: Any, info: GraphQLResolveInfo[Any], **given: Any) -> Any:
        return resolve(source, info, **_less(unknown, given))

    return answer


def _refuse(coordinate: str, _source: Any, _info: GraphQLResolveInfo[Any], **_: Any) -> None:
    raise NotInPocketShop(coordinate)


def _default_of(item: "GraphQLArgument | GraphQLInputField") -> Any:
    node = item.ast_node.default_value if item.ast_node else None
    return Undefined if node is None else value_from_ast(node, item.type)


def _name_in_snake_case(items: Iterable[tuple[str, "GraphQLArgument | GraphQLInputField"]]) -> None:
    for name, item in items:
        # Arguments become parameters, which may not hide Python's own words.
        hidden = isinstance(item, GraphQLArgument) and name in {"id", "input", "filter", "type"}
        item.out_name = f"{name}_" if hidden else snake(name)
        # Saleor's introspection knows no deprecated arguments: it lists them beside the others.
        item.deprecation_reason = None


@cache
def snake(name: str) -> str:
    """Return the Python name of a GraphQL name; AND and OR keep a readable one."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def _reader(attribute: str) -> Callable[..., Any]:
    def answer(source: Any, info: GraphQLResolveInfo[Any]) -> Any:
        try:
            return read(source, attribute)
        except Unkept as error:
            raise NotInPocketShop(f"{info.parent_type.name}.{info.field_name}") from error

    return answer


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
        scalar.coerce_output_value, scalar.coerce_input_value = pair
