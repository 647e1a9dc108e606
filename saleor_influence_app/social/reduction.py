"""Reduces follower lists to customers who consented: of everybody else not even a hash is kept."""

import hmac
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

KEY_BYTES = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Reduced:
    """Which consenting customers are in a list (by keyed hash), and how long the list was."""

    found: frozenset[bytes]
    seen: int


def keyed_hash(network: str, network_id: str, *, key: bytes) -> bytes:
    """Return HMAC-SHA256 of a profile's id with the shop's key; profiles are compared by it.

    Without the key, nobody can try ids against it, and two shops' hashes cannot be joined. The network is
    part of it: the same number on two networks is two people.
    """
    if len(key) < KEY_BYTES:
        raise ValueError(f"the key must have at least {KEY_BYTES} bytes")
    return hmac.digest(key, f"{network}\0{network_id}".encode(), "sha256")


def reduce(
    network_ids: Iterable[str], consenting: AbstractSet[bytes], *, network: str, key: bytes
) -> Reduced:
    """Return which of the ids have consented. Holds one id at a time; memory is that of the result.

    The set is exact: a Bloom filter would save memory that the consenting of one shop do not need, and would
    call some strangers customers.
    """
    found: set[bytes] = set()
    seen = 0
    for network_id in network_ids:
        seen += 1
        digest = keyed_hash(network, network_id, key=key)
        if digest in consenting:
            found.add(digest)
    return Reduced(found=frozenset(found), seen=seen)
