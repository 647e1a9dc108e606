"""The certificate of an erasure: what was deleted, how much, when and by which request; it names nobody."""

from collections.abc import Mapping
from typing import Any

from saleor_influence_app.models import Erasure
from saleor_influence_app.personal_data.inventory import HOLDINGS


def certificate(row: Erasure, deleted: Mapping[str, int], *, orders_kept: int) -> dict[str, Any]:
    """Return it as JSON: rows deleted by table, and whether orders and consents stay without a name."""
    return {
        "request": row.id,
        "reason": row.reason,
        "asked_at": row.asked_at.isoformat(),
        "deleted": {table: deleted[table] for table in HOLDINGS if deleted.get(table)},
        "orders_kept_without_name": orders_kept,
        "consents_kept_without_name": bool(deleted.get("consent_subjects")),
    }


def lines(found: Mapping[str, Any]) -> list[str]:
    """Return it in words, a line for each table."""
    deleted = found["deleted"]
    width = max((len(table) for table in deleted), default=0)
    return [
        f"Erasure {found['request']} of {found['asked_at']} ({found['reason']}); deleted rows by table:",
        *(f"  {table:<{width}} {count:>6,}" for table, count in deleted.items()),
        f"  {found['orders_kept_without_name']:,} orders stay with the shop, without name and hashes.",
    ]
