"""Saleor's global ids: base64 of `Type:key`, opaque to clients and readable to us."""

import base64
import binascii

from graphql import GraphQLError


def global_id(type_name: str, key: object) -> str:
    """The id that Saleor shows for a row."""
    return base64.b64encode(f"{type_name}:{key}".encode()).decode()


def type_and_key(value: str) -> tuple[str, str] | None:
    """What a global id names; None when it is no global id."""
    try:
        name, separator, key = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return (name, key) if separator and name else None


def checked_id(value: str | None, expected: str) -> str | None:
    """The id itself; in Saleor's words, GraphQLError when it is none at all."""
    if value is not None and type_and_key(value) is None:
        raise GraphQLError(f"Invalid ID: {value}. Expected: {expected}.")
    return value
