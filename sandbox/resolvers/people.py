"""Reads of customers and staff."""

from collections.abc import Mapping
from typing import Any, Unpack

from sandbox.connections import Connection, Page, Window
from sandbox.filters import customer_tests
from sandbox.identifiers import checked_id
from sandbox.listing import Listing, Sorting, conditions_of, sorting_of
from sandbox.permissions import permission_items
from sandbox.registry import resolves
from sandbox.requestor import Call
from sandbox.world import User


def listing(call: Call) -> Listing:
    """How customers are listed."""
    store = call.state.store
    return Listing(
        store.customer_indices,
        store.users,
        {
            "FIRST_NAME": lambda user: user.first_name,
            "LAST_NAME": lambda user: user.last_name,
            "ORDER_COUNT": lambda user: len(user.orders),
        },
        {"CREATED_AT": "date_joined", "LAST_MODIFIED_AT": "updated_at"},
        customer_tests,
        "UserSortField",
    )


@resolves("Query.customers", "MANAGE_ORDERS", "MANAGE_USERS")
def customers(
    _source: Any,
    call: Call,
    *,
    sort_by: Mapping[str, Any] | None = None,
    where: Mapping[str, Any] | None = None,
    filter_: Mapping[str, Any] | None = None,
    **window: Unpack[Page],
) -> Connection:
    """Customers, and staff who have bought something; by e-mail address when nothing is asked for."""
    conditions = conditions_of(where, filter_)
    if filter_ and "date_joined" in conditions:
        # The older filter speaks of days, not of moments.
        conditions["joined_on"] = conditions.pop("date_joined")
    sorting = sorting_of(sort_by, Sorting("EMAIL"))
    return listing(call).select(conditions, Window(name="customers", **window), sorting)


@resolves("Query.user", "MANAGE_STAFF", "MANAGE_USERS", "MANAGE_ORDERS")
def user(_source: Any, call: Call, *, id_: str | None = None, email: str | None = None) -> User | None:
    """The customer with this id or e-mail address."""
    store = call.state.store
    found: User | None = store.find(checked_id(id_, "User"), User)
    if email is not None:
        found = store.users_by_email.get(email.lower())
    if found is not None and found.is_staff and not found.orders and not call.requestor.may("MANAGE_STAFF"):
        # Staff are hidden from those who only manage customers, unless they are customers too.
        return None
    return found


@resolves("Query.me")
def me(_source: Any, call: Call) -> User | None:
    """Whose session token this is; nobody for apps and the anonymous."""
    return call.requestor.user


@resolves("User.userPermissions")
def user_permissions(source: User, call: Call) -> list[dict[str, str]]:
    """What they may do; with an app's token, only what the token leaves them."""
    own = call.requestor.permissions if call.requestor.user is source else source.permissions
    return permission_items(own)
