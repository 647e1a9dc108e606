"""A line to one network: asks in its name and reads its answers in their documented form."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import TypeAdapter, ValidationError

from saleor_influence_app import answers
from saleor_influence_app.social.failures import Cause, Failure, Final, Reason, Transient
from saleor_influence_app.social.http_client import ApiRequest, ApiResponse, RateLimitedHttp
from saleor_influence_app.social.rate_limiter import Bucket

Value = TypeVar("Value")
NO_JSON = object()
"""The body of an answer that is no JSON."""
ErrorReader = Callable[[int, object], Failure | None]
"""Reads a network's own error format: status and body (`NO_JSON` if it is none) to a failure, or None."""

LONGEST_NUMBER = 100
"""Digits."""


@dataclass(frozen=True, slots=True)
class Parsed(Generic[Value]):
    """A value of the documented form, with the headers it came with."""

    value: Value
    headers: httpx.Headers


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiClient:
    """One network at one address, as one app."""

    http: RateLimitedHttp
    name: str
    bucket: Bucket
    read_error: ErrorReader = lambda _status, _body: None

    def at(self, endpoint: str, *, per_second: float, burst: int) -> "ApiClient":
        """Return the line to an endpoint that has a limit of its own."""
        return replace(
            self, bucket=Bucket(key=f"{self.bucket.key}:{endpoint}", per_second=per_second, burst=burst)
        )

    def fetch(self, request: ApiRequest, schema: TypeAdapter[Value]) -> Parsed[Value] | Failure:
        """Return the answer in its documented form; anything else is a failure in words."""
        response = self.fetch_raw(request)
        if not isinstance(response, ApiResponse):
            return response
        is_json = response.media_type == "application/json" or response.media_type.endswith("+json")
        if not is_json or _json(response.body) is NO_JSON:
            return (
                self._down()
                if request.known
                else self._unreadable("answered with something that is not JSON")
            )
        return self.parse(response, schema)

    def parse(self, response: ApiResponse, schema: TypeAdapter[Value]) -> Parsed[Value] | Final:
        """Return an answer that was accepted in its documented form."""
        if response.media_type != "application/json" and not response.media_type.endswith("+json"):
            return self._unreadable("answered with something that is not JSON")
        try:
            return Parsed(schema.validate_python(_json(response.body)), response.headers)
        except ValidationError:  # its text quotes the answer: not to be repeated
            return self._unreadable("answered in a form that its documentation does not know")

    def fetch_raw(self, request: ApiRequest) -> ApiResponse | Failure:
        """Return an answer with a status of success, unread."""
        response = self.http.send(request, self.bucket, name=self.name)
        if not isinstance(response, ApiResponse):
            return response
        body = _json(response.body)
        failure = self.read_error(response.status, body)
        if isinstance(failure, Transient) and failure.retry_after is not None:
            self.http.hold(self.bucket, failure.retry_after)
        if failure is None and request.known and _is_trouble(response, body, asked_for=request.accept):
            return self._down()
        return failure or self._by_status(response) or response

    def _down(self) -> Transient:
        seconds = self.http.record_failure(self.bucket)
        sentence = f"{self.name} is out of order: what it answers is not of its API. We ask again."
        return Transient(cause=Cause.DOWN, sentence=sentence, retry_after=seconds)

    def _by_status(self, response: ApiResponse) -> Failure | None:
        status = response.status
        if response.is_success:
            return None
        if response.is_redirect:
            return Final(
                reason=Reason.REFUSED,
                sentence=f"{self.name} sends us to another address; give the address it really has.",
            )
        if status == httpx.codes.UNAUTHORIZED:
            return credentials(self.name)
        if status in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
            return gone(self.name)
        return Final(reason=Reason.REFUSED, sentence=f"{self.name} refused (status {status}).")

    def _unreadable(self, what: str) -> Final:
        return Final(reason=Reason.UNREADABLE, sentence=f"{self.name} {what}.")


def gone(name: str) -> Final:
    """Return the failure for an account that is not there."""
    return Final(
        reason=Reason.GONE, sentence=f"{name} does not know this account, or has suspended or deleted it."
    )


def private(name: str, what: str) -> Final:
    """Return the failure for something that the account's owner does not show."""
    return Final(reason=Reason.PRIVATE, sentence=f"The owner of this {name} account does not show {what}.")


def credentials(name: str) -> Final:
    """Return the failure for a token or code that the network does not take."""
    return Final(
        reason=Reason.CREDENTIALS,
        sentence=f"{name} no longer accepts this authorisation; the account must be linked again.",
    )


def app_refused(name: str) -> Final:
    """Return the failure for an app that the network does not take."""
    return Final(
        reason=Reason.APP,
        sentence=f"{name} does not accept the app that asks: its credentials, approval or credit.",
    )


def origin_of(url: str) -> str:
    """Return scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _json(body: bytes) -> object:
    """Return what the JSON says; a letter or number that is none spoils itself alone, not the answer."""
    text = body.decode("utf-8-sig", errors="replace")
    try:
        return json.loads(text, strict=False, parse_int=_whole)
    except (ValueError, RecursionError):
        return NO_JSON


def _is_trouble(response: ApiResponse, body: object, *, asked_for: str) -> bool:
    """Say whether what came is not the API speaking, or the API speaking of its own trouble.

    A redirect and a status of trouble say enough by themselves. A page in place of JSON says nothing about an
    account, a token or an app, whatever its status.
    """
    if response.is_redirect:
        return False
    if answers.is_page(response.media_type) and not asked_for.startswith("text/html"):
        return True
    told = response.status == answers.BAD_REQUEST or response.is_success
    return (
        told and isinstance(body, dict) and "data" not in body and answers.tells_of_trouble(_error_in(body))
    )


def _error_in(body: dict[str, object]) -> str:
    """Return what an answer says of an error: OAuth's form, XRPC's, and lists of errors."""
    error, errors = body.get("error"), body.get("errors")
    found: list[object] = [error, body.get("error_description")] if error else []
    if isinstance(error, str):
        found.append(body.get("message"))
    found += errors[:3] if isinstance(errors, list) else []
    words = []
    for one in found:
        members = one.values() if isinstance(one, dict) else (one,)
        words += [member for member in members if isinstance(member, str)]
    return " ".join(words)


def _whole(digits: str) -> float:
    """Return the number; Python refuses to convert those of thousands of digits."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else math.inf
