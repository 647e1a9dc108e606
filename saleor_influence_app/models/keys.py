"""What every table has in common: naming of constraints, types of columns, the key of the shop."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    LargeBinary,
    MetaData,
    Numeric,
    Text,
    TextClause,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from saleor_influence_app.db import Base

Base.metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Base.registry.update_type_annotation_map(
    {
        str: Text(),
        datetime: DateTime(timezone=True),
        Decimal: Numeric(20, 6),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
        list[str]: ARRAY(Text()),
        bytes: LargeBinary(),
    }
)


def one_of(column: str, values: Iterable[StrEnum]) -> CheckConstraint:
    """Return the CHECK that a column has one of these values (or is NULL, where it may be)."""
    return CheckConstraint(within(column, values), name=column)


def is_(column: str, value: StrEnum) -> TextClause:
    """Return the SQL that the column has this value, as a partial index's condition."""
    return text(f"{column} = '{value}'")


def within(column: str, values: Iterable[StrEnum]) -> str:
    """Return the SQL that says so."""
    quoted = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({quoted})"


def shop_key(*, primary_key: bool = False) -> Mapped[int]:
    """Return the column that says whose shop a row is; the row goes with the shop."""
    return mapped_column(ForeignKey("shops.id", ondelete="CASCADE"), primary_key=primary_key)
