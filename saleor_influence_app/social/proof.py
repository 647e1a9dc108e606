"""Proof that a profile is a customer's: a nonce in its text, or a link from it to a page made for them."""

import hmac
import re
import secrets
from urllib.parse import urlsplit, urlunsplit

from saleor_influence_app.social.markup import Tag, pieces

# No 0, 1, 8, O, I, L, B: easily mistaken for another when read aloud or retyped.
_ALPHABET = "acdefghjkmnpqrstuvwxyz2345679"
_GROUPS, _GROUP = 4, 5
NONCE_PREFIX = "influence"
_NONCE = re.compile(
    rf"(?<![A-Za-z0-9-]){NONCE_PREFIX}((?:-[a-z0-9]{{{_GROUP}}}){{{_GROUPS}}})(?![A-Za-z0-9-])"
)
PROFILE_TEXT_LIMIT = 20_000
PAGE_LIMIT = 1_000_000
LINK_LIMIT = 2_000
_BREAKS = frozenset({"p", "br", "div", "li"})


def new_nonce() -> str:
    """Return a nonce of 97 bits that a person can copy into their profile text."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join((NONCE_PREFIX, *groups))


def has_nonce(text: str, nonce: str) -> bool:
    """Return whether the profile text contains the nonce as a separate word, in any case."""
    found = (match.group(0) for match in _NONCE.finditer(text[:PROFILE_TEXT_LIMIT].lower()))
    return any([hmac.compare_digest(one, nonce) for one in found])  # noqa: C419 - all are compared


def has_link(links: tuple[str, ...], url: str) -> bool:
    """Return whether one of a profile's links leads to `url`, our page for this person."""
    wanted = _comparable(url)
    return wanted is not None and any(_comparable(link) == wanted for link in links)


def me_links(html: str) -> tuple[str, ...]:
    """Return the addresses of the rel=me links in order, without those in templates."""
    found: list[str] = []
    templates = 0
    for piece in pieces(html[:PAGE_LIMIT]):
        if not isinstance(piece, Tag):
            continue
        templates += {"template": 1, "/template": -1}.get(piece.name, 0)
        if templates > 0 or piece.name not in {"a", "link"}:
            continue
        given = piece.attributes()
        if "me" in given.get("rel", "").lower().split() and given.get("href"):
            found.append(given["href"].strip())
        if len(found) == LINK_LIMIT:
            break
    return tuple(found)


def text_of(html: str) -> str:
    """Return the text of a fragment of HTML, such as a profile's note; some tags begin a new line."""
    parts = (
        piece if isinstance(piece, str) else "\n" if piece.name in _BREAKS else ""
        for piece in pieces(html[:PAGE_LIMIT])
    )
    return "".join(parts).strip()


def _comparable(url: str) -> str | None:
    """Return the normalised address without its fragment; None if it is not valid."""
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
