"""A table is read as Excel and its like save it in any country, and what is wrong has its line and column."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_influence_app import spreadsheets
from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.spreadsheets import Columns, Sheet
from tests.support.laws import law

TIES = Columns(("source", "target", "kind"), ("weight", "valid_from", "valid_to"))
PLAIN = "source,target,kind,weight\nanna,berta,club,2\n"
SEMICOLONS = PLAIN.replace(",", ";")
TABS = PLAIN.replace(",", "\t")
MEANT = {"source": "anna", "target": "berta", "kind": "club", "weight": "2"}


def read(given: bytes | str, *, most: int = 1_000) -> Sheet:
    return spreadsheets.read(given, TIES, most=most)


SAVED: dict[str, bytes | str] = {
    "commas": PLAIN,
    "semicolons": SEMICOLONS,
    "tabs": TABS,
    "bars": PLAIN.replace(",", "|"),
    "Excel's CSV UTF-8": b"\xef\xbb\xbf" + SEMICOLONS.replace("\n", "\r\n").encode(),
    "Excel's Unicode text": b"\xff\xfe" + TABS.replace("\n", "\r\n").encode("utf-16-le"),
    "UTF-16, big end first": b"\xfe\xff" + TABS.encode("utf-16-be"),
    "UTF-16 without a mark": SEMICOLONS.encode("utf-16-le"),
    "UTF-16, big end first, without a mark": SEMICOLONS.encode("utf-16-be"),
    "Windows' letters": SEMICOLONS.encode("cp1252"),
    "text with a mark": "\ufeff" + PLAIN,
    "two marks": b"\xef\xbb\xbf\xef\xbb\xbf" + PLAIN.encode(),
    "an old Mac's line ends": PLAIN.replace("\n", "\r"),
    "mixed line ends": "source,target,kind,weight\r\nanna,berta,club,2\r",
    "sep line": "sep=;\r\n" + SEMICOLONS,
    "sep line in quotes": '"sep=;"\n' + SEMICOLONS,
    "sep line, upper case, and a mark": "\ufeffSEP=,\n" + PLAIN,
    "an empty column at the end": "source,target,kind,weight,\nanna,berta,club,2,\n",
    "several empty columns": "source;;target;kind;weight;;;\nanna;;berta;club;2;;;\n",
    "empty columns in the rows alone": "source,target,kind,weight\nanna,berta,club,2,,,,\n",
    "empty rows": "\n\n;;;\nsource;target;kind;weight\n;;;;\nanna;berta;club;2\n ; ;\t;\n;;;\n\n",
    "another order": "kind,weight,target,source\nclub,2,berta,anna\n",
    "a header as people write it": ' Source , TARGET,"KIND",\ufeffWeight\nanna,berta,club,2\n',
    "all in quotes": '"source";"target";"kind";"weight"\n"anna";"berta";"club";"2"\n',
    "kept as text by an apostrophe": "source,target,kind,weight\nanna,berta,club,'2\n",
    "kept as text by a formula": 'source,target,kind,weight\nanna,"=""berta""",club,"=""2"""\n',
    "hard spaces": "source;target;kind;weight\n\u00a0anna\u00a0; berta ;club;2\n",
    "no last line end": PLAIN.rstrip(),
}


@pytest.mark.parametrize("name", SAVED)
def test_a_file_as_programs_save_it_is_read(name: str) -> None:
    """Case 8: semicolons, or one empty column at the end, were refused whole."""
    [row] = read(SAVED[name]).rows

    assert row.cells == MEANT
    assert (row.number, row.refused) == (1, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_letters_are_read_in_what_excel_writes_them_in(encoding: str) -> None:
    text = "source;target;kind\ninfo@straße.de;josé@exämple.com;club\n"

    [row] = read(text.encode(encoding)).rows

    assert (row.cells["source"], row.cells["target"]) == ("info@straße.de", "josé@exämple.com")


def test_the_header_may_have_spaces_or_hyphens_in_its_names() -> None:
    [row] = read("Source;Target;Kind;Valid from;VALID-TO\nanna;berta;club;2024-01-31;2024-02-01\n").rows

    assert (row.cells["valid_from"], row.cells["valid_to"]) == ("2024-01-31", "2024-02-01")


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("source,target,kind\nanna,berta,club\n", 2),
        ("source,target,kind\r\nanna,berta,club\r\n", 2),
        ("source,target,kind\ranna,berta,club\r", 2),
        ("sep=,\nsource,target,kind\nanna,berta,club\n", 3),
        ("\n\nsource,target,kind\n\n,,\nanna,berta,club\n", 6),
        ('source,target,"ki\nnd"\nx\n', 0),
        ('source,target,kind,weight\nberta,anna,club,"1\n\n\n"\nanna,berta,club\n', 6),
        ('source,target,kind,weight\r\nberta,anna,club,"1\r\n"\r\nanna,berta,club\r\n', 4),
    ],
)
def test_a_row_knows_the_line_of_the_file_that_it_begins_in(written: str, line: int) -> None:
    if line == 0:
        with pytest.raises(InputInvalid, match="The first line"):
            read(written)
        return
    assert read(written).rows[-1].line == line


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (b"", "first line"),
        (b"\xff\xfe", "first line"),
        (b"\xef\xbb\xbf", "first line"),
        ("anna,berta,club\n", "first line"),
        ("source,target\nanna,berta\n", "first line"),
        ("source,target,kind,kind\n", "first line"),
        ("source,target,kind,Kind \n", "first line"),
        ("source,target,kind,note\nanna,berta,club,x\n", "first line"),
        ("sep=;\nsource,target,kind\nanna,berta,club\n", "first line"),
        (b"PK\x03\x04" + b"\x00" * 50, "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9, "workbook"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 500, "first line"),
        ('source,target,kind\na,b,c\n"anna,berta,club\nx,y,z\n', "Line 3 .*quotation mark begins"),
        ('source,target,kind\nan"na","ber"ta,club\n', "Line 2 .*quotation mark"),
        ("source;target;kind\n" + "x" * 200_000 + ";b;c\n", "Line 2 .*too long"),
        ("source;target;kind\n" + "a;b;c\n" * 1_001, "at most 1,000 rows"),
    ],
)
def test_what_is_no_such_table_is_refused_with_a_sentence_and_where_it_can_be_told_the_line(
    written: bytes | str, words: str
) -> None:
    with pytest.raises(InputInvalid, match=words):
        read(written)


