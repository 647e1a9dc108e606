"""Python runs this at the start of every process that has the folder in its PYTHONPATH.

The process then has the clock of `sandbox.fast_clock`: the time of this machine, moved by as many seconds as
a file says, which is read anew all the time. What waits measures by clocks that nobody moves.
"""

import os
import threading
import time
from pathlib import Path

import time_machine

LOOK_SECONDS = 0.005


def _seconds(file: Path) -> float:
    return float(file.read_text(encoding="ascii"))


def _start(file: Path) -> None:
    moved = _seconds(file)
    traveller = time_machine.travel(time.time() + moved, tick=True).start()
    traveller.time_ns()  # from this moment on it ticks

    def follow() -> None:
        nonlocal moved
        while True:
            time.sleep(LOOK_SECONDS)
            wanted = _seconds(file)
            if wanted != moved:
                traveller.shift(wanted - moved)
                moved = wanted

    def watch() -> None:
        threading.Thread(target=follow, name="fast-clock", daemon=True).start()

    watch()
    os.register_at_fork(after_in_child=watch)


if place := os.environ.get("FAST_CLOCK"):
    _start(Path(place))
