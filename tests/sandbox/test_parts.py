"""`make demo` killed with kill -9 leaves none of its servers and processes running."""

import os
import subprocess
import sys
import time
from pathlib import Path

STACK = """
import os, pathlib, sys, time
from sandbox import parts, servers
folder = pathlib.Path(sys.argv[1])
(folder / "redis").mkdir()
with servers.embedded_postgresql(folder / "postgresql"), servers.embedded_redis(folder / "redis"):
    parts.start("a part", ["-c", "import time; time.sleep(600)", str(folder)],
                variables=os.environ, folder=folder)
    print("up", flush=True)
    time.sleep(600)
"""


def running_in(folder: Path) -> set[str]:
    """Return the command lines that name the folder, zombies apart."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            zombie = status.read_text().rpartition(")")[2].split()[0] == "Z"
            command = (status.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it ended while we looked
            continue
        if str(folder) in command and not zombie:
            found.add(command)
    return found


def test_a_stack_that_is_killed_leaves_nothing_behind(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", STACK, str(tmp_path)]
    with subprocess.Popen(command, cwd=root, env=os.environ, stdout=subprocess.PIPE, text=True) as stack:
        assert stack.stdout is not None
        assert stack.stdout.readline().strip() == "up"
        running = running_in(tmp_path)
        assert any("postgres" in each for each in running)
        assert any("redis-server" in each for each in running) or any("python" in each for each in running)

        stack.kill()

    deadline = time.monotonic() + 30
    while left := running_in(tmp_path):
        assert time.monotonic() < deadline, left
        time.sleep(0.1)
