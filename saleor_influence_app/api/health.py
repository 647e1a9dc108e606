"""Whether this process can do its work: for load balancers, start scripts and people.

`live`: the process answers; restart it if not. `ready`: it can take requests; send it none if not.
`health`: the summary that people read. None of them waits behind other requests, nor longer than
`PATIENCE_SECONDS` for what it asks.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict

from saleor_influence_app import broker, db, log
from saleor_influence_app.api.auth import transactions
from saleor_influence_app.shops import tombstone_copies

logger = log.get(__name__)
router = APIRouter()
PATIENCE_SECONDS = 1.5
Condition = Literal["ok", "down"]
Transactions = Annotated[db.Transaction, Depends(transactions)]


class Live(BaseModel):
    """The process answers."""

    model_config = ConfigDict(frozen=True)

    status: Literal["ok"] = "ok"


class Health(BaseModel):
    """`degraded` still takes webhooks: rows wait in the database until the broker is back."""

    model_config = ConfigDict(frozen=True)

    status: Literal["ok", "degraded", "down"]
    database: Condition
    broker: Condition
    forgetting: str | None = None
    """Why it cannot be noted who is forgotten: no erasure is done until it can. Left out when it can."""


class Ready(BaseModel):
    """Without database or tables nothing works; without broker work waits in the tables."""

    model_config = ConfigDict(frozen=True)

    status: Literal["ok", "down"]
    database: Condition
    tables: Literal["ok", "old", "unknown"]
    broker: Condition


class Asked:
    """One question to a server that may not answer: asked once at a time, whoever wants to know."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"health-{name}")
        self._running: Future[Exception | None] | None = None

    async def condition(self, ask: Callable[[], None]) -> Condition:
        """Return "ok" if `ask` returns in time; a question that hangs is not asked again beside itself."""
        if self._running is None or self._running.done():
            self._running = self._thread.submit(_trouble, ask)
        answered = asyncio.wrap_future(self._running)
        await asyncio.wait({answered}, timeout=PATIENCE_SECONDS)
        trouble = answered.result() if answered.done() else TimeoutError()
        if trouble is not None:
            logger.warning("health.down", what=self._name, error=type(trouble).__name__)
        return "ok" if trouble is None else "down"


def _trouble(ask: Callable[[], None]) -> Exception | None:
    try:
        ask()
    except Exception as error:  # noqa: BLE001 - SQLAlchemy, kombu, redis and the socket have their own
        return error
    return None


_NOTES = ThreadPoolExecutor(1, thread_name_prefix="health-notes")
_database, _broker, _tables = Asked("database"), Asked("broker"), Asked("tables")


@router.get("/api/live")
async def read_live() -> Live:
    """Return that the process runs, without asking anything else."""
    return Live()


@router.get("/api/ready", responses={503: {"model": Ready, "description": "The database is down or old."}})
async def read_ready(response: Response, transaction: Transactions) -> Ready:
    """Return whether requests can be answered: 503 without a database with this version's tables."""
    database, broker_state, tables = await asyncio.gather(
        _database.condition(lambda: _ping(transaction)),
        _broker.condition(broker.ping),
        _tables.condition(lambda: _look(transaction)),
    )
    well = database == tables == "ok"
    if not well:
        response.status_code = 503
    known = "unknown" if database == "down" else "old"
    return Ready(
        status="ok" if well else "down",
        database=database,
        tables="ok" if tables == "ok" else known,
        broker=broker_state,
    )


@router.get(
    "/api/health",
    response_model_exclude_none=True,
    responses={503: {"model": Health, "description": "The database is down."}},
)
async def read_health(response: Response, transaction: Transactions) -> Health:
    """Return whether database and broker answer; 503 without a database."""
    database, broker_state = await asyncio.gather(
        _database.condition(lambda: _ping(transaction)), _broker.condition(broker.ping)
    )
    if database == "down":
        response.status_code = 503
    trouble = await asyncio.get_running_loop().run_in_executor(_NOTES, tombstone_copies.watch.trouble)
    status: Literal["ok", "degraded", "down"] = (
        "ok" if broker_state == "ok" and trouble is None else "degraded"
    )
    return Health(
        status="down" if database == "down" else status,
        database=database,
        broker=broker_state,
        forgetting=None if trouble is None else f"cannot note: {trouble}",
    )


def _ping(transaction: db.Transaction) -> None:
    with transaction() as session:
        db.ping(session)


def _look(transaction: db.Transaction) -> None:
    with transaction() as session:
        db.check_revision(session)
