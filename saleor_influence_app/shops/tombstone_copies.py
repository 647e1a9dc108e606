"""Every machine's folder is a full copy of the tombstones, and the database knows which folders there are.

Each folder is brought up to date about once a minute. One that is not seen any more, or that lacks lines it
once had, is told until somebody says that it is gone on purpose: after a restore of the database it may have
been the only one that knew who was forgotten since. Until then nothing is computed or written back
(`tombstone_check.refusal`): a folder is trusted while it is seen, and one that joins later once a trusted one
is seen.
"""

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from saleor_influence_app import db, log, settings
from saleor_influence_app.models import TombstoneFolder, TombstoneRow
from saleor_influence_app.shops import tombstone_check, tombstone_folder, tombstones
from saleor_influence_app.shops.tombstone_folder import Content

logger = log.get(__name__)

LOST_AFTER = timedelta(hours=1)
TRUSTED_FOR = timedelta(minutes=10)
"""Ten looks: a machine that is restarted, or a busy disk, stops nothing."""
EVERY_SECONDS = 60.0
PATIENCE_SECONDS = 0.25
"""A disk that answers does so within a thousandth of it."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A folder that was not seen for a while."""

    name: str
    host: str
    lines: int
    seen_at: datetime


def catch_up(transaction: db.Transaction, folder: Path) -> int:
    """Write what this folder lacks of the database's tombstones, and return how much that was.

    A folder that lacks what was seen in it before is another one in its place: it gets a new name, and so the
    old one counts as lost. Raises OSError when the folder cannot be used.
    """
    with tombstone_folder.alone(folder):
        if (trouble := tombstone_folder.trouble(folder)) is not None:
            raise OSError(trouble)
        with transaction() as session:
            tombstones.write_waiting(session, folder)
        with transaction() as session:
            copied = _complete(session, folder)
    if copied:
        logger.info("tombstones.copied", lines=copied)
    return copied


def catch_up_here(transaction: db.Transaction) -> None:
    """Bring the settings' folder up to date; one that cannot be used is logged, and tried again next time."""
    folder = settings.get().tombstone_folder
    try:
        if folder is not None:
            catch_up(transaction, folder)
    except BlockingIOError:
        return  # another process of this machine is doing it
    except OSError as error:
        logger.error("tombstones.not_copied", error=type(error).__name__)  # noqa: TRY400 - no stack for a full disk


def take_over(session: Session, folder: Path) -> None:
    """Store the folder's tombstones that the database lacks, as after a restore; other folders get them."""
    unknown = tombstone_folder.read(folder).stones - tombstones.everything(session).keys()
    tombstones.store(session, unknown, noted_at=datetime.now(UTC))


def lost(session: Session) -> list[Lost]:
    """Return the folders that were not seen for an hour, or not since the backup that was restored."""
    query = select(TombstoneFolder).where(TombstoneFolder.seen_at < datetime.now(UTC) - LOST_AFTER)
    return [
        Lost(name=row.name, host=row.host, lines=row.lines, seen_at=row.seen_at)
        for row in session.scalars(query.order_by(TombstoneFolder.seen_at))
    ]


def retire(session: Session, name: str) -> bool:
    """Expect this folder no longer; says whether it was known."""
    gone = delete(TombstoneFolder).where(TombstoneFolder.name == name).returning(TombstoneFolder.name)
    known = session.scalar(gone) is not None
    if known and not session.scalar(
        select(tombstone_check.TRUSTED.exists())
    ):  # those that are left are all there is
        session.execute(update(TombstoneFolder).values(trusted_until=TombstoneFolder.seen_at + TRUSTED_FOR))
    return known


def expect_anew(session: Session) -> None:
    """A backup was restored: each folder must be seen again before it is trusted."""
    now = datetime.now(UTC)
    session.execute(
        update(TombstoneFolder).where(TombstoneFolder.trusted_until > now).values(trusted_until=now)
    )


def late(session: Session) -> int:
    """Return how many endings wait for a folder for longer than a sweep takes."""
    return session.scalar(tombstone_check.waiting()) or 0


