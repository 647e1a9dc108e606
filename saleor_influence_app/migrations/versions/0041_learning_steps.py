"""Steps by which a shop learns most of who is followed, as the newest run found them."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "learning_steps",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("gain", sa.Float(), nullable=False),
        sa.CheckConstraint("kind IN ('trial', 'link', 'question')", name=op.f("ck_learning_steps_kind")),
        sa.CheckConstraint(
            "(kind = 'question') = (customer_id IS NULL)", name=op.f("ck_learning_steps_whose")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_learning_steps_run_id_runs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_learning_steps_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "position", name=op.f("pk_learning_steps")),
    )
    op.create_index("ix_learning_steps_customer", "learning_steps", ["shop_id", "customer_id"])
    op.create_index("ix_learning_steps_run_id", "learning_steps", ["run_id"])


def downgrade() -> None:
    op.drop_table("learning_steps")
