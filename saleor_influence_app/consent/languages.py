"""The languages of everything that people outside of the shop read: those that `texts/papers` has words in.

A new language costs its catalogue files alone; `tests/consent/test_languages.py` says which ones.
"""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

FOLDER = Path(__file__).with_name("texts") / "papers"
ENGLISH = "en"


def found_in(folder: Path) -> tuple[str, ...]:
    """Return the languages of a folder's `words.*.json`, English first."""
    codes = (file.name.split(".")[1] for file in folder.glob("words.*.json"))
    return tuple(sorted(codes, key=lambda code: (code != ENGLISH, code)))


LANGUAGES = found_in(FOLDER)


def _known(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError(f"must be one of {', '.join(LANGUAGES)}")
    return code


Language = Annotated[str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(LANGUAGES)})]
