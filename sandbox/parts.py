"""The processes of the stack: started, looked after, stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from saleor_influence_app.processes import end_with_parent

ROOT = Path(__file__).resolve().parents[1]


class PartFailed(RuntimeError):
    """A part of the stack ended or did not answer in time; the message holds the end of its log."""


@dataclass
class Part:
    """A child process with its log."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def check(self) -> None:
        """Raise `PartFailed` with the end of the log when the process has ended."""
        if self.process.poll() is not None:
            lines = self.log.read_text(errors="replace").splitlines()[-15:]
            raise PartFailed(f"{self.name} ended with {self.process.returncode}:\n" + "\n".join(lines))

    def stop(self) -> None:
        """Ask the process to end, and end its whole group after 15 seconds."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(timeout=5)


def start(name: str, arguments: list[str], *, variables: Mapping[str, str], folder: Path) -> Part:
    """Start one of our own modules as a process of its own, with a log in `folder`."""
    log = folder / f"{name.rsplit(maxsplit=1)[-1].lower()}.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, *arguments],
            cwd=ROOT,
            env=variables,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is ours to hand on, in order
            preexec_fn=partial(end_with_parent, os.getpid()),  # noqa: PLW1509 - one system call
        )
    return Part(name, process, log)
