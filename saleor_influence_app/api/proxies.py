"""Who asks, and at which address: told by the connection, and by proxies only where the operator trusts them.

`X-Forwarded-For` and RFC 7239's `Forwarded` are read from the right, past the proxies of `TRUSTED_PROXIES`:
what stands further left was written by whoever liked to. Of anybody else's request these headers are dropped.
"""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from saleor_influence_app import log

logger = log.get(__name__)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
TOLD = ("forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host")
_DROPPED = frozenset(name.encode() for name in TOLD)
MOST_HOPS = 50
HOST = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?"
)
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - RFC 9110's word for a word
_QUOTED = r'"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*"'
_PAIR = re.compile(rf"[ \t]*(?P<name>{_TOKEN})=(?P<value>{_TOKEN}|{_QUOTED})[ \t]*(?P<end>[;,]|$)")
_EMPTY = re.compile(r"[ \t]*(?P<end>[;,]|$)")


@dataclass(frozen=True, slots=True)
class Origin:
    """What trusted proxies say of a request; what they do not say, or say in two ways, is None."""

    client: str | None = None
    scheme: str | None = None
    host: str | None = None


class Proxies:
    """ASGI middleware: `client`, `scheme` and `Host` are those of the outside, as trusted proxies tell."""

    def __init__(self, app: ASGIApp, *, trusted: Sequence[Network]) -> None:
        self._app = app
        self._trusted = tuple(trusted)
        self._told = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            if any(name in headers for name in TOLD):
                scope = self._outside(scope, headers)
        await self._app(scope, receive, send)

    def _outside(self, scope: Scope, headers: Headers) -> Scope:
        peer = address_of(scope["client"][0]) if scope.get("client") else None
        changed = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in _DROPPED]}
        if peer is None or not is_trusted(peer, self._trusted):
            if not self._told:  # once: anybody can send these headers
                logger.warning("proxy.not_trusted", advice="Name your proxies in TRUSTED_PROXIES.")
                self._told = True
            return changed
        forwarded = read(headers, self._trusted)
        if forwarded.client is not None:
            changed["client"] = (forwarded.client, 0)
        if forwarded.scheme is not None:
            changed["scheme"] = forwarded.scheme
        if forwarded.host is not None:
            MutableHeaders(scope=changed)["host"] = forwarded.host
        return changed


def read(headers: Headers, trusted: Sequence[Network]) -> Origin:
    """Return what the two kinds of headers say; where both speak and differ, neither counts.

    A proxy that writes the one passes on the other as its client sent it, and which is which nobody tells.
    """
    by_standard = _of_elements(elements(", ".join(headers.getlist("forwarded"))), trusted)
    by_custom = _of_lists({name: _list(headers, name) for name in TOLD[1:]}, trusted)
    return Origin(
        _agreed(by_standard.client, by_custom.client),
        _agreed(by_standard.scheme, by_custom.scheme),
        _agreed(by_standard.host, by_custom.host),
    )


def _agreed(one: str | None, other: str | None) -> str | None:
    if one is None or other is None:
        return other if one is None else one
    return one if one == other else None


def elements(text: str) -> list[dict[str, str]] | None:
    """Return the elements of a `Forwarded` header, by lower-case name; None if it breaks RFC 7239."""
    found: list[dict[str, str]] = [{}]
    at = 0
    while at < len(text):
        pair = _PAIR.match(text, at) or _EMPTY.match(text, at)
        if pair is None or len(found) > MOST_HOPS:
            return None
        if "name" in pair.re.groupindex:
            name, value = pair["name"].lower(), pair["value"]
            if name in found[-1]:
                return None
            found[-1][name] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
        if pair["end"] == ",":
            found.append({})
        at = pair.end()
    return [one for one in found if one]


def address_of(text: str) -> Address | None:
    """Return the IP address of a node as proxies write it, with or without port; None for others."""
    node = text.strip()
    if node.startswith("["):
        inner, bracket, rest = node[1:].partition("]")
        if not bracket or (rest and not re.fullmatch(r":(?:[0-9]{1,5}|_[A-Za-z0-9._-]+)", rest)):
            return None
        node = inner
    elif node.count(":") == 1:
        node, _, port = node.partition(":")
        if not re.fullmatch(r"[0-9]{1,5}|_[A-Za-z0-9._-]+", port):
            return None
    try:
        found = ipaddress.ip_address(node.partition("%")[0])
    except ValueError:  # `unknown`, a name that hides somebody, nonsense
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    """Say whether an address lies in one of the networks."""
    return any(address in network for network in trusted)


def plain_host(text: str) -> str | None:
    """Return a host with or without port, if it is one; None for anything else."""
    found = HOST.fullmatch(text)
    if found is None or int(found["port"] or 0) > 65_535:  # noqa: PLR2004 - the highest port
        return None
    return text


def _list(headers: Headers, name: str) -> list[str]:
    return [part.strip() for value in headers.getlist(name) for part in value.split(",")][-MOST_HOPS:]


def _hops(nodes: Sequence[str], trusted: Sequence[Network]) -> int:
    """Return how many entries, from the right, trusted proxies wrote: the leftmost is the client's."""
    for count, node in enumerate(reversed(nodes), start=1):
        address = address_of(node)
        if address is None or not is_trusted(address, trusted):
            return count
    return len(nodes)


def _of_lists(lists: Mapping[str, Sequence[str]], trusted: Sequence[Network]) -> Origin:
    nodes = lists["x-forwarded-for"]
    hops = max(_hops(nodes, trusted), 1)

    def outermost(name: str) -> str:
        # a proxy replaces these two or appends to them; what is further left is not of a trusted one
        values = lists[name]
        return values[-min(hops, len(values))] if values else ""

    return Origin(
        _client(nodes[-hops]) if nodes else None,
        _scheme(outermost("x-forwarded-proto")),
        plain_host(outermost("x-forwarded-host")),
    )


def _of_elements(forwarded: Sequence[Mapping[str, str]] | None, trusted: Sequence[Network]) -> Origin:
    if not forwarded:
        return Origin()
    ours = forwarded[-_hops([one.get("for", "") for one in forwarded], trusted) :]

    def outermost(name: str) -> str:
        return next((one[name] for one in ours if name in one), "")

    return Origin(_client(ours[0].get("for", "")), _scheme(outermost("proto")), plain_host(outermost("host")))


def _client(node: str) -> str | None:
    address = address_of(node)
    return None if address is None else str(address)


def _scheme(text: str) -> str | None:
    return text.lower() if text.lower() in {"http", "https"} else None
