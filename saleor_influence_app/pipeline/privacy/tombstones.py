"""Who was forgotten, by keyed hash, in files outside of the database: a restored backup brings nobody back.

A line is written before the database commits, so that there is no moment at which a backup could miss it.
A line whose commit then fails is harmless: it says what was asked for, and is asked for again.
"""

import fcntl
import hmac
import json
import os
import socket
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from saleor_influence_app import log, settings
from saleor_influence_app.pipeline import shops

logger = log.get(__name__)

WHOLE_SHOP = "\0shop"
"""No customer has this id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tombstone:
    """One line: `who` is a keyed hash, and what ended when. deleted, erased, withdrawn, shop."""

    who: str
    what: str
    at: str
    purpose: str | None = None
    network: str | None = None

    @property
    def moment(self) -> datetime:
        """Return when it was."""
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """What ended for a customer, or for the whole shop."""

    customer_id: str
    what: str
    purpose: str | None = None
    network: str | None = None


def note(session: Session, shop_id: int, endings: Iterable[Ending], *, now: datetime | None = None) -> None:
    """The endings stand in this machine's file, on its disk. Without a folder, or a disk, nothing stops."""
    folder, at = settings.get().tombstone_folder, (now or datetime.now(UTC)).isoformat()
    if folder is None:
        return
    key = shops.derived_key(session, shop_id, "tombstones")
    lines = [
        asdict(
            Tombstone(
                who=name_of(one.customer_id, key),
                what=one.what,
                at=at,
                purpose=one.purpose,
                network=one.network,
            )
        )
        for one in endings
    ]
    try:
        _append(folder, "".join(json.dumps(line) + "\n" for line in lines))
    except OSError as error:  # forgetting goes first; the doctor says that the folder cannot be written
        logger.error("tombstones.not_written", shop_id=shop_id, error=type(error).__name__)  # noqa: TRY400


def read(folder: Path) -> dict[str, list[Tombstone]]:
    """Return the tombstones of all machines by `who`; a line that was cut off by a crash is passed over."""
    found: dict[str, list[Tombstone]] = {}
    for line in _lines(folder):
        try:
            stone = Tombstone(**json.loads(line))
            stone.moment  # noqa: B018 - raises for what is no date
        except (ValueError, TypeError):
            continue
        found.setdefault(stone.who, []).append(stone)
    return found


def name_of(customer_id: str, key: bytes) -> str:
    """Return what stands for a customer (or WHOLE_SHOP) in the files of whoever has the shop's key."""
    return hmac.digest(key, customer_id.encode(), "sha256").hex()


def is_writable(folder: Path) -> bool:
    """Say whether a tombstone could be written there now."""
    try:
        _append(folder, "")
    except OSError:
        return False
    return True


def _append(folder: Path, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    # One file a machine: a folder may be shared by several, or be collected from them.
    path = folder / f"{socket.gethostname() or 'here'}.jsonl"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.write(descriptor, text.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lines(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.jsonl")) if folder.is_dir() else ():
        yield from path.read_text(encoding="utf-8", errors="replace").splitlines()
