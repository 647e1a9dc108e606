"""Packed mutations are valid wherever they are sent, and every answer is told apart, sane or not."""

from typing import Any

import pytest
from graphql import parse, validate

from saleor_influence_app.errors import SaleorRefused
from saleor_influence_app.saleor import metadata
from saleor_influence_app.saleor.metadata import Change
from tests.support.recorded import VERSIONS, saleor_schema

WITHOUT_ATTRIBUTES = (
    "update_private_metadata",
    "delete_private_metadata",
    "update_metadata",
    "delete_metadata",
)
DENIED = {"extensions": {"exception": {"code": "PermissionDenied"}}, "message": "No."}


class Saleor:
    """Answers every request with the same, and remembers what was asked."""

    def __init__(self, data: Any, *errors: dict[str, Any]) -> None:
        self.answer = (data, list(errors))
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def execute_document_partial(self, text: str, variables: Any = None) -> tuple[Any, list[Any]]:
        self.asked.append((text, variables))
        return self.answer


def private(customer_id: str = "VXNlcjox") -> Change:
    return Change(customer_id, "private", {"influence.value": "1.00 EUR"})


@pytest.mark.parametrize("version", VERSIONS)
def test_four_changes_of_any_kinds_make_a_valid_document(version: str) -> None:
    schema = saleor_schema(version)
    names = [*WITHOUT_ATTRIBUTES]
    if version in {"3.23", "3.24"}:
        names.append("customer_attributes_update")

    for combination in [*((name,) * 4 for name in names), tuple(names[-4:])]:
        assert validate(schema, parse(metadata.pack(combination))) == []


def test_questions_about_fifty_customers_fit_in_one_document() -> None:
    schema = saleor_schema("3.23")

    assert validate(schema, parse(metadata.pack(("customer_kind",) * 50))) == []


def test_each_change_gets_its_own_variables() -> None:
    saleor = Saleor({"m0": {"errors": []}, "m1": {"errors": []}, "m2": {"errors": []}})

    metadata.write(
        saleor,
        [private("a"), Change("a", "public", None), Change("b", "attribute", ["loyal", "rising"])],
        attribute_id="QXR0cmlidXRlOjE=",
    )

    [(text, variables)] = saleor.asked
    assert text.count("m0: updatePrivateMetadata(id: $m0_id") == 1
    assert variables == {
        "m0_id": "a",
        "m0_input": [{"key": "influence.value", "value": "1.00 EUR"}],
        "m1_id": "a",
        "m1_keys": ["influence.segments"],
        "m2_id": "b",
        "m2_attributes": [
            {"id": "QXR0cmlidXRlOjE=", "multiselect": [{"value": "loyal"}, {"value": "rising"}]}
        ],
    }


@pytest.mark.parametrize(
    ("answer", "errors", "verdict"),
    [
        ({"errors": []}, [], "done"),
        ({"errors": [{"field": "id", "code": "NOT_FOUND", "message": "gone"}]}, [], "gone"),
        ({"errors": [{"field": None, "code": "NOT_UPDATED", "message": "race"}]}, [], "again"),
        ({"errors": [{"field": "input", "code": "REQUIRED", "message": "key"}]}, [], "refused"),
        (None, [{"path": ["m0"], **DENIED}], "denied"),
        (None, [{"message": "No.", "extensions": DENIED["extensions"]}], "denied"),
        (None, [{"path": ["m0"], "message": "deadlock detected"}], "again"),
        (None, [], "again"),
        ([], [], "again"),
        ("yes", [], "again"),
        ({"errors": "none"}, [], "again"),
        ({"errors": [None]}, [], "refused"),
        ({}, [], "again"),
        (None, [{"path": [["m0"]], "message": "odd"}], "again"),
        (None, [{"path": "m0", "message": "odd"}], "again"),
    ],
)
def test_every_answer_has_one_meaning(answer: Any, errors: list[dict[str, Any]], verdict: str) -> None:
    [outcome] = metadata.write(Saleor({"m0": answer}, *errors), [private()])

    assert outcome.status == verdict


def test_one_denied_customer_leaves_the_others_done() -> None:
    data: dict[str, Any] = {"m0": {"errors": []}, "m1": None, "m2": {"errors": []}}

    outcomes = metadata.write(
        Saleor(data, {"path": ["m1"], **DENIED}), [private("a"), private("b"), private("c")]
    )

    assert [outcome.status for outcome in outcomes] == ["done", "denied", "done"]


def test_a_missing_attribute_is_told_from_a_missing_customer() -> None:
    change = Change("a", "attribute", ["loyal"])
    missing = {"errors": [{"field": "attributes", "code": "NOT_FOUND", "message": "Could not resolve"}]}
    gone = {"errors": [{"field": "id", "code": "NOT_FOUND", "message": "Couldn't resolve to a node"}]}

    assert metadata.write(Saleor({"m0": missing}), [change], attribute_id="x")[0].status == "no-attribute"
    assert metadata.write(Saleor({"m0": gone}), [change], attribute_id="x")[0].status == "gone"


def test_staff_customers_and_the_gone_are_told_apart() -> None:
    saleor = Saleor({"m0": {"id": "a", "isStaff": True}, "m1": {"id": "b", "isStaff": False}, "m2": None})

    assert metadata.kinds(saleor, ["a", "b", "c"]) == {"a": "staff", "b": "customer", "c": "gone"}


def test_who_may_not_look_at_customers_is_told_so() -> None:
    with pytest.raises(SaleorRefused, match="denied"):
        metadata.kinds(Saleor({"m0": None}, {"path": ["m0"], **DENIED}), ["a"])
