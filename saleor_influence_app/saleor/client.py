"""Calls of a shop's GraphQL API: trouble that passes is `SaleorUnreachable`, a final no `SaleorRefused`.

Which is which says `answers`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Self

import httpx

from saleor_influence_app import answers, exporters, settings, telemetry
from saleor_influence_app.addresses import RESPONSE_LIMIT
from saleor_influence_app.answers import code_of
from saleor_influence_app.errors import (
    AppError,
    SaleorPermissionMissing,
    SaleorRefused,
    SaleorUnreachable,
    SecretUnreadable,
)
from saleor_influence_app.fields import Json
from saleor_influence_app.saleor import operations
from saleor_influence_app.saleor.addresses import CheckedTransport

LONGEST_RETRY_AFTER = 3600.0
SMALL_ANSWER = 256_000
"""Bytes; for questions to a shop that has not proven anything yet."""
FERNET_LENGTH = 100
"""Characters of the shortest Fernet token."""


class SaleorClient:
    """One shop's API with the app's token (or none). Threads may share an instance; close it at the end.

    With a `timeout`, a whole answer may take so many seconds and not more; without one, see `answer_seconds`.
    """

    def __init__(
        self,
        api_url: str,
        token: str | None = None,
        *,
        transport: httpx.BaseTransport | None = None,
        timeout: float | None = None,
        limit: int = RESPONSE_LIMIT,
    ) -> None:
        from saleor_influence_app.saleor.transport import Transport  # gql is loaded by who calls a Saleor

        seconds = settings.get().saleor_timeout_seconds if timeout is None else timeout
        whole = answer_seconds() if timeout is None else timeout
        self.api_url = api_url
        self._transport = Transport(
            api_url,
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=httpx.Timeout(seconds, connect=min(seconds, 10.0)),
            transport=transport if transport is not None else CheckedTransport(limit=limit, seconds=whole),
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
            raise failure_of(errors)
        return data

    def execute_document_partial(
        self, text: str, variables: Mapping[str, Any] | None = None
    ) -> tuple[Json, list[Json]]:
        """Return data and errors side by side of a document given as text."""
        return self._post(text, variables)

    def _post(self, text: str, variables: Mapping[str, Any] | None) -> tuple[Json, list[Json]]:
        with _counted(self.api_url):
            return self._judged(text, variables)

    def _judged(self, text: str, variables: Mapping[str, Any] | None) -> tuple[Json, list[Json]]:
        result = self._transport.post(text, variables)
        raw: object = result.errors
        errors = [error for error in raw if isinstance(error, dict)] if isinstance(raw, list) else []
        if not isinstance(result.data, dict):  # nothing was executed
            if not errors:
                raise SaleorUnreachable(f"{self.api_url} gave no GraphQL answer.")
            raise failure_of(errors, status=(result.extensions or {}).get("status", 200))
        return result.data, errors


def open_client(
    api_url: str, token_encrypted: str, *, transport: httpx.BaseTransport | None = None
) -> SaleorClient:
    """Return a client with the shop's decrypted token; use it in a `with` block."""
    return SaleorClient(api_url, decrypt(token_encrypted), transport=transport)


Opener = Callable[[str, str], SaleorClient]
"""Opens a client by a shop's API URL and its encrypted token: `open_client`, or a test's own."""


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


@contextmanager
def _counted(api_url: str) -> Iterator[None]:
    """Count the request by what came of it, for the metrics; time it for the traces."""
    outcome = "fault"
    with exporters.span("saleor", kind="client"):
        try:
            yield
            outcome = "answered"
        except SaleorUnreachable:
            outcome = "unreachable"
            raise
        except SaleorPermissionMissing:
            outcome = "denied"
            raise
        except SaleorRefused:
            outcome = "refused"
            raise
        finally:
            telemetry.count("influence_saleor_requests", api_url, outcome)


def answer_seconds() -> float:
    """Return how long a worker waits for an answer of Saleor, from dialling to its last byte."""
    return 2 * settings.get().saleor_timeout_seconds


def _judge_status(response: httpx.Response) -> None:
    """Raise for a status that says enough by itself; success and 400 carry GraphQL, or ought to."""
    status = response.status_code
    where = f"{response.request.url.copy_with(query=None)} answered with status {status}"
    if answers.passes(status):
        header = response.headers.get("retry-after")
        seconds = answers.retry_after(header, now=datetime.now(UTC), longest=LONGEST_RETRY_AFTER)
        raise SaleorUnreachable(f"{where}.", retry_after=seconds)
    if response.is_redirect:
        raise SaleorRefused(f"{where}, a redirect; the API URL must be the final one.")
    if not response.is_success and status != answers.BAD_REQUEST:
        raise SaleorRefused(f"{where}.")


def failure_of(errors: Sequence[Json], *, status: int = 200) -> AppError:
    """Return what Saleor's `errors` mean; a denied permission has status 200 there, and so has trouble."""
    messages = "; ".join(str(error.get("message", "no message"))[:300] for error in errors[:3])
    if answers.any_trouble(errors, status=status):
        names = ", ".join(sorted({code_of(error) or "no code" for error in errors[:3]}))
        return SaleorUnreachable(f"Saleor has trouble of its own: {messages} ({names}).")
    if any(code_of(error) == "PermissionDenied" for error in errors):
        return SaleorPermissionMissing(f"Saleor denied permission: {messages}")
    return SaleorRefused(f"Saleor refused: {messages}")


def refusals_in(data: Json, mutation: str) -> list[Json]:
    """Return the `errors` of a mutation's answer, each with a code; half an answer is `SaleorUnreachable`."""
    answer = data.get(mutation)
    found = answer.get("errors") if isinstance(answer, dict) else None
    if not isinstance(found, list) or not all(isinstance(error, dict) for error in found):
        raise SaleorUnreachable(f"Saleor's answer to {mutation} is not whole.")
    return found
