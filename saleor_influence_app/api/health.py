"""Whether this process can do its work: for load balancers, start scripts and people."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import SQLAlchemyError

from saleor_influence_app import broker, db, log
from saleor_influence_app.api.auth import transactions

logger = log.get(__name__)
router = APIRouter()
Condition = Literal["ok", "down"]


class Health(BaseModel):
    """`degraded` still takes webhooks: rows wait in the database until the broker is back."""

    model_config = ConfigDict(frozen=True)

    status: Literal["ok", "degraded", "down"]
    database: Condition
    broker: Condition


@router.get("/api/health", responses={503: {"model": Health, "description": "The database is down."}})
def read_health(response: Response, transaction: Annotated[db.Transaction, Depends(transactions)]) -> Health:
    """Say whether database and broker answer; 503 without a database, which nothing works without."""
    database, bell = _database(transaction), _broker()
    if database == "down":
        response.status_code = 503
    status: Literal["ok", "degraded", "down"] = "ok" if bell == "ok" else "degraded"
    return Health(status="down" if database == "down" else status, database=database, broker=bell)


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
