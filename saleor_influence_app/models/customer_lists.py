"""Lists of customers as staff work with them: views that are saved, and files that are made of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from saleor_influence_app.db import Base
from saleor_influence_app.models.keys import one_of, shop_key, within


class CustomerView(Base):
    """A list that staff saved under a name: what it asks for, and never whom it shows."""

    __tablename__ = "customer_views"

    shop_id: Mapped[int] = shop_key(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    sort: Mapped[str]
    asked: Mapped[dict[str, Any]]
    """The filter, as `queries.customer_filter` reads it."""
    columns: Mapped[list[str]]


class ExportState(StrEnum):
    """How far a file is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    EXPIRED = "expired"
    """Its rows are deleted; who asked for it, when and for whom stays."""


UNFINISHED = (ExportState.QUEUED, ExportState.RUNNING)


class CustomerExport(Base):
    """A file of a list of customers: who asked for it and when, and how far it is."""

    __tablename__ = "customer_exports"
    __table_args__ = (
        one_of("state", ExportState),
        CheckConstraint(f"({within('state', UNFINISHED)}) = (finished_at IS NULL)", name="finished"),
        Index("ix_customer_exports_shop", "shop_id", "id"),
        Index(
            "ix_customer_exports_kept", "state", postgresql_where=text(f"state <> '{ExportState.EXPIRED}'")
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    shop_id: Mapped[int] = shop_key()
    state: Mapped[str] = mapped_column(server_default=ExportState.QUEUED)
    sort: Mapped[str]
    asked: Mapped[dict[str, Any]]
    """The filter, as `queries.customer_filter` reads it."""
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]
    rows: Mapped[int] = mapped_column(server_default=text("0"))
    after: Mapped[str | None]
    """The cursor behind the last row that was written."""


class CustomerExportRow(Base):
    """A line of such a file, for an hour: a row a customer, so that who is erased is in no file."""

    __tablename__ = "customer_export_rows"
    __table_args__ = (
        UniqueConstraint("export_id", "customer_id"),
        Index("ix_customer_export_rows_customer", "shop_id", "customer_id"),
    )

    export_id: Mapped[int] = mapped_column(
        ForeignKey("customer_exports.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    shop_id: Mapped[int] = shop_key()
    customer_id: Mapped[str]
    line: Mapped[str]
