"""Lists of customers: saved views, files made by a worker, and indexes for two filters."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_scores_last_order": "scores (shop_id, (age_days - recency_days)) WHERE orders_count > 0",
    "ix_personal_codes_customer": "personal_codes (shop_id, customer_id)",
}


def upgrade() -> None:
    _views()
    _exports()
    _rows()
    with op.get_context().autocommit_block():
        for name, what in INDEXES.items():
            # One that was broken off is there and not valid.
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {what}")


def downgrade() -> None:
    for table in ("customer_export_rows", "customer_exports", "customer_views"):
        op.drop_table(table)
    with op.get_context().autocommit_block():
        for name in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


def _views() -> None:
    op.create_table(
        "customer_views",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("columns", postgresql.ARRAY(sa.Text()), nullable=False),
        _shop("customer_views"),
        sa.PrimaryKeyConstraint("shop_id", "name", name=op.f("pk_customer_views")),
    )


def _exports() -> None:
    op.create_table(
        "customer_exports",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("after", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'expired')", name=op.f("ck_customer_exports_state")
        ),
        sa.CheckConstraint(
            "(state IN ('queued', 'running')) = (finished_at IS NULL)",
            name=op.f("ck_customer_exports_finished"),
        ),
        _shop("customer_exports"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_exports")),
    )
    op.create_index("ix_customer_exports_shop", "customer_exports", ["shop_id", "id"])
    op.create_index(
        "ix_customer_exports_kept",
        "customer_exports",
        ["state"],
        postgresql_where=sa.text("state <> 'expired'"),
    )


def _rows() -> None:
    table = "customer_export_rows"
    op.create_table(
        table,
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"],
            ["customer_exports.id"],
            name=op.f(f"fk_{table}_export_id_customer_exports"),
            ondelete="CASCADE",
        ),
        _shop(table),
        sa.PrimaryKeyConstraint("export_id", "position", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("export_id", "customer_id", name=op.f(f"uq_{table}_export_id_customer_id")),
    )
    op.create_index(f"ix_{table}_customer", table, ["shop_id", "customer_id"])


def _shop(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["shop_id"], ["shops.id"], name=op.f(f"fk_{table}_shop_id_shops"), ondelete="CASCADE"
    )
