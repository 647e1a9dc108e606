"""Saleor's global ids: base64 of `Type:key`, opaque to clients and readable to us."""

import base64
import binascii


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
