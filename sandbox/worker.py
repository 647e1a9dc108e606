"""Work that is done later, as Celery does it for Saleor: installs, payloads, deliveries, retries."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

Job = Callable[[], None]
log = logging.getLogger(__name__)


class Worker:
    """A few threads and a heap of jobs by due time. Jobs may submit jobs."""

    def __init__(self, threads: int) -> None:
        self._heap: list[tuple[float, int, Job]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._busy = 0
        self._closed = False
        self._threads = [
            threading.Thread(target=self._run, name=f"sandbox-worker-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job, *, delay: float = 0.0) -> None:
        """The job will be done once, `delay` seconds from now or a little later."""
        with self._changed:
            heapq.heappush(self._heap, (time.monotonic() + delay, next(self._numbers), job))
            self._changed.notify_all()

    @property
    def waiting(self) -> int:
        """How many jobs are not finished, those for later included."""
        with self._changed:
            return len(self._heap) + self._busy

    def drain(self, timeout: float = 30.0) -> bool:
        """Whether all jobs, retries included, were finished within the timeout."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._heap and not self._busy, timeout)

    def close(self) -> None:
        """No job is begun any more; those running are waited for briefly."""
        with self._changed:
            self._closed = True
            self._heap.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=2)

    def _run(self) -> None:
        while (job := self._next()) is not None:
            try:
                job()
            except Exception:
                if not self._closed:
                    log.exception("A background job of the sandbox failed")
            finally:
                with self._changed:
                    self._busy -= 1
                    self._changed.notify_all()

    def _next(self) -> Job | None:
        with self._changed:
            while not self._closed:
                wait = self._heap[0][0] - time.monotonic() if self._heap else None
                if wait is not None and wait <= 0:
                    self._busy += 1
                    return heapq.heappop(self._heap)[2]
                self._changed.wait(wait)
        return None
