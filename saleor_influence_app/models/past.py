"""What runs found before: former rows of what a run computes, and the state after an earlier run."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    CompoundSelect,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Select,
    Table,
    select,
    union_all,
)

from saleor_influence_app.db import Base
from saleor_influence_app.models.runs import Credit, Evidence, Membership, NetworkScore, Score


def _past_of(model: type[Base]) -> Table:
    """The table of what rows of the model said until a later run, so that two runs can be compared."""
    now, name = model.__table__, f"{model.__tablename__}_past"
    columns = [
        Column(one.name, one.type, nullable=one.nullable, server_default=one.server_default)
        for one in now.columns
    ]
    keys = [one.name for one in now.primary_key]
    return Table(
        name,
        Base.metadata,
        *columns,
        Column("until_run", BigInteger(), nullable=False),
        ForeignKeyConstraint(["shop_id"], ["shops.id"], ondelete="CASCADE"),
        PrimaryKeyConstraint(*keys, "run_id"),
        Index(f"ix_{name}_until_run", "shop_id", "until_run"),
        Index(f"ix_{name}_run_id", "run_id"),
    )


VERSIONED: dict[type[Base], Table] = {
    one: _past_of(one) for one in (Score, Evidence, Credit, NetworkScore, Membership)
}
"""What a run writes, and where its former rows are kept."""


def changed_between(
    model: type[Base], shop_id: int, *, earlier: int, later: int
) -> tuple[Select[Any], CompoundSelect[Any]]:
    """Select the shop's rows that only the state after `earlier` has, and those that only `later`'s has.

    Of two full runs, the earlier one first; a row that stayed as it was is in neither.
    """
    now, past = model.__table__, VERSIONED[model]
    former = [past.c[one.name] for one in now.columns]
    since = past.c.run_id > earlier, past.c.run_id <= later, past.c.until_run > later
    ended = past.c.run_id <= earlier, past.c.until_run > earlier, past.c.until_run <= later
    return (
        select(*former).where(past.c.shop_id == shop_id, *ended),
        union_all(
            select(*now.columns).where(
                now.c.shop_id == shop_id, now.c.run_id > earlier, now.c.run_id <= later
            ),
            select(*former).where(past.c.shop_id == shop_id, *since),
        ),
    )


def as_of_run(model: type[Base], shop_id: int, run_id: int) -> CompoundSelect[Any]:
    """Select the shop's rows of the model as they were after that run, in the model's columns."""
    now, past = model.__table__, VERSIONED[model]
    return union_all(
        select(*now.columns).where(now.c.shop_id == shop_id, now.c.run_id <= run_id),
        select(*(past.c[one.name] for one in now.columns)).where(
            past.c.shop_id == shop_id, past.c.run_id <= run_id, past.c.until_run > run_id
        ),
    )
