"""What is to go wrong, on demand: for requests to the API and for deliveries to apps."""

import random
import threading
from dataclasses import dataclass, field
from typing import Any

API_FAULTS = ("status", "slow", "drop", "database", "page", "empty", "half")
DELIVERY_FAULTS = ("drop", "duplicate", "reorder", "delay", "fail", "corrupt")


class FaultInvalid(ValueError):
    """A fault that the sandbox cannot make."""


@dataclass(kw_only=True)
class Fault:
    """One thing that goes wrong `times` times (None: until cleared), each time with `probability`.

    On the API (`where="api"`): `status` answers with `value` as HTTP status, `slow` waits `value` seconds,
    `drop` closes the connection in the middle of the answer, `database` answers as Saleor does when its
    database is away (an OperationalError inside of `value`, or 200), `page` is a maintenance page with status
    200, `empty` and `half` are answers of status 200 with nothing and with a part of JSON in them. `match` is
    a part of the GraphQL text that it is limited to.
    On deliveries (`where="delivery"`): `drop` loses it for ever, `duplicate` sends it `value` times more,
    `reorder` delays it by a random part of `value` seconds, `delay` by exactly `value` seconds, `fail`
    behaves as if the app had answered 503, `corrupt` changes a byte after signing. `match` is an event name.
    """

    where: str
    kind: str
    value: float = 0
    times: int | None = 1
    probability: float = 1.0
    match: str = ""

    def __post_init__(self) -> None:
        kinds = {"api": API_FAULTS, "delivery": DELIVERY_FAULTS}.get(self.where)
        if kinds is None or self.kind not in kinds:
            raise FaultInvalid(f"No such fault: {self.where}/{self.kind}")
        numbers: dict[str, Any] = {
            "value": self.value,
            "times": self.times or 0,
            "probability": self.probability,
        }
        for name, value in numbers.items():
            if not isinstance(value, int | float) or value < 0:
                raise FaultInvalid(f"{name} must be a number that is not negative")
        if self.probability > 1:
            raise FaultInvalid("probability must lie between 0 and 1")


@dataclass(eq=False)
class Faults:
    """The faults that are still to come."""

    pending: list[Fault] = field(default_factory=list)
    dice: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311  # no secret
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, where: str, kind: str, **options: Any) -> Fault:
        """The fault will happen."""
        try:
            fault = Fault(where=where, kind=kind, **options)
        except TypeError as error:
            raise FaultInvalid(str(error)) from error
        with self._lock:
            self.pending.append(fault)
        return fault

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self.pending.clear()

    def due(self, where: str, subject: str) -> list[Fault]:
        """The faults that happen now to this query or event; each is counted down."""
        if not self.pending:
            return []
        with self._lock:
            hit = [
                fault
                for fault in self.pending
                if fault.where == where
                and fault.match in subject
                and (fault.probability >= 1 or self.dice.random() < fault.probability)
            ]
            for fault in hit:
                if fault.times is not None:
                    fault.times -= 1
            self.pending = [fault for fault in self.pending if fault.times is None or fault.times > 0]
        return hit
