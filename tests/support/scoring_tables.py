"""Small tables for the tests of `scoring`."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from scoring.parameters import ValueParameters
from scoring.purchases import ORDERS, TIME
from scoring.referrals import CODES, LEAKS, LINES
from scoring.valuation import Choices, ScoringInputs, Valuation, compute_valuation

AS_OF = datetime(2026, 6, 30, 18, tzinfo=UTC)
NO_CODES = CODES.empty_table()
NO_LEAKS = LEAKS.empty_table()
TIES = pa.schema(
    [
        *((name, pa.string()) for name in ("source_id", "target_id", "kind")),
        ("weight", pa.float64()),
        *((name, TIME) for name in ("valid_from", "valid_to")),
    ]
)
CATEGORIES = pa.schema([("category_id", pa.string()), ("parent_id", pa.string())])
CUSTOMERS = pa.schema(
    [
        ("customer_id", pa.string()),
        *((name, pa.bool_()) for name in ("is_staff", "is_reseller", "is_test", "opted_out")),
        *((name, pa.string()) for name in ("household", "payment", "mailbox")),
    ]
)
Row = dict[str, Any]


def order(customer: str | None, days_ago: float = 0, charged: float = 10.0, **more: Any) -> dict[str, Any]:
    """An order; `product` is that of its only line, by default one that nobody else buys."""
    return {
        "product_id": more.get("product"),
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


def lines(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """One line an order, of all its money, paid as far as anything was charged."""
    made = []
    for place, row in enumerate(rows):
        number = row["order_id"] or f"o{place}"
        charged = row["charged"] or 0.0
        made.append(
            {
                "order_id": number,
                "line_id": f"{number}-1",
                "buyer_id": row["customer_id"] if row["customer_id"] is not None else f"guest:{number}",
                "product_id": row.get("product_id") or f"product of {number}",
                "category_id": None,
                "created_at": row["created_at"],
                "currency": row["currency"],
                "net": charged,
                "paid_share": float(charged > 0),
                "is_gift": False,
                "is_gift_card": False,
            }
        )
    return pa.Table.from_pylist(made, schema=LINES)


def tie(source: str, target: str, **more: Any) -> Row:
    return {"source_id": source, "target_id": target, "kind": "friend", "weight": 1.0} | more


def valuation(
    rows: Iterable[Mapping[str, Any]],
    owners: pa.Table = NO_CODES,
    *,
    ties: Iterable[Row] = (),
    customers: Iterable[Row] = (),
    leaks: pa.Table = NO_LEAKS,
    parameters: ValueParameters | None = None,
) -> Valuation:
    """What the customers of a shop with these orders are worth."""
    known = list(rows)
    inputs = ScoringInputs(
        orders=orders(known),
        lines=lines(known),
        codes=owners,
        ties=pa.Table.from_pylist(list(ties), schema=TIES),
        categories=CATEGORIES.empty_table(),
        customers=pa.Table.from_pylist(list(customers), schema=CUSTOMERS),
        leaks=leaks,
    )
    return compute_valuation(inputs, as_of=AS_OF, choices=Choices(values=parameters or ValueParameters()))


def codes(*owners: tuple[str, str, float]) -> pa.Table:
    rows = [
        {"code": code, "customer_id": customer, "valid_from": AS_OF - timedelta(days=days)}
        for code, customer, days in owners
    ]
    return pa.Table.from_pylist(rows, schema=CODES)


def by_customer(table: pa.Table) -> dict[str, dict[str, Any]]:
    return {row["customer_id"]: row for row in table.to_pylist()}


def column(table: pa.Table, name: str) -> Sequence[Any]:
    found: list[Any] = table[name].to_pylist()
    return found


def tell(measured: str) -> None:
    """Show a measured figure under `pytest -s` and beside a failure."""
    sys.stdout.write(f"{measured}\n")