def test_a_cell_without_a_column_or_with_an_unreadable_letter_refuses_its_row_alone() -> None:
    sheet = read(b"source;target;kind;\na;b;c;\na;b;c;x\na;b;c;;y\n\x81nna;b;c\nd;e;f\n")

    assert [None if row.refused is None else row.refused.reason for row in sheet.rows] == [
        None,
        "column 4: holds something, but the first line gives it no name",
        "column 5: holds something, but the first line gives it no name",
        "source: holds a letter that cannot be read; save the file as “CSV UTF-8”",
        None,
    ]
    assert [row.line for row in sheet.rows] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("delimiter", "written", "number"),
    [
        (";", "0,5", 0.5),
        (";", "0.5", 0.5),
        (";", "12", 12),
        (";", "-1", -1),
        (";", "0,125", 0.125),
        (";", "1,25", 1.25),
        ("\t", "2,5", 2.5),
        (",", "0,5", 0.5),
        (",", "1.500", 1.5),
        (";", "1500", 1500),
        (";", "1234,567", 1234.567),
    ],
)
def test_a_number_is_read_with_a_point_or_a_comma(delimiter: str, written: str, number: float) -> None:
    assert Sheet((), delimiter).number(written) == number


@pytest.mark.parametrize(
    ("delimiter", "written"),
    [
        (";", "1.500"),
        (";", "1,500"),
        ("\t", "1,500"),
        ("\t", "12.345"),
        (",", "1,500"),
        (";", "1.234.567"),
        (";", "1.234,5"),
        (",", "1,234.5"),
        (";", "1 500"),
        (";", "1\u00a0500"),
        (";", "1'500"),
        (";", "1_500"),
        (";", "1e3"),
        (";", "1E+05"),
        (";", "nan"),
        (";", "inf"),
        (";", "१२"),
        (";", "½"),
        (";", "2 %"),
        (";", ""),
        (";", "€2"),
        (";", "=1+1"),
        (";", "#WERT!"),
    ],
)
def test_a_number_that_countries_read_differently_is_refused(delimiter: str, written: str) -> None:
    with pytest.raises(ValueError, match=r"1\.5|0\.5"):
        Sheet((), delimiter).number(written)


@law(200)
@given(st.binary(max_size=200) | st.text(max_size=200), st.booleans())
def test_whatever_comes_is_a_table_or_a_refusal(given: bytes | str, headed: bool) -> None:  # noqa: FBT001 - Hypothesis gives it
    header = "source;target;kind\n"
    if headed:
        given = header + given if isinstance(given, str) else header.encode() + given
    try:
        sheet = read(given)
    except InputInvalid:
        return
    assert all(set(row.cells) <= {"source", "target", "kind"} for row in sheet.rows)


CELL = st.text('abc äß@.-;,\t"\n|', min_size=1, max_size=12)


@law(200)
@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=6),
    st.sampled_from(spreadsheets.DELIMITERS),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_program_writes_is_what_is_read(
    rows: list[list[str]], delimiter: str, encoding: str, end: str
) -> None:
    sheet = io.StringIO(newline="")
    csv.writer(sheet, delimiter=delimiter, lineterminator=end).writerows(
        [["source", "target", "kind"], *rows]
    )

    found = read(sheet.getvalue().encode(encoding)).rows

    meant = [[cell.strip() for cell in row] for row in rows]
    assert [[row.cells.get(name, "") for name in TIES.needed] for row in found] == [
        row for row in meant if any(row)
    ]