class Watch:
    """Says whether an ending could be noted now, without ever waiting for a disk that does not answer."""

    def __init__(self, see: Callable[[Path], str | None] = tombstone_folder.trouble) -> None:
        self._see = see
        self._look: threading.Thread | None = None
        self._found: str | None = None
        self._lock = threading.Lock()
        self.late = 0
        """Endings that waited for the folder when it was last brought up to date."""

    def trouble(self) -> str | None:
        """Return in words why who is forgotten cannot be noted; None if it can, or where no folder is set."""
        folder = settings.get().tombstone_folder
        if folder is None:
            return None
        with self._lock:
            if self._look is None or not self._look.is_alive():
                self._look = threading.Thread(target=self._ask, args=(folder,), daemon=True)
                self._look.start()
                self._look.join(PATIENCE_SECONDS)
            if self._look.is_alive():
                return "the disk of TOMBSTONE_FOLDER does not answer"
            behind = f"{self.late:,} endings wait to be noted" if self.late else None
            return self._found or behind

    def keep(self, stop: threading.Event, *, transaction: db.Transaction = db.transaction) -> None:
        """Bring this machine's folder up to date again and again, until `stop` is set."""
        while not stop.is_set():
            try:
                catch_up_here(transaction)
                with transaction() as session:
                    self.late = late(session)
            except SQLAlchemyError as error:
                logger.warning("tombstones.not_copied", error=type(error).__name__)
            stop.wait(EVERY_SECONDS)

    def _ask(self, folder: Path) -> None:
        try:
            self._found = self._see(folder)
        except OSError as error:
            self._found = f"TOMBSTONE_FOLDER cannot be used ({type(error).__name__})"


watch = Watch()
"""This process's."""


def _complete(session: Session, folder: Path) -> int:
    """Write what the folder lacks; it is read after the row about it, since it only ever grows."""
    name = tombstone_folder.identity(folder)
    known = session.get(TombstoneFolder, name) if name else None
    count = session.scalar(select(func.count()).select_from(TombstoneRow)) or 0
    if known is not None and (known.rows, known.bytes) == (count, tombstone_folder.size(folder)):
        known.seen_at = datetime.now(UTC)
        _trust(session, known.name)
        return 0
    content = tombstone_folder.read(folder)
    if name is None or (known is not None and not _holds(content, known)):
        name = tombstone_folder.rename(folder)
        _replace(session)
    everything = tombstones.everything(session)
    lacking = [(stone, number) for stone, number in everything.items() if stone not in content.stones]
    for start in range(0, len(lacking), tombstones.BATCH):
        batch = lacking[start : start + tombstones.BATCH]
        tombstone_folder.append(folder, [stone for stone, _ in batch])
        tombstones.mark_noted(session, [number for _, number in batch])
    _remember(session, folder, name=name, rows=count)
    return len(lacking)


def _holds(content: Content, known: TombstoneFolder) -> bool:
    heads = {None} | {tombstone_folder.checksum(stone) for stone in content.stones}
    return len(content.stones) >= known.lines and known.head in heads


def _remember(session: Session, folder: Path, *, name: str, rows: int) -> None:
    """Store how the folder is now; it only ever grows, so what others add meanwhile does no harm."""
    measured = tombstone_folder.size(folder)
    stones = tombstone_folder.read(folder).stones
    newest = max(stones, key=lambda stone: (stone.moment, stone.who), default=None)
    values = {
        "host": _host(),
        "lines": len(stones),
        "bytes": measured,
        "rows": rows,
        "head": None if newest is None else tombstone_folder.checksum(newest),
        "seen_at": datetime.now(UTC),
    }
    stored = insert(TombstoneFolder).values(name=name, **values)
    session.execute(stored.on_conflict_do_update(index_elements=["name"], set_=values))
    _trust(session, name)


def _trust(session: Session, name: str) -> None:
    """The folder, just seen, is trusted for a while; a newcomer only once another one was seen since."""
    this = session.get_one(TombstoneFolder, name, populate_existing=True)
    others = session.scalars(tombstone_check.TRUSTED.where(TombstoneFolder.name != name)).all()
    waits = this.trusted_until is None and all(one.seen_at <= this.joined_at for one in others)
    if not (waits and others):
        this.trusted_until = this.seen_at + TRUSTED_FOR


def _replace(session: Session) -> None:
    """A folder of this machine is another one from now on: the one that it had is trusted no longer."""
    ours = TombstoneFolder.host == _host()
    now = datetime.now(UTC)
    session.execute(
        update(TombstoneFolder).where(ours, TombstoneFolder.trusted_until > now).values(trusted_until=now)
    )


def _host() -> str:
    return socket.gethostname() or "here"
