"""Building blocks of the networks' documented responses, each with a limit on its size.

A network's response is data of strangers. Only what identifies an account or a row (its id, the moment of a
post) is required. Everything else is `Lenient`: None if it is missing or invalid. An invalid row is None in
its list; `readable` skips and counts it.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

Item = TypeVar("Item")
MOST_ROWS = 1000
"""Of one page: more than is asked of any network. A larger page is refused: rows cut off would be lost."""
_DIGITS = re.compile(r"[0-9]{1,13}\Z")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but line feed and tab, and halves of letters: a database takes neither NUL nor these."""
UNREADABLE_CURSOR = "\0"
"""Stands for a cursor that cannot be read: there are more pages, but not to be found. No network sends it."""


def _or_none(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError:
        return None


def _number(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise ValueError("is not a number")  # noqa: TRY004 - which pydantic would not take for a refusal
    return value


def _whole(value: Any) -> Any:
    """Return a whole number as networks write it (12, 12.0 or "12"); raises ValueError for true."""
    if isinstance(value, bool) or (isinstance(value, str) and not _DIGITS.match(value)):
        raise ValueError("is not a count")
    return value


def _storable(moment: datetime) -> datetime:
    if not 1900 <= moment.year <= 9000:  # noqa: PLR2004 - years
        raise ValueError("is not in the years 1900 to 9000")
    return moment


def _address(url: str) -> str:
    parts = urlsplit(url)  # raises ValueError for some that are none
    if not parts.hostname or parts.username is not None or parts.port == 0 or not url.isprintable():
        raise ValueError("is not an address")
    return url


def _shown(value: Any) -> Any:
    """Return the name; raises ValueError for one with invisible letters or marks of direction."""
    if isinstance(value, str) and not (value.isprintable() and " " not in value):
        raise ValueError("is not a name")
    return value


def _text(value: Any) -> Any:
    return _NO_TEXT.sub("", value) if isinstance(value, str) else value


def _place(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """Return the cursor of the next page; None at the end."""
    if value is None or value == "":
        return None
    try:
        return read(value)
    except ValidationError:
        return UNREADABLE_CURSOR


Lenient = Annotated[Item | None, WrapValidator(_or_none)]
"""A value, or None where it is missing or invalid."""
Rows = Annotated[tuple[Annotated[Item | None, WrapValidator(_or_none)], ...], Field(max_length=MOST_ROWS)]
"""A list of rows, None for each that is invalid."""
Count = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=10**12)]
Seconds = Annotated[float, BeforeValidator(_number), Field(ge=0, le=1e11, allow_inf_nan=False)]
"""A moment as seconds since 1970, where a network documents it so."""
WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=2048), AfterValidator(_address)]
Cursor = Annotated[Annotated[str, Field(max_length=2048)] | None, WrapValidator(_place)]
Secret = Annotated[str, Field(min_length=1, max_length=4096)]
Name = Annotated[str, BeforeValidator(_shown), Field(min_length=1, max_length=300)]
"""What an account calls itself: one line of visible letters."""
Text = Annotated[str, BeforeValidator(_text), Field(max_length=1_000_000)]
Plain = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}$")]
"""An id that may stand in a path."""


class Schema(BaseModel):
    """A documented response, as far as we use it; all other fields are dropped while parsing."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def readable(rows: Iterable[Item | None]) -> tuple[tuple[Item, ...], int]:
    """Return the valid rows, and how many were not."""
    found = tuple(rows)
    read = tuple(row for row in found if row is not None)
    return read, len(found) - len(read)
