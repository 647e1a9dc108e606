"""The hidden customer attribute that makes segments filterable, where a shop has such (3.23.26 and later)."""

from collections.abc import Mapping
from typing import Any, Protocol

from saleor_influence_app.errors import SaleorRefused, SaleorUnreachable
from saleor_influence_app.fields import Json
from saleor_influence_app.saleor.mutations import made_id, raise_for

SLUG = "influence-segments"
PERMISSION = "MANAGE_CUSTOMER_TYPES_AND_ATTRIBUTES"
SINCE = (3, 23, 26)


class Caller(Protocol):
    """The part of `SaleorClient` that is needed here."""

    def execute(self, operation_name: str, variables: Mapping[str, Any] | None = None) -> Json:
        """Return the data of an operation; any GraphQL error raises."""


def ensure(client: Caller) -> str:
    """The attribute exists, hidden from shoppers, assigned to every customer type: return its id.

    Raises `SaleorRefused` when the slug is taken by something that shoppers see or that holds no choices.
    """
    found = client.execute("attribute_by_slug", {"slug": SLUG}).get("attribute", ...)
    if found is None:
        attribute_id = _create(client)
    elif not isinstance(found, dict) or not isinstance(found.get("id"), str):
        raise SaleorUnreachable("Saleor's answer about the attribute is not whole.")
    elif (found.get("type"), found.get("inputType"), found.get("visibleInStorefront")) == (
        "CUSTOMER_TYPE",
        "MULTISELECT",
        False,
    ):
        attribute_id = str(found["id"])
    else:
        raise SaleorRefused(
            f"The shop has an attribute '{SLUG}' of another kind, or one that shoppers see; "
            "rename or remove it, or segments stay in metadata alone."
        )
    for type_id in _types_without(client, attribute_id):
        answer = client.execute(
            "customer_type_assign_attributes", {"customerTypeId": type_id, "attributeIds": [attribute_id]}
        )
        raise_for(answer, "customerTypeAssignAttributes", but="ATTRIBUTE_ALREADY_ASSIGNED")
    return attribute_id


def remove(client: Caller, attribute_id: str) -> None:
    """Delete the attribute with every customer's values of it; one that is not there is no error."""
    answer = client.execute("attribute_delete", {"id": attribute_id})
    raise_for(answer, "attributeDelete", but="NOT_FOUND")


def _create(client: Caller) -> str:
    answer = client.execute(
        "attribute_create",
        {
            "input": {
                "name": "Influence segments",
                "slug": SLUG,
                "type": "CUSTOMER_TYPE",
                "inputType": "MULTISELECT",
                "visibleInStorefront": False,
                "valueRequired": False,
            }
        },
    )
    raise_for(answer, "attributeCreate")
    return made_id(answer, "attributeCreate", "attribute")


def _types_without(client: Caller, attribute_id: str) -> list[str]:
    missing, after = [], None
    try:
        while True:
            page = client.execute("customer_types", {"after": after})["customerTypes"]
            for edge in page["edges"]:
                assigned = {attribute["id"] for attribute in edge["node"]["attributes"] or ()}
                if attribute_id not in assigned:
                    missing.append(str(edge["node"]["id"]))
            if not page["pageInfo"]["hasNextPage"]:
                return missing
            after = page["pageInfo"]["endCursor"]
    except (KeyError, TypeError) as error:
        raise SaleorUnreachable("Saleor's answer about customer types is not whole.") from error
