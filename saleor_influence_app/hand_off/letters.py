"""What customers read: mails about perks and the page that stops them, in their language."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from saleor_influence_app.consent.languages import ENGLISH, LANGUAGES
from saleor_influence_app.mail import Letter
from saleor_influence_app.models import HandOffEvent

FOLDER = Path(__file__).with_name("texts")
ANY_KIND = "perk"
"""The text of kinds of perk that have none of their own."""
TAKEN_BACK = "taken_back"
TEST = "test"


@dataclass(frozen=True)
class Facts:
    """What a mail says."""

    shop: str
    title: str
    code: str = ""
    until: str = ""


@cache
def words(language: str) -> dict[str, Any]:
    """Return the words of a language; in one that there are none in, English."""
    known = language if language in LANGUAGES else ENGLISH
    found: dict[str, Any] = json.loads((FOLDER / f"mails.{known}.json").read_text(encoding="utf-8"))
    return found


def text_name(event: str, kind: str) -> str:
    """Return which text tells of the event, for this kind of perk."""
    if event == HandOffEvent.GRANT_TAKEN_BACK:
        return TAKEN_BACK
    return kind if kind in words(ENGLISH)["mails"] else ANY_KIND


def letter(name: str, facts: Facts, *, to: str, language: str, link: str, message_id: str) -> Letter:  # noqa: PLR0913 - the parts of a mail
    """Return the mail; `link` stops such mails with one click."""
    said = words(language)
    text = said["mails"][name]
    given = {"shop": facts.shop, "title": facts.title, "code": facts.code, "until": facts.until}
    paragraphs = [said["greeting"], *text["text"], f"{said['why']}\n{link}"]
    filled = "\n\n".join(Template(one).substitute(given, link=link) for one in paragraphs)
    headers = {
        "Message-ID": message_id,
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return Letter(to, Template(text["subject"]).substitute(given), f"{filled}\n", headers)
