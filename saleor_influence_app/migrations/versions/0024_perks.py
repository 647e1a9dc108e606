"""Perk programmes: what is given to whom, what came of it, and the writes to Saleor that they need."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "perk_programmes",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("open_share", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column("terms", JSONB(), nullable=False),
        sa.Column("needs_consent", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("hold_out", sa.Double(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("most_money", sa.Numeric(precision=20, scale=6), nullable=True),
        sa.Column("most_uses", sa.Integer(), nullable=True),
        sa.Column("most_people", sa.Integer(), nullable=True),
        sa.Column("uses_each", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("enrolled_run_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("planned_error", sa.Double(), nullable=True),
        sa.Column("loss_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", JSONB(), nullable=True),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_perk_programmes_ended")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'scheduled', 'running', 'paused', 'ended')",
            name=op.f("ck_perk_programmes_state"),
        ),
        sa.CheckConstraint("hold_out >= 0 AND hold_out <= 0.5", name=op.f("ck_perk_programmes_hold_out")),
        sa.CheckConstraint(
            "most_money >= 0 AND most_uses >= 0 AND most_people >= 0", name=op.f("ck_perk_programmes_limits")
        ),
        sa.CheckConstraint(
            "open_share >= 0 AND open_share <= 0.5", name=op.f("ck_perk_programmes_open_share")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_perk_programmes_ends")),
        sa.CheckConstraint("uses_each >= 1", name=op.f("ck_perk_programmes_uses_each")),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_perk_programmes_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_perk_programmes")),
    )
    op.create_index(
        "ix_perk_programmes_alive",
        "perk_programmes",
        ["state"],
        unique=False,
        postgresql_where=sa.text("state IN ('scheduled', 'running', 'paused')"),
    )
    op.create_index("ix_perk_programmes_shop", "perk_programmes", ["shop_id", "id"], unique=False)
    op.create_table(
        "saleor_writes",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("payload", JSONB(), nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "next_attempt_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'claimed', 'refused')", name=op.f("ck_saleor_writes_state")),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_saleor_writes_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saleor_writes")),
        sa.UniqueConstraint("shop_id", "kind", "key", name=op.f("uq_saleor_writes_shop_id_kind_key")),
    )
    op.create_index(
        "ix_saleor_writes_claimed",
        "saleor_writes",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("state = 'claimed'"),
    )
    op.create_index(
        "ix_saleor_writes_pending",
        "saleor_writes",
        ["shop_id", "next_attempt_at"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "perk_grants",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("arm", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reserved", sa.Numeric(precision=20, scale=6), server_default=sa.text("0"), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(arm = 'held_out') = (state = 'none')", name=op.f("ck_perk_grants_held_out_has_nothing")
        ),
        sa.CheckConstraint("arm IN ('granted', 'held_out')", name=op.f("ck_perk_grants_arm")),
        sa.CheckConstraint(
            "state IN ('none', 'staged', 'given', 'failed', 'taken_back', 'declined')",
            name=op.f("ck_perk_grants_state"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["perk_programmes.id"],
            name=op.f("fk_perk_grants_programme_id_perk_programmes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_perk_grants_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_perk_grants")),
        sa.UniqueConstraint(
            "programme_id", "customer_id", name=op.f("uq_perk_grants_programme_id_customer_id")
        ),
    )
    op.create_index("ix_perk_grants_customer", "perk_grants", ["shop_id", "customer_id"], unique=False)
    op.create_index(
        "ix_perk_grants_external",
        "perk_grants",
        ["shop_id", "external_id"],
        unique=False,
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_index(
        "uq_perk_grants_code",
        "perk_grants",
        ["shop_id", "code"],
        unique=True,
        postgresql_where=sa.text("code IS NOT NULL"),
    )
    op.create_table(
        "perk_redemptions",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("paid", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("cost", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("by_owner", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("uses IN (-1, 0, 1)", name=op.f("ck_perk_redemptions_uses")),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["perk_grants.id"],
            name=op.f("fk_perk_redemptions_grant_id_perk_grants"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["perk_programmes.id"],
            name=op.f("fk_perk_redemptions_programme_id_perk_programmes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_perk_redemptions_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_perk_redemptions")),
    )
    op.create_index("ix_perk_redemptions_grant", "perk_redemptions", ["grant_id"], unique=False)
    op.create_index("ix_perk_redemptions_order", "perk_redemptions", ["shop_id", "order_id"], unique=False)
    op.create_index("ix_perk_redemptions_programme", "perk_redemptions", ["programme_id"], unique=False)


def downgrade() -> None:
    for table in ("perk_redemptions", "perk_grants", "saleor_writes", "perk_programmes"):
        op.drop_table(table)
