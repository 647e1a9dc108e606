"""Small tables for the tests of `scoring`."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from scoring.purchases import ORDERS
from scoring.referrals import CODES

AS_OF = datetime(2026, 6, 30, 18, tzinfo=UTC)
NO_CODES = CODES.empty_table()


def order(customer: str | None, days_ago: float = 0, charged: float = 10.0, **more: Any) -> dict[str, Any]:
    return {
        "customer_id": customer,
        "order_id": more.get("order_id"),
        "created_at": AS_OF - timedelta(days=days_ago),
        "currency": more.get("currency", "EUR"),
        "charged": charged,
        "voucher_code": more.get("code"),
    }


def orders(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    numbered = [{**row, "order_id": row["order_id"] or f"o{place}"} for place, row in enumerate(rows)]
    return pa.Table.from_pylist(numbered, schema=ORDERS)


def codes(*owners: tuple[str, str, float]) -> pa.Table:
    rows = [
        {"code": code, "customer_id": customer, "valid_from": AS_OF - timedelta(days=days)}
        for code, customer, days in owners
    ]
    return pa.Table.from_pylist(rows, schema=CODES)


def by_customer(table: pa.Table) -> dict[str, dict[str, Any]]:
    return {row["customer_id"]: row for row in table.to_pylist()}


def column(table: pa.Table, name: str) -> Sequence[Any]:
    return table[name].to_pylist()


def tell(measured: str) -> None:
    """Show a measured figure under `pytest -s` and beside a failure."""
    sys.stdout.write(f"{measured}\n")
