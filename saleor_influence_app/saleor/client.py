"""Calls of a shop's GraphQL API: transient trouble is `SaleorUnreachable`, final trouble `SaleorRefused`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self

import httpx
from gql import GraphQLRequest
from gql.transport.exceptions import TransportConnectionFailed, TransportError
from gql.transport.httpx import HTTPXTransport

from saleor_influence_app import settings
from saleor_influence_app.errors import (
    AppError,
    SaleorPermissionMissing,
    SaleorRefused,
    SaleorUnreachable,
    SecretUnreadable,
)
from saleor_influence_app.saleor import operations
from saleor_influence_app.saleor.addresses import CheckedTransport

Json = dict[str, Any]
FERNET_LENGTH = 100
"""Characters of the shortest Fernet token."""
TRANSIENT = frozenset({408, 425, 429})


class SaleorClient:
    """One shop's API with the app's token (or none). Threads may share an instance; close it at the end."""

    def __init__(
        self,
        api_url: str,
        token: str | None = None,
        *,
        transport: httpx.BaseTransport | None = None,
        timeout: float | None = None,
    ) -> None:
        seconds = settings.get().saleor_timeout_seconds if timeout is None else timeout
        self.api_url = api_url
        self._transport = HTTPXTransport(
            api_url,
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=httpx.Timeout(seconds, connect=min(seconds, 10.0)),
            transport=transport if transport is not None else CheckedTransport(),
            event_hooks={"response": [_judge_status]},
            trust_env=False,  # a netrc file must not replace the token
        )
        self._transport.connect()  # type: ignore[no-untyped-call]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()  # type: ignore[no-untyped-call]

    def execute(self, operation_name: str, variables: Mapping[str, Any] | None = None) -> Json:
        """Return the data of `operations/<operation_name>.graphql`; any GraphQL error raises."""
        return self.execute_document(operations.text_of(operation_name), variables)

    def execute_partial(
        self, operation_name: str, variables: Mapping[str, Any] | None = None
    ) -> tuple[Json, list[Json]]:
        """Return data and errors side by side, for selections where Saleor nulls single fields."""
        return self._post(operations.text_of(operation_name), variables)

    def execute_document(self, text: str, variables: Mapping[str, Any] | None = None) -> Json:
        """Return the data of a document given as text; any GraphQL error raises."""
        data, errors = self._post(text, variables)
        if errors:
            raise _refusal(errors)
        return data

    def execute_document_partial(
        self, text: str, variables: Mapping[str, Any] | None = None
    ) -> tuple[Json, list[Json]]:
        """Return data and errors side by side of a document given as text."""
        return self._post(text, variables)

    def _post(self, text: str, variables: Mapping[str, Any] | None) -> tuple[Json, list[Json]]:
        try:
            result = self._transport.execute(_Text(text, variables))
        except TransportConnectionFailed as error:
            raise _reason(error.__cause__) from error
        except TransportError as error:  # its text holds the answer's: not to be repeated
            raise SaleorRefused(f"{self.api_url} gave no GraphQL answer.") from error
        except (AttributeError, TypeError) as error:  # JSON, but no object: gql looks for keys in it
            raise SaleorRefused(f"{self.api_url} gave no GraphQL answer.") from error
        raw: object = result.errors
        errors = [error for error in raw if isinstance(error, dict)] if isinstance(raw, list) else []
        if not isinstance(result.data, dict):  # nothing was executed
            raise _refusal(errors)
        return result.data, errors


def open_client(
    api_url: str, token_encrypted: str, *, transport: httpx.BaseTransport | None = None
) -> SaleorClient:
    """Return a client with the shop's decrypted token; use it in a `with` block."""
    return SaleorClient(api_url, decrypt(token_encrypted), transport=transport)


def decrypt(encrypted: str) -> str:
    """Return the text behind `encrypted`; raises `SaleorUnreachable` when no key of this process fits.

    While keys are rotated, a process that was not restarted meets tokens of the new one: that passes.
    Raises `SaleorRefused` for what no key could open.
    """
    if len(encrypted) < FERNET_LENGTH:
        raise SaleorRefused("The stored token is damaged: no SECRET_KEY opens it. Install the app again.")
    try:
        return settings.open_secret(encrypted).decode()
    except SecretUnreadable as error:
        raise SaleorUnreachable(error.message) from error


class _Text(GraphQLRequest):
    """A document sent as it stands: gql would parse and print it anew on every call."""

    def __init__(self, text: str, variables: Mapping[str, Any] | None) -> None:
        self.text = text
        self.variable_values = dict(variables) if variables else None

    @property
    def payload(self) -> Json:
        return {"query": self.text, "variables": self.variable_values or {}}


def _judge_status(response: httpx.Response) -> None:
    """Raise for a status that says enough by itself; 200 and 400 carry GraphQL."""
    status = response.status_code
    where = f"{response.request.url.copy_with(query=None)} answered with status {status}"
    if status in TRANSIENT or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise SaleorUnreachable(f"{where}.", retry_after=_seconds(response.headers.get("retry-after")))
    if response.is_redirect:
        raise SaleorRefused(f"{where}, a redirect; the API URL must be the final one.")
    if status not in {httpx.codes.OK, httpx.codes.BAD_REQUEST}:
        raise SaleorRefused(f"{where}.")


def _seconds(retry_after: str | None) -> float | None:
    """Read a Retry-After header, which has seconds or a date; at most an hour."""
    if not retry_after:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            until = parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        seconds = (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), 3600.0) if seconds == seconds else None  # noqa: PLR0124 - NaN


def _reason(cause: BaseException | None) -> BaseException:
    """Return what to raise for a failure beneath gql."""
    if isinstance(cause, AppError):
        return cause
    if isinstance(cause, httpx.RequestError):
        return SaleorUnreachable(f"Saleor cannot be reached: {type(cause).__name__}.")
    return cause if cause is not None else SaleorUnreachable("Saleor cannot be reached.")


def _refusal(errors: list[Json]) -> SaleorRefused:
    """Return the error that Saleor's `errors` mean; a denied permission has status 200 there."""
    messages = "; ".join(str(error.get("message", "no message"))[:300] for error in errors[:3])
    if any(code_of(error) == "PermissionDenied" for error in errors):
        return SaleorPermissionMissing(f"Saleor denied permission: {messages}")
    return SaleorRefused(f"Saleor refused: {messages or 'it gave neither data nor errors'}")


def code_of(error: Json) -> str | None:
    """Return Saleor's name of an error (`extensions.exception.code`), such as PermissionDenied."""
    extensions = error.get("extensions")
    exception = extensions.get("exception") if isinstance(extensions, dict) else None
    code = exception.get("code") if isinstance(exception, dict) else None
    return code if isinstance(code, str) else None
