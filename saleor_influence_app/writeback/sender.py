"""Claims to answers: packed into requests, a few at a time, and every kind of refusal distinguished."""

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Lock
from typing import Self

from saleor_influence_app import settings
from saleor_influence_app.backoff import Backoff
from saleor_influence_app.errors import AppError, SaleorPermissionMissing, SaleorUnreachable
from saleor_influence_app.models import OutboxState
from saleor_influence_app.saleor import metadata
from saleor_influence_app.saleor.client import SaleorClient
from saleor_influence_app.saleor.identity import read_identity
from saleor_influence_app.saleor.metadata import AccountKind, Change, ChangeResult
from saleor_influence_app.shops import problems
from saleor_influence_app.writeback import outbox
from saleor_influence_app.writeback.outbox import Claim, SendResult

ALONE_AFTER = 3
"""Attempts after which a customer goes in a request of their own, lest they hold up three others."""
MAX_ATTEMPTS = 12
"""Attempts after which staff see a write that does not succeed while others do."""
STOP_AFTER = 4
"""Failed requests after which the rest of a batch stays unsent."""
BACKOFF = Backoff(timedelta(seconds=5), timedelta(minutes=5))
"""By ourselves: Saleor's recovery is noticed within minutes, however long it was away."""
LONGEST_ASKED_SECONDS = 900.0
"""What Saleor may ask for: a maintenance page that says an hour may be gone in a minute."""
DENIED_WAIT_SECONDS = 900.0
REFUSED_WAIT_SECONDS = 86_400.0
"""Of a write that Saleor refused for good, and of a removal from a staff account."""
PERMISSION = "MANAGE_USERS"


@dataclass(frozen=True)
class Trouble:
    """Why writing back stops for a while, for the shop as a whole."""

    key: str
    message: str
    wait_seconds: float


@dataclass(frozen=True)
class BatchResult:
    """An answer to every claim, and what follows for the shop."""

    answers: list[SendResult]
    trouble: Trouble | None = None
    pause_seconds: float | None = None
    """Saleor asked us to slow down."""
    attribute_missing: bool = False


@dataclass
class _SendState:
    """What has come back for one claim; `error` ended their request, nothing at all = it was not sent."""

    claim: Claim
    changes: list[Change]
    outcomes: list[ChangeResult] = field(default_factory=list)
    error: AppError | None = None

    def says(self, status: str) -> bool:
        return any(outcome.status == status for outcome in self.outcomes)

    @property
    def denied(self) -> bool:
        return isinstance(self.error, SaleorPermissionMissing) or self.says("denied")

    @property
    def refused_whole(self) -> bool:
        """Whether their whole request was refused."""
        return self.error is not None and not isinstance(self.error, SaleorUnreachable)

    @property
    def done(self) -> bool:
        return self.error is None and all(map(_is_done, self.outcomes))


