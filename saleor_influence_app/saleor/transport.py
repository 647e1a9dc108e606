"""gql's transport as it is used here: documents as they stand, and what their failures mean."""

from collections.abc import Mapping
from typing import Any

import httpx
from gql import GraphQLRequest
from gql.transport.exceptions import TransportConnectionFailed
from gql.transport.httpx import HTTPXTransport
from graphql import ExecutionResult

from saleor_influence_app import answers
from saleor_influence_app.errors import AppError, SaleorUnreachable
from saleor_influence_app.fields import Json


class Transport(HTTPXTransport):
    """gql's transport, which keeps the status and never decodes a strange answer into its own error."""

    def post(self, text: str, variables: Mapping[str, Any] | None) -> ExecutionResult:
        """Return what a document is answered; raises `SaleorUnreachable` or what the connection raised."""
        try:
            return self.execute(_Text(text, variables))
        except TransportConnectionFailed as error:
            raise _reason(error.__cause__) from error

    def _prepare_result(self, response: httpx.Response) -> ExecutionResult:
        found = answers.json_object(response.content) or {}
        extensions = {"status": response.status_code}
        return ExecutionResult(data=found.get("data"), errors=found.get("errors"), extensions=extensions)


class _Text(GraphQLRequest):
    """A document sent as it stands: gql would parse and print it anew on every call."""

    def __init__(self, text: str, variables: Mapping[str, Any] | None) -> None:
        self.text = text
        self.variable_values = dict(variables) if variables else None

    @property
    def payload(self) -> Json:
        return {"query": self.text, "variables": self.variable_values or {}}


def _reason(cause: BaseException | None) -> BaseException:
    """Return what to raise for a failure beneath gql."""
    if isinstance(cause, AppError):
        return cause
    if isinstance(cause, httpx.RequestError):
        return SaleorUnreachable(f"Saleor cannot be reached: {type(cause).__name__}.")
    return cause if cause is not None else SaleorUnreachable("Saleor cannot be reached.")
