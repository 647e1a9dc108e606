"""What documented answers are made of; bounded, so that no answer can be larger than it has reason to be.

A network's answer is a stranger's data. Only what an account or a row *is* (its id, the moment of a post) is
required. Everything else is `Told`: what cannot be read was not told. A row that cannot be read is `Told`
too, and so is None in its list; `kept` skips and counts it.
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
"""Of one page: more than any network is asked for. A larger one is refused, for the rows cut off are lost."""
_DIGITS = re.compile(r"[0-9]{1,13}\Z")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but line feed and tab, and halves of letters: a database takes neither NUL nor these."""
UNREADABLE_CURSOR = "\0"
"""The place of a cursor that cannot be read: there is more, and nobody can say where. No network gives it."""


def _or_none(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError:
        return None


def _number(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise ValueError("is no number")  # noqa: TRY004 - which pydantic would not take for a refusal
    return value


def _whole(value: Any) -> Any:
    """Return a whole number as networks write it (12, 12.0 or "12"); true is none."""
    if isinstance(value, bool) or (isinstance(value, str) and not _DIGITS.match(value)):
        raise ValueError("is no count")
    return value


def _storable(moment: datetime) -> datetime:
    if not 1900 <= moment.year <= 9000:  # noqa: PLR2004 - years
        raise ValueError("is no moment of ours")
    return moment


def _address(url: str) -> str:
    parts = urlsplit(url)  # raises ValueError for some that are none
    if not parts.hostname or parts.username is not None or parts.port == 0 or not url.isprintable():
        raise ValueError("is no address")
    return url


def _shown(value: Any) -> Any:
    """Refuse a name with anything that cannot be seen, or that turns what stands beside it."""
    if isinstance(value, str) and not (value.isprintable() and " " not in value):
        raise ValueError("is no name")
    return value


def _text(value: Any) -> Any:
    return _NO_TEXT.sub("", value) if isinstance(value, str) else value


def _place(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """Return where a list goes on; None at its end."""
    if value is None or value == "":
        return None
    try:
        return read(value)
    except ValidationError:
        return UNREADABLE_CURSOR


Lenient = Annotated[Item | None, WrapValidator(_or_none)]
"""A value, or None where it was not told or cannot be read."""
Rows = Annotated[tuple[Annotated[Item | None, WrapValidator(_or_none)], ...], Field(max_length=MOST_ROWS)]
"""A list of rows, None for each that cannot be read."""
Count = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=10**12)]
Seconds = Annotated[float, BeforeValidator(_number), Field(ge=0, le=1e11, allow_inf_nan=False)]
"""A moment as seconds since 1970, where a network documents it so."""
WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=2048), AfterValidator(_address)]
Cursor = Annotated[Annotated[str, Field(max_length=2048)] | None, WrapValidator(_place)]
Secret = Annotated[str, Field(min_length=1, max_length=4096)]
Name = Annotated[str, BeforeValidator(_shown), Field(min_length=1, max_length=300)]
"""What an account calls itself: one line of letters that can be seen."""
Text = Annotated[str, BeforeValidator(_text), Field(max_length=1_000_000)]
Plain = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}$")]
"""An id that may stand in a path."""


class Schema(BaseModel):
    """A documented answer, as far as we use it; what else is in it is dropped while reading."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def readable(rows: Iterable[Item | None]) -> tuple[tuple[Item, ...], int]:
    """Return the rows that could be read, and how many could not."""
    found = tuple(rows)
    read = tuple(row for row in found if row is not None)
    return read, len(found) - len(read)