class RequestSender:
    """Threads that carry requests to one shop; use it in a `with` block."""

    def __init__(self, client: SaleorClient, *, attribute_id: str | None = None) -> None:
        self._client = client
        self._attribute_id = attribute_id
        self._threads = ThreadPoolExecutor(settings.get().outbox_concurrency, "outbox")
        self._stop, self._lock, self._failures, self._until = Event(), Lock(), 0, 0.0
        self._choices: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(cancel_futures=True)

    def send(self, batch: Sequence[Claim]) -> BatchResult:
        """Send what each claim needs; returns when every request was answered, failed or given up."""
        self._stop.clear()
        self._failures, self._until = 0, time.monotonic() + outbox.SEND_SECONDS
        states = {claim.customer_id: _SendState(claim, self._changes(claim)) for claim in batch}
        groups = pack(states.values())
        moving = False
        for group, result in zip(groups, self._send_all(groups), strict=True):
            moving = moving or isinstance(result, list)
            for place, change in enumerate(group):
                if isinstance(result, list):
                    states[change.customer_id].outcomes.append(result[place])
                elif result is not None:
                    states[change.customer_id].error = result
        kinds, trouble = self._look_at(list(states.values()), moving=moving)
        if not moving and trouble is None:
            trouble = _unreachable(states.values())
        return BatchResult(
            answers=[
                _judge(state, kind=kinds.get(customer_id), trouble=trouble, known=self._known(state))
                for customer_id, state in states.items()
            ],
            trouble=trouble,
            pause_seconds=_asked_to_wait(states.values()),
            attribute_missing=any(state.says("no-attribute") for state in states.values()),
        )

    def _changes(self, claim: Claim) -> list[Change]:
        """What to ask for; the attribute's part waits, uncertain, while the shop has no attribute."""
        return [change for change in claim.changes if change.part != "attribute" or self._attribute_id]

    def _known(self, state: _SendState) -> dict[str, object]:
        """What Saleor has of each part; null where the call may or may not have arrived."""
        known: dict[str, object] = dict(state.claim.written)
        for outcome in state.outcomes:
            if _is_done(outcome):
                known.pop(outcome.change.part)
                if outcome.change.content is not None:
                    known[outcome.change.part] = outcome.change.content
        if state.claim.wanted is None and self._attribute_id is None:
            known.pop("attribute", None)  # its values went with the attribute itself
        return known

    def _send_all(self, groups: Sequence[Sequence[Change]]) -> list[list[ChangeResult] | AppError | None]:
        """Send all, a few at a time; one that may make a choice goes alone: of two Saleor makes two alike."""
        results: dict[int, list[ChangeResult] | AppError | None] = {}
        for place, group in enumerate(groups):
            if names := _choices(group) - self._choices:
                results[place] = self._send(group)
                self._choices |= names if isinstance(results[place], list) else set()
        rest = [place for place in range(len(groups)) if place not in results]
        results |= zip(rest, self._threads.map(self._send, [groups[place] for place in rest]), strict=True)
        return [results[place] for place in range(len(groups))]

    def _send(self, group: Sequence[Change]) -> list[ChangeResult] | AppError | None:
        if self._stop.is_set() or time.monotonic() > self._until:
            return None
        try:
            return metadata.write(self._client, group, attribute_id=self._attribute_id)
        except SaleorUnreachable as error:
            with self._lock:
                self._failures += 1
                if error.retry_after is not None or self._failures >= STOP_AFTER:
                    self._stop.set()
            return error
        except AppError as error:
            return error

    def _look_at(
        self, states: Sequence[_SendState], *, moving: bool
    ) -> tuple[dict[str, AccountKind], Trouble | None]:
        """Saleor denies permission for staff, for customers who are gone, and to an app that lost it: ask.

        Ask as well when every request was refused whole: then it is about the shop and about no customer.
        """
        denied = [state.claim.customer_id for state in states if state.denied]
        if not denied and (moving or not any(state.refused_whole for state in states)):
            return {}, None
        try:
            identity = read_identity(self._client)
            if identity is None or PERMISSION not in identity.permissions:
                return {}, _denied(f"it no longer has the permission {PERMISSION}")
            return metadata.kinds(self._client, denied), None
        except SaleorUnreachable as error:
            return {}, Trouble(problems.WRITEBACK_UNREACHABLE, _unreachable_because(error), _wait(0, error))
        except AppError as error:
            return {}, _denied(error.message.rstrip("."))


def pack(states: Iterable[_SendState]) -> list[list[Change]]:
    """Return requests of at most four mutations; a customer's changes stay together, a suspect's alone."""
    groups: list[list[Change]] = []
    open_group: list[Change] = []
    for state in states:
        if state.claim.attempts >= ALONE_AFTER:
            groups.append(state.changes)
            continue
        if _mutations(open_group) + _mutations(state.changes) > metadata.MUTATIONS_A_REQUEST:
            groups.append(open_group)
            open_group = []
        open_group.extend(state.changes)
    return [group for group in [*groups, open_group] if group]


def _mutations(changes: Iterable[Change]) -> int:
    return sum(change.mutations for change in changes)


