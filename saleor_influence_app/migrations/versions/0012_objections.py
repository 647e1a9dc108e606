"""Objections, apart from erasures: both were one flag of a customer's outbox row, `withdrawn`.

Only an erasure has ever set the flag, and what erases has grown since: so each flagged customer is erased
once more within a minute (a row of `erasures` that is asked for), and objects until then, so that no run in
between computes anything of them. The erasure takes the objection away, since no row may name who was erased.

The column stays for now: processes of the version before read and write it while the new ones start. A later
migration drops it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "objections",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.CheckConstraint("by IN ('self', 'guest-link', 'staff')", name=op.f("ck_objections_by")),
        sa.CheckConstraint("ended_by IN ('self', 'guest-link')", name=op.f("ck_objections_ended_by")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_objections_ended")),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_objections_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
    )
    op.create_index(
        "ix_objections_standing",
        "objections",
        ["shop_id", "customer_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.execute("""
        INSERT INTO objections (shop_id, customer_id, at, by, reason)
        SELECT shop_id, customer_id, changed_at, 'self', 'erased' FROM outbox WHERE withdrawn
    """)
    op.execute("""
        INSERT INTO erasures (shop_id, customer_id, reason, state, asked_at)
        SELECT shop_id, customer_id, 'erased', 'asked', now() FROM outbox WHERE withdrawn
    """)


def downgrade() -> None:
    op.execute("""
        INSERT INTO outbox AS o (shop_id, customer_id, withdrawn)
        SELECT shop_id, customer_id, true FROM objections
        WHERE ended_at IS NULL AND customer_id NOT LIKE 'guest:%'
        ON CONFLICT (shop_id, customer_id) DO UPDATE SET withdrawn = true
    """)
    op.drop_index("ix_objections_standing", table_name="objections")
    op.drop_table("objections")
