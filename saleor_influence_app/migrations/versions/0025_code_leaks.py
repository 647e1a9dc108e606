"""From when to when crediting of a personal code is paused, because it leaks: empty until one is found."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "code_leaks",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected", sa.Double(), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=True),
        sa.Column("tail", sa.Double(), nullable=True),
        sa.CheckConstraint("since < until", name=op.f("ck_code_leaks_paused")),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_code_leaks_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "code", "since", name=op.f("pk_code_leaks")),
    )
    op.create_index("ix_code_leaks_customer", "code_leaks", ["shop_id", "customer_id"])


def downgrade() -> None:
    op.drop_table("code_leaks")
