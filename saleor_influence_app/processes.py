"""How our processes end: with their parent, and soon after they were asked to stop."""

import ctypes
import mmap
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_stop_asked = mmap.mmap(-1, 1)
"""Shared with the processes that this one forks, as Celery's pool is: they see what the parent is told."""


def end_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends, however that ends; `parent` is its process id.

    More exactly: when the thread of the parent that started this process ends. Linux only; elsewhere a
    killed parent leaves its children running. Usable as `preexec_fn`, for programs that are not ours.
    """
    if _libc is None:
        return
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before we asked
        os.kill(os.getpid(), signal.SIGKILL)


def ask_to_stop() -> None:
    """Tell this process, and those that it forked, to put down what they hold: it ends within seconds."""
    _stop_asked[0] = 1


def stop_is_asked() -> bool:
    """Return whether this process is about to end."""
    return bool(_stop_asked[0])


def give_back_memory() -> None:
    """Give the system what this process has freed: arrow's pool, and what glibc keeps between used pieces.

    Neither does so by itself for a long time. Elsewhere than with glibc, the second part stays.
    """
    if (pyarrow := sys.modules.get("pyarrow")) is not None:  # else there is no pool
        pyarrow.default_memory_pool().release_unused()
    if (trim := getattr(_libc, "malloc_trim", None)) is not None:
        trim(0)
