"""Every failure as JSON for a person: `{"error": {"code", "message"}}`, and nothing of our inside in it."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from saleor_influence_app import db, exporters, log
from saleor_influence_app.errors import AppError, ServiceUnavailable

logger = log.get(__name__)
PROBLEMS_NAMED = 3
PASSING = frozenset({"25006", "42P01", "42703"})
"""PostgreSQL's names of: a standby that is not yet promoted; a table or column that a migration brings."""


def answer(
    status: int,
    code: str,
    message: str,
    *,
    reason: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return the one form that errors have."""
    more = {} if reason is None else {"reason": reason}
    return JSONResponse({"error": {"code": code, "message": message, **more}}, status, headers=headers)


def as_app_error(error: Exception) -> AppError | None:
    """Return what a person should hear of a failure, None for a fault in our own code."""
    if isinstance(error, AppError):
        return error
    if _is_passing(error):
        if isinstance(error, DBAPIError) and db.was_cancelled(error):
            logger.warning("database.statement_stopped")
            return ServiceUnavailable(
                "This took too long and was stopped, so that it does not hold up others. Please try again, "
                "or ask for less at a time."
            )
        # The type only: a database error quotes the values of its statement.
        logger.error("database.unavailable", error=type(error).__name__)
        return ServiceUnavailable("The app's database cannot be used at the moment. Please try again.")
    return None


def _is_passing(error: Exception) -> bool:
    """Say whether the database is in trouble that passes: away, full, read-only, or not migrated yet."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout):
        return True
    return isinstance(error, DBAPIError) and (
        error.connection_invalidated or getattr(error.orig, "sqlstate", None) in PASSING
    )


def respond(error: Exception) -> JSONResponse:
    """Return the answer to a failure; one that passes says when to try again, and is logged."""
    found = as_app_error(error)
    if found is None:
        return _fault(error)
    headers = None
    if found.status == HTTPStatus.SERVICE_UNAVAILABLE:
        logger.warning("request.unavailable", reason=found.code, error=type(found).__name__)
        headers = {"retry-after": "5"}
    return answer(found.status, found.code, found.message, reason=found.reason, headers=headers)


def install(app: FastAPI) -> None:
    """Make the app answer every failure in the one form."""
    app.add_exception_handler(AppError, _expected)
    for kind in (OperationalError, InterfaceError, PoolTimeout, DBAPIError):
        app.add_exception_handler(kind, _expected)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _expected(_: Request, error: Exception) -> JSONResponse:
    return respond(error)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as registered
    problems = error.errors()
    named = [
        f"{_place(problem['loc'])}: {problem['msg'].removeprefix('Value error, ')}"
        for problem in problems[:PROBLEMS_NAMED]
    ]
    more = [f"and {len(problems) - PROBLEMS_NAMED} more"] if len(problems) > PROBLEMS_NAMED else []
    return answer(422, "INVALID_INPUT", "; ".join([*named, *more]))


def _place(path: Sequence[int | str]) -> str:
    """Where in a request something is; rows of a list that is the body count from 1, as a file's do."""
    inner = path[1:]
    if not inner:
        return str(path[0])
    if isinstance(inner[0], int):
        return ", ".join([f"row {inner[0] + 1}", *(str(part) for part in inner[1:])])
    return ".".join(str(part) for part in inner)


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - as registered
    code = "NOT_FOUND" if error.status_code == 404 else "INVALID_INPUT"  # noqa: PLR2004
    return answer(error.status_code, code, str(error.detail), headers=error.headers)


async def _unexpected(_: Request, error: Exception) -> JSONResponse:
    return respond(error)  # a middleware that needs the database fails out here


def _fault(error: Exception) -> JSONResponse:
    logger.error("request.failed", error=type(error).__name__)
    exporters.report(error, where="request")
    return answer(500, "FAILED", "Something went wrong in this app. The operator's log says what.")
