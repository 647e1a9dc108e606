"""The inventory is complete: every table and column of the database has an entry, and none is too many."""

import typing
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app.erasure.person_rows import UNTIL_DONE
from saleor_influence_app.personal_data import holding
from saleor_influence_app.personal_data.inventory import HOLDINGS, Holding
from saleor_influence_app.settings import ROOT as REPOSITORY

# Written anew by: .venv/bin/python -m tests.personal_data.test_inventory
ALEMBIC = "alembic_version"
SETS = {
    "whose": holding.Whose,
    "purpose": holding.Purpose,
    "basis": holding.Basis,
    "source": holding.Source,
    "recipients": holding.Recipient,
    "kept": holding.Kept,
}
DOCUMENT = REPOSITORY / "docs" / "privacy.md"
HEADS = ("table", "of", "purpose", "basis", "kept", "erasure, anonymisation", "objection", "deletion")
RULES = ("erasure", "objection", "deletion", "anonymisation")


def told(one: Holding, name: str) -> set[str]:
    value: Any = getattr(one, name)
    return set(value) if isinstance(value, tuple) else {value}


def of_database(session: Session) -> dict[str, set[str]]:
    rows = session.execute(
        text("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
    )
    found: dict[str, set[str]] = {}
    for table, column in rows:
        if table != ALEMBIC:
            found.setdefault(table, set()).add(column)
    return found


def test_every_table_and_column_of_the_database_has_an_entry_and_every_entry_exists(session: Session) -> None:
    assert {table: set(one.columns) for table, one in HOLDINGS.items()} == of_database(session)


@pytest.mark.parametrize("table", sorted(HOLDINGS))
def test_an_entry_says_nothing_but_keys_of_the_closed_sets(table: str) -> None:
    one = HOLDINGS[table]
    for name, allowed in SETS.items():
        assert told(one, name) <= set(typing.get_args(allowed)), name
        assert told(one, name), name
    assert set(one.columns.values()) <= set(typing.get_args(holding.Category))
    assert set(one.left_out.values()) <= set(typing.get_args(holding.LeftOut))
    for name in RULES:
        rule = getattr(one, name)
        assert (rule.act == "keep") == (rule.because is not None)
        assert (rule.act == "clear") == bool(rule.columns)
        assert rule.because is None or rule.because in typing.get_args(holding.KeptBecause)


@pytest.mark.parametrize("table", sorted(HOLDINGS))
def test_an_entry_speaks_of_its_own_columns(table: str) -> None:
    one = HOLDINGS[table]
    named = {*one.named_by, *one.mentions, *one.listed_in, *one.hashes, *one.others, *one.left_out}
    named |= {column for rule in RULES for column in getattr(one, rule).columns}
    named |= {column for columns in one.others.values() for column in columns}
    assert named <= set(one.columns)
    if one.through is not None:
        own, other, its = one.through
        assert own in one.columns
        assert its in HOLDINGS[other].columns


@pytest.mark.parametrize("table", sorted(HOLDINGS))
def test_each_column_of_a_person_or_of_a_hash_is_one_that_people_are_found_by(table: str) -> None:
    one = HOLDINGS[table]
    people = {column for column, category in one.columns.items() if category == "person"}
    assert people == {*one.named_by, *one.mentions, *one.listed_in}
    hashes = {column for column, category in one.columns.items() if category == "address-hash"}
    assert hashes == set(one.hashes)


@pytest.mark.parametrize("table", sorted(HOLDINGS))
def test_a_table_that_names_people_says_whose_and_loses_their_names_when_they_are_erased(table: str) -> None:
    one = HOLDINGS[table]
    if not (one.named_by or one.mentions or one.listed_in or one.hashes):
        return
    assert {"customer", "guest"} & set(one.whose)
    for name in ("erasure", "deletion", "anonymisation"):
        rule = getattr(one, name)
        everything = {*one.named_by, *one.listed_in, *one.hashes}
        assert rule.act == "delete" or everything <= set(rule.columns) or table in UNTIL_DONE, name
    assert one.basis != "not-personal"


def in_short(rule: holding.Rule) -> str:
    if rule.act == "keep":
        return f"stays: {rule.because}"
    return "goes" if rule.act == "delete" else f"emptied: {', '.join(f'`{name}`' for name in rule.columns)}"


def documented() -> str:
    """The inventory as the table of docs/privacy.md."""
    rows = [HEADS, ("---",) * len(HEADS)]
    for one in HOLDINGS.values():
        ends = [in_short(rule) for rule in (one.erasure, one.objection, one.deletion)]
        rows.append((f"`{one.table}`", ", ".join(one.whose), one.purpose, one.basis, one.kept, *ends))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def test_the_table_in_the_documentation_is_the_inventory() -> None:
    assert documented() in DOCUMENT.read_text()


def write() -> None:
    before, _, rest = DOCUMENT.read_text().partition(f"| {' | '.join(HEADS)} |\n")
    after = rest[rest.index("\n\n") :]
    DOCUMENT.write_text(before + documented() + after[1:])


if __name__ == "__main__":
    write()
