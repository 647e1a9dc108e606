"""Ties that staff tell: each row is used or named with the reason, and no e-mail address stays."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app.errors import AppError, InputInvalid
from saleor_influence_app.models import Run, Tie
from saleor_influence_app.models.targeting import counts_from
from saleor_influence_app.shops import shops
from saleor_influence_app.targeting import tie_import
from saleor_influence_app.targeting.tie_import import TieImport, TieInput
from tests.support.laws import law
from tests.support.shop_rows import NOW, put_customers, put_order, put_shop, put_tie

ADDRESS = "Anna.Öz+news@Example.COM"
HEADER = "source,target,kind,weight,valid_from,valid_to\n"
Bring = Callable[..., TieImport]


@pytest.fixture
def shop_id(session: Session) -> int:
    """A shop of four customers; the first has an e-mail address."""
    shop_id = put_shop(session)
    key = shops.email_key(session, shop_id)
    put_customers(session, shop_id, "anna", email_hash=shops.email_hash(key, ADDRESS))
    put_customers(session, shop_id, "berta", "cleo", "dora")
    return shop_id


@pytest.fixture
def bring(session: Session, shop_id: int) -> Bring:
    def import_csv(given: str | bytes, *, dry_run: bool = False) -> TieImport:
        return tie_import.bring_csv(session, shop_id, given, dry_run=dry_run)

    return import_csv


def stored(session: Session) -> set[tuple[str, str, str]]:
    return {(tie.source_id, tie.target_id, tie.kind) for tie in session.scalars(select(Tie))}


def reasons(answer: TieImport) -> dict[int, str]:
    return {one.row: one.reason for one in answer.reasons}


def test_rows_become_ties_and_a_run_that_counts_them_is_queued(session: Session, bring: Bring) -> None:
    answer = bring(HEADER + "anna,berta,club,2.5,2024-01-01T00:00:00Z,2030-01-01T00:00:00+02:00\n")

    assert answer == TieImport(accepted=1, refused=0, reasons=[], dry_run=False)
    [tie] = session.scalars(select(Tie))
    assert (tie.source_id, tie.target_id, tie.kind, tie.origin) == ("anna", "berta", "club", "staff")
    assert (tie.weight, tie.valid_from) == (2.5, datetime(2024, 1, 1, tzinfo=UTC))
    assert tie.valid_to == datetime(2029, 12, 31, 22, tzinfo=UTC)
    assert [run.state for run in session.scalars(select(Run))] == ["queued"]


def test_without_a_date_a_tie_holds_from_now_on(session: Session, bring: Bring) -> None:
    bring("source,target,kind\nanna,berta,club\n")

    [tie] = session.scalars(select(Tie))
    assert tie.valid_from is not None
    assert abs(tie.valid_from - datetime.now(UTC)) < timedelta(minutes=1)
    assert tie.weight == 1.0


def test_telling_again_overwrites_the_same_pair_and_kind(session: Session, bring: Bring) -> None:
    bring("source,target,kind,weight\nanna,berta,club,1\nanna,berta,club,2\nanna,berta,team,3\n")
    bring("source,target,kind,weight\nanna,berta,club,9\n")

    assert {(tie.kind, tie.weight) for tie in session.scalars(select(Tie))} == {("club", 9.0), ("team", 3.0)}


@pytest.mark.parametrize("kind", ["code", "gift"])
def test_kinds_that_orders_prove_are_not_told(bring: Bring, kind: str) -> None:
    """Told by hand, one would hide from when orders prove it."""
    answer = bring(f"source,target,kind\nanna,berta,{kind}\n")

    assert (answer.accepted, answer.refused) == (0, 1)
    assert "those come by themselves" in reasons(answer)[1]


def counted_from(session: Session) -> datetime:
    session.expire_all()
    at = session.scalar(select(counts_from()))
    assert isinstance(at, datetime)
    return at


def test_a_tie_told_with_a_date_in_the_past_counts_from_when_it_was_told(
    session: Session, bring: Bring
) -> None:
    before = datetime.now(UTC)

    bring(HEADER + "anna,berta,club,1,2020-01-01,\n")

    assert before <= counted_from(session) <= datetime.now(UTC)


def test_who_tells_a_tie_again_neither_gains_nor_loses(session: Session, bring: Bring, shop_id: int) -> None:
    told = datetime(2025, 5, 1, tzinfo=UTC)
    put_tie(session, shop_id, "anna", "berta", kind="club", valid_from=told, known_at=told)

    bring(HEADER + "anna,berta,club,3,2020-01-01,\n")

    assert counted_from(session) == told


def test_a_tie_that_had_ended_and_is_told_to_go_on_is_new(
    session: Session, bring: Bring, shop_id: int
) -> None:
    told, ended = datetime(2025, 5, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)
    put_tie(session, shop_id, "anna", "berta", kind="club", valid_from=told, known_at=told, valid_to=ended)
    before = datetime.now(UTC)

    bring(HEADER + "anna,berta,club,1,2025-05-01,\n")

    assert counted_from(session) >= before


@pytest.mark.parametrize(
    "written",
    [
        "\ufeff" + "source,target,kind\nanna,berta,club\n",
        "source,target,kind\r\nanna,berta,club\r\n",
        "source,target,kind\ranna,berta,club\r",
        '"source","target","kind"\n"anna","berta","club"\n',
        " Source , TARGET ,Kind\n anna , berta , club \n",
        "kind,target,source\nclub,berta,anna",
        "source,target,kind,weight,valid_from,valid_to\nanna,berta,club,,,\n",
        "source,target,kind\n\n\nanna,berta,club\n\n",
        "source,target,kind,weight\nanna,berta,club\n",
    ],
    ids=[
        "BOM",
        "CRLF",
        "CR",
        "quotes",
        "spaces",
        "no last newline",
        "empty cells",
        "blank lines",
        "short row",
    ],
)
def test_a_csv_as_programs_write_it_is_read(session: Session, bring: Bring, written: str) -> None:
    assert bring(written).accepted == 1
    assert stored(session) == {("anna", "berta", "club")}


@pytest.mark.parametrize(
    "written",
    [
        "",
        "\n",
        "\ufeff",
        "source,target\nanna,berta\n",
        "source,target,kind,email\nanna,berta,club,x\n",
        "source,target,kind,kind\nanna,berta,club,team\n",
        "source,target,kind,KIND \nanna,berta,club,team\n",
        "anna,berta,club\n",
        "sour\ud800ce,target,kind\nanna,berta,club\n",
        "\x00\x01\x02\xff\xfePK\x03\x04" * 50,
        'source,target,kind\n"anna,berta,club\n',
        'source,target,kind\nan"na","ber"ta,club\n',
        "source,target,kind\n" + "x" * 200_000 + ",berta,club\n",
    ],
)
def test_what_is_no_table_of_ties_is_refused_whole_with_a_sentence(
    session: Session, bring: Bring, written: str
) -> None:
    with pytest.raises(InputInvalid, match=r"\.$"):
        bring(written)

    assert stored(session) == set()
    assert session.scalars(select(Run)).all() == []


HOSTILE = {
    "nobody,berta,club,,,": "source: no such customer in this shop",
    "anna,nobody,club,,,": "target: no such customer in this shop",
    "x@example.com,y@example.com,club,,,": "source and target: no such customer in this shop",
    "anna,anna,club,,,": "source and target are the same customer",
    f"anna,{ADDRESS},club,,,": "source and target are the same customer",
    ",berta,club,,,": "source: is empty",
    "   ,berta,club,,,": "source: is empty",
    "anna,berta,,,,": "kind: is empty",
    "anna,berta,Best Friends,,,": "kind: String should match pattern",
    "anna,berta,club\x00,,,": "kind: String should match pattern",
    "an\x00na,berta,club,,,": "source: must not hold a NUL character",
    "anna\ud800,berta,club,,,": "source: ",
    "anna,berta,club,0,,": "weight: Input should be greater than 0",
    "anna,berta,club,-1,,": "weight: Input should be greater than 0",
    "anna,berta,club,nan,,": "weight: must be a number such as 0.5",
    "anna,berta,club,inf,,": "weight: must be a number such as 0.5",
    "anna,berta,club,1e3,,": "weight: must be a number such as 0.5",
    "anna,berta,club,1_000,,": "weight: must be a number such as 0.5",
    "anna,berta,club,1000001,,": "weight: Input should be less than or equal to 1000000",
    "anna,berta,club,many,,": "weight: must be a number such as 0.5",
    "anna,berta,club,1,2024-01-01T00:00:00,": "valid_from: has a time without a zone",
    "anna,berta,club,1,yesterday,": "valid_from: is no date; write a day such as 2024-01-31",
    "anna,berta,club,1,31.01.2024,": "valid_from: is a date as one country writes it",
    "anna,berta,club,1,,1/2/24": "valid_to: is a date as one country writes it",
    "anna,berta,club,1,2024-02-30,": "valid_from: is no day in the calendar",
    "anna,berta,club,1,2999-01-01T00:00:00Z,": "valid_from lies in the future",
    "anna,berta,club,1,0001-01-01T00:00:00+14:00,": "valid_from: must lie in the years 1900 to 9999",
    "anna,berta,club,1,,9999-12-31T23:59:59-14:00": "valid_to: must lie in the years 1900 to 9999",
    "anna,berta,club,1,2024-01-02T00:00:00Z,2024-01-02T00:00:00Z": "valid_to must be after valid_from",
    "anna,berta,club,1,,2024-01-01T00:00:00Z": "valid_to must be after valid_from",
    "anna,berta,club,1,,,surplus": "column 7: holds something, but the first line gives it no name",
    "an\u202ena,berta,club,,,": "source: must not hold a character that cannot be seen",
    "x" * 321 + ",berta,club,,,": "source: String should have at most 320 characters",
}


@pytest.mark.parametrize("row", HOSTILE, ids=lambda row: ascii(row)[:40])
def test_a_row_that_cannot_be_meant_is_named_and_keeps_no_other_back(
    session: Session, bring: Bring, row: str
) -> None:
    answer = bring(f"{HEADER}cleo,dora,club,,,\n{row}\ndora,cleo,club,,,\n")

    assert (answer.accepted, answer.refused) == (2, 1)
    assert reasons(answer)[2].startswith(HOSTILE[row])
    assert stored(session) == {("cleo", "dora", "club"), ("dora", "cleo", "club")}


EXCEL = """\
source;target;kind;weight;valid_from;valid_to
anna;berta;club;1;45322;
anna;cleo;club;1;2024;
anna;dora;club;1;20240131;
anna;berta;team;0,5;2024-01-31;2024-02-29
"""


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_numbers_are_no_dates_and_a_day_is_one_of_utc(session: Session, bring: Bring, delimiter: str) -> None:
    """Case 3: 45322, 2024 and 20240131 became moments in 1970, and 2024-01-31 was refused."""
    written = EXCEL.replace("0,5", "0.5" if delimiter == "," else "0,5").replace(";", delimiter)

    answer = bring(written)

    assert (answer.accepted, answer.refused) == (1, 3)
    assert [(one.row, one.line, one.column) for one in answer.reasons] == [
        (1, 2, "valid_from"),
        (2, 3, "valid_from"),
        (3, 4, "valid_from"),
    ]
    for one in answer.reasons:
        assert one.reason.startswith("valid_from: is a number")
        assert "2024-01-31" in one.reason
    [tie] = session.scalars(select(Tie))
    assert (tie.kind, tie.weight) == ("team", 0.5)
    assert tie.valid_from == datetime(2024, 1, 31, tzinfo=UTC)
    assert tie.valid_to == datetime(2024, 3, 1, tzinfo=UTC), "through the last day"


@pytest.mark.parametrize(
    "written",
    [
        b"\xef\xbb\xbfsource;target;kind\r\nanna;berta;club\r\n",
        "source\ttarget\tkind\r\nanna\tberta\tclub\r\n".encode("utf-16"),
        b"source,target,kind,\nanna,berta,club,\n",
        b"sep=;\nsource;target;kind\nanna;berta;club\n;;\n",
    ],
)
def test_a_file_saved_by_excel_is_read(session: Session, bring: Bring, written: bytes) -> None:
    """Case 8: semicolons, or an empty column at the end, were refused whole; `test_spreadsheets` has more."""
    assert bring(written).accepted == 1
    assert stored(session) == {("anna", "berta", "club")}


def test_everything_wrong_with_a_row_is_told_with_its_line_and_first_column(bring: Bring) -> None:
    answer = bring(f'{HEADER}anna,berta,club,"2",,\n\n"nobody",anna,club,,,\n,anna,Club,,45322,\n')

    assert [(one.row, one.line, one.column) for one in answer.reasons] == [(2, 4, "source"), (3, 5, "source")]
    told = answer.reasons[1].reason
    assert [part.partition(":")[0] for part in told.split("; ")][:2] == ["source", "kind"]
    assert "valid_from: is a number" in told


def test_a_tie_for_an_address_is_not_given_to_one_that_looks_alike(
    session: Session, bring: Bring, shop_id: int
) -> None:
    """Case 7: the tie for info@strasse.de went to info@straße.de."""
    key = shops.email_key(session, shop_id)
    for name, address in (("eszett", "info@straße.de"), ("double", "info@strasse.de")):
        put_customers(session, shop_id, name, email_hash=shops.email_hash(key, address))

    answer = bring("source,target,kind\ninfo@strasse.de,berta,a\nINFO@Straße.DE,berta,b\n")

    assert answer.refused == 0
    assert stored(session) == {("double", "berta", "a"), ("eszett", "berta", "b")}


def test_customers_are_found_by_their_address_in_any_case(session: Session, bring: Bring) -> None:
    answer = bring(
        "source,target,kind\n"
        f"{ADDRESS.upper()},berta,a\n{ADDRESS.lower()},berta,b\n{ADDRESS.swapcase()} ,berta,c\n"
    )

    assert answer.refused == 0
    assert stored(session) == {("anna", "berta", kind) for kind in "abc"}


def test_deleted_customers_and_those_of_another_shop_are_nobody(
    session: Session, bring: Bring, shop_id: int
) -> None:
    theirs = put_shop(session, "https://two.example/graphql/")
    key = shops.email_key(session, theirs)
    put_customers(session, theirs, "theirs", email_hash=shops.email_hash(key, "theirs@example.com"))
    put_customers(session, shop_id, "gone", deleted_at=NOW)

    answer = bring("source,target,kind\ntheirs,berta,club\ntheirs@example.com,berta,club\ngone,berta,club\n")

    assert (answer.accepted, answer.refused) == (0, 3)
    assert stored(session) == set()


def test_a_dry_run_says_the_same_and_stores_nothing(session: Session, bring: Bring) -> None:
    written = "source,target,kind\nanna,berta,club\nnobody,berta,club\n"

    tried = bring(written, dry_run=True)

    assert tried.dry_run
    assert stored(session) == set()
    assert session.scalars(select(Run)).all() == []
    assert bring(written).model_copy(update={"dry_run": True}) == tried


def test_fifty_thousand_rows_are_read_and_one_more_is_not(session: Session, bring: Bring) -> None:
    row = "nobody,no one,club\n"

    assert bring("source,target,kind\n" + row * tie_import.MOST_ROWS, dry_run=True).refused == 50_000
    with pytest.raises(InputInvalid, match="at most 50,000 rows"):
        bring("source,target,kind\n" + row * (tie_import.MOST_ROWS + 1))
    assert stored(session) == set()


def test_of_many_refused_rows_a_hundred_are_named_the_first_ones(bring: Bring) -> None:
    answer = bring("source,target,kind\n" + "nobody,anna,club\nanna,berta,CLUB\n" * 200)

    assert answer.refused == 400
    assert [one.row for one in answer.reasons] == list(range(1, 101))


def test_no_address_is_stored_or_logged_or_quoted(
    session: Session, bring: Bring, capfd: pytest.CaptureFixture[str]
) -> None:
    secrets = [ADDRESS, "stranger@example.com", f"{'x' * 330}@example.com"]
    answer = bring(
        HEADER
        + "".join(f"{one},berta,club,,,\nberta,{one},club,,,\n" for one in secrets)
        + f"berta,cleo,{ADDRESS},,,\nberta,cleo,club,{ADDRESS},,\nberta,cleo,club,1,{ADDRESS},\n"
    )
    with pytest.raises(AppError) as refusal:
        bring(f'source,target,kind\n{ADDRESS},berta,"club\n')
    session.commit()

    assert answer.accepted == 2
    told = answer.model_dump_json() + refusal.value.message + "".join(capfd.readouterr())
    for written in (told, everything(session)):
        assert "example.com" not in written.lower()


def everything(session: Session) -> str:
    """Every cell of every table as text."""
    tables = session.scalars(
        text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    ).all()
    return "\n".join(
        str(row)
        for table in tables
        if table != "shops"  # its own address is one of example.com
        for row in session.execute(text(f'SELECT t::text FROM "{table}" t'))
    )


def test_rows_of_json_are_taken_as_those_of_a_csv_are(session: Session, shop_id: int) -> None:
    told = [
        TieInput(source=ADDRESS, target="berta", kind="club"),
        TieInput(source="nobody", target="berta", kind="club"),
    ]

    answer = tie_import.bring(session, shop_id, told, dry_run=False)

    assert (answer.accepted, reasons(answer)) == (1, {2: "source: no such customer in this shop"})
    assert stored(session) == {("anna", "berta", "club")}


anything = st.text(st.characters(codec="utf-8"), max_size=40)


@law(60, may=list(HealthCheck))
@given(cells=st.lists(st.lists(anything, min_size=3, max_size=7), max_size=5), rest=anything)
def test_whatever_text_comes_it_is_an_answer_or_a_refusal(
    bring: Bring, cells: list[list[str]], rest: str
) -> None:
    sheet = io.StringIO()
    csv.writer(sheet).writerows([["source", "target", "kind"], *cells])

    for written in (sheet.getvalue(), HEADER + rest, rest):
        try:
            answer = bring(written, dry_run=True)
        except InputInvalid:
            continue
        assert answer.accepted == 0


@law(100)
@given(st.dictionaries(st.sampled_from(list(TieInput.model_fields)), st.none() | st.floats() | anything))
def test_whatever_fields_come_they_are_a_tie_or_refused(fields: dict[str, Any]) -> None:
    try:
        row = TieInput.model_validate(fields)
    except ValidationError:
        return
    assert row.weight > 0


def test_an_address_on_an_order_alone_is_nobodys(session: Session, bring: Bring, shop_id: int) -> None:
    key = shops.email_key(session, shop_id)
    put_order(session, shop_id, None, email_hash=shops.email_hash(key, "guest@example.com"))

    assert bring("source,target,kind\nguest@example.com,berta,club\n").accepted == 0
