"""How a request to a network fails: values, each with a code for machines and a sentence for people."""

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """Why a request may succeed later."""

    BUSY = "busy"
    """A rate limit, the network's or our own."""
    DOWN = "down"
    """The network reports an outage, or answers with something that is not its API."""
    UNREACHABLE = "unreachable"
    """No connection, or it broke."""
    SLOW = "slow"


class Reason(StrEnum):
    """Why a request does not succeed before somebody does something."""

    GONE = "gone"
    """The account is deleted, suspended or was never there."""
    PRIVATE = "private"
    """The account's owner hides this."""
    REFUSED = "refused"
    """The network refused, or we must not connect to it."""
    CREDENTIALS = "credentials"
    """The token or the code is expired, revoked or wrong: the owner must link again."""
    APP = "app"
    """The network does not accept the app: its credentials, its approval or its credit."""
    HANDLE = "handle"
    """What was typed is not a handle of the network."""
    UNREADABLE = "unreadable"
    """The response does not have the documented form."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Transient:
    """Try again later; not before `retry_after` seconds, if that is known."""

    cause: Cause
    sentence: str
    retry_after: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Final:
    """Do not try again automatically."""

    reason: Reason
    sentence: str
    other: str | None = None
    """The title of the network whose handle this is, if it is another one."""


@dataclass(frozen=True, slots=True)
class NotOffered:
    """The network's official API does not offer this; the sentence says why."""

    sentence: str


Failure = Transient | Final | NotOffered
"""Works with `isinstance`, too."""


def code_of(failure: Failure) -> str:
    """Return the failure's code: a cause, a reason, `not-offered`, or `other-network:<title>`."""
    if isinstance(failure, NotOffered):
        return "not-offered"
    if isinstance(failure, Final) and failure.other is not None:
        return f"other-network:{failure.other}"
    return (failure.cause if isinstance(failure, Transient) else failure.reason).value


def gone(name: str) -> Final:
    """Return the failure for an account that is not there."""
    return Final(
        reason=Reason.GONE, sentence=f"{name} does not know this account, or has suspended or deleted it."
    )


def private(name: str, what: str) -> Final:
    """Return the failure for something that the account's owner hides."""
    return Final(reason=Reason.PRIVATE, sentence=f"The owner of this {name} account does not show {what}.")


def credentials(name: str) -> Final:
    """Return the failure for a token or code that the network does not accept."""
    return Final(
        reason=Reason.CREDENTIALS,
        sentence=f"{name} no longer accepts this authorisation; the account must be linked again.",
    )


def app_refused(name: str) -> Final:
    """Return the failure for an app that the network does not accept."""
    return Final(
        reason=Reason.APP,
        sentence=f"{name} does not accept the app that asks: its credentials, approval or credit.",
    )
