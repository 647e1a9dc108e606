import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

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
def recordings(shared: Path) -> Recordings:
    """The deliveries that a Saleor 3.23 has sent, and its key set."""
    lines = (shared / "saleor" / "webhooks-3.23.jsonl").read_text(encoding="utf-8").splitlines()
    return Recordings(
        tuple(
            Recorded(line["event"], line["headers"]["saleor-signature"], line["body"].encode())
            for line in map(json.loads, lines)
        ),
        json.loads((shared / "saleor" / "jwks-3.23.json").read_text(encoding="utf-8")),
    )