def _choices(group: Iterable[Change]) -> set[str]:
    return {name for change in group if change.part == "attribute" for name in change.content or ()}


def _is_done(outcome: ChangeResult) -> bool:
    """Say whether Saleor's record says what it should; of an attribute that is gone, nothing is left."""
    gone = outcome.status == "no-attribute" and outcome.change.content is None
    return outcome.status == "done" or gone


def _judge(
    state: _SendState, *, kind: AccountKind | None, trouble: Trouble | None, known: dict[str, object]
) -> SendResult:
    """Return what becomes of one claim."""
    claim, attempts = state.claim, state.claim.attempts
    sent = bool(state.outcomes) or state.error is not None or not state.changes
    if trouble is not None or not sent:
        tried = attempts + (1 if isinstance(state.error, SaleorUnreachable) else 0)
        wait = trouble.wait_seconds if trouble else 0.0
        reason = trouble.message if trouble else None
        return SendResult(claim, OutboxState.PENDING, known, attempts=tried, error=reason, wait_seconds=wait)
    if state.says("gone") or kind == AccountKind.GONE:
        return SendResult(claim, None, known)
    if kind == AccountKind.STAFF:
        reason = "A staff account: its metadata is not ours to write."
        wait = REFUSED_WAIT_SECONDS
        return SendResult(
            claim, OutboxState.SKIPPED_STAFF, known, attempts=attempts, error=reason, wait_seconds=wait
        )
    return SendResult(claim, OutboxState.WRITTEN, known) if state.done else _not_done(state, known)


def _not_done(state: _SendState, known: dict[str, object]) -> SendResult:
    """A claim that Saleor did not do: a refused write is set aside for a day, all else comes again soon."""
    claim, tried, whole = state.claim, state.claim.attempts + 1, state.refused_whole
    alone = claim.attempts >= ALONE_AFTER
    reason = state.error.message if state.error else next(o.reason for o in state.outcomes if not _is_done(o))
    refused = state.says("refused") or state.denied or (whole and alone)
    if refused and claim.wanted is not None:
        wait = REFUSED_WAIT_SECONDS
        return SendResult(claim, OutboxState.FAILED, known, attempts=tried, error=reason, wait_seconds=wait)
    # One bad customer can spoil a request for three others: the next time they go alone.
    tried = max(tried, ALONE_AFTER) if whole else tried
    wait = 0.0 if whole and not alone else _wait(claim.attempts, state.error)
    return SendResult(claim, OutboxState.PENDING, known, attempts=tried, error=reason, wait_seconds=wait)


def _unreachable(states: Iterable[_SendState]) -> Trouble | None:
    for state in states:
        if isinstance(state.error, SaleorUnreachable):
            wait = _wait(state.claim.attempts, state.error)
            return Trouble(problems.WRITEBACK_UNREACHABLE, _unreachable_because(state.error), wait)
    return None


def _unreachable_because(error: SaleorUnreachable) -> str:
    return (
        "Customer records cannot be changed for the moment; it is tried again every few minutes. "
        f"{error.message}"
    )


def _denied(reason: str) -> Trouble:
    message = (
        f"The app may not change customer records: {reason}. Grant it in the dashboard, or install again. "
        "It is tried again every quarter of an hour."
    )
    return Trouble(problems.WRITEBACK_DENIED, message, DENIED_WAIT_SECONDS)


def _asked_to_wait(states: Iterable[_SendState]) -> float | None:
    """Return for how long Saleor wants no more requests, None if it did not say so."""
    errors = (state.error for state in states if isinstance(state.error, SaleorUnreachable))
    return max((_wait(0, error) for error in errors if error.retry_after is not None), default=None)


def _wait(attempts: int, error: AppError | None) -> float:
    """Seconds until the next attempt: doubling from five seconds to five minutes, or what Saleor asks for."""
    own = BACKOFF.after(attempts).total_seconds()
    asked = error.retry_after if isinstance(error, SaleorUnreachable) else None
    return float(max(own, min(asked or 0.0, LONGEST_ASKED_SECONDS)))
