"""Segments and settings on the command line: what is printed can be saved, and nothing wrong is saved."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Run as RunRow
from saleor_influence_app.models import Segment, Shop
from saleor_influence_app.targeting import definitions
from tests.support.command_line import Run
from tests.support.shop_rows import put_shop

URL = "https://one.example/graphql/"
FANS: dict[str, Any] = {
    "name": "fans",
    "title": "Fans",
    "description": "Bought often.",
    "conditions": [{"column": "orders_count", "operator": ">=", "threshold": 10, "exit_threshold": 8}],
    "max_share": 0.5,
    "order_by": "value",
}


@pytest.fixture
def shop_id(session: Session) -> int:
    """A shop with the segments we suggest."""
    shop_id = put_shop(session, api_url=URL)
    definitions.store_defaults(session, shop_id)
    session.commit()
    return shop_id


def names(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Segment.name).order_by(Segment.position, Segment.name)))


def kinds(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(RunRow.kind)))


def file_of(folder: Path, content: object) -> str:
    file = folder / "given.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return str(file)


@pytest.mark.usefixtures("shop_id")
def test_what_is_shown_can_be_saved_again_unchanged(run: Run, session: Session, tmp_path: Path) -> None:
    before = {one.name: one.definition for one in session.scalars(select(Segment))}

    shown = run("segments", "show", "--shop", URL)
    saved = run("segments", "save", "--shop", URL, file_of(tmp_path, shown.stdout.encode()))

    assert saved.returncode == 0, saved.stderr
    session.expire_all()
    assert {one.name: one.definition for one in session.scalars(select(Segment))} == before
    assert len(before) == 5


@pytest.mark.usefixtures("shop_id")
def test_a_segment_is_saved_listed_shown_and_dropped(run: Run, session: Session, tmp_path: Path) -> None:
    saved = run("segments", "save", "--shop", URL, file_of(tmp_path, FANS))
    listed = run("segments", "list", "--shop", URL)
    shown = run("segments", "show", "--shop", URL, "fans")

    assert (saved.returncode, saved.stdout) == (0, "Saved: fans.\n")
    assert "fans: Fans, 0 customers" in listed.stdout
    assert json.loads(shown.stdout) == FANS
    assert kinds(session) == ["full"]

    asked = run("segments", "drop", "--shop", URL, "fans")
    assert asked.returncode == 1
    assert "fans" in names(session)
    assert run("segments", "drop", "--shop", URL, "fans", "--yes").returncode == 0
    assert "fans" not in names(session)


@pytest.mark.usefixtures("shop_id")
def test_a_name_that_is_not_there_is_refused(run: Run) -> None:
    for command in (("show", "--shop", URL, "none"), ("drop", "--shop", URL, "none", "--yes")):
        done = run("segments", *command)
        assert done.returncode == 1
        assert "no segment" in done.stderr
        assert "Traceback" not in done.stderr


LOW = FANS | {"conditions": [{"column": "value", "operator": "<=", "threshold": 10}]}
WRONG: dict[str, tuple[object, str]] = {
    "no JSON": (b"{", "(line 1)"),
    "nothing": (b"", "no JSON"),
    "other letters": (b"\xff\xfe{}", "not in UTF-8"),
    "a key twice": (b'{"name": "a", "name": "b"}', "the same key twice"),
    "not a number": (b'{"max_share": NaN}', "NaN is no number of JSON"),
    "endless nesting": (b"[" * 200_000, "nested too deeply"),
    "too large": (b" " * 1_000_001, "larger than 1,000,000 bytes"),
    "text": ("fans", "valid dictionary"),
    "a list in a list": ([[FANS]], "valid dictionary"),
    "an unknown key": (FANS | {"discount": 5}, "discount: Extra inputs are not permitted"),
    "a missing key": ({"name": "fans"}, "title: Field required"),
    "a share as text": (FANS | {"max_share": "1"}, "max_share: "),
    "a share of true": (FANS | {"max_share": True}, "max_share: "),
    "an endless share": (b'{"max_share": 1e999}', "max_share: "),
    "an unseen letter": (FANS | {"title": "Fa\u200bns"}, "cannot be seen"),
    "a lone surrogate": (rb'{"title": "\ud800"}', "unicode"),
    "for a low value": (LOW, "low value"),
    "an unknown column": (
        FANS | {"conditions": [{"column": "'; DROP TABLE segments; --", "operator": ">=", "threshold": 1}]},
        "This is no segment",
    ),
    "a name of a trial": (FANS | {"name": "invited-7"}, "trials by lot"),
    "the same name twice": ([FANS, FANS], "the same name"),
    "the second is wrong": ([FANS, LOW | {"name": "low"}], "low value"),
    "too many": ([FANS | {"name": f"fans-{number}"} for number in range(46)], "50 segments"),
}


@pytest.mark.usefixtures("shop_id")
@pytest.mark.parametrize(("content", "why"), WRONG.values(), ids=WRONG)
def test_nothing_of_a_wrong_file_is_saved(
    run: Run, session: Session, tmp_path: Path, *, content: object, why: str
) -> None:
    before = names(session)

    done = run("segments", "save", "--shop", URL, file_of(tmp_path, content))

    assert (done.returncode, done.stdout) == (1, "")
    assert why in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert names(session) == before
    assert kinds(session) == []


@pytest.mark.usefixtures("shop_id")
def test_a_file_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    for place in (tmp_path / "missing.json", tmp_path):
        done = run("segments", "save", "--shop", URL, str(place))
        assert done.returncode == 1
        assert f"{place} cannot be read" in done.stderr


def test_settings_that_are_named_change_and_the_others_stay(
    run: Run, session: Session, shop_id: int, tmp_path: Path
) -> None:
    shown = json.loads(run("settings", "show", "--shop", URL).stdout)
    given = {"currency": "EUR", "exchange_rates": {"USD": "0.9"}}

    done = run("settings", "set", "--shop", URL, file_of(tmp_path, given))
    again = run("settings", "set", "--shop", URL, file_of(tmp_path, given))

    assert (done.returncode, again.stdout) == (0, "Nothing to change.\n")
    assert done.stdout.splitlines()[-1] == "Changed."
    assert json.loads(run("settings", "show", "--shop", URL).stdout) == shown | given
    assert kinds(session) == ["full"]
    assert session.get_one(Shop, shop_id).currency == "EUR"


@pytest.mark.usefixtures("shop_id")
@pytest.mark.parametrize(
    ("content", "why"),
    [
        ([], "Settings are an object"),
        (b"null", "Settings are an object"),
        ({"horizon_days": "365"}, "horizon_days"),
        ({"horizon_days": True}, "horizon_days"),
        ({"horizon_days": 10**30}, "horizon_days"),
        ({"orders_months": 2}, "orders_months"),
        ({"currency": "euro"}, "currency"),
        ({"exchange_rates": {"PLN": "0.2"}}, "need a currency"),
        ({"currency": "EUR", "exchange_rates": {"PLN": 0.2}}, "exchange_rates.PLN"),
        ({"currency": "EUR", "exchange_rates": {"PLN": "1e400"}}, "exchange_rates.PLN"),
        ({"app_id": "QXBwOjI="}, "app_id: Extra inputs are not permitted"),
        (b'{"horizon_days": 90, "horizon_days": 180}', "the same key twice"),
    ],
    ids=str,
)
def test_wrong_settings_change_nothing(
    run: Run, session: Session, tmp_path: Path, *, content: object, why: str
) -> None:
    before = run("settings", "show", "--shop", URL).stdout

    done = run("settings", "set", "--shop", URL, file_of(tmp_path, content))

    assert (done.returncode, done.stdout) == (1, "")
    assert why in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert run("settings", "show", "--shop", URL).stdout == before
    assert kinds(session) == []


@pytest.mark.parametrize(
    "command",
    [("segments", "list"), ("segments", "show"), ("settings", "show")],
    ids=" ".join,
)
@pytest.mark.usefixtures("shop_id")
def test_a_shop_that_is_not_there_is_named_here_too(run: Run, command: tuple[str, ...]) -> None:
    done = run(*command, "--shop", "https://nobody.example/graphql/")

    assert done.returncode == 1
    assert "https://nobody.example/graphql/" in done.stderr
