from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.recorded import key_set, webhook_deliveries

# After the recordings were made: what a test says must not depend on the clock of its machine.
AFTER_THE_RECORDINGS = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass(frozen=True)
class Recorded:
    event: str
    signature: str
    body: bytes


@dataclass(frozen=True)
class Recordings:
    deliveries: tuple[Recorded, ...]
    jwks: dict[str, Any]
    now: datetime = AFTER_THE_RECORDINGS


@pytest.fixture(scope="session")
def recordings() -> Recordings:
    """The deliveries that a Saleor 3.23 has sent, and its key set."""
    return Recordings(
        tuple(
            Recorded(line["event"], line["headers"]["saleor-signature"], line["body"].encode())
            for line in webhook_deliveries()
        ),
        key_set(),
    )
