"""A customer is "they" or "this customer" in everything that somebody reads."""

import io
import re
import tokenize
from pathlib import Path

import pytest

from saleor_influence_app.settings import ROOT

SHE = re.compile(r"(?<![a-z])(she|her|hers|herself)(?![a-z])", re.IGNORECASE)
READ_WHOLE = (
    "*.md",
    "docs/*",
    ".env.example",
    "docker-compose.yml",
    "Dockerfile",
    "Makefile",
    "dashboard_ui/openapi.json",
    "dashboard_ui/src/shopper/**/*.*",
    "saleor_influence_app/api/static/**/*.*",
    "saleor_influence_app/**/*.graphql",
    "saleor_influence_app/**/texts/**/*.*",
    "webhooks/**/*.graphql",
)
READ_AS_PYTHON = ("saleor_influence_app/**/*.py", "scoring/**/*.py", "webhooks/*.py", "sandbox/**/*.py")
PYTHON = (*READ_AS_PYTHON, "tests/**/*.py", "benchmarks/**/*.py")
ABOUT_WORDS = {"test_words.py", "test_shopper_words.py", "test_papers.py"}
"""Tests that look for these words themselves."""
OTHER_LANGUAGES = re.compile(r"[./](de|nl|it)\.(json|txt)$")
"""German, Dutch and Italian have words of these letters."""


def found(pattern: str) -> list[Path]:
    paths = [path for path in ROOT.glob(pattern) if path.is_file() and path.suffix not in {".pyc", ".png"}]
    paths = [path for path in paths if path.parent.name != "versions"]  # migrations are as they were
    paths = [path for path in paths if path.name not in ABOUT_WORDS]
    return sorted(path for path in paths if not OTHER_LANGUAGES.search(str(path)))


def test_she_and_her_are_found_where_they_are() -> None:
    said = ["def greet_her(one):", "as_she_says", "# Hers", "other", "there", "shed", "whether"]

    assert [bool(SHE.search(one)) for one in said] == [True, True, True, False, False, False, False]


@pytest.mark.parametrize("pattern", [*READ_WHOLE, *PYTHON])
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
