"""A worker does not keep what a run has taken."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
MB = 1_000_000
FREED = """
from pathlib import Path
from saleor_influence_app import processes

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

blocks = [bytearray(2000) for _ in range(100_000)]
kept = blocks[-1]  # as something always is: above it nothing can be given back, and all else lies below
del blocks
before = resident()
processes.give_back_memory()
print(before - resident())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_what_was_freed_below_something_that_is_kept_goes_back_to_the_system() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FREED], cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=300
    )
    assert int(done.stdout) > 100 * MB
