"""Splits untrusted HTML into texts and tags in linear time; the standard library's parser is cubic."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9:-]*")
_BEGINNING = re.compile(r"[A-Za-z/!?]")
_STOP = re.compile("[>=]")
_QUOTE = re.compile(r"\s*([\"'])")
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?")
_UNUSUAL = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9A-Fa-f]{7,});?")
"""Numbers of no letter; Python refuses to convert those of thousands of digits."""
_RAW = frozenset({"script", "style", "noscript", "iframe", "textarea", "title"})
"""Elements whose content is neither markup nor text of the page."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag by its name in lower case; `/p` ends what `p` begins."""

    name: str
    source: str = field(repr=False)

    def attributes(self) -> Mapping[str, str]:
        """Return the attributes by their names in lower case; of two with one name, the first counts."""
        found: dict[str, str] = {}
        for name, value in _ATTRIBUTE.findall(self.source[len(self.name) :]):
            bare = value[1:-1] if value[:1] in {'"', "'"} else value
            found.setdefault(name.lower(), unescaped(bare))
        return found


def pieces(source: str) -> Iterator[str | Tag]:
    """Yield texts and tags in order; comments, scripts and unclosed tags are left out."""
    position = 0
    while (start := source.find("<", position)) >= 0:
        yield unescaped(source[position:start])
        position, tag = _markup(source, start)
        if tag is not None:
            yield tag
    yield unescaped(source[position:])


def unescaped(text: str) -> str:
    """Return the text with its character references replaced."""
    return html.unescape(_UNUSUAL.sub("\ufffd", text)) if "&" in text else text


def _markup(source: str, start: int) -> tuple[int, Tag | str | None]:
    """Return where to go on, and the tag or text that begins with the "<" at `start`."""
    if source.startswith("<!--", start):
        return _after(source.find("-->", start + 4), 3, source), None
    if _BEGINNING.match(source, start + 1) is None:
        return start + 1, "<"
    end = _end(source, start + 1)
    if end < 0:
        return len(source), None
    name = _NAME.match(source, start + 1, end)
    if name is None:
        return end + 1, None
    tag = Tag(name[0].lower(), source[start + 1 : end])
    if tag.name not in _RAW:
        return end + 1, tag
    closing = re.compile(rf"</{tag.name}[\s/>]", re.IGNORECASE).search(source, end)
    return closing.start() if closing else len(source), None


def _end(source: str, position: int) -> int:
    """Return where the tag ends: at the first ">" that is in no quoted value; -1 if it does not."""
    while (found := _STOP.search(source, position)) is not None:
        if found[0] == ">":
            return found.start()
        quote = _QUOTE.match(source, found.end())
        position = found.end()
        if quote is not None:
            closed = source.find(quote[1], quote.end())
            if closed < 0:
                return -1
            position = closed + 1
    return -1


def _after(found: int, length: int, source: str) -> int:
    return found + length if found >= 0 else len(source)
