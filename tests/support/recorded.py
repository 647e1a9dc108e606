"""What Saleor and a real shop once said: schemas of `sandbox/data`, and what is in `tests/data`."""

import json
import lzma
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema, build_schema

from sandbox import sdl

DATA = Path(__file__).resolve().parents[1] / "data"
VERSIONS = sdl.STORED
"""The Saleor versions whose schemas are stored."""


def text_of(path: str) -> str:
    """Return the text of a compressed file; `path` is below `tests/data`, without `.xz`."""
    return lzma.decompress((DATA / f"{path}.xz").read_bytes()).decode()


@cache
def saleor_schema(version: str) -> GraphQLSchema:
    """Return the GraphQL schema of a Saleor version: built once a test process, since that takes a second."""
    return build_schema(sdl.text_of(version), assume_valid=True, no_location=True)


def webhook_deliveries() -> list[dict[str, Any]]:
    """Return the deliveries that a Saleor 3.23 sent: `event`, `headers`, and `body` as it was signed."""
    return [json.loads(line) for line in text_of("saleor/webhooks-3.23.jsonl").splitlines()]


def key_set() -> dict[str, Any]:
    """Return the JWKS with which those deliveries verify."""
    found: dict[str, Any] = json.loads((DATA / "saleor" / "jwks-3.23.json").read_text())
    return found


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
