"""The inventory is complete: every table and column of the database has an entry, and none is too many."""

import typing
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app.pipeline.privacy import holding
from saleor_influence_app.pipeline.privacy.inventory import HOLDINGS, Holding

ALEMBIC = "alembic_version"
SETS = {
    "whose": holding.Whose,
    "purpose": holding.Purpose,
    "basis": holding.Basis,
    "source": holding.Source,
    "recipients": holding.Recipient,
    "kept": holding.Kept,
}
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
    named = {*one.named_by, *one.listed_in, *one.hashes, *one.others, *one.left_out}
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
    assert people == {*one.named_by, *one.listed_in}
    hashes = {column for column, category in one.columns.items() if category == "address-hash"}
    assert hashes == set(one.hashes)


@pytest.mark.parametrize("table", sorted(HOLDINGS))
def test_a_table_that_names_people_says_whose_and_loses_their_names_when_they_are_erased(table: str) -> None:
    one = HOLDINGS[table]
    if not one.names_people:
        return
    assert {"customer", "guest"} & set(one.whose)
    for name in ("erasure", "deletion", "anonymisation"):
        rule = getattr(one, name)
        everything = {*one.named_by, *one.listed_in, *one.hashes}
        assert rule.act == "delete" or everything <= set(rule.columns), name
    assert one.basis != "not-personal"
