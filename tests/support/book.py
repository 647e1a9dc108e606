"""A shop written by hand, order by order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from scoring.ledger import Engine, Ledger, LedgerInputs, Parameters, compute_ledger
from scoring.ledger.credit import credit_rows
from scoring.ledger.engine import collected
from scoring.ledger.inputs import read_inputs
from scoring.ledger.workings import work_out

START = datetime(2025, 1, 1, tzinfo=UTC)
TIME = pa.timestamp("us", tz="UTC")


class Book:
    """A shop in the making: orders and ties by day, counted from `START`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.lines: list[dict[str, Any]] = []
        self.ties: list[dict[str, Any]] = []
        self.customers: list[dict[str, Any]] = []
        self.redemptions: list[dict[str, Any]] = []
        self.categories: list[dict[str, Any]] = []

    def order(self, customer: str, product: str, day: float, **given: Any) -> str:
        number = given.pop("order_id", f"order {len(self.lines) + 1}")
        line = {
            "order_id": number,
            "line_id": f"line {len(self.lines) + 1}",
            "customer_id": customer,
            "product_id": product,
            "category_id": "all",
            "created_at": START + timedelta(days=day),
            "net": 10.0,
        }
        self.lines.append(line | given)
        return str(number)

    def tie(self, source: str, target: str, **given: Any) -> None:
        row = {"source_id": source, "target_id": target, "kind": "gift", "weight": 1.0}
        self.ties.append(row | {"valid_from": None, "valid_to": None} | given)

    def own_life(self, *customers: str, orders: int = 4) -> None:
        """Orders of products nobody else buys, so that these customers can be trusted."""
        for customer in customers:
            for number in range(orders):
                self.order(customer, f"only {customer} {number}", 300 + 10 * number)

    def shop(self) -> LedgerInputs:
        times = dict.fromkeys(("created_at", "valid_from", "valid_to", "known_at"), TIME)

        def table(rows: list[dict[str, Any]], empty: dict[str, pa.DataType]) -> pa.Table:
            if not rows:
                return pa.schema(list(empty.items())).empty_table()
            names = list(dict.fromkeys(name for row in rows for name in row))
            columns = {name: [row.get(name) for row in rows] for name in names}
            return pa.table({n: pa.array(v, times.get(n)) for n, v in columns.items()})

        text = pa.string()
        lines = dict.fromkeys(["order_id", "line_id", "customer_id", "product_id", "category_id"], text)
        return LedgerInputs(
            purchases=table(self.lines, lines | {"created_at": TIME, "net": pa.float64()}),
            ties=table(self.ties, {"source_id": text, "target_id": text}),
            categories=table(self.categories, {"category_id": text, "parent_id": text}),
            redemptions=table(self.redemptions, {"order_id": text, "source_id": text}),
            customers=table(self.customers, {"customer_id": text}),
        )

    def rows(self, parameters: Parameters | None = None) -> list[dict[str, Any]]:
        """The credit rows alone, without gate and verdicts."""
        chosen = parameters or Parameters()
        with self.engine.scratch():
            inputs = read_inputs(
                self.shop(), self.engine, as_of=START + timedelta(days=400), parameters=chosen
            )
            found = work_out(inputs, self.engine, parameters=chosen)
            table = credit_rows(found.credit.rows, found.proven, found.purchases.categories)
            rows: list[dict[str, Any]] = collected(table, ["source_id", "order_id", "line_id"]).to_pylist()
        return rows

    def ledger(self, parameters: Parameters | None = None) -> Ledger:
        return compute_ledger(
            self.shop(), as_of=START + timedelta(days=400), parameters=parameters, engine=self.engine
        )
