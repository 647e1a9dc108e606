"""Whether this process can do its work: for load balancers, start scripts and people."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import SQLAlchemyError

from saleor_influence_app import broker, db, log
from saleor_influence_app.api.auth import transactions
from saleor_influence_app.pipeline.privacy import tombstone_copies

logger = log.get(__name__)
router = APIRouter()
Condition = Literal["ok", "down"]


class Health(BaseModel):
    """`degraded` still takes webhooks: rows wait in the database until the broker is back."""

    model_config = ConfigDict(frozen=True)

    status: Literal["ok", "degraded", "down"]
    database: Condition
    broker: Condition
    forgetting: str | None = None
    """Why it cannot be noted who is forgotten: no erasure is done until it can. Left out when it can."""


@router.get(
    "/api/health",
    response_model_exclude_none=True,
    responses={503: {"model": Health, "description": "The database is down."}},
)
def read_health(response: Response, transaction: Annotated[db.Transaction, Depends(transactions)]) -> Health:
    """Say whether database and broker answer; 503 without a database, which nothing works without."""
    database, bell = _database(transaction), _broker()
    if database == "down":
        response.status_code = 503
    trouble = tombstone_copies.watch.trouble()
    status: Literal["ok", "degraded", "down"] = "ok" if bell == "ok" and trouble is None else "degraded"
    return Health(
        status="down" if database == "down" else status,
        database=database,
        broker=bell,
        forgetting=None if trouble is None else f"cannot note: {trouble}",
    )


def _database(transaction: db.Transaction) -> Condition:
    try:
        with transaction() as session:
            db.ping(session)
    except SQLAlchemyError as error:
        logger.warning("health.database_down", error=type(error).__name__)
        return "down"
    return "ok"


def _broker() -> Condition:
    try:
        broker.ping()
    except Exception as error:  # noqa: BLE001 - kombu, redis and the socket each have their own
        logger.warning("health.broker_down", error=type(error).__name__)
        return "down"
    return "ok"
