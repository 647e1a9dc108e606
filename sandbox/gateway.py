"""One GraphQL request: limits first, then the answer in Saleor's own shape."""

import json
import logging
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSyntaxError,
    execute_sync,
    parse,
    validate,
)

from sandbox.cost import cost_of, count_mutations, is_subscription
from sandbox.requestor import Call, CircularSubscriptionSyncEvent, PermissionDenied, identify
from sandbox.state import State
from sandbox.tokens import TokenInvalid

Answer = tuple[int, dict[str, Any] | list[dict[str, Any]]]
REMEMBERED_DOCUMENTS = 256
log = logging.getLogger(__name__)
OK = 200


@dataclass(eq=False)
class Gateway:
    """Answers requests; documents that were parsed and found valid are remembered."""

    state: State
    _documents: OrderedDict[str, DocumentNode] = field(default_factory=OrderedDict)

    def answer_body(self, body: bytes, authorization: str | None) -> Answer:
        """The HTTP status and the JSON that answer a request body."""
        try:
            request = json.loads(body)
        except ValueError:
            return 400, {"errors": [_plain("Unable to parse query.")]}
        if isinstance(request, list):
            if len(request) > 1:
                return 400, {"errors": [_plain("Number of batch queries exceeded.")]}
            answers = [self.answer(entry, authorization) for entry in request]
            return max((code for code, _ in answers), default=200), [answer for _, answer in answers]
        if not isinstance(request, dict):
            return 400, {"errors": [_plain("Unable to parse query.")]}
        return self.answer(request, authorization)

    def answer(self, request: dict[str, Any], authorization: str | None) -> tuple[int, dict[str, Any]]:
        """The HTTP status and the JSON that answer one operation."""
        query, variables = request.get("query"), request.get("variables")
        if not isinstance(variables, dict):
            variables = {}
        try:
            document = self._document(query)
            cost = cost_of(self.state.schema, document, variables)
        except GraphQLErrors as refusal:
            return 400, {"errors": refusal.errors}
        except GraphQLError as error:
            return 400, {"errors": [formatted(error)]}
        maximum = self.state.settings.maximum_cost
        extensions = {"cost": {"requestedQueryCost": cost, "maximumAvailable": maximum}}
        if cost > maximum:
            message = f"The query exceeds the maximum cost of {maximum}. Actual cost is {cost}"
            refused = {
                "message": message,
                "extensions": {**extensions, "exception": {"code": "QueryCostError"}},
            }
            return 400, {"errors": [refused], "extensions": extensions}
        if is_subscription(document):
            # Subscriptions are what webhooks ask for; over HTTP Saleor fails like this.
            refused = _plain("Internal Server Error", "Exception")
            return OK, {"errors": [refused], "data": None, "extensions": extensions}
        status, answer = self._execute(document, request, authorization)
        return status, {**answer, "extensions": extensions} if status == OK else answer

    def _execute(
        self, document: DocumentNode, request: dict[str, Any], authorization: str | None
    ) -> tuple[int, dict[str, Any]]:
        state, name, variables = self.state, request.get("operationName"), request.get("variables")
        with state.lock:
            result = execute_sync(
                state.schema,
                document,
                context_value=Call(state, identify(state, authorization)),
                variable_values=variables if isinstance(variables, dict) else None,
                operation_name=name if isinstance(name, str) else None,
            )
        errors = [formatted(error) for error in result.errors or ()]
        if result.data is None and errors and not any("path" in error for error in errors):
            # Wrong variables, or no operation of that name: nothing was executed.
            return 400, {"errors": errors}
        return OK, {**({"errors": errors} if errors else {}), "data": result.data}

    def _document(self, query: Any) -> DocumentNode:
        if not query or not isinstance(query, str):
            raise GraphQLErrors([_plain("Must provide a query string.")])
        known = self._documents.get(query)
        if known is not None:
            return known
        try:
            document = parse(query)
        except GraphQLSyntaxError as error:
            raise GraphQLErrors([formatted(error)]) from error
        errors = validate(self.state.schema, document)
        if errors:
            raise GraphQLErrors([formatted(error) for error in errors])
        limit = self.state.settings.mutation_limit
        if count_mutations(document) > limit:
            raise GraphQLErrors([_plain(f"Number of mutations exceed the limit of {limit}")])
        self._documents[query] = document
        if len(self._documents) > REMEMBERED_DOCUMENTS:
            self._documents.popitem(last=False)
        return document


class GraphQLErrors(Exception):
    """The request is refused before anything is executed."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors[0]["message"])
        self.errors = errors


def _plain(message: str, code: str = "GraphQLError") -> dict[str, Any]:
    return {"message": message, "extensions": {"exception": {"code": code}}}


def formatted(error: GraphQLError) -> dict[str, Any]:
    """The error with Saleor's code: the name of the exception behind it. What was not meant is not told."""
    cause = error.original_error or error
    code = getattr(cause, "code", None) or type(cause).__name__
    meant = isinstance(cause, GraphQLError | PermissionDenied | TokenInvalid | CircularSubscriptionSyncEvent)
    if not meant:
        log.error("A resolver of the sandbox failed", exc_info=cause)
    shown: dict[str, Any] = {"message": error.message if meant else "Internal Server Error"}
    if error.locations:
        shown["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path:
        shown["path"] = list(error.path)
    return {**shown, "extensions": {"exception": {"code": code}}}
