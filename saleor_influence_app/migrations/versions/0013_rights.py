"""Requests by people about their data, contests that can correct, and the corrections."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("contests", sa.Column("kind", sa.Text(), server_default=sa.text("'other'"), nullable=False))
    for name in ("order_id", "other_id", "outcome"):
        op.add_column("contests", sa.Column(name, sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_contests_kind"), "contests", "kind IN ('other', 'order', 'tie', 'household')"
    )
    op.create_check_constraint(op.f("ck_contests_outcome"), "contests", "outcome IN ('accepted', 'refused')")
    op.create_index(
        "ix_contests_open", "contests", ["shop_id", "at"], postgresql_where=sa.text("answer IS NULL")
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("other_id", sa.Text(), nullable=True),
        sa.Column("contest_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("kind IN ('order', 'tie', 'household')", name=op.f("ck_corrections_kind")),
        sa.CheckConstraint("(kind = 'order') = (order_id IS NOT NULL)", name=op.f("ck_corrections_order")),
        sa.CheckConstraint("(kind = 'order') = (other_id IS NULL)", name=op.f("ck_corrections_other")),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], ondelete="CASCADE", name=op.f("fk_corrections_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index("ix_corrections_customer", "corrections", ["shop_id", "customer_id"])
    for name in ("order", "other"):
        op.create_index(
            f"ix_corrections_{name}",
            "corrections",
            ["shop_id", f"{name}_id"],
            postgresql_where=sa.text(f"{name}_id IS NOT NULL"),
        )
    op.create_table(
        "rights_requests",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('access', 'export', 'objection', 'erasure', 'rectification')",
            name=op.f("ck_rights_requests_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], ondelete="CASCADE", name=op.f("fk_rights_requests_shop_id_shops")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_requests")),
    )
    op.create_index("ix_rights_requests_customer", "rights_requests", ["shop_id", "customer_id"])
    op.create_index(
        "ix_rights_requests_open",
        "rights_requests",
        ["shop_id", "due_at"],
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index("ix_rights_requests_done_at", "rights_requests", ["done_at"])


def downgrade() -> None:
    op.drop_table("rights_requests")
    op.drop_table("corrections")
    op.drop_index("ix_contests_open", table_name="contests")
    for name in ("kind", "order_id", "other_id", "outcome"):
        op.drop_column("contests", name)
