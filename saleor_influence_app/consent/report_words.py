"""Words for the keys of the inventory, for spans of time and for what is not filled in, by language."""

import json
from functools import cache
from typing import Any

from saleor_influence_app.consent.languages import FOLDER, Language


@cache
def words(language: Language) -> dict[str, Any]:
    """Return the words of a language; `tests/consent/test_papers.py` holds them against the inventory."""
    found: dict[str, Any] = json.loads((FOLDER / f"words.{language}.json").read_text(encoding="utf-8"))
    return found
