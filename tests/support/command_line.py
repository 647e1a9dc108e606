"""The command line on real tables, as an operator runs it."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine

from saleor_influence_app import cli, db, settings


@dataclass(frozen=True)
class Done:
    """What a command wrote, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture(scope="session")
def replaced() -> Iterator[list[Engine]]:
    """Engines that a changed environment replaced: a test may still hold a connection of theirs."""
    engines: list[Engine] = []
    yield engines
    for engine in engines:
        engine.dispose()


@pytest.fixture
def run(engine: Engine, replaced: list[Engine]) -> Run:
    """Run `influence` with these arguments, and these variables besides the environment's; nobody types."""
    assert engine

    def run(*arguments: str, **environment: str) -> Done:
        out, err = io.StringIO(), io.StringIO()
        code: object = 0
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            # arguments, input and variables are a command's only ways in
            patch.setattr(sys, "argv", ["influence", *arguments])
            patch.setattr(sys, "stdin", io.StringIO())
            for name, value in environment.items():
                patch.setenv(name, value)
            forget(bool(environment))
            try:
                cli.main()
            except SystemExit as ended:
                code = ended.code
        forget(bool(environment))
        assert isinstance(code, int)
        return Done(code, out.getvalue(), err.getvalue())

    def forget(changed: bool) -> None:  # noqa: FBT001 - one caller
        if changed:
            if db.engine.cache_info().currsize:
                replaced.append(db.engine())
            for cached in (settings.get, db.engine, db.sessions):
                cached.cache_clear()

    return run
