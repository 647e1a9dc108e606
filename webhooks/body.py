"""JSON text as Saleor signs it, read strictly: what two readers could understand differently is refused."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any, Never


class PayloadInvalid(Exception):
    """A genuine body which cannot be understood; `reason` is for a person and quotes no content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in the body, numbers with a fraction as exact Decimals.

    Raises PayloadInvalid for anything but one UTF-8 object, for a key that comes twice, for
    NaN and Infinity, and for nesting deeper than Python's recursion limit.
    """
    try:
        data = _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise PayloadInvalid("the body is not UTF-8") from None
    except RecursionError:
        raise PayloadInvalid("the body is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise PayloadInvalid(f"the body is not JSON: {error.msg} at character {error.pos}") from None
    except (ValueError, InvalidOperation):  # an integer of thousands of digits, an exponent beyond Decimal's
        raise PayloadInvalid("the body holds a number out of all bounds") from None
    if not isinstance(data, dict):
        raise PayloadInvalid("the body is not a JSON object")
    return data


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise PayloadInvalid("the body has an object with a key that comes twice")
    return found


def _refuse_constant(name: str) -> Never:
    raise PayloadInvalid(f"the body holds {name}, which is no number")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=Decimal, parse_constant=_refuse_constant)
