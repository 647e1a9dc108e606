"""The schema of the sandbox is a part of Saleor's own, and answers every document that the app sends."""

import re
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    is_required_argument,
    is_required_input_field,
    validate_schema,
)

from sandbox import registry, resolvers
from sandbox.schema import build_schema as sandbox_schema
from tests.support.recorded import saleor_schema, webhook_deliveries

VERSIONS = {"3.21": "3.21.69", "3.22": "3.22.67", "3.23": "3.23.28"}
# Where an older Saleor takes less or promises less; documents that fit one fit both.
STRICTER_BEFORE_3_23 = {
    "Mutation.webhookUpdate(id)",
    "Mutation.webhookDelete(id)",
    "AppInstallInput.appName",
    "AppInstallInput.manifestUrl",
    "Attribute.name",
    "Attribute.slug",
    "Attribute.type",
}


def differences(ours: GraphQLSchema, theirs: GraphQLSchema) -> list[str]:
    found: list[str] = []
    known: dict[str, Any] = dict(theirs.type_map)
    for name, kind in ours.type_map.items():
        if name.startswith("__"):
            continue
        if name not in known or type(known[name]) is not type(kind):
            found.append(name)
            continue
        other = known[name]
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            found += [f"{name} implements {i.name}" for i in kind.interfaces if not implements(other, i.name)]
            found += fields(name, kind, other)
        elif isinstance(kind, GraphQLInputObjectType):
            found += inputs(name, kind.fields, other.fields)
            required = {key for key, field in other.fields.items() if is_required_input_field(field)}
            found += [f"{name} lacks {key}" for key in required - set(kind.fields)]
        elif isinstance(kind, GraphQLEnumType):
            found += [f"{name}.{value}" for value in kind.values if value not in other.values]
        elif isinstance(kind, GraphQLUnionType):
            found += [f"{name} = {t.name}" for t in kind.types if t.name not in {x.name for x in other.types}]
    return found


def implements(kind: Any, interface: str) -> bool:
    return interface in {item.name for item in kind.interfaces}


def fields(name: str, ours: Any, theirs: Any) -> list[str]:
    found = []
    for key, field in ours.fields.items():
        other = theirs.fields.get(key)
        if other is None or str(other.type) != str(field.type):
            found.append(f"{name}.{key}")
            continue
        for word, argument in field.args.items():
            same = other.args.get(word)
            if same is None or str(same.type) != str(argument.type):
                found.append(f"{name}.{key}({word})")
        required = {word for word, argument in other.args.items() if is_required_argument(argument)}
        found += [f"{name}.{key} lacks ({word})" for word in required - set(field.args)]
    return found


def inputs(name: str, ours: Any, theirs: Any) -> list[str]:
    return [
        f"{name}.{key}"
        for key, field in ours.items()
        if key not in theirs or str(theirs[key].type) != str(field.type)
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_line_of_the_schema_is_in_that_saleor_with_the_same_types(version: str) -> None:
    found = differences(sandbox_schema(VERSIONS[version]), saleor_schema(version))

    assert set(found) <= (STRICTER_BEFORE_3_23 if version != "3.23" else set())


def test_a_difference_would_be_seen() -> None:
    theirs = saleor_schema("3.23")
    ours = build_schema(
        """type Query{order(id: Int): Order! nope: Int} type Order{id: ID number: String!}
        enum OrderStatus{LOST} input MetadataInput{key: Int!} union IssuingPrincipal = Order"""
    )

    assert sorted(differences(ours, theirs)) == [
        "IssuingPrincipal = Order",
        "MetadataInput lacks value",
        "MetadataInput.key",
        "Order.id",
        "OrderStatus.LOST",
        "Query.nope",
        "Query.order",
    ]


@pytest.mark.parametrize("version", ["3.21.0", "3.22.0", "3.22.36", "3.23.0", "3.23.26", "3.23.28"])
def test_the_schema_of_every_version_is_valid(version: str) -> None:
    assert validate_schema(sandbox_schema(version)) == []


@pytest.mark.parametrize(
    ("version", "there", "missing"),
    [
        ("3.21.69", ["Query.orders"], ["OrderWhereInput", "Mutation.appProblemCreate", "CustomerDeleted"]),
        ("3.22.35", ["OrderWhereInput"], ["Mutation.appProblemCreate", "CustomerType"]),
        ("3.22.36", ["Mutation.appProblemCreate"], ["CustomerType"]),
        ("3.23.25", ["CustomerDeleted"], ["CustomerType", "User.customerType", "CustomerInput.attributes"]),
        ("3.23.26", ["CustomerType", "User.assignedAttributes", "CustomerWhereInput.attributes"], []),
    ],
)
def test_an_older_saleor_lacks_what_came_later(version: str, there: list[str], missing: list[str]) -> None:
    schema = sandbox_schema(version)

    def known(coordinate: str) -> bool:
        name, _, field = coordinate.partition(".")
        kind: Any = schema.type_map.get(name)
        return kind is not None and (not field or field in kind.fields)

    assert [item for item in there if not known(item)] == []
    assert [item for item in missing if known(item)] == []


def test_every_resolver_belongs_to_a_field_and_every_root_field_has_a_resolver() -> None:
    assert resolvers.__all__
    schema = sandbox_schema("3.23.28")
    known = {
        f"{name}.{field}" for name, kind in schema.type_map.items() for field in getattr(kind, "fields", {})
    }
    strays = {key for key in registry.RESOLVERS if not key.startswith("*.")} - known
    assert strays == set()
    roots = {key for key in known if re.match(r"(Query|Mutation)\.", key)}
    assert roots - set(registry.RESOLVERS) == set()


def test_every_document_of_the_app_is_valid_here() -> None:
    from graphql import parse, validate

    from saleor_influence_app.saleor import operations
    from webhooks.catalog import CATALOG

    schema = sandbox_schema("3.23.28")
    texts = {name: operations.text_of(name) for name in operations.names()}
    texts |= {item.event: item.subscription() for item in CATALOG}

    found = {name: [e.message for e in validate(schema, parse(text))] for name, text in texts.items()}

    assert {name: errors for name, errors in found.items() if errors} == {}
    assert len(texts) > 20


def test_the_messages_that_saleor_sent_can_be_asked_for_here() -> None:
    """Every key of the recorded bodies is a field of the type that the event is about."""
    import json

    schema = sandbox_schema("3.23.28")
    known: dict[str, Any] = dict(schema.type_map)
    kinds = {"order": "Order", "user": "User", "app": "App"}
    unknown = set()
    for body in (json.loads(line["body"]) for line in webhook_deliveries()):
        for key, kind in kinds.items():
            if isinstance(body.get(key), dict) and body["__typename"] in schema.type_map:
                unknown |= {f"{kind}.{name}" for name in body[key] if name not in known[kind].fields}

    assert unknown == set()
