"""Values from outside have one strict form: nothing is converted that could be meant otherwise."""

# ruff: noqa: RUF001 - letters that look alike are what is tested

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from saleor_influence_app import fields
from tests.support.laws import law

READERS: list[Callable[[object], object]] = [
    fields.moment,
    fields.since,
    fields.until,
    fields.whole,
    fields.number,
    fields.exact,
]
anything = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals(allow_nan=True)
    | st.text(max_size=60)
    | st.text("0123456789-:+TZ.,_ eE/", max_size=40)
    | st.binary(max_size=20)
    | st.datetimes()
    | st.lists(st.integers(), max_size=3)
    | st.dictionaries(st.text(max_size=3), st.integers(), max_size=3)
)

FIRST, LAST = datetime.fromisoformat("1900-01-02"), datetime.fromisoformat("9999-12-30")
NO_MOMENTS: list[object] = [
    45322,
    45322.5,
    2024,
    20240131,
    0,
    True,
    False,
    None,
    math.nan,
    math.inf,
    Decimal(45322),
    b"2024-01-31T00:00:00Z",
    [2024, 1, 31],
    "",
    " ",
    "45322",
    "45322,5",
    "45322.75",
    "1706659200",
    "1706659200.5",
    "1e9",
    "2024",
    "2024-01",
    "202401",
    "20240131",
    "20240131T000000Z",
    "2024-01-31T00:00:00",
    "2024-01-31 14:30",
    "2024-031",
    "2024-W05-3",
    "2024-W05-3T00:00:00Z",
    "2024-01-31x00:00:00Z",
    "2024-01-31T24:00:00Z",
    "2024-01-31T00:00:60Z",
    "2024-01-31T00:00:00+25:00",
    "2024-01-31T00:00:00+00:00:30",
    "2024-01-31T00Z",
    "2024-02-30",
    "2023-02-29T00:00:00Z",
    "2024-13-01",
    "0024-01-31",
    "0000-01-01",
    "10000-01-01",
    "-2024-01-31",
    "+002024-01-31",
    "２０２４-01-31",
    "٢٠٢٤-٠١-٣١",
    "2024\u201001\u201031",
    "2024-1-31",
    "2024/01/31",
    "2024.01.31",
    "31.01.2024",
    "31/01/2024",
    "01/31/2024",
    "1/2/24",
    "31-01-2024",
    "31. 1. 2024",
    "31 Jan 2024",
    "31. Januar 2024",
    "Jan 31, 2024",
    "2024年1月31日",
    "2024-01-31T00:00:00 Europe/Berlin",
    "2024-01-31T00:00:00Z[UTC]",
    "P1D",
    "now",
    "today",
    "yesterday",
    "infinity",
    "-infinity",
    "epoch",
    "########",
    "#VALUE!",
    "=TODAY()",
]


@pytest.mark.parametrize("written", NO_MOMENTS, ids=ascii)
@pytest.mark.parametrize("reader", [fields.moment, fields.since, fields.until])
def test_what_is_no_moment_is_refused_with_an_example_and_not_quoted(
    reader: Callable[[object], datetime], written: object
) -> None:
    """Case 3: 45322, 2024 and 20240131 were moments in 1970."""
    with pytest.raises(ValueError, match=r"2024-01-31|1900 to 9999") as refusal:
        reader(written)

    if isinstance(written, str) and len(written) > 4 and written not in {"2024-01", "2024-01-31T00Z"}:
        assert written not in str(refusal.value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-01-31T14:30:00Z", datetime(2024, 1, 31, 14, 30, tzinfo=UTC)),
        ("2024-01-31T14:30Z", datetime(2024, 1, 31, 14, 30, tzinfo=UTC)),
        ("2024-01-31t14:30:00z", datetime(2024, 1, 31, 14, 30, tzinfo=UTC)),
        ("2024-01-31 14:30:00+02:00", datetime(2024, 1, 31, 12, 30, tzinfo=UTC)),
        ("2024-01-31T14:30:00-0500", datetime(2024, 1, 31, 19, 30, tzinfo=UTC)),
        ("2024-01-31T14:30:00+02", datetime(2024, 1, 31, 12, 30, tzinfo=UTC)),
        ("2024-01-31T14:30:00.123456789Z", datetime(2024, 1, 31, 14, 30, 0, 123456, tzinfo=UTC)),
        (" 2024-01-31T14:30:00Z ", datetime(2024, 1, 31, 14, 30, tzinfo=UTC)),
        ("2024-02-29T00:00:00+00:00", datetime(2024, 2, 29, tzinfo=UTC)),
        (datetime(2024, 1, 31, tzinfo=timezone(timedelta(hours=2))), datetime(2024, 1, 30, 22, tzinfo=UTC)),
    ],
)
def test_a_moment_in_iso_8601_with_a_zone_is_read(written: object, meant: datetime) -> None:
    assert {fields.moment(written), fields.since(written), fields.until(written)} == {meant}


