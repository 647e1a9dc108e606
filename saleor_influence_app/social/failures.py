"""How asking a network fails: values, each with a code for machines and a sentence for a person."""

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """Why trying again later is right."""

    BUSY = "busy"
    """A rate limit, the network's or our own."""
    DOWN = "down"
    """The network answers with an error of its own."""
    UNREACHABLE = "unreachable"
    """No connection, or it broke."""
    SLOW = "slow"


class Reason(StrEnum):
    """Why trying again does not help until a person does something."""

    GONE = "gone"
    """The account is deleted, suspended or was never there."""
    PRIVATE = "private"
    """The account's owner does not show this."""
    REFUSED = "refused"
    """The network said no, or we must not connect to it."""
    CREDENTIALS = "credentials"
    """The token or the code is expired, revoked or wrong: the owner must link again."""
    APP = "app"
    """The network does not take the app that asks: its credentials, its approval or its credit."""
    HANDLE = "handle"
    """What was typed is no handle of the network."""
    UNREADABLE = "unreadable"
    """An answer that is not in the network's documented form."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Transient:
    """Ask again later, not before `retry_after` seconds if that is known."""

    cause: Cause
    sentence: str
    retry_after: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Final:
    """Do not ask again by yourself."""

    reason: Reason
    sentence: str
    other: str | None = None
    """The title of another network, whose handle this is."""


@dataclass(frozen=True, slots=True)
class NotOffered:
    """The network's official API does not give this; the sentence says so and why."""

    sentence: str


Failure = Transient | Final | NotOffered
"""For type annotations; it works with `isinstance` too."""


def code_of(failure: Failure) -> str:
    """Return what machines call it: a cause, a reason, not-offered, or other-network and which."""
    if isinstance(failure, NotOffered):
        return "not-offered"
    if isinstance(failure, Final) and failure.other is not None:
        return f"other-network:{failure.other}"
    return (failure.cause if isinstance(failure, Transient) else failure.reason).value
