"""A language is its catalogue files: no code lists languages, and no kind of text lacks one."""

import re
from pathlib import Path

import pytest

from saleor_influence_app.consent import languages, report_words, reports, wording
from saleor_influence_app.consent.languages import FOLDER, LANGUAGES
from saleor_influence_app.models import Purpose
from saleor_influence_app.rights import guest_mail

ROOT = Path(__file__).parents[2]
CATALOGUE = [
    *(wording.FOLDER / f"{purpose}.{{}}.txt" for purpose in Purpose),
    *(FOLDER / f"{kind}.{{}}.txt" for kind in reports.KINDS),
    FOLDER / "words.{}.json",
    guest_mail.FOLDER / "guest.{}.txt",
    ROOT / "dashboard_ui" / "src" / "shopper" / "words" / "{}.json",
    *(
        room / "{}.json"
        for room in (ROOT / "dashboard_ui" / "src" / "panel" / "words").iterdir()
        if room.is_dir()
    ),
]
"""Every kind of text, with the language's place in its file's name: what a new language costs."""
CODE = {".py", ".js", ".ts", ".tsx", ".html"}
LEGACY = {"agreements.py"}
"""It reads spans of time in texts of before 0014, which are in the four languages of then."""


def test_a_language_is_found_by_its_file_and_english_is_first(tmp_path: Path) -> None:
    for code in ("de", "en", "sv"):
        (tmp_path / f"words.{code}.json").touch()
    assert languages.found_in(tmp_path) == ("en", "de", "sv")


@pytest.mark.parametrize("pattern", CATALOGUE, ids=lambda one: one.name)
def test_each_kind_of_text_is_there_in_every_language_and_in_no_other(pattern: Path) -> None:
    known = {one.name for one in pattern.parent.iterdir()}
    before, after = pattern.name.split("{}")
    found = {
        one[len(before) : -len(after)] for one in known if one.startswith(before) and one.endswith(after)
    }
    assert found == set(LANGUAGES)


def test_every_file_with_texts_is_of_a_known_kind() -> None:
    for folder in {one.parent for one in CATALOGUE}:
        texts = {one.name for one in folder.iterdir() if one.suffix in {".txt", ".json"}}
        kinds = [one.name for one in CATALOGUE if one.parent == folder]
        assert texts == {kind.format(code) for kind in kinds for code in LANGUAGES}


def test_no_code_names_a_language_other_than_english() -> None:
    others = "|".join(code for code in LANGUAGES if code != languages.ENGLISH)
    folders = [ROOT / "saleor_influence_app", ROOT / "dashboard_ui" / "src"]
    files = [file for folder in folders for file in folder.rglob("*") if file.suffix in CODE]
    named = {
        file.name
        for file in files
        if file.name not in {"schema.ts", *LEGACY} and ".test." not in file.name
        if re.search(rf"""["'`]({others})["'`]""", file.read_text(encoding="utf-8"))
    }
    assert named == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_purpose_has_its_name_in_every_language(language: str) -> None:
    assert set(report_words.words(language)["consents"]) == {*Purpose}
