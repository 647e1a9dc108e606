"""Gift cards of programmes: what staff add to them, and which orders they paid."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "perk_top_ups",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("reward_id", sa.Integer(), nullable=True),
        sa.Column("card_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(20, 6), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="staged", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state IN ('staged', 'given', 'failed')", name=op.f("ck_perk_top_ups_state")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_perk_top_ups_amount")),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_perk_top_ups_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["perk_programmes.id"],
            name=op.f("fk_perk_top_ups_programme_id_perk_programmes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["perk_grants.id"],
            name=op.f("fk_perk_top_ups_grant_id_perk_grants"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reward_id"],
            ["perk_rewards.id"],
            name=op.f("fk_perk_top_ups_reward_id_perk_rewards"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_perk_top_ups")),
        sa.UniqueConstraint(
            "programme_id", "key", "card_id", name=op.f("uq_perk_top_ups_programme_id_key_card_id")
        ),
    )
    op.create_index("ix_perk_top_ups_grant", "perk_top_ups", ["grant_id"])
    op.create_index("ix_perk_top_ups_reward", "perk_top_ups", ["reward_id"])
    op.add_column(
        "perk_grants",
        sa.Column("card_uses", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column("perk_programmes", sa.Column("cards_read_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("perk_programmes", "cards_read_at")
    op.drop_column("perk_grants", "card_uses")
    op.drop_table("perk_top_ups")
