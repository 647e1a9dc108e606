"""A run's lease: renewed while its worker lives, and the reasons to put the run down before it is done."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from saleor_influence_app import db, lease_renewal, log, processes
from saleor_influence_app.models import Run, RunState
from saleor_influence_app.run_queue import PATIENCE
from saleor_influence_app.runs import claims
from saleor_influence_app.runs.claims import LeaseLost, RunClaim
from saleor_influence_app.runs.progress import STEPS

logger = log.get(__name__)

Tell = Callable[[str], None]
LOOK_SECONDS = 0.5
WRITE_SECONDS = 10.0
"""A run that writes its results when the worker is asked to stop may go on for so long."""


class RunCancelled(Exception):
    """A person wants no more of this run: nothing of it is written."""


class RunInterrupted(Exception):
    """This process is asked to stop: another one begins the run again."""


@contextmanager
def kept(
    transaction: db.Transaction,
    claim: RunClaim,
    *,
    lease: timedelta,
    interrupt: Callable[[], None],
) -> Iterator[Tell]:
    """Keep the run this worker's while the block computes it; gives the function that tells its steps.

    Raises LeaseLost, RunCancelled or RunInterrupted as soon as there is no reason to go on: at the next
    step, or within a statement of the database, which is cancelled; `interrupt` ends what an engine elsewhere
    works at.
    """
    with db.limited() as statements:

        def end_work() -> None:
            statements.cancel()
            interrupt()

        keeper = _Keeper(transaction, claim, lease=lease, end_work=end_work)
        stopping = threading.Thread(target=keeper.attend_to_stop, name="run-stop", daemon=True)
        try:
            with lease_renewal.renewed(keeper.renew, lease=lease):
                stopping.start()
                try:
                    yield keeper.tell
                finally:
                    keeper.over.set()
        except Exception:
            if keeper.reason is not None:
                raise keeper.reason from None
            raise
        finally:
            stopping.join()


class _Keeper:
    """What the threads around a run know of it; `reason` says why it must not go on."""

    def __init__(
        self,
        transaction: db.Transaction,
        claim: RunClaim,
        *,
        lease: timedelta,
        end_work: Callable[[], None],
    ) -> None:
        self._transaction = transaction
        self._claim = claim
        self._lease = lease
        self._end_work = end_work
        self.reason: Exception | None = None
        self.over = threading.Event()

    def tell(self, step: str) -> None:
        """Write down the step that begins, unless there is a reason not to go on, which is raised."""
        if self.reason is not None:
            raise self.reason
        progress = STEPS.index(step) / len(STEPS)
        with self._transaction() as session:
            asked = session.execute(
                update(Run)
                .where(*self._ours())
                .values(step=step, progress=progress, lease_until=func.now() + self._lease)
                .returning(Run.cancel_asked)
            ).scalar()
        self._judge(asked)
        if self.reason is not None:
            raise self.reason

    def renew(self) -> bool:
        """Renew the lease, while results are written by looking on: the row is locked then, by ourselves."""
        with self._transaction() as session:
            free = select(Run.id).where(*self._ours()).with_for_update(skip_locked=True).scalar_subquery()
            session.execute(
                update(Run).where(Run.id == free).values(lease_until=func.clock_timestamp() + self._lease)
            )
            asked = session.execute(select(Run.cancel_asked).where(*self._ours())).scalar()
        self._judge(asked)
        if self.reason is None:
            return True
        self._end()
        return False

    def attend_to_stop(self) -> None:
        """Give the run back when this process is asked to stop, unless that happened to it too often."""
        while not processes.stop_is_asked():
            if self.over.wait(LOOK_SECONDS):
                return
        if self._claim.interruptions >= PATIENCE:
            logger.info("run.finished_before_stop", run_id=self._claim.run_id)
            return
        asked_at = time.monotonic()
        while not self.over.is_set():
            if self._is_given_back():
                self.reason = self.reason or RunInterrupted()
            if self.reason is not None or time.monotonic() > asked_at + WRITE_SECONDS:
                self.reason = self.reason or RunInterrupted()
                self._end()
                return
            self.over.wait(LOOK_SECONDS)

    def _is_given_back(self) -> bool:
        """Return whether the run is no longer ours: not while its results are being written."""
        try:
            with self._transaction() as session:
                return claims.give_back(session, self._claim)
        except SQLAlchemyError as error:
            logger.warning("run.not_given_back", error=type(error).__name__)
            return False

    def _end(self) -> None:
        while not self.over.is_set():
            self._end_work()
            self.over.wait(LOOK_SECONDS)

    def _judge(self, cancel_asked: bool | None) -> None:  # noqa: FBT001 - a column
        if self.reason is None and cancel_asked is None:
            self.reason = LeaseLost()
        elif self.reason is None and cancel_asked:
            self.reason = RunCancelled()

    def _ours(self) -> tuple[ColumnElement[bool], ...]:
        return (
            Run.id == self._claim.run_id,
            Run.state == RunState.RUNNING,
            Run.attempts == self._claim.attempt,
        )
