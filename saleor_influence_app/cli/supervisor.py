"""The parent of the app's processes: starts them, starts one again that ended, and ends all of them."""

import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import typer

from saleor_influence_app import log, processes, settings
from saleor_influence_app.backoff import Backoff

logger = log.get(__name__)

STOP_SECONDS = 20.0
"""A process that was asked to stop puts down what it holds within this time; then it is killed."""
HELD_UP_SECONDS = 600.0
"""The same while a worker finishes a run that must not be interrupted once more."""
BACKOFF = Backoff(timedelta(seconds=1), timedelta(seconds=30))
"""Seconds before a process is started again: 1, 2, 4, … 30."""
MOST_ENDS = 8
WITHIN_SECONDS = 600.0
"""A process that ended eight times within ten minutes is not started again: `serve` ends and says so."""
LOOK_SECONDS = 0.2


@dataclass
class _Part:
    """One of the processes; it leads a process group, in which the processes that it starts are too."""

    role: str
    command: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    start_at: float = 0.0
    ends: deque[float] = field(default_factory=deque)

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own modules
            self.command,
            cwd=settings.ROOT,
            process_group=0,  # Ctrl-C is ours to hand on, in order
            preexec_fn=partial(processes.end_with_parent, os.getpid()),  # noqa: PLW1509 - no threads here
        )

    def ended(self) -> int | None:
        """Return its exit status once it has ended; nothing that it started is left then."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        _kill_group(self.process)
        self.process = None
        return code

    def wait_before_start(self, now: float) -> float | None:
        """Return the seconds until it may start again; None when it has ended too often."""
        self.ends.append(now)
        while self.ends[0] < now - WITHIN_SECONDS:
            self.ends.popleft()
        if len(self.ends) >= MOST_ENDS:
            return None
        return BACKOFF.after(len(self.ends) - 1).total_seconds()


def supervise(commands: Mapping[str, list[str]], *, is_held_up: Callable[[], bool] = lambda: False) -> int:
    """Run the commands until a signal (returns 0) or until one ended too often (returns 1).

    While `is_held_up`, a stop waits for up to ten minutes instead of twenty seconds.
    """
    parts = [_Part(role, command) for role, command in commands.items()]
    with _asked_to_stop() as asked:
        try:
            while not asked.wait(LOOK_SECONDS if parts[0].process else 0.0):
                if not all(_look_after(part) for part in parts):
                    return 1
        finally:
            _stop([part.process for part in parts if part.process is not None], is_held_up)
    return 0


def _look_after(part: _Part) -> bool:
    """Start the part when it is time to; False when it must not be started again."""
    now = time.monotonic()
    code = part.ended()
    if code is not None:
        wait = part.wait_before_start(now)
        if wait is None:
            typer.echo(
                f"{part.role} ended {MOST_ENDS} times within {WITHIN_SECONDS / 60:.0f} minutes, at last "
                f"with {code}: it is not started again. What it wrote before says why. Stopping the others.",
                err=True,
            )
            logger.error("serve.given_up", role=part.role, code=code)
            return False
        typer.echo(f"{part.role} ended with {code}: starting it again in {wait:.0f} s.", err=True)
        logger.warning("serve.restarting", role=part.role, code=code, wait_seconds=wait)
        part.start_at = now + wait
    if part.process is None and now >= part.start_at:
        part.start()
    return True


@contextmanager
def _asked_to_stop() -> Iterator[threading.Event]:
    """Give an event that SIGTERM and SIGINT set, instead of ending the process."""
    asked = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: asked.set()) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(running: list["subprocess.Popen[bytes]"], is_held_up: Callable[[], bool]) -> None:
    """End every process and what it started: by itself if it can in time."""
    for process in running:
        process.terminate()
    begin = time.monotonic()
    while any(process.poll() is None for process in running):
        waited = time.monotonic() - begin
        if waited > HELD_UP_SECONDS or (waited > STOP_SECONDS and not is_held_up()):
            break
        time.sleep(LOOK_SECONDS)
    for process in running:
        _kill_group(process)
        process.wait()


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
