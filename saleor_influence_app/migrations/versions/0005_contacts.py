"""When a shop is read and scored next, whether its Saleor answers, and how far a long comparison is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "contacts",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("reconcile_at", moment, nullable=True),
        sa.Column("compare_at", moment, nullable=True),
        sa.Column("full_run_at", moment, nullable=True),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("silent_since", moment, nullable=True),
        sa.Column("wait_until", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_contacts_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_contacts")),
    )
    op.add_column(
        "backfills",
        sa.Column("comparison", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    )


def downgrade() -> None:
    op.drop_column("backfills", "comparison")
    op.drop_table("contacts")
