"""Parses what a person types or pastes as their handle: the normalised handle, or what is wrong with it."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from saleor_influence_app.social import hosts
from saleor_influence_app.social.descriptor import HandleRule
from saleor_influence_app.social.failures import Final, Reason
from saleor_influence_app.social.networks import NETWORKS, TITLES

LONGEST = 400
_WITH_PORT = re.compile(r"[a-z0-9.-]{1,253}:[1-6]?[0-9]{1,4}")
# https://atproto.com/specs/handle: a DID of Bluesky's own method is 24 letters of base32.
_DID = re.compile(r"did:plc:[a-z2-7]{24}|did:web:(?P<host>[a-z0-9.-]{4,245})")
_NEVER = frozenset({"alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion"})
"""Top-level names that the specification excludes from handles."""
_ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x3002: ".", 0xFF61: "."}
"""The wide forms that Chinese and Japanese keyboards write."""
_JOINERS = frozenset("\u200c\u200d")
_BEFORE, _BEHIND = (
    "<([{\"'“”\u2018\u2019«»\u201e\u2039\u203a",
    ">)]}\"'“”\u2018\u2019«»\u2039\u203a.,;:!?…\u3001",
)
"""Marks around a handle in a text that it is copied from."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Handle:
    """A normalised handle."""

    network: str
    name: str
    """As in an address: without @, in lower case where the network ignores case."""
    base_url: str | None = None
    """Mastodon: the domain of the handle, which may not be the server's (`social.webfinger`)."""

    @property
    def shown(self) -> str:
        """Return the handle as people write it; a domain is in ASCII."""
        if self.base_url is not None:
            return f"@{self.name}@{urlsplit(self.base_url).netloc}"
        return self.name if self.network == "bluesky" else f"{_RULES[self.network].sign}{unquote(self.name)}"


_RULES = {name: one.rule for name, one in NETWORKS.items() if one.rule is not None}
_DOMAINS = {domain: one.title for one in NETWORKS.values() for domain in one.domains} | {
    "facebook.com": "Facebook",
    "linkedin.com": "LinkedIn",
    "threads.com": "Threads",
    "threads.net": "Threads",
}


def parse(network: str, typed: str, *, allow_private: bool = False) -> Handle | Final:
    """Return the handle, or what is wrong with it. Sends no request.

    `allow_private` lets a Mastodon server be an address with a port, for development.
    """
    text = _clean(typed)
    if isinstance(text, Final):
        return text
    other = _other(text)
    if other is not None and other != TITLES[network]:
        return Final(
            reason=Reason.HANDLE,
            sentence=f"This looks like {other}, not like {TITLES[network]}.",
            other=other,
        )
    if network == "mastodon":
        return _mastodon(text, allow_private=allow_private)
    if network == "bluesky":
        return _bluesky(text)
    return _ruled(network, text, _RULES[network])


def server(typed: str, *, allow_private: bool = False) -> str | Final:
    """Return the base URL of a Mastodon server that a person named, alone or in a handle or address."""
    handle = parse("mastodon", typed, allow_private=allow_private)
    if isinstance(handle, Handle) and handle.base_url is not None:
        return handle.base_url
    text = _clean(typed)
    if isinstance(text, Final):
        return text
    if isinstance(handle, Final) and handle.other is not None:
        return handle
    address = _address(text)
    return _base_url(address[0] if address else text.removeprefix("@"), allow_private=allow_private)


def _clean(typed: str) -> str | Final:
    """Return the text without white space, invisible letters and marks around it, or what is wrong."""
    if len(typed) > LONGEST:
        return _wrong("This is too long for a handle.")
    letters = (letter for place, letter in enumerate(typed) if not _unseen(typed, place))
    text = unicodedata.normalize("NFC", "".join(letters).translate(_ASCII)).strip()
    before = None
    while text != before:
        before, text = text, text.lstrip(_BEFORE).rstrip(_BEHIND).strip()
    if not text:
        return _wrong("Type your handle.")
    if any(letter.isspace() for letter in text):
        return _foreign(text) or _wrong("A handle has no spaces.")
    return text


def _unseen(typed: str, place: int) -> bool:
    """Return whether this is a control, a direction mark or a zero-width letter, as copied texts have.

    Some scripts need zero-width joiners between letters: those are kept.
    """
    letter, around = typed[place], typed[max(place - 1, 0) : place + 2]
    if letter in _JOINERS and len(around) > 2 and not (around[0] + around[2]).isascii():  # noqa: PLR2004
        return not (around[0].isalpha() and around[2].isalpha())
    return unicodedata.category(letter) in {"Cf", "Cc", "Cs"}


def _other(text: str) -> str | None:
    """Return the title of the network whose handle or address this must be; None if it is not certain."""
    address = _address(text)
    if address is not None:
        host = address[0].lower()
        return next((title for domain, title in _DOMAINS.items() if f".{host}".endswith(f".{domain}")), None)
    plain = text.lower().removeprefix("@")
    if _DID.fullmatch(plain) or plain.startswith("at://"):
        return TITLES["bluesky"]
    user, at, host = re.sub(r"^(?:acct|mailto):@?", "", plain).partition("@")
    if at and user and "." in host and "/" not in user:
        known = next((title for domain, title in _DOMAINS.items() if f".{host}".endswith(f".{domain}")), None)
        return known or TITLES["mastodon"]
    return TITLES["bluesky"] if plain.endswith(".bsky.social") else None


