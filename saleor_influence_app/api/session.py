"""One transaction a request, committed before the answer leaves; what a GET shows is of one moment."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.api.auth import transactions

Transactions = Annotated[db.Transaction, Depends(transactions)]


def request_session(request: Request, transaction: Transactions) -> Iterator[Session]:
    """FastAPI dependency: a session that commits at the end of the endpoint, or rolls back.

    That of a GET reads everything from one snapshot and cannot write.
    """
    with transaction() as session:
        if request.method in {"GET", "HEAD"}:
            db.use_one_snapshot(session)
        yield session


def snapshot_session(transaction: Transactions) -> Iterator[Session]:
    """FastAPI dependency: the session of a GET, for a question whose wording is so long that it is a POST."""
    with transaction() as session:
        db.use_one_snapshot(session)
        yield session


# With the default scope the commit would follow the answer, and a failed one would already have said 200.
RequestSession = Annotated[Session, Depends(request_session, scope="function")]
SnapshotSession = Annotated[Session, Depends(snapshot_session, scope="function")]
