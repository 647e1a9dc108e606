"""Tables as CSV: written for spreadsheets, and read as Excel and its like save them in any country.

Commas, semicolons, tabs or bars between the cells; UTF-8 or UTF-16 with or without a byte order mark, or
Windows' Western letters; any line ends; columns in any order; empty columns and rows anywhere.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from saleor_influence_app.errors import InputInvalid

MOST_TOLD = 100
DELIMITERS = (",", ";", "\t", "|")
UNREADABLE = "\ufffd"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# Excel reads this line and does not show it.
_SEP = re.compile(r'"?sep=([,;\t|])"?[,;\t|]*(?:\n|\Z)', re.IGNORECASE)
# What makes a spreadsheet keep a cell as text: an apostrophe before it, or a formula that is the text itself.
_KEPT_AS_TEXT = re.compile(r"\A'(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20|]|[0-9])")
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20|]")
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,15})?")
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}")


class Refused(BaseModel):
    """A row that could not be used.

    Rows count from 1, without the header and empty ones. `line` is where the row begins in the file, as an
    editor counts; `column` as the header names it. Both are null where they are not known.
    """

    model_config = ConfigDict(frozen=True)

    row: int
    line: int | None = None
    column: str | None = None
    reason: str


@dataclass(frozen=True, slots=True)
class Columns:
    """What the first line must name, and what it may."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Return what the first line must be like."""
        more = f" and, if known, {', '.join(self.optional)}" if self.optional else ""
        return f"The first line must name each column once: {', '.join(self.needed)}{more}."


@dataclass(frozen=True, slots=True)
class Row:
    """The cells that hold something, by column; or `refused`: why the row cannot be read."""

    number: int
    line: int
    cells: Mapping[str, str]
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table's rows, and what stands between its cells."""

    rows: tuple[Row, ...]
    delimiter: str

    def number(self, cell: str) -> float:
        """Return the number in a cell, with a decimal point or comma; raises ValueError in words.

        1,500 is one and a half in one country and fifteen hundred in another: such a number is refused. In a
        file with commas between its cells a point can only be a decimal point.
        """
        if not _NUMBER.fullmatch(cell):
            raise ValueError("must be a number such as 0.5, in digits alone, without separators of thousands")
        if _THOUSANDS.fullmatch(cell) and not ("." in cell and self.delimiter == ","):
            raise ValueError(
                "may be read with thousands or with decimals; write 1500 or 1.5 instead of 1,500"
            )
        return float(cell.replace(",", "."))


def read(given: bytes | str, columns: Columns, *, most: int) -> Sheet:
    """Return the table in a file; raises InputInvalid where it is none, or has more than `most` rows."""
    text, line = _text(given), 0
    wanted: tuple[str, ...] = DELIMITERS
    separator = _SEP.match(text)
    if separator:
        text, line, wanted = text[separator.end() :], 1, (separator[1],)
    for delimiter in wanted:
        records = _records(text, delimiter, before=line)
        header = _header(records, columns)
        if header is not None:
            return Sheet(tuple(_rows(records, header, most=most)), delimiter)
    raise InputInvalid(columns.sentence)


def as_text(cell: str) -> str:
    """Return a cell that a spreadsheet shows as it is: an apostrophe before what begins like a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def written(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV; what a spreadsheet would take for a formula is kept text, as `read` knows."""
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(header)
    for row in rows:
        writer.writerow(_safe(row))
    return sink.getvalue()


def line(row: Sequence[object]) -> str:
    """Return one row of such a table."""
    sink = io.StringIO()
    csv.writer(sink).writerow(_safe(row))
    return sink.getvalue()


def _safe(row: Sequence[object]) -> list[str]:
    texts = ("" if cell is None else str(cell) for cell in row)
    return [f"'{cell}" if _FORMULA.match(cell) else cell for cell in texts]


def shown(refused: Sequence[Refused]) -> list[Refused]:
    """Return the first hundred in the order of the rows; how many there are is said beside them."""
    return sorted(refused, key=lambda one: one.row)[:MOST_TOLD]


def _text(given: bytes | str) -> str:
    """The file as text whose lines all end alike."""
    text = given if isinstance(given, str) else _decoded(given)
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _decoded(given: bytes) -> str:
    if given.startswith(_WORKBOOKS):
        raise InputInvalid("This is a workbook. In Excel, save it as “CSV UTF-8 (comma delimited)”.")
    for mark, encoding in _MARKS:
        if given.startswith(mark):
            return given[len(mark) :].decode(encoding, errors="replace")
    for place, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):  # ASCII letters in UTF-16, without a mark
        if len(given) > 1 and given[place] == 0 and given[1 - place] != 0:
            return given.decode(encoding, errors="replace")
    try:
        return given.decode()
    except UnicodeDecodeError:
        return given.decode("cp1252", errors="replace")


def _records(text: str, delimiter: str, *, before: int) -> Iterator[tuple[int, list[str]]]:
    """The records that hold something, each with the line that it begins in; raises InputInvalid."""
    reader = csv.reader(io.StringIO(text, newline="\n"), strict=True, delimiter=delimiter)
    while True:
        line = before + reader.line_num + 1
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise InputInvalid(f"Line {line} cannot be read: {_why(error)}.") from error
        if record is None:
            return
        cells = [_bare(cell) for cell in record]
        if any(cells):
            yield line, cells


def _why(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end" in text:
        return "a quotation mark begins a cell and none ends it"
    if "expected after" in text:
        return "something follows a closing quotation mark; within a cell, write each quotation mark twice"
    if "field larger" in text:
        return "a cell is too long; perhaps a quotation mark is missing"
    return text


def _bare(cell: str) -> str:
    text = _KEPT_AS_TEXT.sub("", cell.strip())
    formula = _TEXT_FORMULA.fullmatch(text)
    return formula[1].strip() if formula else text


def _header(records: Iterator[tuple[int, list[str]]], columns: Columns) -> list[str] | None:
    """The columns' names in order, "" for one without; None if these are not the columns that are wanted."""
    try:
        _, cells = next(records, (0, []))
    except InputInvalid:  # with another delimiter the line may read well
        return None
    names = [re.sub(r"[\s_-]+", "_", cell.strip("\ufeff\"' ").lower()) for cell in cells]
    named = [name for name in names if name]
    known = {*columns.needed, *columns.optional}
    wrong = len(set(named)) < len(named) or not known.issuperset(named)
    return None if wrong or not set(columns.needed).issubset(named) else names


def _rows(records: Iterator[tuple[int, list[str]]], header: Sequence[str], *, most: int) -> Iterator[Row]:
    for number, (line, cells) in enumerate(records, 1):
        if number > most:
            raise InputInvalid(f"A file holds at most {most:,} rows; divide it.")
        wrong = _wrong(cells, header)
        refused = (
            None
            if wrong is None
            else Refused(row=number, line=line, column=wrong[0], reason=f"{wrong[0]}: {wrong[1]}")
        )
        filled = {name: cell for name, cell in zip(header, cells, strict=False) if name and cell}
        yield Row(number, line, filled, refused)


def _wrong(cells: Sequence[str], header: Sequence[str]) -> tuple[str, str] | None:
    """The column, and what is wrong with the row before anybody asks what it means."""
    for place, cell in enumerate(cells):
        name = header[place] if place < len(header) else ""
        if cell and not name:
            return f"column {place + 1}", "holds something, but the first line gives it no name"
        if UNREADABLE in cell:
            return name, "holds a letter that cannot be read; save the file as “CSV UTF-8”"
    return None
