"""Every document that we send is valid in every Saleor version that knows it."""

import pytest
from graphql import (
    FieldNode,
    OperationDefinitionNode,
    Visitor,
    parse,
    validate,
    visit,
)

from saleor_influence_app.saleor import operations
from tests.support.recorded import VERSIONS, saleor_schema


def _known() -> list[tuple[str, str]]:
    """Return each stored version with each operation that it knows."""
    return [
        (version, name)
        for version in VERSIONS
        for name in operations.names()
        if tuple(map(int, version.split("."))) >= operations.since(name)[:2]
    ]


@pytest.mark.parametrize(("version", "name"), _known())
def test_an_operation_is_valid_in_every_version_that_knows_it(version: str, name: str) -> None:
    errors = validate(saleor_schema(version), parse(operations.text_of(name)))

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
