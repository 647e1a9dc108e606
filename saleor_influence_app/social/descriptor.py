"""What the app knows of a network beforehand: each `networks/<name>.py` ends with its `NETWORK`."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.network import Credentials, Network


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
class Terms:
    """What a network's terms demand of whoever keeps its data; sources: docs/networks.md.

    A shop may keep things for a shorter time, never for a longer one.
    """

    posts_days: int | None = None
    """How long posts may be kept; None: it does not say."""
    features_days: int | None = None
    """The same for what else was read: counts, ties that have ended."""
    combinable: bool = False
    """Its ties may count in money (CIV) beside other ties; False: it forbids that, or nothing says it.
    In the main scores no network's ties count."""
    one_grant: bool = False
    """Revoking any token of an account ends all that our app has been granted by it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Descriptor:
    """A network: every list of networks is made from these."""

    name: str
    """In rows, hashes and the API."""
    title: str
    domains: tuple[str, ...] = ()
    """Whose addresses are this network's; none where servers are many."""
    rule: HandleRule | None = None
    """None: `social.handles` parses its handles by code."""
    terms: Terms
    open: Callable[[RateLimitedHttp, str, Credentials], Network]
    """Return the network at an address, as an app; an empty address is the network's own."""
    public_api: str = ""
    """Its address if the shop names no other one; empty: the module's own endpoints."""
    needs_app: bool = True
    """The shop must bring the credentials of an app of its own."""
    has_sign_in: bool = True
    """Its users can prove an account by signing in."""
    lists_followers: bool = True
    lists_responders: bool = False
