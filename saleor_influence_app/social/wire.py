"""One request to a network: at the agreed pace, to a checked address, bounded, and judged."""

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
from saleor_influence_app.social import limits
from saleor_influence_app.social.answers import Cause, Failure, Final, Reason, Transient
from saleor_influence_app.social.pace import Lane, Pace

ANSWER_LIMIT = 4_000_000
"""Bytes; a page of 80 Mastodon accounts has about 250 kB."""
ANSWER_SECONDS = 20.0
PATIENCE_SECONDS = 5.0
"""How long a worker waits for its turn by itself; longer waits go back to the queue."""
USER_AGENT = "SaleorInfluence/0.1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
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
    """Whether the server is known to speak this API: then a page in its place is trouble that passes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """An answer that was read to its end."""

    status: int
    headers: httpx.Headers
    body: bytes = field(repr=False)

    @property
    def is_success(self) -> bool:
        """Say whether the status is one of success."""
        return httpx.codes.is_success(self.status)

    @property
    def is_redirect(self) -> bool:
        """Say whether the status sends us elsewhere."""
        return httpx.codes.is_redirect(self.status)

    @property
    def media_type(self) -> str:
        """Return what the answer says it is, without parameters."""
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()


def open_client(
    *,
    limit: int = ANSWER_LIMIT,
    seconds: float = ANSWER_SECONDS,
    allow_private: bool | None = None,
    user_agent: str = USER_AGENT,
) -> httpx.Client:
    """Return a client that dials public addresses only, follows nothing, and reads no proxy or netrc."""
    return httpx.Client(
        transport=CheckedTransport(limit=limit, seconds=seconds, allow_private=allow_private),
        timeout=httpx.Timeout(seconds, connect=min(seconds, 10.0)),
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": user_agent},
    )


class Wire:
    """What all networks share: the client and the pace. Threads may share it."""

    def __init__(
        self,
        client: httpx.Client,
        pace: Pace,
        *,
        patience: float = PATIENCE_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._client = client
        self._pace = pace
        self._patience = patience
        self._sleep = sleep
        self.now = now

    def send(self, ask: Ask, lane: Lane, *, name: str) -> Reply | Failure:
        """Return what the network said, whatever its status; outages and limits hold the lane for all."""
        try:
            wait = self._turn(lane)
            if wait:
                return Transient(
                    cause=Cause.BUSY,
                    sentence=f"{name} is asked as often as it allows; our turn is in {wait:.0f} seconds.",
                    retry_after=wait,
                )
            return self._noted(self._sent(ask, name), lane, name)
        except redis.RedisError:
            return Transient(
                cause=Cause.UNREACHABLE,
                sentence="Redis, which keeps our place in the networks' queues, cannot be reached.",
            )

    def _turn(self, lane: Lane) -> float:
        """Wait for a turn, or return the seconds until it comes when that is too long."""
        waited = 0.0
        while wait := self._pace.take(lane):
            if waited + wait > self._patience:
                return wait
            self._sleep(wait)
            waited += wait
        return 0.0

    def _sent(self, ask: Ask, name: str) -> Reply | Failure:
        if not _is_plain(ask.url):
            return Final(reason=Reason.REFUSED, sentence=f"The address of {name} is none.")
        headers = {"Accept": ask.accept}
        if ask.token is not None:
            headers["Authorization"] = f"Bearer {ask.token}"
        try:
            with self._client.stream(
                ask.method,
                ask.url,
                params=dict(ask.params) or None,
                data=dict(ask.form) if ask.form is not None else None,
                json=ask.json,
                auth=httpx.BasicAuth(*ask.basic) if ask.basic is not None else None,
                headers=headers,
            ) as response:
                return Reply(status=response.status_code, headers=response.headers, body=response.read())
        except (AppError, httpx.RequestError) as error:
            return _in_words(error, name)
        except (httpx.InvalidURL, UnicodeError):  # of the address, or of a token in a header
            return Final(reason=Reason.REFUSED, sentence=f"What {name} gave us cannot be sent to it.")

    def _noted(self, reply: Reply | Failure, lane: Lane, name: str) -> Reply | Failure:
        """Tell the other workers what this answer says about the pace, and return it."""
        if isinstance(reply, Transient):
            return Transient(cause=reply.cause, sentence=reply.sentence, retry_after=self._pace.failed(lane))
        if not isinstance(reply, Reply):
            return reply
        pause = limits.pause(reply.headers, now=self.now())
        if answers.passes(reply.status):
            asked_for = limits.retry_after(reply.headers, now=self.now()) or pause
            held = self._pace.failed(lane) if asked_for is None else self._pace.hold(lane, asked_for)
            return _later(reply.status, name, held)
        self._pace.worked(lane)
        if pause is not None:
            self._pace.hold(lane, pause)
        return reply

    def stumbled(self, lane: Lane) -> float | None:
        """Let nobody ask for a while: for trouble that a network tells in the body. Return the seconds."""
        try:
            return self._pace.failed(lane)
        except redis.RedisError:  # the caller has a failure to tell already
            return None

    def hold(self, lane: Lane, seconds: float) -> None:
        """Let nobody ask for so long: for limits that a network tells in the body."""
        with suppress(redis.RedisError):  # the caller has a failure to tell already
            self._pace.hold(lane, seconds)


def _is_plain(url: str) -> bool:
    """Say whether this is an address on the web, without a password in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None


def _in_words(error: Exception, name: str) -> Failure:
    """Return what a request that got no whole answer means; the error's own text may quote what we sent."""
    if isinstance(error, AddressForbidden):
        return Final(reason=Reason.REFUSED, sentence=f"{name} is at an address that we do not connect to.")
    if isinstance(error, AnswerRefused):
        return _unreadable(f"{name} answered with more than we read, or compressed.")
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


def _unreadable(sentence: str) -> Final:
    return Final(reason=Reason.UNREADABLE, sentence=sentence)
