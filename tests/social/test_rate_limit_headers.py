"""Every network's way to say when to ask again is understood, and nonsense is not believed."""

from datetime import UTC, datetime

import pytest

from saleor_influence_app.social.rate_limit_headers import pause, retry_after

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
UNIX = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (
            {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-01T12:03:20.123Z"},
            200.123,
        ),  # Mastodon
        ({"ratelimit-remaining": "0", "ratelimit-reset": str(UNIX + 60)}, 60),  # Bluesky
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(UNIX + 900)}, 900),  # X
        ({"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "311"}, 311),  # Reddit
        ({"x-ratelimit-remaining": "299", "x-ratelimit-reset": "2026-11-01T12:03:20Z"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-01T11:00:00Z"}, 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2999-11-01T11:00:00Z"}, 90_000),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "99999999999999"}, 90_000),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, None),
        ({"x-ratelimit-remaining": "few", "x-ratelimit-reset": "60"}, None),
        ({"x-ratelimit-remaining": "nan", "x-ratelimit-reset": "60"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "inf"}, None),
        ({"x-ratelimit-remaining": "0"}, None),
        ({}, None),
    ],
)
def test_a_used_up_limit_tells_how_long_it_lasts(headers: dict[str, str], seconds: float | None) -> None:
    assert pause(headers, now=NOW) == (seconds if seconds is None else pytest.approx(seconds, abs=0.01))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("-5", None),
        ("Wed, 21 Oct 99999999999999999999 07:28:00 GMT", None),  # case 6
        ("999999999999", 90_000),
        ("Fri, 01 Nov 2999 12:01:00 GMT", 90_000),
        ("Sun, 01 Nov 2026 12:01:00 GMT", 60),
        ("Sun, 01 Nov 2026 11:01:00 GMT", 0),
        ("tomorrow", None),
        ("nan", None),
        ("", None),
    ],
)
def test_retry_after_has_seconds_or_a_date(text: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": text}, now=NOW) == seconds
    assert retry_after({}, now=NOW) is None
