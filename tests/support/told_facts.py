"""What a run has read, with ids in place of its numbers, and the same as PostgreSQL tells it by its texts."""

from dataclasses import replace
from typing import Any

import pyarrow as pa
from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app import bulk_copy
from saleor_influence_app.runs import inputs, scores
from scoring import purchases, referrals, valuation

TIME = pa.timestamp("us", tz="UTC")
TIES = pa.schema(
    [
        *((name, pa.string()) for name in ("source_id", "target_id", "kind")),
        ("weight", pa.float64()),
        *((name, TIME) for name in ("valid_from", "valid_to", "known_at")),
    ]
)
USUAL = {"weight": 1.0}


def told(found: scores.RunInputs) -> valuation.ScoringInputs:
    """The inputs of a run with ids; ties with all their columns."""
    names = ("orders", "lines", "ties", "codes", "customers", "trials", "leaders")
    books, ids = scores.numbered(found)
    tables = {name: ids.told(getattr(books, name)) for name in names}
    ties = tables["ties"]
    for field in TIES:
        if field.name not in ties.column_names:
            ties = ties.append_column(
                field, pa.repeat(pa.scalar(USUAL.get(field.name), field.type), len(ties))
            )
    return replace(books, **tables | {"ties": ties.select(TIES.names)})


def inputs_of(session: Session, shop_id: int) -> valuation.ScoringInputs:
    """What a run of the shop reads, with ids."""
    return told(scores.read(session, shop_id))


def by_texts(session: Session, shop_id: int) -> valuation.ScoringInputs:
    """The same as it would be read without numbers: each table by one query."""

    def table(query: Any, schema: pa.Schema) -> pa.Table:
        return bulk_copy.read(session, query, schema)

    bought = inputs.purchases(shop_id).subquery("bought")
    orders = select(*(bought.c[name] for name in purchases.ORDERS.names))
    return valuation.ScoringInputs(
        orders=table(orders, purchases.ORDERS),
        lines=table(inputs.lines(shop_id), referrals.LINES),
        ties=table(inputs.ties(shop_id), TIES),
        **{name: table(query(shop_id), schema) for name, (query, schema) in scores.SMALL.items()},
    )
