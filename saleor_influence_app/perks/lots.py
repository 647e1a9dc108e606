"""The lots of a programme: who comes first where seats are few, and who is held out.

A lot is the SHA-256 of the programme's seed and the customer's id, so that anybody who knows the seed can
repeat the draw; the seed is shown once the programme has ended. Who enters the segment later is drawn by the
same seed: no lot depends on who else was drawn, or when.
"""

import hashlib
from collections.abc import Iterable

_RANGE = 2.0**256


def in_order(customer_ids: Iterable[str], seed: int) -> list[str]:
    """Return the customers in the order in which they get seats."""
    return sorted(set(customer_ids), key=lambda one: _digest(seed, "seat", one))


def is_held_out(customer_id: str, seed: int, share: float) -> bool:
    """Say whether the customer is among the share that is held out."""
    return int.from_bytes(_digest(seed, "arm", customer_id)) / _RANGE < share


def _digest(seed: int, what: str, customer_id: str) -> bytes:
    return hashlib.sha256(f"{seed}:{what}:{customer_id}".encode()).digest()
