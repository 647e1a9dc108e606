"""A customer is "they" or "this customer" in everything that somebody reads."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from saleor_influence_app.settings import ROOT

SHE = re.compile(r"\b(she|her|hers|herself)\b", re.IGNORECASE)
READ_WHOLE = (
    "*.md",
    "docs/*",
    ".env.example",
    "docker-compose.yml",
    "Dockerfile",
    "Makefile",
    "dashboard_ui/openapi.json",
    "saleor_influence_app/api/static/**/*.*",
    "saleor_influence_app/**/*.graphql",
    "saleor_influence_app/**/texts/**/*.*",
    "webhooks/**/*.graphql",
)
READ_AS_PYTHON = ("saleor_influence_app/**/*.py", "scoring/**/*.py", "webhooks/*.py", "sandbox/**/*.py")
"""Of these the strings and comments are read; names in code are another matter."""
OTHER_LANGUAGES = re.compile(r"[./](de|nl|it)\.(json|txt)$")
"""German, Dutch and Italian have words of these letters."""


def found(pattern: str) -> list[Path]:
    paths = [path for path in ROOT.glob(pattern) if path.is_file() and path.suffix not in {".pyc", ".png"}]
    paths = [path for path in paths if path.parent.name != "versions"]  # migrations are as they were
    return sorted(path for path in paths if not OTHER_LANGUAGES.search(str(path)))


def sayings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each string and comment of a Python file with its line."""
    for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
        if token.type not in {tokenize.NAME, tokenize.OP}:
            yield token.start[0], token.string


def test_she_and_her_are_found_where_they_are(tmp_path: Path) -> None:
    file = tmp_path / "one.py"
    file.write_text(
        'def greet(her: str) -> str:\n    """Greet her."""\n    return f"{her}, she says"  # hers\n'
    )

    assert [line for line, said in sayings(file) if SHE.search(said)] == [2, 3, 3]


@pytest.mark.parametrize("pattern", READ_WHOLE)
def test_a_customer_is_they_in_what_people_read(pattern: str) -> None:
    files = found(pattern)
    assert files, "the pattern finds nothing: it has moved"
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in files
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if SHE.search(line)
    ]
    assert wrong == []


@pytest.mark.parametrize("pattern", READ_AS_PYTHON)
def test_a_customer_is_they_in_sentences_and_comments_of_the_code(pattern: str) -> None:
    files = found(pattern)
    assert files, "the pattern finds nothing: it has moved"
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {said.strip()[:100]}"
        for path in files
        for line, said in sayings(path)
        if SHE.search(said)
    ]
    assert wrong == []


COMMAND = re.compile(
    r"[`>](influence (?:alive|backfill|cleanup|consent|doctor|migrate|new-|privacy|rotate|serve))"
)


@pytest.mark.parametrize("pattern", [*READ_WHOLE, *READ_AS_PYTHON])
def test_a_command_is_written_as_it_is_typed(pattern: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {said}"
        for path in found(pattern)
        for said in COMMAND.findall(path.read_text())
    ]
    assert wrong == []


REPLACED = re.compile(
    r"^(_?(Postbag|Teller|Doorbell|doorbell|Books|Worth|compute_worth|tell_failure|_ring|ringing)"
    r"|PrivacyChoices|PrivacyInput|TrialGuest)$"
)
"""Words of our own that gave way to those of the field: see the names that stand in their place."""


@pytest.mark.parametrize("pattern", READ_AS_PYTHON)
def test_a_word_of_the_field_is_not_replaced_by_one_of_our_own_again(pattern: str) -> None:
    found_again = [
        f"{path.relative_to(ROOT)}:{token.start[0]}: {token.string}"
        for path in found(pattern)
        if "simulate" not in path.parts  # attackers who follow each other in a ring
        for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
        if token.type == tokenize.NAME and REPLACED.match(token.string)
    ]
    assert found_again == []
