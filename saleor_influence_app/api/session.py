"""One transaction a request, committed before the answer leaves."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.api.auth import transactions


def request_session(transaction: Annotated[db.Transaction, Depends(transactions)]) -> Iterator[Session]:
    """FastAPI dependency: a session that commits at the end of the endpoint, or rolls back."""
    with transaction() as session:
        yield session


# With the default scope the commit would follow the answer, and a failed one would already have said 200.
RequestSession = Annotated[Session, Depends(request_session, scope="function")]
