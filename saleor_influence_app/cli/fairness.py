"""The command that audits whether a shop serves some customers worse."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

import typer

from saleor_influence_app import db
from saleor_influence_app.cli.shops import OneShop, shops_at


def fairness(shop: OneShop) -> None:
    """Audit the last quarter's orders for a double standard, and print what was found as JSON."""
    from saleor_influence_app.runs import service_audit  # imported where it is used, as in `shops`

    with db.snapshot() as session:
        [(shop_id, _)] = shops_at(session, shop)
        found = service_audit.audit(session, shop_id, as_of=datetime.now(UTC))
    typer.echo(json.dumps(asdict(found), indent=2, default=str))
