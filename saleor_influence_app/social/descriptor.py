"""What the app knows of a network before it asks it: each `networks/<name>.py` ends with its `NETWORK`."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from saleor_influence_app.social.network import Credentials, Network
from saleor_influence_app.social.terms import Terms
from saleor_influence_app.social.wire import Wire


@dataclass(frozen=True, kw_only=True, slots=True)
class HandleRule:
    """How a network spells handles; `path` finds the handle in the path of a profile's address."""

    example: str
    path: re.Pattern[str]
    name: re.Pattern[str]
    sign: str = "@"
    cased: bool = False
    pages: frozenset[str] = frozenset()
    """Paths of the network itself, which nobody has as a name."""
    scripts: bool = False
    """Handles may be in the letters of any one script."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Descriptor:
    """A network: every list of networks is made from these."""

    name: str
    """In rows, hashes and the API."""
    title: str
    domains: tuple[str, ...] = ()
    """Whose addresses are this network's; none where servers are many."""
    rule: HandleRule | None = None
    """None: `social.handles` reads its handles by code."""
    terms: Terms
    open: Callable[[Wire, str, Credentials], Network]
    """The network at an address, as an app; an empty address is the network's own."""
    public_api: str = ""
    """Where it is asked if the shop names no other address; empty: the module's own endpoints."""
    needs_app: bool = True
    """The shop must bring the credentials of an app of its own."""
    signs_in: bool = True
    """Its users can prove an account by signing in."""
    tells_followers: bool = True
    tells_responders: bool = False
