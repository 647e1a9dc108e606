"""What a person types as her handle, made into the one spelling of it, or told what is wrong with it."""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

from saleor_influence_app.social.answers import Final, Reason

LONGEST = 400
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{4,253}}\Z)(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
_PORT = re.compile(r":[0-9]{1,5}\Z")
# https://atproto.com/specs/handle: a DID of Bluesky's own method is 24 letters of base32.
_DID = re.compile(r"did:plc:[a-z2-7]{24}|did:web:[a-z0-9.-]{4,245}")
_NEVER = frozenset({"alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion"})
"""Top-level names that no atproto handle has, by the specification."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Handle:
    """A handle in its one spelling."""

    network: str
    name: str
    """As the network's API takes it: without @, in lower case where the network does not tell cases apart."""
    base_url: str | None = None
    """Mastodon: the server that the account lives on."""

    @property
    def shown(self) -> str:
        """Return the handle as people write it."""
        if self.base_url is not None:
            return f"@{self.name}@{urlsplit(self.base_url).netloc}"
        return self.name if self.network == "bluesky" else f"{_RULES[self.network].sign}{self.name}"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rule:
    """How one network spells handles; `path` finds the handle in the path of a profile's address."""

    title: str
    example: str
    hosts: frozenset[str]
    path: re.Pattern[str]
    name: re.Pattern[str]
    sign: str = "@"
    cased: bool = False


_RULES = {
    "youtube": _Rule(
        title="YouTube",
        example="@name or https://www.youtube.com/channel/UC…",
        hosts=frozenset({"youtube.com", "www.youtube.com", "m.youtube.com"}),
        path=re.compile(r"/(?:@(?P<name>[^/]+)|channel/(?P<channel>[^/]+))(?:/.*)?"),
        name=re.compile(r"UC[A-Za-z0-9_-]{22}|[A-Za-z0-9_.-]{3,30}"),
        cased=True,
    ),
    "instagram": _Rule(
        title="Instagram",
        example="@name",
        hosts=frozenset({"instagram.com", "www.instagram.com"}),
        path=re.compile(r"/(?P<name>[^/]+)/?"),
        name=re.compile(r"[a-z0-9_](?:[a-z0-9_.]{0,28}[a-z0-9_])?"),
    ),
    "tiktok": _Rule(
        title="TikTok",
        example="@name",
        hosts=frozenset({"tiktok.com", "www.tiktok.com"}),
        path=re.compile(r"/@(?P<name>[^/]+)/?"),
        name=re.compile(r"[a-z0-9_.]{1,23}[a-z0-9_]"),
    ),
    "x": _Rule(
        title="X",
        example="@name",
        hosts=frozenset({"x.com", "www.x.com", "twitter.com", "www.twitter.com", "mobile.twitter.com"}),
        path=re.compile(r"/@?(?P<name>[^/]+)/?"),
        name=re.compile(r"[a-z0-9_]{1,15}"),
    ),
    "reddit": _Rule(
        title="Reddit",
        example="u/name",
        hosts=frozenset({"reddit.com", "www.reddit.com", "old.reddit.com"}),
        path=re.compile(r"/u(?:ser)?/(?P<name>[^/]+)/?"),
        name=re.compile(r"[A-Za-z0-9_-]{3,20}"),
        sign="u/",
        cased=True,
    ),
}
NETWORKS = ("mastodon", "bluesky", *_RULES)


def parse(network: str, typed: str, *, allow_private: bool = False) -> Handle | Final:
    """Return the handle, or what is wrong with it; no network is asked.

    `allow_private` lets a Mastodon server be an address with a port, for development.
    """
    text = _clean(typed)
    if isinstance(text, Final):
        return text
    if network == "mastodon":
        return _mastodon(text, allow_private=allow_private)
    if network == "bluesky":
        return _bluesky(text)
    return _ruled(network, text, _RULES[network])


def server(typed: str, *, allow_private: bool = False) -> str | Final:
    """Return the base URL of a Mastodon server that a person named, alone or in a handle or address."""
    text = _clean(typed)
    if isinstance(text, Final):
        return text
    host = text.removeprefix("https://").partition("/")[0].rpartition("@")[2].lower()
    return _base_url(host, allow_private=allow_private)


def _clean(typed: str) -> str | Final:
    """Drop white space and what cannot be seen; name the first letter that is not what it looks like."""
    if len(typed) > LONGEST:
        return _wrong("This is too long for a handle.")
    # Cf: direction marks and zero-width letters, which copying from a web page brings along.
    visible = "".join(letter for letter in typed if unicodedata.category(letter) not in {"Cf", "Cc"})
    text = visible.strip()
    if not text:
        return _wrong("Type your handle.")
    for letter in text:
        if not letter.isascii():
            name = unicodedata.name(letter, "a letter without a name").lower()
            return _wrong(
                f"“{letter}” ({name}) is not a letter of handles; it may look like one. Type it anew."
            )
    if " " in text:
        return _wrong("A handle has no spaces.")
    return text


def _mastodon(text: str, *, allow_private: bool) -> Handle | Final:
    text = text.removeprefix("acct:")
    found = re.fullmatch(r"https?://([^/?#@]+)/(?:@|users/|web/@)([^/?#]+)/?", text)
    if found and "@" not in found[2]:
        user, host = found[2], found[1]
    else:
        # Also https://a.example/@user@b.example, which is how server a shows an account of server b.
        user, at, host = (found[2] if found else text.removeprefix("@")).partition("@")
        if not at:
            return _wrong("Say which server, too: @name@server.example.")
    if not re.fullmatch(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9_])?", user):
        return _wrong("A Mastodon handle looks like @name@server.example.")
    base_url = _base_url(host.lower(), allow_private=allow_private)
    if isinstance(base_url, Final):
        return base_url
    return Handle(network="mastodon", name=user.lower(), base_url=base_url)


