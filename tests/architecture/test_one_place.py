"""Facts that have one place: what encrypts, how long a retry waits, and how a state is spelled."""

import ast
import re
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import pytest

from saleor_influence_app import models
from saleor_influence_app.backoff import Backoff

APP = Path(__file__).parents[2] / "saleor_influence_app"


def files_with(*signs: str) -> set[str]:
    sources = {str(file.relative_to(APP)): file.read_text(encoding="utf-8") for file in APP.rglob("*.py")}
    return {name for name, text in sources.items() if any(sign in text for sign in signs)}


def test_secrets_are_encrypted_in_one_place() -> None:
    # While keys are rotated, what is stored is opened with one key and closed with another.
    assert files_with(".fernet.", ".encrypt(", ".decrypt(") <= {"settings.py", "shops/key_rotation.py"}


def test_a_wait_doubles_in_one_place() -> None:
    assert files_with("2 ** ", "2**attempt", "2.0 ** ") == {"backoff.py"}


def test_a_wait_doubles_up_to_the_longest_and_stays_there() -> None:
    backoff = Backoff(timedelta(minutes=2), timedelta(hours=2))

    assert [backoff.after(failures) / timedelta(minutes=1) for failures in range(7)] == [
        2,
        4,
        8,
        16,
        32,
        64,
        120,
    ]
    assert backoff.after(10_000) == timedelta(hours=2)


ENUMS = [one for one in vars(models).values() if isinstance(one, type) and issubclass(one, StrEnum)]
VALUES = {str(value) for one in ENUMS for value in one}
COLUMNS = "state|origin|what|kind|action|purpose|outcome|method|proof|ended_by"
"""Columns whose values are an enum's: see `models.keys.one_of`."""
SPELLED_IN_SQL = re.compile(rf"\b(?:{COLUMNS})\s*(?:=|<>|!=|IN \()\s*'([\w-]+)'|consent_given\([^)]*'(\w+)'")


def spelled(source: str) -> list[str]:
    """Return the values of an enum that the module spells itself, in SQL or where Python compares."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += [one or other for one, other in SPELLED_IN_SQL.findall(node.value)]
        elif isinstance(node, ast.Compare) and re.fullmatch(COLUMNS, ast.unparse(node.left).split(".")[-1]):
            found += [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
        elif isinstance(node, ast.keyword) and node.arg and re.fullmatch(COLUMNS, node.arg):
            found += [node.value.value] if isinstance(node.value, ast.Constant) else []
    return [one for one in found if one in VALUES]


@pytest.mark.parametrize(
    "source",
    [
        "text(\"SELECT FROM runs r WHERE r.state <> 'done'\")",
        "f\"UPDATE runs SET state = '{RunState.QUEUED}' WHERE state IN ('running')\"",
        "consent = \"consent_given(shop_id, customer_id, 'score', network)\"",
        'if run.state == "failed": pass',
        'if stone.what in {"erased", other}: pass',
        'Ending(customer_id=one, what="deleted")',
    ],
)
def test_a_spelled_state_is_found(source: str) -> None:
    assert len(spelled(source)) == 1


def test_a_state_is_spelled_by_its_enum_alone() -> None:
    sources = {str(file.relative_to(APP)): file.read_text(encoding="utf-8") for file in APP.rglob("*.py")}
    spelling = {
        name: spelled(text)
        for name, text in sources.items()
        if not name.startswith(("models/", "migrations/"))
    }
    assert {name: found for name, found in spelling.items() if found} == {}


def test_an_alias_that_many_modules_need_is_defined_once() -> None:
    homes = {"\nJson = ": {"fields.py"}, "\nOpener = ": {"saleor/client.py"}}
    assert {sign: files_with(sign) for sign in homes} == homes
