"""When to send the next request, by Retry-After and the networks' rate-limit headers."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from saleor_influence_app import answers

LONGEST_SECONDS = 90_000.0
"""Daily quotas are renewed within a day (and an hour); what a header says beyond is cut to this."""

# Mastodon and Reddit, Bluesky, X.
_PREFIXES = ("x-ratelimit-", "ratelimit-", "x-rate-limit-")
_UNIX = 1_000_000_000
"""A reset above this is a moment, below it a duration (Reddit's)."""


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Return the seconds of a Retry-After header, None for one that cannot be read."""
    return answers.retry_after(headers.get("retry-after"), now=now, longest=LONGEST_SECONDS)


def pause(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Return the seconds until the limit is renewed if nothing of it is left, else None."""
    for prefix in _PREFIXES:
        remaining, reset = headers.get(f"{prefix}remaining"), headers.get(f"{prefix}reset")
        if remaining is None or reset is None:
            continue
        left = _number(remaining)
        return _seconds(reset, now) if left is not None and left < 1 else None
    return None


def _seconds(reset: str, now: datetime) -> float | None:
    number = _number(reset)
    if number is not None:
        seconds = number - now.timestamp() if number > _UNIX else number
        return min(max(seconds, 0.0), LONGEST_SECONDS)
    try:
        return _until(datetime.fromisoformat(reset), now)
    except (ValueError, ArithmeticError):
        return None


def _until(moment: datetime, now: datetime) -> float:
    seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
    return min(max(seconds, 0.0), LONGEST_SECONDS)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
