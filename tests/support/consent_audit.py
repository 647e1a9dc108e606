"""Signing the consent ledger, and changing it behind its guards."""

from typing import Any

from sqlalchemy import Engine, text

from saleor_influence_app import db
from saleor_influence_app.consent import signer, signing


def sign(**wanted: Any) -> list[signer.Signed]:
    return signer.sign_all(db.transaction, signing.read_key(), **wanted)


def tamper(engine: Engine, *statements: str) -> None:
    """Somebody who may do everything at the database, and switches its guards off."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))
