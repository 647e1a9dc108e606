"""Our keys in customer records: which mutation each part needs, four to a request, answers told apart."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Literal, Protocol

from saleor_influence_app import answers
from saleor_influence_app.answers import code_of
from saleor_influence_app.errors import SaleorUnreachable
from saleor_influence_app.fields import Json
from saleor_influence_app.saleor import operations
from saleor_influence_app.saleor.client import failure_of

Part = Literal["private", "public", "attribute"]
PARTS: tuple[Part, ...] = ("private", "public", "attribute")
Status = Literal["done", "denied", "gone", "no-attribute", "refused", "again"]


class AccountKind(StrEnum):
    """Whose record an id in Saleor is: a customer's, a staff account's, or nobody's any more."""

    CUSTOMER = "customer"
    STAFF = "staff"
    GONE = "gone"


PRIVATE_KEYS = (
    "influence.segments",
    "influence.value",
    "influence.score",
    "influence.version",
    "influence.updated",
)
PUBLIC_KEYS = ("influence.segments",)
MUTATIONS_A_REQUEST = 4
"""Saleor's GRAPHQL_MUTATION_COUNT_LIMIT: a fifth and the whole request is refused."""

_OPERATION = re.compile(r"\A\s*(query|mutation)\s+\w+\s*\(([^)]*)\)\s*\{(.*)\}\s*\Z", re.DOTALL)


class Caller(Protocol):
    """The part of `SaleorClient` that is needed here."""

    def execute_document_partial(
        self, text: str, variables: Mapping[str, Any] | None = None
    ) -> tuple[Json, list[Json]]:
        """Return data and errors side by side."""


@dataclass(frozen=True)
class Change:
    """What one part of one customer's record should say; no content = the part is to go."""

    customer_id: str
    part: Part
    content: Any
    stale: tuple[str, ...] = ()
    """Keys that may be there beside the content, and are to go."""

    @property
    def mutations(self) -> int:
        """How many of a request's mutations it takes."""
        return 2 if self.stale and self.content is not None else 1


@dataclass(frozen=True)
class ChangeResult:
    """What Saleor made of a change, with its words where it did not simply do it."""

    change: Change
    status: Status
    reason: str = ""


def write(
    client: Caller, changes: Sequence[Change], *, attribute_id: str | None = None
) -> list[ChangeResult]:
    """Make the changes (at most four mutations) in one request; an outcome each, in their order.

    Raises `SaleorUnreachable` when nothing can be known, `SaleorRefused` when the whole request was refused.
    """
    calls = [(change, *call) for change in changes for call in _calls(change, attribute_id)]
    variables = {
        f"m{place}_{name}": value
        for place, (_, _, given) in enumerate(calls)
        for name, value in given.items()
    }
    data, errors = client.execute_document_partial(pack(tuple(name for _, name, _ in calls)), variables)
    by_alias = {
        str(path[0]): error for error in errors if isinstance(path := error.get("path"), list) and path
    }
    loose = next((error for error in errors if not error.get("path")), None)
    outcomes = [
        _outcome(change, data.get(f"m{place}"), by_alias.get(f"m{place}", loose))
        for place, (change, _, _) in enumerate(calls)
    ]
    return [_of_all([one for one in outcomes if one.change is change]) for change in changes]


def kinds(client: Caller, customer_ids: Sequence[str]) -> dict[str, AccountKind]:
    """Say what stands behind each id; a staff account without orders counts as gone, as Saleor hides it.

    Raises `SaleorUnreachable` when Saleor could not look at all of them, `SaleorRefused` when it may not.
    """
    found: dict[str, AccountKind] = {}
    for start in range(0, len(customer_ids), 50):
        some = customer_ids[start : start + 50]
        text = pack(("customer_kind",) * len(some))
        data, errors = client.execute_document_partial(
            text, {f"m{place}_id": customer_id for place, customer_id in enumerate(some)}
        )
        if errors:  # a customer whom Saleor failed to find is not gone
            raise failure_of(errors)
        for place, customer_id in enumerate(some):
            user = data.get(f"m{place}", ...)
            if user is not None and not isinstance(user, dict):
                raise SaleorUnreachable("Saleor's answer about customers is not whole.")
            found[customer_id] = _kind(user)
    return found