def test_a_day_alone_is_one_of_utc_whole_from_its_beginning_to_its_end() -> None:
    """Case 3: `2024-01-31` is a UTC day."""
    assert fields.since("2024-01-31") == datetime(2024, 1, 31, tzinfo=UTC)
    assert fields.until("2024-01-31") == datetime(2024, 2, 1, tzinfo=UTC)
    assert fields.until("9999-12-31") == fields.LATEST
    with pytest.raises(ValueError, match="a day without a time"):
        fields.moment("2024-01-31")


@pytest.mark.parametrize(
    "written",
    [
        True,
        None,
        1.0,
        1.5,
        "1.0",
        "1_000",
        " 1",
        "1 ",
        "+1",
        "１２",
        "١٢",
        "²",
        "0x10",
        "1e3",
        "",
        "-",
        "9" * 19,
        "9" * 5_000,
        b"1",
        math.nan,
        Decimal(1),
    ],
    ids=lambda one: ascii(one)[:20],
)
def test_what_is_no_whole_number_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="whole number"):
        fields.whole(written)


@pytest.mark.parametrize(
    "written",
    [
        True,
        None,
        "nan",
        "inf",
        "-Infinity",
        "1e3",
        "1_0",
        " 1",
        "１",
        "0x1p3",
        ".5",
        "5.",
        "",
        "1,5",
        "9" * 400,
    ],
    ids=lambda one: ascii(one)[:20],
)
def test_what_is_no_number_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="number"):
        fields.number(written)


@pytest.mark.parametrize(
    "written",
    [
        True,
        None,
        0.1,
        1.0,
        math.nan,
        "NaN",
        "sNaN",
        "Infinity",
        "1E+999999",
        "1e-5",
        "1_0",
        " 1",
        "１",
        "0.1 ",
        10**18,
        "9" * 100_000,
        "1,5",
        "--1",
        ".5",
        "€1",
    ],
    ids=lambda one: ascii(one)[:20],
)
def test_what_is_no_exact_decimal_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="decimal number written as text"):
        fields.exact(written)


@law(300)
@given(anything)
def test_no_input_raises_anything_but_a_refusal(value: Any) -> None:
    for read in READERS:
        try:
            found = read(value)
        except ValueError:
            continue
        assert isinstance(found, datetime | int | float | Decimal)
    for kind in (fields.Person, fields.Id, fields.Slug, fields.Currency, fields.Moment, fields.Number):
        try:
            TypeAdapter(kind).validate_python(value)
        except ValidationError:
            continue


@law(200)
@given(st.datetimes(FIRST, LAST, timezones=st.timezones() | st.just(UTC)))
def test_what_is_accepted_is_the_same_when_it_is_written_and_read_again(moment: datetime) -> None:
    if moment.utcoffset() is None or (moment.utcoffset() or timedelta()).total_seconds() % 60:
        return  # the mean time of a place before there were zones
    read = fields.moment(moment.isoformat())
    assert read == moment.astimezone(
        UTC
    )  # across zones, Python takes times around a change of clocks for unequal
    assert fields.since(read.isoformat()) == fields.until(read.isoformat()) == read


@law(200)
@given(st.integers(-(10**18) + 1, 10**18 - 1), st.decimals(-(10**17), 10**17, places=6))
def test_numbers_are_read_as_they_are_written(count: int, amount: Decimal) -> None:
    assert fields.whole(str(count)) == fields.whole(count) == count
    assert fields.exact(f"{amount:f}") == amount


@pytest.mark.parametrize(
    "name",
    [
        "a\0b",
        "a\nb",
        "a\tb",
        "a\x7fb",
        "a\x85b",
        "a\u2028b",
        "a\u202eb",
        "a\u2066b",
        "a\u200bb",
        "a\ufeffb",
        "a\u00adb",
        "a\ud800b",
    ],
    ids=ascii,
)
def test_a_name_holds_nothing_that_cannot_be_seen(name: str) -> None:
    with pytest.raises(ValueError, match=r"must not hold|well-formed"):
        fields.one_line(name)


@pytest.mark.parametrize(
    "name", ["Anna Öz", "نرگس\u200cها", "👩\u200d👧", "क्\u200dष", "\U0001f3f4\U000e0067\U000e007f"]
)
def test_a_name_in_any_script_is_a_name(name: str) -> None:
    assert fields.one_line(name) == name


@pytest.mark.parametrize("code", ["eur", "EU", "EURO", "E€R", "ＥＵＲ", "EUR\n", " EUR", "", None, 978])
def test_a_currency_is_three_letters_of_iso_4217(code: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(fields.Currency).validate_python(code)
