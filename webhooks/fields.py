"""The kinds of value found in payloads, each with the bounds that real shops stay within.

A wrong type is refused, never converted: "12" is not a quantity and 1 is not a date. Messages
quote no content, since they are shown and logged.
"""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Final

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import AfterValidator, BeforeValidator, StrictBool, StrictInt, StrictStr, StringConstraints

MAX_AMOUNT: Final = Decimal(10) ** 12  # with its three decimals exact even where a client reads floats
MAX_QUANTITY: Final = 10_000_000
CLOCK_SKEW: Final = timedelta(days=1)
# Saleor stores three decimals and sends a float, which may carry a tail (0.30000000000000004).
_SMALLEST_AMOUNT: Final = Decimal("0.001")
_ISO_8601: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _storable(text: str) -> str:
    """The text, if PostgreSQL can hold it: no NUL, no lone surrogate."""
    if "\x00" in text:
        raise ValueError("should not contain a NUL character")
    return text


def _amount(value: object) -> Decimal:
    """The JSON number as an exact Decimal with at most three decimals."""
    if isinstance(value, float):  # a GraphQL client that has read the answer itself gives floats
        value = Decimal(repr(value))
    elif type(value) is int:
        value = Decimal(value)
    if not isinstance(value, Decimal):
        raise ValueError("should be a number")  # noqa: TRY004 - pydantic understands ValueError only
    if not value.is_finite() or not -MAX_AMOUNT <= value <= MAX_AMOUNT:
        raise ValueError("should be an amount of money of at most 10^12")
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -3:  # noqa: PLR2004 - three decimals, see above
        value = value.quantize(_SMALLEST_AMOUNT)
    return value or Decimal(0)  # no negative zero


def _not_negative(value: Decimal) -> Decimal:
    if value < 0:
        raise ValueError("should not be negative")
    return value


def _moment(value: object) -> datetime:
    """The aware time in UTC; a time without an offset says nothing and is refused."""
    if isinstance(value, str):
        if not _ISO_8601.fullmatch(
            value
        ):  # Python also reads 20240131T10+00, weeks, and any letter for the T
            raise ValueError("should be an ISO 8601 time with an offset from UTC")
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError("should be an ISO 8601 time") from None
    if not isinstance(value, datetime):
        raise ValueError("should be an ISO 8601 time")  # noqa: TRY004 - pydantic understands ValueError only
    if value.utcoffset() is None:
        raise ValueError("should be a time with an offset from UTC")
    try:
        value = value.astimezone(UTC)
    except OverflowError:
        raise ValueError("should be a time within the calendar") from None
    if value < _EARLIEST:
        raise ValueError("should be a time after 1970")
    return value


def is_plausible(moment: datetime, now: datetime) -> bool:
    """Whether a clock that is roughly right could have read `moment` by `now`."""
    return moment <= now + CLOCK_SKEW


Flag = StrictBool
Text = Annotated[StrictStr, MaxLen(255), AfterValidator(_storable)]
Id = Annotated[StrictStr, MinLen(1), MaxLen(255), AfterValidator(_storable)]
Words = Annotated[StrictStr, MaxLen(1_000), AfterValidator(_storable)]
Email = Annotated[StrictStr, MaxLen(320), AfterValidator(_storable)]
EnumName = Annotated[StrictStr, StringConstraints(pattern=r"^[A-Z][A-Z_]{0,63}$")]
TypeName = Annotated[StrictStr, StringConstraints(pattern=r"^[A-Za-z][A-Za-z]{0,127}$")]
Currency = Annotated[StrictStr, StringConstraints(pattern=r"^[A-Z]{3}$")]
Quantity = Annotated[StrictInt, Ge(0), Le(MAX_QUANTITY)]
SmallNumber = Annotated[StrictInt, Ge(0), Le(9_999)]
Amount = Annotated[Decimal, BeforeValidator(_amount), AfterValidator(_not_negative)]
SignedAmount = Annotated[Decimal, BeforeValidator(_amount)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