def _kind(user: Json | None) -> AccountKind:
    if not user:
        return AccountKind.GONE
    return AccountKind.STAFF if user.get("isStaff") else AccountKind.CUSTOMER


@cache
def pack(names: tuple[str, ...]) -> str:
    """Return one document with the named operations side by side: aliases m0, m1 …, variables likewise."""
    kind, heads, bodies = "", [], []
    for place, name in enumerate(names):
        match = _OPERATION.match(operations.text_of(name))
        if match is None:
            raise ValueError(f"operation {name} is not of the one form that can be packed")
        kind, variables, body = match.groups()
        heads.append(variables.strip().replace("$", f"$m{place}_"))
        bodies.append(f"  m{place}: " + body.strip().replace("$", f"$m{place}_"))
    return f"{kind} Packed({', '.join(heads)}) {{\n" + "\n".join(bodies) + "\n}\n"


def _calls(change: Change, attribute_id: str | None) -> list[tuple[str, Json]]:
    """Return the operations that make a change, and their variables; stale keys go after the write."""
    calls = [_call(change, attribute_id)]
    if change.mutations > 1:
        given = {"id": change.customer_id, "keys": list(change.stale)}
        calls.append(("delete_private_metadata", given))
    return calls


def _of_all(outcomes: Sequence[ChangeResult]) -> ChangeResult:
    """Return the first outcome that is not done; done is only what was done whole."""
    return next((one for one in outcomes if one.status != "done"), outcomes[0])


def _call(change: Change, attribute_id: str | None) -> tuple[str, Json]:
    """Return the operation that makes a change, and its variables."""
    given: Json = {"id": change.customer_id}
    if change.part == "attribute":
        if attribute_id is None:
            raise ValueError("a change of the attribute needs its id")
        values = [{"value": name} for name in change.content or ()]
        return "customer_attributes_update", given | {
            "attributes": [{"id": attribute_id, "multiselect": values}]
        }
    private = change.part == "private"
    if change.content is None:
        keys = list(PRIVATE_KEYS if private else PUBLIC_KEYS)
        return ("delete_private_metadata" if private else "delete_metadata"), given | {"keys": keys}
    pairs = [{"key": key, "value": value} for key, value in sorted(change.content.items())]
    return ("update_private_metadata" if private else "update_metadata"), given | {"input": pairs}


def _outcome(change: Change, answer: Any, error: Json | None) -> ChangeResult:
    refusals = answer.get("errors") if isinstance(answer, dict) else None
    if refusals == []:
        return ChangeResult(change, "done")
    if error is not None:
        reason = str(error.get("message", ""))[:500]
        return ChangeResult(change, _status_of(error), reason)
    if not isinstance(refusals, list):
        return ChangeResult(change, "again", "Saleor left this customer out of its answer.")
    first = refusals[0] if isinstance(refusals[0], dict) else {}
    reason = f"{first.get('code')}: {first.get('message')}"[:500]
    if answers.tells_of_trouble(str(first.get("message"))):
        return ChangeResult(change, "again", reason)
    if first.get("code") == "NOT_FOUND":
        about_attribute = change.part == "attribute" and first.get("field") != "id"
        return ChangeResult(change, "no-attribute" if about_attribute else "gone", reason)
    # NOT_UPDATED: the row changed beneath Saleor's own statement.
    return ChangeResult(change, "again" if first.get("code") == "NOT_UPDATED" else "refused", reason)


def _status_of(error: Json) -> Status:
    """Say what an error beside an empty answer means."""
    code = code_of(error)
    if code == "PermissionDenied":
        return "denied"  # also for a customer who is gone, and for staff: `kinds` tells them apart
    return "again" if code is None or answers.is_trouble(error) else "refused"
