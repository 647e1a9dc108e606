"""The kinds of value that come from outside, each with one strict form: in requests, files, answers, options.

A wrong type is refused, never converted: 45322 is not a date, "1_000" and True are no counts, and a moment
without a zone is nobody's. The messages say what to write and quote nothing, since a cell in the wrong column
may be an e-mail address. Webhooks have the same rules in `webhooks.fields`, for JSON as Saleor writes it.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

import idna
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

Json = dict[str, Any]
"""An object of JSON."""

ID_LIMIT = 200
EMAIL_LIMIT = 320
EXAMPLES = "a day such as 2024-01-31, or a moment such as 2024-01-31T14:30:00Z"
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Seconds may be left out; Instagram writes the offset without a colon.
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,18})?)?"
_LOCAL = re.compile(rf"{_DAY.pattern}[Tt ]{_CLOCK}")
_MOMENT = re.compile(rf"{_LOCAL.pattern}(?:[Zz]|[+-][0-9]{{2}}(?::?[0-9]{{2}})?)")
_SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
_LOCALE_DAY = re.compile(r"[0-9]{1,4}[./ -][0-9]{1,2}[./ -][0-9]{1,4}\.?(?:[ ,].*)?", re.DOTALL)
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_DECIMAL = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")
# Letters that cannot be seen but that a script or an emoji needs: joiners, and the tags of flags.
_JOINERS = frozenset({"\u200c", "\u200d", *map(chr, range(0xE0020, 0xE0080))})


def storable(text: str) -> str:
    """Return the text; NUL and lone surrogates are in no PostgreSQL text."""
    if "\0" in text:
        raise ValueError("must not hold a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("must be well-formed Unicode") from error
    return text


def one_line(text: str) -> str:
    """Return the text; a name holds no control character and nothing that is unseen or turns its order."""
    storable(text)
    if text.isascii() and text.isprintable():
        return text
    for letter in text:
        kind = unicodedata.category(letter)
        if kind in {"Cc", "Zl", "Zp"} or (kind == "Cf" and letter not in _JOINERS):
            name = unicodedata.name(letter, "a control character").lower()
            raise ValueError(f"must not hold a character that cannot be seen ({name}); type it anew")
    return text


def email(text: str) -> str | None:
    """Return an e-mail address as it is compared, None for an empty one.

    Saleor stores accounts' addresses by `str.lower` and guests' as typed. So letters are lowered, not folded:
    ß stays ß, and a letter that only looks like another is another. The domain is compared as DNS does. Plus
    signs, dots and quotation marks in the local part make another address.
    """
    bare = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text.strip()).lower())
    local, at, domain = bare.rpartition("@")
    return f"{local}{at}{host(domain)}" if at else bare or None


def host(name: str) -> str:
    """Return a domain name as DNS compares it: in lower case, by IDNA 2008, without the root's dot.

    straße.de is xn--strae-oqa.de and not strasse.de. What IDNA does not allow is compared as it is written.
    """
    bare = name.lower().removesuffix(".")
    if bare.isascii():
        return bare
    try:
        return idna.encode(bare, uts46=True).decode().removesuffix(".")
    except UnicodeError:
        return bare


def moment(value: object) -> datetime:
    """Return the aware moment in UTC: ISO 8601 with a zone, or an aware `datetime`; raises ValueError."""
    if isinstance(value, datetime):
        return _in_utc(value)
    if not isinstance(value, str):
        raise ValueError(f"must be text: {EXAMPLES}; a number is no date")  # noqa: TRY004 - for pydantic
    text = value.strip()
    if not _MOMENT.fullmatch(text):
        raise ValueError(_what_is_wrong(text))
    try:
        read = datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise ValueError(f"is no moment in the calendar; write {EXAMPLES}") from error
    return _in_utc(read)


def since(value: object) -> datetime:
    """Return the moment, or of a day its beginning in UTC."""
    day = _day(value)
    return moment(value) if day is None else _in_utc(day)


def until(value: object) -> datetime:
    """Return the moment, or of a day its end in UTC: "until 2024-01-31" holds through that day."""
    day = _day(value)
    if day is None:
        return moment(value)
    return LATEST if day.date() == LATEST.date() else _in_utc(day) + timedelta(days=1)


def day(value: object) -> date:
    """Return the day of a text such as 2024-01-31, or the `date`; raises ValueError."""
    if type(value) is date:
        return value
    found = _day(value)
    if found is None:
        raise ValueError("must be a day such as 2024-01-31")
    return found.date()


def whole(value: object) -> int:
    """Return the whole number of a text in plain digits, or the `int`; raises ValueError."""
    if type(value) is int:
        return value
    if not isinstance(value, str) or not _WHOLE.fullmatch(value):
        raise ValueError("must be a whole number, in digits alone, such as 20")
    return int(value)


def number(value: object) -> float:
    """Return the number of a text in plain digits with a point, or the finite number; raises ValueError."""
    if type(value) in {int, float}:
        return float(value)  # type: ignore[arg-type] # one of the two
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise ValueError("must be a number, such as 0.5")
    return float(value)


def exact(value: object) -> Decimal:
    """Return the exact decimal of a text in plain digits, an `int` or a `Decimal`; raises ValueError.

    A float is refused, since it is seldom what was written; so is an exponent, of which nine letters can fill
    the memory.
    """
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Decimal(value)
    if type(value) is int and abs(value) < 10**18:
        return Decimal(value)
    raise ValueError('must be a decimal number written as text, such as "0.25"')


def limited(*, least: int, most: int) -> Callable[[object], int]:
    """Return a reader of whole numbers between the two, for options of commands."""

    def read(value: object) -> int:
        found = whole(value)
        if not least <= found <= most:
            raise ValueError(f"must lie between {least} and {most}")
        return found

    return read


def _day(value: object) -> datetime | None:
    text = value.strip() if isinstance(value, str) else ""
    if not _DAY.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        raise ValueError(f"is no day in the calendar; write {EXAMPLES}") from error


def _in_utc(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError(f"has no zone; write {EXAMPLES}")
    try:
        value = value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("must lie in the years 1900 to 9999") from error
    if value < EARLIEST:
        raise ValueError("must lie in the years 1900 to 9999")
    return value


def _what_is_wrong(text: str) -> str:
    """Say what a text is that is no moment, and what to write instead."""
    if _LOCAL.fullmatch(text):
        return (
            "has a time without a zone; add Z for UTC, such as 2024-01-31T14:30:00Z, or write the day alone"
        )
    if _DAY.fullmatch(text):
        return "is a day without a time; write a moment such as 2024-01-31T14:30:00Z"
    if _SERIAL.fullmatch(text):
        return (
            "is a number, as spreadsheets count days; give the column the format yyyy-mm-dd, "
            "so that it shows 2024-01-31, and save again"
        )
    if text.isascii() and text.isdigit():
        return f"is a number and no date; write {EXAMPLES}"
    if _LOCALE_DAY.fullmatch(text):
        return "is a date as one country writes it; write year-month-day with hyphens, such as 2024-01-31"
    return f"is no date; write {EXAMPLES}"


Storable = AfterValidator(storable)
OneLine = AfterValidator(one_line)
Line = Annotated[str, OneLine]
Id = Annotated[str, StringConstraints(min_length=1, max_length=ID_LIMIT), OneLine]
Person = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=EMAIL_LIMIT), OneLine
]
"""A customer as people name them: by Saleor's id or by e-mail address."""
Slug = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)
]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 4217, in upper case."""
_WRITTEN_MOMENT = WithJsonSchema({"type": "string", "format": "date-time"})
_WRITTEN_DAY = WithJsonSchema({"type": "string", "examples": ["2024-01-31", "2024-01-31T14:30:00Z"]})
Moment = Annotated[datetime, BeforeValidator(moment), _WRITTEN_MOMENT]
Since = Annotated[datetime, BeforeValidator(since), _WRITTEN_DAY]
Until = Annotated[datetime, BeforeValidator(until), _WRITTEN_DAY]
Day = Annotated[
    date,
    BeforeValidator(day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2024-01-31"]}),
]
InDigits = BeforeValidator(whole)
Whole = Annotated[int, InDigits]
"""In a path, a query string or the environment; in JSON, `Field(strict=True)` is right."""
Number = Annotated[float, BeforeValidator(number), Field(allow_inf_nan=False)]
Exact = Annotated[
    Decimal,
    BeforeValidator(exact),
    PlainSerializer("{:f}".format, return_type=str, when_used="json"),  # str() would write 2E-8
    WithJsonSchema({"type": "string", "pattern": f"^{_DECIMAL.pattern}$"}),
]
