"""Papers for customers and for a data protection officer, written from the configuration as it is now.

A text in `texts/papers` is made of blocks, divided by empty lines. `= …` is its title, `# …` a heading,
`- …` an item of a list. A first line in brackets says when a block counts: `[social not oauth]`, in names
of `report_values.parts`. A heading under which nothing counts is left out.
"""

import re
import textwrap
from collections.abc import Collection, Iterator
from functools import cache
from string import Template
from typing import Literal, get_args

from sqlalchemy.orm import Session

from saleor_influence_app.consent import privacy_settings, report_inventory, report_values
from saleor_influence_app.consent.languages import FOLDER, Language
from saleor_influence_app.models import Shop

ReportKind = Literal["notice", "assessment", "record", "dpia"]
KINDS: tuple[ReportKind, ...] = get_args(ReportKind)
WIDTH = 100
BOX = "[\N{NO-BREAK SPACE}]"
"""For the controller to fill in; never broken at the end of a line."""
_CONDITION = re.compile(r"\[([a-z_ ]+)\]")
_BLOCK = re.compile(r"\$[a-z_]+")


def paper(
    session: Session, shop_id: int, kind: ReportKind, *, language: Language, base_url: str | None = None
) -> str:
    """Return the paper as plain text; `base_url` is where this app is, if that is known."""
    shop, chosen = session.get_one(Shop, shop_id), privacy_settings.read(session, shop_id)
    parts = report_values.parts(session, shop, chosen, language=language, base_url=base_url)
    flags = frozenset(name for name, so in parts.items() if so)
    values = report_values.values(session, shop, chosen, language=language, base_url=base_url)
    lists = report_inventory.lists(kind, flags, language=language)
    lists["wordings"] = report_values.wordings(chosen, language)
    blocks = _filled(_chosen(_read(kind, language), flags), lists)
    return "\n\n".join(_laid_out(Template(block).substitute(values)) for block in blocks) + "\n"


@cache
def _read(kind: str, language: str) -> str:
    return (FOLDER / f"{kind}.{language}.txt").read_text(encoding="utf-8")


def _chosen(source: str, flags: Collection[str]) -> list[str]:
    """Return the blocks that count; neighbouring lists are one list."""
    found: list[str] = []
    for block in source.strip().split("\n\n"):
        first, _, rest = block.partition("\n")
        condition = _CONDITION.fullmatch(first)
        if condition is not None and not holds(condition[1], flags):
            continue
        text = rest if condition is not None else block
        if found and found[-1].startswith("# ") and text.startswith("# "):
            found.pop()
        if found and found[-1].startswith("- ") and text.startswith("- "):
            found[-1] += f"\n{text}"
        else:
            found.append(text)
    return found


def holds(condition: str, flags: Collection[str]) -> bool:
    """Say whether all parts of a condition such as `social not oauth` are met."""
    wanted = True
    for word in condition.split():
        if word == "not":
            wanted = False
            continue
        if (word in flags) != wanted:
            return False
        wanted = True
    return True


def _filled(blocks: list[str], lists: dict[str, str]) -> Iterator[str]:
    """Put lists, which are blocks of their own, where the text names them."""
    for block in blocks:
        if _BLOCK.fullmatch(block) and block[1:] in lists:
            yield from lists[block[1:]].split("\n\n")
        else:
            yield block


def _laid_out(block: str) -> str:
    """Return a block as it is read: titles underlined, lines wrapped."""
    for mark, line in (("= ", "="), ("# ", "-")):
        if block.startswith(mark):
            title = "\n".join(textwrap.wrap(block.removeprefix(mark), WIDTH))
            return f"{title}\n{line * max(map(len, title.splitlines()))}"
    return "\n".join(
        textwrap.fill(
            line.replace("[ ]", BOX),
            WIDTH,
            subsequent_indent=" " * (line.index("- ") + 2) if line.lstrip().startswith("- ") else "",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in block.splitlines()
    )
