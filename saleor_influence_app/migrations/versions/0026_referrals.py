"""Referral links: how often they were opened, what senders get for friends' orders, and where links lead."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shops", sa.Column("referral_url", sa.Text(), nullable=True))
    op.add_column(
        "perk_grants", sa.Column("visits", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.create_table(
        "perk_rewards",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(state = 'refused') = (refusal IS NOT NULL)", name=op.f("ck_perk_rewards_refusal")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'staged', 'given', 'failed', 'refused')",
            name=op.f("ck_perk_rewards_state"),
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["perk_grants.id"],
            name=op.f("fk_perk_rewards_grant_id_perk_grants"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["perk_programmes.id"],
            name=op.f("fk_perk_rewards_programme_id_perk_programmes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_perk_rewards_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_perk_rewards")),
        sa.UniqueConstraint("shop_id", "order_id", name=op.f("uq_perk_rewards_shop_id_order_id")),
    )
    op.create_index("ix_perk_rewards_grant", "perk_rewards", ["grant_id"])
    op.create_index("ix_perk_rewards_programme", "perk_rewards", ["programme_id", "id"])
    op.create_index(
        "ix_perk_rewards_waiting",
        "perk_rewards",
        ["programme_id", "due_at"],
        postgresql_where=sa.text("state = 'waiting'"),
    )


def downgrade() -> None:
    op.drop_table("perk_rewards")
    op.drop_column("perk_grants", "visits")
    op.drop_column("shops", "referral_url")
