"""Normalises host names to ASCII in lower case, so that none can be mistaken for another.

`münchen.social` is `xn--mnchen-3ya.social` (UTS 46, non-transitional), and is shown as that: in its own
letters it could look like another server's name, and no list of look-alike letters is complete.
"""

import ipaddress
import re
import unicodedata

import idna

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
DOMAIN = re.compile(rf"(?=.{{4,253}}\Z)(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
_TOGETHER = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
)
"""Scripts that are written together (UTS 39, highly restrictive); other mixtures may be look-alikes."""


def normalised(typed: str) -> str | None:
    """Return the normalised host name; None for an IP address, a port or anything else."""
    host = typed.removesuffix(".").lower()
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True, transitional=False, std3_rules=True).decode("ascii")
        except UnicodeError:
            return None
    return host if DOMAIN.fullmatch(host) and not is_address(host) else None


def look_alike(text: str) -> str | None:
    """Return the first letter whose script differs from the rest of its label; None if there is none."""
    for label in text.split("."):
        scripts: dict[str, str] = {}
        for letter in unicodedata.normalize("NFKC", label):
            if unicodedata.category(letter).startswith("L"):
                scripts.setdefault(unicodedata.name(letter, "").partition(" ")[0], letter)
        if len(scripts) > 1 and not any(scripts.keys() <= together for together in _TOGETHER):
            return next((letter for letter in scripts.values() if not letter.isascii()), None)
    return None


def is_address(host: str) -> bool:
    """Return whether this is an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
