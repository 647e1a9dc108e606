"""Structured logs: events with fields, never an e-mail address, name, token or payload, at no level.

What a line may hold is decided here, for every logger:

- Our own code logs an event and fields, at the level of the settings.
- `LIBRARIES` may log at that level too. They speak of starting, stopping and what is due.
- Any other library logs from WARNING on, and without its words: those quote requests, rows and statements.
  Its line holds the pattern of its message, and the place in its code.
- Of an exception there is the type and the place, with PostgreSQL's code; never its text, nor any variables.

`_without_secrets` then removes what looks like an address or a token: a second net, for a mistake of ours.
"""

import logging
import re
import sys
import threading
import traceback
import warnings
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

import structlog

PACKAGES = ("saleor_influence_app", "webhooks", "scoring")
LIBRARIES = ("alembic.runtime.migration", "celery.beat", "uvicorn.error")
"""Loggers whose words are shown below WARNING: read their source before you add one."""
FRAMES = 20
"""Places of an exception that are told, the innermost ones."""
CAUSES = 5
REMOVED = "[removed]"
_SECRET = re.compile(
    r"[^\s\"'<>@]+@[^\s\"'<>@]+\.[^\s\"'<>@]+"  # an e-mail address or a handle
    r"|eyJ[\w-]{8,}[\w.=-]*"  # a JSON Web Token
    r"|(?<=earer )[\w.~+/=-]+"
    r"|(?<=://)[^\s/@]+(?=@)"  # the password in an address
    r"|(?<=[\w/])\?[^\s\"']*=[^\s\"']*"  # the query of an address
)

Error = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def configure(*, level: str = "INFO", as_json: bool = True) -> None:
    """Send every record of this process to stderr in one format, and what nobody caught as well."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_may_be_told)
    handler.setFormatter(_Formatter(as_json=as_json))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(logging.WARNING, logging.getLevelName(level)))
    for name in (*PACKAGES, *LIBRARIES):
        logging.getLogger(name).setLevel(level)
    for known in list(root.manager.loggerDict.values()):
        if isinstance(known, logging.Logger):  # no logger has a way of its own past the handler
            known.handlers, known.propagate = [], True
    sys.excepthook = ended
    if threading.excepthook is threading.__excepthook__:  # else a test's, which is to fail
        threading.excepthook = thread_ended
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = ignored
    warnings.showwarning = warned  # type: ignore[assignment]


def get(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a module."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger


def described(error: BaseException) -> dict[str, Any]:
    """Return the type of an exception, of what caused it, and where in the code they were raised."""
    causes: list[str] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and len(causes) < CAUSES:
        causes.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    places = [
        f"{frame.f_globals.get('__name__', '?')}.{frame.f_code.co_name}:{line}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    code = getattr(getattr(error, "orig", error), "sqlstate", None)
    found = {"error": type(error).__name__, "causes": causes, "sqlstate": code, "places": places[-FRAMES:]}
    return {name: value for name, value in found.items() if value}


class _Formatter(logging.Formatter):
    """Writes a line of ours as it is, and of others what they may tell."""

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self._time = structlog.processors.TimeStamper(fmt="iso", utc=True)
        self._render: structlog.typing.Processor = (
            structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
        )

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        level = record.levelname.lower()
        line = dict(record.msg) if isinstance(record.msg, dict) else _of_others(record)
        line |= {"level": level} | _raised(line.pop("exc_info", None) or record.exc_info)
        line.pop("stack_info", None)
        line = {name: _without_secrets(value) for name, value in line.items()}
        return str(self._render(None, level, self._time(None, level, line)))


def _may_be_told(record: logging.LogRecord) -> bool:
    """Say whether the record has a line: an event with fields is ours, since nobody else logs any."""
    return record.levelno >= logging.WARNING or isinstance(record.msg, dict) or record.name in LIBRARIES


def _of_others(record: logging.LogRecord) -> dict[str, Any]:
    """Return what a library may tell: below WARNING its words, else the pattern of them and the place.

    A message without arguments may have been put together before: there is no pattern to tell it by.
    """
    bound = structlog.contextvars.get_contextvars()
    if record.levelno < logging.WARNING:
        return {**bound, "event": record.getMessage(), "logger": record.name}
    place = f"{record.module}.{record.funcName}:{record.lineno}"
    pattern = str(record.msg) if record.args else ""
    return {**bound, "event": "library.warned", "logger": record.name, "place": place, "pattern": pattern}


def _raised(given: Any) -> dict[str, Any]:
    """Return what is told of `exc_info` in any of its forms."""
    if isinstance(given, BaseException):
        return described(given)
    error: Error = given if isinstance(given, tuple) else sys.exc_info() if given else (None, None, None)
    return {} if error[1] is None else described(error[1])


def _without_secrets(value: object) -> object:
    if isinstance(value, str):
        return _SECRET.sub(REMOVED, value)
    if isinstance(value, Mapping):
        return {str(name): _without_secrets(inner) for name, inner in value.items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, bytes | bytearray):
        return [_without_secrets(inner) for inner in value]
    return value if isinstance(value, int | float | None) else _without_secrets(str(value))


def ended(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
    """Log what ends the process, instead of printing it with its text."""
    if not isinstance(error, KeyboardInterrupt):
        get(__name__).critical("process.failed", **described(error))


def thread_ended(given: threading.ExceptHookArgs) -> None:
    """Log what ends a thread."""
    if given.exc_value is not None and not isinstance(given.exc_value, SystemExit):
        get(__name__).error("thread.failed", **described(given.exc_value))


def ignored(given: "sys.UnraisableHookArgs") -> None:
    """Log what Python cannot raise anywhere."""
    if given.exc_value is not None:
        get(__name__).error("cleanup.failed", **described(given.exc_value))


def warned(_: object, category: type[Warning], filename: str, line: int, *__: object) -> None:
    """Log that a library warns; pydantic's warnings quote values."""
    get(__name__).warning("python.warned", warning=category.__name__, place=f"{filename}:{line}")
