"""What staff and apps do to customers."""

from typing import Any

from sandbox.events import emit
from sandbox.lookup import node
from sandbox.registry import InputRefused, NotInPocketShop, mutates
from sandbox.requestor import Call
from sandbox.resolvers.attribute_changes import assign
from sandbox.resolvers.metadata import checked
from sandbox.world import CustomerType, User

_PLAIN = ("first_name", "last_name", "is_active", "language_code", "note")
CREATED = "CUSTOMER_CREATED"
UPDATED = "CUSTOMER_UPDATED"
DELETED = "CUSTOMER_DELETED"
METADATA = "CUSTOMER_METADATA_UPDATED"


def find_customer(call: Call, identifier: str | None) -> User:
    """The customer, or a refusal; staff are no customers here."""
    user: User = node(call, identifier, User)
    return user


@mutates("customerCreate", "MANAGE_USERS")
def customer_create(call: Call, *, input_: dict[str, Any]) -> dict[str, Any]:
    """There is a new customer; unconfirmed unless said otherwise, without the orders they made as a guest."""
    store, email = call.state.store, (input_.get("email") or "").strip().lower()
    if "@" not in email:
        raise InputRefused("email", "Enter a valid email address.", "INVALID")
    if email in store.users_by_email:
        raise InputRefused("email", "User with this Email already exists.", "UNIQUE")
    user = store.new_user(
        email,
        store.clock.now(),
        is_confirmed=bool(input_.get("is_confirmed")),
        token_key=store.unique(),
        customer_type=store.find(input_.get("customer_type"), CustomerType) or store.default_customer_type(),
        metadata=checked(input_.get("metadata") or []),
        private_metadata=checked(input_.get("private_metadata") or []),
        **{name: input_[name] for name in _PLAIN if input_.get(name) is not None},
    )
    assign(call, user, input_.get("attributes") or [])
    store.put_user(user)
    if user.is_confirmed:
        store.attach_guest_orders(user)
    emit(call.state, CREATED, user, by=call.requestor.principal)
    if user.metadata or user.private_metadata:
        emit(call.state, METADATA, user, by=call.requestor.principal)
    return {"user": user}


def _snapshot(user: User) -> tuple[Any, ...]:
    plain = tuple(getattr(user, name) for name in _PLAIN)
    choices = tuple(
        (key, tuple(value.pk for value in values)) for key, values in user.attribute_values.items()
    )
    return (*plain, user.email, user.is_confirmed, user.customer_type, choices)


def _apply(call: Call, user: User, values: dict[str, Any]) -> None:
    store = call.state.store
    for name in _PLAIN:
        if values.get(name) is not None:
            setattr(user, name, values[name])
    email = (values.get("email") or user.email).strip().lower()
    if email != user.email:
        if email in store.users_by_email:
            raise InputRefused("email", "User with this Email already exists.", "UNIQUE")
        store.rename_user(user, email)
    if values.get("customer_type"):
        user.customer_type = store.find(values["customer_type"], CustomerType) or user.customer_type
    assign(call, user, values.get("attributes") or [])
    user.metadata.update(checked(values.get("metadata") or []))
    user.private_metadata.update(checked(values.get("private_metadata") or []))


@mutates("customerUpdate", "MANAGE_USERS")
def customer_update(call: Call, *, input_: dict[str, Any], id_: str | None = None) -> dict[str, Any]:
    """The customer is changed; what does not change anything is told to nobody."""
    user, store = find_customer(call, id_), call.state.store
    before, meta = _snapshot(user), (dict(user.metadata), dict(user.private_metadata))
    was_confirmed = user.is_confirmed
    _apply(call, user, input_)
    user.is_confirmed = input_.get("is_confirmed", was_confirmed)
    if user.is_confirmed and not was_confirmed:
        store.attach_guest_orders(user)
    other_meta = meta != (user.metadata, user.private_metadata)
    if before != _snapshot(user) or other_meta:
        store.touch_user(user)
        if before != _snapshot(user) or call.state.settings.legacy_update_emission:
            emit(call.state, UPDATED, user, by=call.requestor.principal)
    if other_meta:
        emit(call.state, METADATA, user, by=call.requestor.principal)
    return {"user": user}


@mutates("customerDelete", "MANAGE_USERS")
def customer_delete(call: Call, *, id_: str | None = None) -> dict[str, Any]:
    """The customer is gone; their orders stay, with their address and without them."""
    user = find_customer(call, id_)
    if user.is_staff:
        raise InputRefused("id", "Cannot delete a staff account.", "DELETE_STAFF_ACCOUNT")
    call.state.store.remove_user(user)
    emit(call.state, DELETED, user, by=call.requestor.principal)
    return {"user": user}


@mutates("customerBulkUpdate", "MANAGE_USERS")
def customer_bulk_update(
    call: Call, *, customers: list[dict[str, Any]], error_policy: str | None = None
) -> dict[str, Any]:
    """The rows are changed; `updatedAt` is not, so that no poll sees it (facts, section 5)."""
    if error_policy != "IGNORE_FAILED":
        raise NotInPocketShop(f"ErrorPolicyEnum.{error_policy or 'REJECT_EVERYTHING'}")
    results: list[dict[str, Any]] = []
    for row in customers:
        user: User | None = call.state.store.find(row.get("id"), User)
        if user is None or (user.is_staff and not user.orders):  # staff with orders count as customers
            message = "User was not found."
            results.append(
                {"customer": None, "errors": [{"path": "id", "message": message, "code": "NOT_FOUND"}]}
            )
            continue
        before, meta = _snapshot(user), (dict(user.metadata), dict(user.private_metadata))
        _apply(call, user, row["input"])
        results.append({"customer": user, "errors": []})
        other_meta = meta != (user.metadata, user.private_metadata)
        if other_meta or before != _snapshot(user):
            call.state.store.put_user(user)
            emit(call.state, UPDATED, user, by=call.requestor.principal)
        if other_meta:
            emit(call.state, METADATA, user, by=call.requestor.principal)
    return {"count": sum(not item["errors"] for item in results), "results": results}
