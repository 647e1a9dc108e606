"""What `where` and `filter` leave in: small functions from a row to yes or no."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from graphql import GraphQLError

from sandbox.identifiers import type_and_key
from sandbox.registry import NotInPocketShop
from sandbox.world import User

Test = Callable[[Any], bool]
Where = Mapping[str, Any]
Row = TypeVar("Row")


def _one_of(read: Callable[[Any], Any], wanted: Where | None) -> Test:
    """`{eq}` or `{oneOf}`; an empty filter leaves nothing in, as in Saleor."""
    wanted = wanted or {}
    values = set(wanted.get("one_of") or ())
    if wanted.get("eq") is not None:
        values.add(wanted["eq"])
    bounds = wanted.get("range")
    if bounds:
        return _between(read, bounds)
    return lambda row: read(row) in values


def _between(read: Callable[[Any], Any], bounds: Where | None) -> Test:
    low, high = (bounds or {}).get("gte"), (bounds or {}).get("lte")
    return lambda row: (low is None or read(row) >= low) and (high is None or read(row) <= high)


def _metadata(wanted: Where) -> Test:
    key, value = wanted["key"], wanted.get("value")
    if not value:
        return lambda row: key in row.metadata
    allowed = set(value.get("one_of") or ()) | ({value["eq"]} if value.get("eq") is not None else set())
    return lambda row: row.metadata.get(key) in allowed


def _attributes(wanted: Iterable[Where]) -> Test:
    def test(user: User) -> bool:
        return all(_has_value(user, item) for item in wanted)

    return test


def _has_value(user: User, wanted: Where) -> bool:
    assigned = {
        attribute.slug: user.attribute_values.get(attribute.id, [])
        for attribute in (user.customer_type.attributes if user.customer_type else [])
    }
    every = [value for values in assigned.values() for value in values]
    values = assigned.get(wanted["slug"], []) if wanted.get("slug") else every
    value = wanted.get("value")
    if not value:
        return bool(values)
    return any(
        _one_of(attrgetter(word), value[word])(choice)
        for word in ("slug", "name")
        if value.get(word)
        for choice in values
    )


def _ids(ids: Iterable[str]) -> Test:
    wanted = frozenset(ids)
    if any(type_and_key(identifier) is None for identifier in wanted):
        raise GraphQLError('{"ids":[{"message":"Invalid ID specified.","code":""}]}')
    return lambda row: row.id in wanted


def _text(read: Callable[[Any], str], words: str) -> Test:
    parts = words.lower().split()
    return lambda row: all(part in read(row).lower() for part in parts)


def _contains(read: Callable[[Any], Iterable[str]], words: str) -> Test:
    """One of the texts holds the words, in any case: the older search, which takes them as they stand."""
    return lambda row: any(words.lower() in text.lower() for text in read(row))


def named(
    rows: Sequence[Row], words: str | None, read: Callable[[Any], str] = attrgetter("name")
) -> list[Row]:
    """Return the rows whose name holds the words; all, if there are none."""
    test = _text(read, words or "")
    return [row for row in rows if test(row)]


_ORDER: dict[str, Callable[[Any], Test]] = {
    "ids": _ids,
    "number": lambda value: _one_of(lambda order: order.pk, value),
    "numbers": lambda value: _one_of(lambda order: order.number, {"one_of": value}),
    "channel_id": lambda value: _one_of(lambda order: order.channel.id, value),
    "created_at": lambda value: _between(lambda order: order.created, value),
    "created": lambda value: _between(lambda order: order.created.date(), value),
    "updated_at": lambda value: _between(lambda order: order.updated_at, value),
    "user": lambda value: _one_of(lambda order: order.user.id if order.user else None, value),
    "user_email": lambda value: _one_of(lambda order: order.user_email, value),
    "customer": lambda value: _text(lambda order: order.user_email, value),
    "search": lambda value: _text(lambda order: f"{order.number} {order.user_email}", value),
    "charge_status": lambda value: _one_of(lambda order: order.charge_status, value),
    "voucher_code": lambda value: _one_of(lambda order: order.voucher_code, value),
    "metadata": _metadata,
}
_CUSTOMER: dict[str, Callable[[Any], Test]] = {
    "ids": _ids,
    "email": lambda value: _one_of(lambda user: user.email, value),
    "first_name": lambda value: _one_of(lambda user: user.first_name, value),
    "last_name": lambda value: _one_of(lambda user: user.last_name, value),
    "is_active": lambda value: _one_of(lambda user: user.is_active, {"eq": value}),
    "date_joined": lambda value: _between(lambda user: user.date_joined, value),
    "joined_on": lambda value: _between(lambda user: user.date_joined.date(), value),
    "updated_at": lambda value: _between(lambda user: user.updated_at, value),
    "customer_type": lambda value: _one_of(lambda user: user.customer_type.id, value),
    "attributes": _attributes,
    "search": lambda value: _text(lambda user: f"{user.email} {user.first_name} {user.last_name}", value),
    "metadata": _metadata,
}


_VOUCHER: dict[str, Callable[[Any], Test]] = {
    "ids": _ids,
    "search": lambda value: _contains(
        lambda voucher: [voucher.name or "", *(code.code for code in voucher.codes)], value
    ),
    "metadata": _metadata,
}
_GIFT_CARD: dict[str, Callable[[Any], Test]] = {
    "is_active": lambda value: _one_of(lambda card: card.is_active, {"eq": value}),
    "metadata": _metadata,
    "tags": lambda value: lambda card: any(tag.name in value for tag in card.tags),
    "assigned_to": lambda value: lambda card: card.assigned_to is not None and card.assigned_to.id in value,
    "used": lambda value: lambda card: (card.used_by_email is not None) is value,
    "currency": lambda value: _one_of(lambda card: card.currency, {"eq": value}),
    "code": lambda value: _one_of(lambda card: card.code, {"eq": value}),
    "created_by_email": lambda value: _one_of(lambda card: card.created_by_email, {"eq": value}),
}
_CHECKOUT: dict[str, Callable[[Any], Test]] = {
    "channels": lambda value: lambda checkout: checkout.channel.id in value,
    "customer": lambda value: _contains(
        lambda checkout: (
            [checkout.user.email, checkout.user.first_name, checkout.user.last_name] if checkout.user else []
        ),
        value,
    ),
    "metadata": _metadata,
}


# The older filter also speaks of stock and of payments that wait.
_NO_STATUSES = {"READY_TO_FULFILL", "READY_TO_CAPTURE"}


def _status(value: Any) -> Test:
    if isinstance(value, list):
        if beyond := sorted(set(value) & _NO_STATUSES):
            raise NotInPocketShop(f"OrderStatusFilter.{beyond[0]}")
        return lambda order: order.status in value
    return _one_of(lambda order: order.status, value)


def _number_of_orders(value: Where) -> Test:
    if "gte" in value or "lte" in value:
        return _between(lambda user: len(user.orders), value)
    return _one_of(lambda user: len(user.orders), value)


_ORDER["status"] = _status
_CUSTOMER["number_of_orders"] = _number_of_orders


def _build(table: Mapping[str, Callable[[Any], Test]], where: Where) -> list[Test]:
    tests: list[Test] = []
    if len(where) > 1 and ("and" in where or "or" in where):
        raise GraphQLError("Cannot mix operators with other filter inputs.")
    for name, value in where.items():
        if value is None:
            continue
        if name == "and":
            tests += [all_of(_build(table, part)) for part in value]
        elif name == "or":
            tests.append(any_of([all_of(_build(table, part)) for part in value]))
        elif name == "metadata" and isinstance(value, list):
            tests += [
                _metadata({**part, "value": {"eq": part["value"]} if part.get("value") else None})
                for part in value
            ]
        else:
            tests.append(table[name](value))
    return tests


def all_of(tests: list[Test]) -> Test:
    """All tests pass."""
    return lambda row: all(test(row) for test in tests)


def any_of(tests: list[Test]) -> Test:
    """At least one test passes."""
    return lambda row: any(test(row) for test in tests)


def order_tests(where: Where) -> list[Test]:
    """The tests of an OrderWhereInput, CustomerOrderWhereInput or OrderFilterInput."""
    return _build(_ORDER, where)


def customer_tests(where: Where) -> list[Test]:
    """The tests of a CustomerWhereInput or CustomerFilterInput."""
    return _build(_CUSTOMER, where)


def voucher_tests(where: Where) -> list[Test]:
    """The tests of a VoucherFilterInput."""
    return _build(_VOUCHER, where)


def gift_card_tests(where: Where) -> list[Test]:
    """The tests of a GiftCardFilterInput; an empty list or text asks for nothing."""
    return _build(_GIFT_CARD, {name: value for name, value in where.items() if value not in ("", [])})


def checkout_tests(where: Where) -> list[Test]:
    """The tests of a CheckoutFilterInput."""
    return _build(_CHECKOUT, where)
