"""The client of one network: sends requests and parses responses in their documented form."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from saleor_influence_app import answers
from saleor_influence_app.social.failures import Cause, Failure, Final, Reason, Transient, credentials, gone
from saleor_influence_app.social.http_client import ApiRequest, ApiResponse, RateLimitedHttp
from saleor_influence_app.social.rate_limiter import Bucket

Value = TypeVar("Value")
NO_JSON = object()
"""The body of a response that is not JSON."""
ErrorReader = Callable[[int, object], Failure | None]
"""From status and body (or `NO_JSON`) to the failure that a network's own error format describes, or None."""

LONGEST_NUMBER = 100
"""Digits."""


@dataclass(frozen=True, slots=True)
class Parsed(Generic[Value]):
    """A parsed response body, with the headers of the response."""

    value: Value
    headers: httpx.Headers


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiClient:
    """The client of one network at one address, as one app."""

    http: RateLimitedHttp
    name: str
    bucket: Bucket
    read_error: ErrorReader = lambda _status, _body: None

    def at(self, endpoint: str, *, per_second: float, burst: int) -> "ApiClient":
        """Return the client for an endpoint that has a rate limit of its own."""
        return replace(
            self, bucket=Bucket(key=f"{self.bucket.key}:{endpoint}", per_second=per_second, burst=burst)
        )

    def fetch(self, request: ApiRequest, schema: TypeAdapter[Value]) -> Parsed[Value] | Failure:
        """Send a request and return its parsed JSON response, or why there is none."""
        response = self.fetch_raw(request)
        if not isinstance(response, ApiResponse):
            return response
        if request.known and not (_is_json(response) and _json(response.body) is not NO_JSON):
            return self._down()
        return self.parse(response, schema)

    def parse(self, response: ApiResponse, schema: TypeAdapter[Value]) -> Parsed[Value] | Final:
        """Return the parsed body of a response; UNREADABLE if it does not have the documented form."""
        body = _json(response.body)
        if not _is_json(response) or body is NO_JSON:
            return self._unreadable("answered with something that is not JSON")
        try:
            return Parsed(schema.validate_python(body), response.headers)
        except ValidationError:  # its text quotes the response, which must not reach a log
            return self._unreadable("answered in a form that its documentation does not know")

    def fetch_raw(self, request: ApiRequest) -> ApiResponse | Failure:
        """Send a request and return its successful response with the body as bytes, or why there is none."""
        response = self.http.send(request, self.bucket, name=self.name)
        if not isinstance(response, ApiResponse):
            return response
        body = _json(response.body)
        failure = self.read_error(response.status, body)
        if isinstance(failure, Transient) and failure.retry_after is not None:
            self.http.hold(self.bucket, failure.retry_after)
        if failure is None and request.known and _is_trouble(response, body):
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


def _is_json(response: ApiResponse) -> bool:
    return response.media_type == "application/json" or response.media_type.endswith("+json")


def _json(body: bytes) -> object:
    """Return the decoded JSON, or `NO_JSON`. An invalid letter or number spoils its own value only."""
    text = body.decode("utf-8-sig", errors="replace")
    try:
        return json.loads(text, strict=False, parse_int=_whole)
    except (ValueError, RecursionError):
        return NO_JSON


def _is_trouble(response: ApiResponse, body: object) -> bool:
    """Return whether a response is not the API's, or reports an outage of the API itself.

    A web page in place of JSON says nothing about an account, a token or an app, whatever its status.
    Redirects and statuses of outages are handled elsewhere.
    """
    if response.is_redirect:
        return False
    if answers.is_page(response.media_type):
        return True
    if response.status != answers.BAD_REQUEST and not response.is_success:
        return False
    return isinstance(body, dict) and "data" not in body and answers.tells_of_trouble(_error_in(body))


def _error_in(body: dict[str, object]) -> str:
    """Return the error text of a response: in OAuth's form, XRPC's, or a list of errors."""
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
    """Return the number, infinity for one of more than `LONGEST_NUMBER` digits: Python refuses thousands."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else math.inf
