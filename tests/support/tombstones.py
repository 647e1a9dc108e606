"""A process that writes tombstones and says so line by line; it may be killed in the middle of a write."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from saleor_influence_app.models import TombstoneKind
from saleor_influence_app.shops import tombstone_folder
from saleor_influence_app.shops.tombstone_folder import Tombstone


def half_and_die(descriptor: int, text: bytes) -> int:
    """Write the first half, as a process does that `kill -9` meets there."""
    os.write(descriptor, text[: len(text) // 2])
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def main() -> None:
    """Append `count` writes of three lines each; with `die`, the write after them is cut off."""
    folder, name, count, die = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4] == "die"
    for number in range(count):
        stones = [
            Tombstone(
                who=f"{name}-{number}-{part}", what=TombstoneKind.ERASED, at="2026-11-01T12:00:00+00:00"
            )
            for part in range(3)
        ]
        tombstone_folder.append(folder, stones)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
    if die:
        last = Tombstone(who=f"{name}-last", what=TombstoneKind.ERASED, at="2026-11-01T12:00:00+00:00")
        tombstone_folder.append(folder, [last], write=half_and_die)


if __name__ == "__main__":
    main()


@contextmanager
def out_of_order(folder: Path) -> Iterator[None]:
    """The folder cannot be written, not even by root."""
    own = folder / f"{socket.gethostname()}.jsonl"
    aside = own.with_suffix(".aside")
    if own.exists():
        own.rename(aside)
    own.mkdir()
    try:
        yield
    finally:
        own.rmdir()
        if aside.exists():
            aside.rename(own)
