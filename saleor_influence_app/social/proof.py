"""Proof that a profile is hers: a nonce in its text, a link from it to our page, or a link back to it."""

import hmac
import re
import secrets
from html.parser import HTMLParser
from urllib.parse import urlsplit, urlunsplit

# No 0, 1, 8, O, I, L, B: read aloud or retyped, none is taken for another.
_ALPHABET = "acdefghjkmnpqrstuvwxyz2345679"
_GROUPS, _GROUP = 4, 5
NONCE_PREFIX = "influence"
_NONCE = re.compile(
    rf"(?<![A-Za-z0-9-]){NONCE_PREFIX}((?:-[a-z0-9]{{{_GROUP}}}){{{_GROUPS}}})(?![A-Za-z0-9-])"
)
PROFILE_TEXT_LIMIT = 20_000
PAGE_LIMIT = 1_000_000
LINK_LIMIT = 2_000


def new_nonce() -> str:
    """Return a nonce of 97 bits that a person can copy into her profile text."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join((NONCE_PREFIX, *groups))


def has_nonce(text: str, nonce: str) -> bool:
    """Say whether the profile text holds the nonce as a word of its own, in whatever case it was typed."""
    found = (match.group(0) for match in _NONCE.finditer(text[:PROFILE_TEXT_LIMIT].lower()))
    return any([hmac.compare_digest(one, nonce) for one in found])  # noqa: C419 - all are compared


def has_link(links: tuple[str, ...], url: str) -> bool:
    """Say whether one of a profile's own links leads to `url`, which is a page of ours made for her."""
    wanted = _comparable(url)
    return wanted is not None and any(_comparable(link) == wanted for link in links)


def links_back(html: str, profile_url: str) -> bool:
    """Say whether a page of hers has `<a rel="me">` or `<link rel="me">` to her profile."""
    return has_link(me_links(html), profile_url)


def me_links(html: str) -> tuple[str, ...]:
    """Return the addresses that a page calls its owner's (rel=me), in order."""
    parser = _MeLinks()
    parser.feed(html[:PAGE_LIMIT])
    parser.close()
    return tuple(parser.found)


def text_of(html: str) -> str:
    """Return the text of a fragment of HTML, as a profile note is one."""
    parser = _Text()
    parser.feed(html[:PAGE_LIMIT])
    parser.close()
    return "".join(parser.parts).strip()


class _MeLinks(HTMLParser):
    """Collects rel=me; what stands in a comment, script, template or frame's fallback does not count."""

    _SILENT = frozenset({"script", "style", "template", "noscript", "iframe", "textarea", "title"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link of the owner's."""
        if tag in self._SILENT:
            self._silent += 1
        if self._silent or tag not in {"a", "link"} or len(self.found) >= LINK_LIMIT:
            return
        given = dict(reversed(attrs))  # of two attributes with one name, browsers take the first
        if "me" in (given.get("rel") or "").lower().split() and given.get("href"):
            self.found.append(str(given["href"]).strip())

    def handle_endtag(self, tag: str) -> None:
        """Listen again after what is not shown."""
        if tag in self._SILENT and self._silent:
            self._silent -= 1


class _Text(HTMLParser):
    """Collects text; a tag that begins a line breaks the word."""

    _BREAKS = frozenset({"p", "br", "div", "li"})

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Break the line."""
        del attrs
        if tag in self._BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.parts.append(data)


def _comparable(url: str) -> str | None:
    """Return one spelling of an address, or None for what is none; a fragment does not matter."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or parts.username or not url.isascii():
        return None
    default = {"http": 80, "https": 443}[parts.scheme]
    netloc = host if port in {None, default} else f"{host}:{port}"
    return urlunsplit((parts.scheme, netloc, parts.path.rstrip("/") or "/", parts.query, ""))
