"""The documents we send: one operation a file, named after the file; fragments are added as they are used."""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
FRAGMENTS = (FOLDER / "fragments", FOLDER.parents[2] / "webhooks" / "subscriptions" / "fragments")
"""Ours, and those of the subscriptions: a node of a page has the very shape of a webhook's payload."""

_COMMENT = re.compile(r"^[ \t]*#.*\n?", re.MULTILINE)
_SPREAD = re.compile(r"\.\.\.\s*(?!on\b)([A-Za-z_]\w*)")
_DEFINED = re.compile(r"\bfragment\s+([A-Za-z_]\w*)\s+on\b")
_SINCE = re.compile(r"^#\s*since:\s*(\d+(?:\.\d+)*)\s*$", re.MULTILINE)


def names() -> list[str]:
    """Return every operation's name (its file's stem)."""
    return sorted(path.stem for path in FOLDER.glob("*.graphql"))


@cache
def text_of(name: str) -> str:
    """Return the document of an operation with the fragments that it uses, without comments."""
    text = _COMMENT.sub("", (FOLDER / f"{name}.graphql").read_text(encoding="utf-8"))
    while missing := set(_SPREAD.findall(text)) - set(_DEFINED.findall(text)):
        text += "\n" + "\n".join(_fragment(fragment) for fragment in sorted(missing))
    return text


@cache
def since(name: str) -> tuple[int, ...]:
    """Return the first Saleor version that knows the operation, from the file's `# since: 3.22.36` line."""
    found = _SINCE.search((FOLDER / f"{name}.graphql").read_text(encoding="utf-8"))
    return tuple(map(int, found.group(1).split("."))) if found else (3, 21)


def _fragment(name: str) -> str:
    file = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() + ".graphql"
    for folder in FRAGMENTS:
        if (folder / file).is_file():
            return _COMMENT.sub("", (folder / file).read_text(encoding="utf-8"))
    raise LookupError(f"no file {file} for the fragment {name}")
