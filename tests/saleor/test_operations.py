"""Every document that we send is valid in every Saleor version that knows it."""

from functools import cache
from pathlib import Path

import pytest
from graphql import (
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    Visitor,
    build_schema,
    parse,
    validate,
    visit,
)

from saleor_influence_app.saleor import operations

VERSIONS = ("3.21", "3.22", "3.23", "3.24-dev")


@cache
def _schema(file: Path) -> GraphQLSchema:
    return build_schema(file.read_text(encoding="utf-8"), assume_valid=True)


@pytest.mark.parametrize("name", operations.names())
@pytest.mark.parametrize("version", VERSIONS)
def test_an_operation_is_valid_in_every_version_that_knows_it(name: str, version: str, shared: Path) -> None:
    known_from = operations.since(name)
    if tuple(map(int, version.removesuffix("-dev").split("."))) < known_from[:2]:
        pytest.skip(f"{name} needs Saleor {'.'.join(map(str, known_from))}")

    errors = validate(
        _schema(shared / "saleor" / f"schema-{version}.graphql"), parse(operations.text_of(name))
    )

    assert [error.message for error in errors] == []


@pytest.mark.parametrize("name", operations.names())
def test_a_file_holds_one_operation_named_after_it(name: str) -> None:
    definitions = parse(operations.text_of(name)).definitions
    found = [node.name for node in definitions if isinstance(node, OperationDefinitionNode)]

    assert [node.value for node in found if node] == ["".join(map(str.title, name.split("_")))]


@pytest.mark.parametrize("name", operations.names())
def test_no_operation_selects_the_non_null_private_metadata(name: str) -> None:
    """Where it is forbidden, Saleor nulls the whole parent: a page of customers with one staff user in it."""
    selected: set[str] = set()

    class Fields(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            selected.add(node.name.value)

    visit(parse(operations.text_of(name)), Fields())

    assert "privateMetadata" not in selected
