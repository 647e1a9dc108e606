"""Words for the keys of the inventory and for what is not filled in, by language."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

Language = Literal["en", "nl", "it", "de"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
FOLDER = Path(__file__).with_name("texts") / "papers"


@cache
def words(language: Language) -> dict[str, Any]:
    """Return the words of a language; `tests/privacy/test_papers.py` holds them against the inventory."""
    found: dict[str, Any] = json.loads((FOLDER / f"words.{language}.json").read_text(encoding="utf-8"))
    return found