def _address(text: str) -> tuple[str, str] | None:
    """Return host and path of a web address, with or without its scheme; None for other texts."""
    found = re.match(r"(?:https?:)?//(?P<host>[^/?#\\]+)(?P<path>[^?#]*)", text, re.IGNORECASE)
    found = found or re.match(r"(?P<host>[^/?#@:\\]+\.[^/?#@:\\]+)(?P<path>/[^?#]*)", text)
    if found is not None:
        return found["host"], unquote(found["path"])
    return (text, "") if text.lower() in _DOMAINS else None


def _mastodon(text: str, *, allow_private: bool) -> Handle | Final:
    text = re.sub(r"^(?:acct|mailto):", "", text, flags=re.IGNORECASE)
    address = _address(text)
    if address is not None:
        # Also https://a.example/@user@b.example, which is how server a shows an account of server b.
        found = re.match(r"/(?:(?:web|deck)/)?(?:@|users/)([^/]+)", address[1])
        user, _, elsewhere = found[1].partition("@") if found else ("", "", "")
        host = elsewhere or address[0]
    else:
        user, _, host = text.removeprefix("@").partition("@")
        host, found = host.removesuffix("/"), None
    if (address is not None and found is None) or not host:
        return _wrong("Say which account, and on which server: @name@server.example.")
    if not re.fullmatch(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9_])?", user):
        return _foreign(user) or _wrong("A Mastodon handle looks like @name@server.example.")
    base_url = _base_url(host, allow_private=allow_private)
    if isinstance(base_url, Final):
        return base_url
    return Handle(network="mastodon", name=user.lower(), base_url=base_url)


def _base_url(host: str, *, allow_private: bool) -> str | Final:
    if allow_private and _WITH_PORT.fullmatch(host.lower()):
        return f"http://{host.lower()}"
    strange = hosts.look_alike(host)
    if strange is not None:
        return _foreign(strange) or _no_server()
    name = hosts.normalised(host)
    return f"https://{name}" if name is not None else _no_server()


def _no_server() -> Final:
    return _wrong(
        "This is not the name of a server. A server's name looks like mastodon.example, without a port."
    )


def _bluesky(text: str) -> Handle | Final:
    address = _address(text)
    if address is not None:
        found = re.match(r"/profile/([^/]+)", address[1]) if address[0].lower() == "bsky.app" else None
        # A handle is a domain, and may be pasted as the address of the site there.
        name = found[1] if found else address[0] if address[1] in {"", "/"} else "/"
    else:
        name = re.sub(r"^at://([^/?#]+).*$", r"\1", text).removeprefix("@")
    did = _DID.fullmatch(name.lower())
    if did is not None and (did["host"] is None or hosts.normalised(did["host"]) is not None):
        return Handle(network="bluesky", name=name.lower())
    if "." not in name:
        return _foreign(name) or _wrong("A Bluesky handle has a dot: name.bsky.social, or your own domain.")
    strange = hosts.look_alike(name)
    if strange is not None:
        return _foreign(strange) or _no_server()
    host = hosts.normalised(name)
    if host is None or host.rpartition(".")[2] in _NEVER:
        return _wrong("A Bluesky handle looks like name.bsky.social.")
    return Handle(network="bluesky", name=host)


def _ruled(network: str, text: str, rule: HandleRule) -> Handle | Final:
    address = _address(text)
    if address is not None or "://" in text:
        found = (
            rule.path.fullmatch(address[1])
            if address is not None and _other(text) == TITLES[network]
            else None
        )
        if found is None or found["name"].lower() in rule.pages:
            return _wrong(f"This is not the address of a {TITLES[network]} profile, such as {rule.example}.")
        name = found["name"]
    else:
        name = re.sub(rf"^/?(?:{rule.sign}|user/)?@?", "", text, flags=re.IGNORECASE).removesuffix("/")
    name = name if rule.cased else name.lower()
    if rule.scripts and not name.isascii():
        return _scripted(network, unicodedata.normalize("NFC", name), rule)
    if not rule.name.fullmatch(name):
        return _foreign(name) or _wrong(f"A {TITLES[network]} handle looks like {rule.example}.")
    return Handle(network=network, name=name)


def _scripted(network: str, name: str, rule: HandleRule) -> Handle | Final:
    """Return a handle in the letters of one script, percent-encoded."""
    strange = hosts.look_alike(name)
    if strange is not None:
        return _foreign(strange) or _no_server()
    odd = [one for one in name if unicodedata.category(one)[0] not in "LMN" and one not in "_.-·"]
    if odd or not 3 <= len(name) <= 30 or unicodedata.category(name[0])[0] == "M":  # noqa: PLR2004 - YouTube's
        return _wrong(f"A {TITLES[network]} handle looks like {rule.example}.")
    return Handle(network=network, name=quote(name, safe=""))


def _foreign(text: str) -> Final | None:
    """Return that the first letter outside ASCII is not allowed; None if there is none."""
    letter = next((one for one in text if not one.isascii()), None)
    if letter is None:
        return None
    name = unicodedata.name(letter, "a letter without a name").lower()
    return _wrong(f"“{letter}” ({name}) cannot be in a handle; retype it.")


def _wrong(sentence: str) -> Final:
    return Final(reason=Reason.HANDLE, sentence=sentence)
