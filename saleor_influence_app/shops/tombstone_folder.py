"""One folder of tombstones on a disk outside of the database: lines with a checksum, one file a machine.

A line is on the disk when `append` returns, and none of it is there when `append` raises.
"""

import errno
import fcntl
import hashlib
import json
import os
import socket
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from saleor_influence_app import log
from saleor_influence_app.models import TombstoneKind

logger = log.get(__name__)

Write = Callable[[int, bytes], int]
IsWhole = Callable[[bytes], bool]
"""Says whether a last line without an end is whole all the same."""
IDENTITY = "folder-id"
"""The file that tells this folder from another one, or from an empty one in its place."""
TAIL = 65_536
"""Bytes; a line has about 250."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tombstone:
    """One line: `who` is a keyed hash, and what ended when."""

    who: str
    what: TombstoneKind
    at: str
    purpose: str | None = None
    network: str | None = None

    @property
    def moment(self) -> datetime:
        """Return when it was."""
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True, slots=True)
class Content:
    """What a folder's files say: each tombstone once, and how many lines are damaged."""

    stones: frozenset[Tombstone] = frozenset()
    unreadable: int = 0


def append(folder: Path, stones: Sequence[Tombstone], *, write: Write = os.write) -> None:
    """Put the tombstones at the end of this machine's file, on its disk; after an OSError none is there."""
    text = "".join(line_of(stone) for stone in stones).encode()
    append_lines(_own_file(folder), text, is_whole=lambda line: parse(line) is not None, write=write)


def append_lines(path: Path, text: bytes, *, is_whole: IsWhole, write: Write = os.write) -> None:
    """Put whole lines at the end of the file, on its disk; after an OSError none is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path) as descriptor:
        end = _mend(descriptor, is_whole)
        try:
            written = write(descriptor, text)
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, end)
            raise
        if written != len(text):  # a disk that becomes full takes a part, and says so by nothing else
            os.ftruncate(descriptor, end)
            raise OSError(errno.ENOSPC, "The disk took only a part.")
    if not end:  # a new file is safe when its folder is on the disk as well
        _sync(path.parent)
        _sync(path.parent.parent)


def read(folder: Path) -> Content:
    """Return what all machines' files hold; damaged lines are counted, but not one that is being written."""
    stones: set[Tombstone] = set()
    unreadable = 0
    for path in sorted(folder.glob("*.jsonl")) if folder.is_dir() else ():
        *lines, tail = path.read_bytes().split(b"\n")
        for line in lines:
            stone = parse(line)
            if stone is not None:
                stones.add(stone)
            elif line:
                unreadable += 1
        if (last := parse(tail)) is not None:
            stones.add(last)
    return Content(frozenset(stones), unreadable)


def size(folder: Path) -> int:
    """Return how many bytes the folder's files have: it says cheaply whether anything has changed."""
    return sum(path.stat().st_size for path in folder.glob("*.jsonl"))


def line_of(stone: Tombstone) -> str:
    """Return the tombstone as a line, with a checksum over the rest of it."""
    return json.dumps(asdict(stone) | {"sum": checksum(stone)}) + "\n"


def checksum(stone: Tombstone) -> str:
    """Return 64 bits that change with any letter of the tombstone."""
    return hashlib.sha256(json.dumps(asdict(stone)).encode()).hexdigest()[:16]


def parse(line: bytes) -> Tombstone | None:
    """Return the line's tombstone, in UTC; None if it is damaged or of a kind that is not known.

    The oldest lines have no checksum.
    """
    try:
        values = json.loads(line)
        stated = values.pop("sum", None)
        stone = Tombstone(**values)
        at = stone.moment.astimezone(UTC).isoformat()
        if stated not in {None, checksum(stone)} or type(stone.who) is not str:
            return None
        kind = TombstoneKind(stone.what)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None
    return replace(stone, at=at, what=kind)


def identity(folder: Path) -> str | None:
    """Return the folder's own name; None if it has none yet."""
    with suppress(OSError):
        return (folder / IDENTITY).read_text(encoding="ascii", errors="replace").strip() or None
    return None


def rename(folder: Path) -> str:
    """Give the folder a new name of its own and return it; the caller is `alone` with it."""
    name = uuid.uuid4().hex
    (folder / IDENTITY).write_text(name + "\n", encoding="ascii")
    _sync(folder / IDENTITY)
    _sync(folder)
    return name


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only process that compares the folder with the database; BlockingIOError if another is at it."""
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / IDENTITY, wait=False):
        yield


def trouble(folder: Path) -> str | None:
    """Return why nothing can be written there now, without writing; None if something can."""
    if not folder.is_dir():
        return "the folder TOMBSTONE_FOLDER does not exist"
    own = _own_file(folder)
    if own.exists() and not own.is_file():
        return f"{own.name} in TOMBSTONE_FOLDER is no file"
    if not os.access(folder, os.W_OK | os.X_OK) or (own.exists() and not os.access(own, os.R_OK | os.W_OK)):
        return "TOMBSTONE_FOLDER cannot be written by this user"
    disk = os.statvfs(folder)
    if disk.f_blocks and not disk.f_bavail:  # some network file systems tell no number at all
        return "the disk of TOMBSTONE_FOLDER is full"
    return None


@contextmanager
def _locked(path: Path, *, wait: bool = True) -> Iterator[int]:
    """Give the file's descriptor to one writer at a time."""
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield descriptor
    finally:
        os.close(descriptor)


def _mend(descriptor: int, is_whole: IsWhole) -> int:
    """End the file with a whole line, and return its length.

    Its last line is torn when its writer was killed; that writer has committed nothing, so what is left of it
    says nothing that happened.
    """
    length = os.fstat(descriptor).st_size
    start = max(length - TAIL, 0)
    tail = os.pread(descriptor, length - start, start)
    if tail.endswith(b"\n") or not tail:
        return length
    last = tail.rpartition(b"\n")[2]
    if not is_whole(last):
        length -= len(last)
        os.ftruncate(descriptor, length)
        logger.warning("tombstones.torn_line_removed", bytes=len(last))
    elif os.write(descriptor, b"\n") == 1:
        length += 1
    return length


def _own_file(folder: Path) -> Path:
    return folder / f"{socket.gethostname() or 'here'}.jsonl"


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
