"""`/metrics` for Prometheus: closed unless METRICS_TOKEN is set, and then open to who presents it."""

import hmac
import threading
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response
from redis import Redis

from saleor_influence_app import db, settings, telemetry
from saleor_influence_app.api.auth import transactions
from saleor_influence_app.api.failures import answer

router = APIRouter()
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_one_at_a_time = threading.Lock()


def broker_client() -> Callable[[], "Redis"]:
    """FastAPI dependency: how Redis is reached; tests put their own in its place."""
    return telemetry.connect


@router.get("/metrics", include_in_schema=False)
def read_metrics(
    transaction: Annotated[db.Transaction, Depends(transactions)],
    connect: Annotated[Callable[[], "Redis"], Depends(broker_client)],
    authorization: Annotated[str | None, Header()] = None,
) -> Response:
    """Answer with every figure to whoever presents METRICS_TOKEN; without that setting there is no page."""
    token = settings.get().metrics_token
    if token is None:
        return answer(404, "NOT_FOUND", "Metrics are switched off: METRICS_TOKEN is not set.")
    wanted = f"Bearer {token.get_secret_value()}"
    if not hmac.compare_digest((authorization or "").encode(), wanted.encode()):
        refused = {"www-authenticate": "Bearer"}
        return answer(401, "TOKEN_INVALID", "Metrics need the token of METRICS_TOKEN.", headers=refused)
    if not _one_at_a_time.acquire(timeout=5.0):
        return answer(503, "UNAVAILABLE", "The figures are being read already.")
    try:
        from saleor_influence_app.api import exposition  # its library is loaded where metrics are asked for

        return Response(exposition.text(transaction, connect), media_type=CONTENT_TYPE)
    finally:
        _one_at_a_time.release()