def _base_url(host: str, *, allow_private: bool) -> str | Final:
    if allow_private and _PORT.search(host):
        return f"http://{host}"
    if _DOMAIN.fullmatch(host) and not _is_address(host):
        return f"https://{host}"
    return _wrong("This is not the name of a server: it looks like mastodon.example, without a port.")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _bluesky(text: str) -> Handle | Final:
    found = re.fullmatch(r"(?:https?://bsky\.app/profile/|at://)([^/?#]+)(?:[/?#].*)?", text)
    name = (found[1] if found else text.removeprefix("@")).lower()
    if _DID.fullmatch(name):
        return Handle(network="bluesky", name=name)
    if "." not in name:
        return _wrong("A Bluesky handle has a dot: name.bsky.social, or your own domain.")
    if not _DOMAIN.fullmatch(name) or name.rpartition(".")[2] in _NEVER:
        return _wrong("A Bluesky handle looks like name.bsky.social.")
    return Handle(network="bluesky", name=name)


def _ruled(network: str, text: str, rule: _Rule) -> Handle | Final:
    example = _wrong(f"A {rule.title} handle looks like {rule.example}.")
    if "://" in text or text.partition("/")[0].lower() in rule.hosts:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        found = rule.path.fullmatch(parts.path)
        if parts.scheme not in {"http", "https"} or parts.netloc.lower() not in rule.hosts or not found:
            return _wrong(f"This is not the address of a {rule.title} profile, such as {rule.example}.")
        name = next(group for group in found.groups() if group is not None)
    else:
        name = text.removeprefix("/").removeprefix(rule.sign).removeprefix("@")
    name = name if rule.cased else name.lower()
    return Handle(network=network, name=name) if rule.name.fullmatch(name) else example


def _wrong(sentence: str) -> Final:
    return Final(reason=Reason.HANDLE, sentence=sentence)
