"""Names of permissions, and who may see and change the private metadata of what."""

from collections.abc import Iterable
from typing import Any

from sandbox.apps import App
from sandbox.checkouts import Checkout, CheckoutLine
from sandbox.registry import Unkept
from sandbox.requestor import PermissionDenied, Requestor
from sandbox.world import User

_PRIVATE = {
    "Order": "MANAGE_ORDERS",
    "OrderLine": "MANAGE_ORDERS",
    "Product": "MANAGE_PRODUCTS",
    "ProductVariant": "MANAGE_PRODUCTS",
    "Category": "MANAGE_PRODUCTS",
    "Collection": "MANAGE_PRODUCTS",
    "Voucher": "MANAGE_DISCOUNTS",
    "GiftCard": "MANAGE_GIFT_CARD",
    "Checkout": "MANAGE_CHECKOUTS",
    "CheckoutLine": "MANAGE_CHECKOUTS",
    "Channel": "MANAGE_CHANNELS",
    "TransactionItem": "HANDLE_PAYMENTS",
    "Attribute": "MANAGE_PRODUCT_TYPES_AND_ATTRIBUTES",
    "CustomerType": "MANAGE_CUSTOMER_TYPES_AND_ATTRIBUTES",
}


def permission_items(codes: Iterable[str]) -> list[dict[str, str]]:
    """Permissions as the API shows them, in alphabetical order."""
    return [{"code": code, "name": code.replace("_", " ").capitalize() + "."} for code in sorted(codes)]


def require_private(requestor: Requestor, item: Any) -> None:
    """Go on only if the requestor may see the private metadata of the item; `Unkept` when it has none."""
    if isinstance(item, App):
        if requestor.app is not item:
            requestor.require("MANAGE_APPS")
        return
    if isinstance(item, User):
        if item.deleted:
            # Saleor looks the user up again, finds nobody, and says no.
            raise PermissionDenied
        requestor.require("MANAGE_STAFF" if item.is_staff else "MANAGE_USERS")
        return
    permission = _PRIVATE.get(getattr(item, "graphql_type", ""))
    if permission is None:
        raise Unkept("private_metadata")
    requestor.require(permission)


def require_for_type(requestor: Requestor, type_name: str) -> None:
    """Go on only if the requestor may change private metadata of such objects at all."""
    requestor.require("MANAGE_APPS" if type_name == "App" else _PRIVATE.get(type_name, "MANAGE_SETTINGS"))


def require_public(requestor: Requestor, item: Any) -> None:
    """Go on only if the requestor may change the public metadata: a customer may change their own.

    That of a checkout is for everybody who knows its id.
    """
    if isinstance(item, User) and requestor.user is item:
        return
    if isinstance(item, Checkout | CheckoutLine):
        return
    require_private(requestor, item)
