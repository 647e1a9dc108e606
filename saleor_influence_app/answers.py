"""What an answer from another server means: trouble that passes, a final no, or something to read.

Every client asks here. Trouble that passes (*transient*) is asked again by itself, after a bounded wait; a
*final* no is told to a person. The status alone does not decide: Saleor puts a lost database connection into a
status 200, and a maintenance page comes with any status.

| what came | meaning |
|---|---|
| no connection, a time-out, a broken or dripping answer | transient |
| status 408, 425, 429, 500 and above (520 to 530 of proxies, too) | transient, after Retry-After if that can be read |
| status of success or 400, but no JSON object: HTML, nothing, a part of JSON, a list | transient |
| status of success or 400, GraphQL `errors` with an exception of Saleor's inside (OperationalError, InterfaceError, DatabaseError, TimeoutError, ConnectionError of redis, "Internal Server Error") | transient |
| OAuth `error` "server_error" or "temporarily_unavailable" | transient |
| neither data nor errors | transient |
| PermissionDenied, an invalid token, syntax, validation, cost, a limit of the request | final |
| NOT_FOUND and other codes of a mutation's own `errors` | final |
| a redirect, another status, an answer that is compressed or larger than we read | final |

A Retry-After header that cannot be read is none: words, NaN, a negative number, a date beyond the year 9999.
"""  # noqa: E501 - a row of a table is a line

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from saleor_influence_app.fields import Json

STATUSES = frozenset({408, 425, 429})
"""Below 500, those that ask for another try."""
SERVER_ERROR = 500
BAD_REQUEST = 400
HEADER_LIMIT = 100
"""Characters of a Retry-After header."""
PAGES = frozenset({"text/html", "application/xhtml+xml"})

REFUSALS = frozenset(
    {
        "PermissionDenied",
        "GraphQLSyntaxError",
        "QueryCostError",
        "ValidationError",
        "InvalidTokenError",
        "InvalidSignatureError",
        "ExpiredSignatureError",
        "DecodeError",
        "CircularSubscriptionSyncEvent",
        "UnauthorizedError",
        # as other GraphQL servers and gateways say it
        "GRAPHQL_PARSE_FAILED",
        "GRAPHQL_VALIDATION_FAILED",
        "BAD_USER_INPUT",
        "UNAUTHENTICATED",
        "FORBIDDEN",
        "NOT_FOUND",
    }
)
"""Exceptions that Saleor raises on purpose; any other but GraphQLError is one that it did not expect."""
SPOKEN = "GraphQLError"
"""Saleor's code for refusals in words of their own, and for failures that were wrapped on their way."""

_TROUBLE = re.compile(
    r"internal[ _]?(?:server)?[ _]?error|server[ _]?error|upstream"
    r"|timed?[ _-]?out|temporar(?:y|ily)|unavailable|overload"
    r"|too many (?:requests|connections|clients)|rate.?limit|throttl|deadlock|maintenance"
    r"|connection (?:\w+ ){0,3}(?:closed|reset|refused|lost|terminated|aborted|failed)|could not connect"
    r"|closed the connection|terminating connection|cancell?ing statement|could not serialize"
    r"|shutting down|starting up|recovery mode|read.only transaction|try again",
    re.IGNORECASE,
)
_SECONDS = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,9})?")


def passes(status: int) -> bool:
    """Say whether an HTTP status asks for another try later."""
    return status in STATUSES or status >= SERVER_ERROR


def retry_after(text: str | None, *, now: datetime, longest: float) -> float | None:
    """Return the seconds of a Retry-After header, at most `longest`; None for one that cannot be read."""
    if not text or len(text) > HEADER_LIMIT:
        return None
    if _SECONDS.fullmatch(text.strip()):
        return min(float(text), longest)
    try:
        moment = parsedate_to_datetime(text)
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
    except (ValueError, TypeError, IndexError, ArithmeticError):  # a date of strangers raises all of them
        return None
    return min(max(seconds, 0.0), longest)


def json_object(body: bytes) -> Json | None:
    """Return the JSON object in an answer; None for a page, for nothing, for a part and for other values."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def is_page(media_type: str) -> bool:
    """Say whether an answer calls itself a page for people: no API speaks in such."""
    return media_type.partition(";")[0].strip().lower() in PAGES


def code_of(error: Mapping[str, Any]) -> str | None:
    """Return the name of a GraphQL error: Saleor's `extensions.exception.code`, or `extensions.code`."""
    extensions = error.get("extensions")
    if not isinstance(extensions, dict):
        return None
    exception = extensions.get("exception")
    code = exception.get("code") if isinstance(exception, dict) else extensions.get("code")
    return code if isinstance(code, str) else None


def is_trouble(error: Mapping[str, Any], *, status: int = 200) -> bool:
    """Say whether a GraphQL error tells of trouble that passes, and not of a refusal.

    With status 400 nothing was executed, so that GraphQLError there is about the request.
    """
    code, message = code_of(error), str(error.get("message", ""))
    if message == "Internal Server Error":  # Saleor hides what it did not mean to say
        return True
    if code in REFUSALS or (code == SPOKEN and status == BAD_REQUEST):
        return False
    return tells_of_trouble(message) if code in {None, SPOKEN} else True


def any_trouble(errors: Sequence[Mapping[str, Any]], *, status: int = 200) -> bool:
    """Say whether one of the errors passes: then the others may have come of it."""
    return any(is_trouble(error, status=status) for error in errors)


def tells_of_trouble(text: str) -> bool:
    """Say whether words, or the name of an OAuth error, are about a server that is in trouble."""
    return _TROUBLE.search(text[:2000]) is not None
