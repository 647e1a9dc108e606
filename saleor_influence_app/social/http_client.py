"""Sends a request to a network: within its rate limit, to a checked address, limited in size and time."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import redis

from saleor_influence_app import answers
from saleor_influence_app.addresses import AddressForbidden, AnswerRefused, CheckedTransport, HostUnreachable
from saleor_influence_app.errors import AppError
from saleor_influence_app.social import rate_limit_headers
from saleor_influence_app.social.failures import Cause, Failure, Final, Reason, Transient
from saleor_influence_app.social.rate_limiter import Bucket, RateLimiter

ANSWER_LIMIT = 4_000_000
"""Bytes; a page of 80 Mastodon accounts has about 250 kB."""
ANSWER_SECONDS = 20.0
PATIENCE_SECONDS = 5.0
"""How long a worker waits for the rate limit itself; for longer waits the task is queued again."""
USER_AGENT = "SaleorInfluence/0.1"


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiRequest:
    """A request. `token` goes into an Authorization header, `basic` is an app's id and secret."""

    url: str
    method: str = "GET"
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    json: Mapping[str, object] | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    basic: tuple[str, str] | None = field(default=None, repr=False)
    accept: str = "application/json"
    known: bool = True
    """Whether the server is known to have this API: then a web page in place of JSON is an outage."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiResponse:
    """A response whose body was read to its end."""

    status: int
    headers: httpx.Headers
    body: bytes = field(repr=False)

    @property
    def is_success(self) -> bool:
        """Return whether the status is one of success."""
        return httpx.codes.is_success(self.status)

    @property
    def is_redirect(self) -> bool:
        """Return whether the status is a redirect."""
        return httpx.codes.is_redirect(self.status)

    @property
    def media_type(self) -> str:
        """Return the Content-Type in lower case, without parameters."""
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()


def open_client(
    *,
    limit: int = ANSWER_LIMIT,
    seconds: float = ANSWER_SECONDS,
    allow_private: bool | None = None,
    user_agent: str = USER_AGENT,
) -> httpx.Client:
    """Return a client that connects to public addresses only and follows no redirect, proxy or netrc."""
    return httpx.Client(
        transport=CheckedTransport(limit=limit, seconds=seconds, allow_private=allow_private),
        timeout=httpx.Timeout(seconds, connect=min(seconds, 10.0)),
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": user_agent},
    )


class RateLimitedHttp:
    """The HTTP client and the rate limiter that all networks share. Safe to share between threads."""

    def __init__(
        self,
        client: httpx.Client,
        limiter: RateLimiter,
        *,
        patience: float = PATIENCE_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._client = client
        self._limiter = limiter
        self._patience = patience
        self._sleep = sleep
        self.now = now

    def send(self, request: ApiRequest, bucket: Bucket, *, name: str) -> ApiResponse | Failure:
        """Return the response, whatever its status. Outages and rate limits close the bucket for all."""
        try:
            wait = self._wait_for_turn(bucket)
            if wait:
                return Transient(
                    cause=Cause.BUSY,
                    sentence=f"Our rate limit for {name} is used up; we ask again in {wait:.0f} seconds.",
                    retry_after=wait,
                )
            return self._note_limits(self._response(request, name), bucket, name)
        except redis.RedisError:
            return Transient(
                cause=Cause.UNREACHABLE,
                sentence="Redis, which holds the networks' rate limits, cannot be reached.",
            )

    def _wait_for_turn(self, bucket: Bucket) -> float:
        """Wait until a request may be sent and return 0; if that takes too long, return the seconds left."""
        waited = 0.0
        while wait := self._limiter.acquire(bucket):
            if waited + wait > self._patience:
                return wait
            self._sleep(wait)
            waited += wait
        return 0.0

    def _response(self, request: ApiRequest, name: str) -> ApiResponse | Failure:
        if not _is_plain(request.url):
            return Final(reason=Reason.REFUSED, sentence=f"The address of {name} is not valid.")
        headers = {"Accept": request.accept}
        if request.token is not None:
            headers["Authorization"] = f"Bearer {request.token}"
        try:
            with self._client.stream(
                request.method,
                request.url,
                params=dict(request.params) or None,
                data=dict(request.form) if request.form is not None else None,
                json=request.json,
                auth=httpx.BasicAuth(*request.basic) if request.basic is not None else None,
                headers=headers,
            ) as response:
                return ApiResponse(
                    status=response.status_code, headers=response.headers, body=response.read()
                )
        except (AppError, httpx.RequestError) as error:
            return _failure_of(error, name)
        except (httpx.InvalidURL, UnicodeError):  # of the address, or of a token in a header
            return Final(reason=Reason.REFUSED, sentence=f"What {name} gave us cannot be sent to it.")

    def _note_limits(
        self, response: ApiResponse | Failure, bucket: Bucket, name: str
    ) -> ApiResponse | Failure:
        """Pass what the response says about rate limits and outages on to all workers, and return it."""
        if isinstance(response, Transient):
            return Transient(
                cause=response.cause, sentence=response.sentence, retry_after=self._limiter.back_off(bucket)
            )
        if not isinstance(response, ApiResponse):
            return response
        pause = rate_limit_headers.pause(response.headers, now=self.now())
        if answers.passes(response.status):
            asked_for = rate_limit_headers.retry_after(response.headers, now=self.now()) or pause
            held = (
                self._limiter.back_off(bucket) if asked_for is None else self._limiter.hold(bucket, asked_for)
            )
            return _later(response.status, name, held)
        self._limiter.reset(bucket)
        if pause is not None:
            self._limiter.hold(bucket, pause)
        return response

    def record_failure(self, bucket: Bucket) -> float | None:
        """Close the bucket after an outage that is reported in the body. Return for how many seconds."""
        try:
            return self._limiter.back_off(bucket)
        except redis.RedisError:  # the caller reports a failure already
            return None

    def hold(self, bucket: Bucket, seconds: float) -> None:
        """Close the bucket for some seconds: for rate limits that are reported in the body."""
        with suppress(redis.RedisError):  # the caller reports a failure already
            self._limiter.hold(bucket, seconds)


def _is_plain(url: str) -> bool:
    """Return whether this is an http(s) address without a user name or password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None


def _failure_of(error: Exception, name: str) -> Failure:
    """Return the failure for an exception; its own text may quote what we sent, so it is left out."""
    if isinstance(error, AddressForbidden):
        return Final(reason=Reason.REFUSED, sentence=f"{name} is at an address that we do not connect to.")
    if isinstance(error, AnswerRefused):
        sentence = f"{name} answered with more than we read, or compressed."
        return Final(reason=Reason.UNREADABLE, sentence=sentence)
    if isinstance(error, HostUnreachable | httpx.TimeoutException):
        return Transient(cause=Cause.SLOW, sentence=f"{name} has no address or does not answer in time.")
    return Transient(cause=Cause.UNREACHABLE, sentence=f"{name} cannot be reached.")


def _later(status: int, name: str, seconds: float) -> Transient:
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return Transient(
            cause=Cause.BUSY,
            sentence=f"{name} asks us to wait; we ask again in {seconds:.0f} seconds.",
            retry_after=seconds,
        )
    return Transient(
        cause=Cause.DOWN,
        sentence=f"{name} is out of order (status {status}); we ask again in {seconds:.0f} seconds.",
        retry_after=seconds,
    )
