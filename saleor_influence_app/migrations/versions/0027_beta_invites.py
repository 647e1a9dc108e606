"""Invitations to betas, what people answer, and how a product was listed before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("perk_programmes", sa.Column("preview", JSONB(), nullable=True))
    op.create_table(
        "perk_invitations",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answers", JSONB(), nullable=True),
        sa.CheckConstraint(
            "state <> 'invited' OR answer_by IS NOT NULL", name=op.f("ck_perk_invitations_invited_until")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'invited', 'accepted', 'declined', 'expired', 'no_seat')",
            name=op.f("ck_perk_invitations_state"),
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["perk_grants.id"],
            name=op.f("fk_perk_invitations_grant_id_perk_grants"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["perk_programmes.id"],
            name=op.f("fk_perk_invitations_programme_id_perk_programmes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_perk_invitations_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_perk_invitations")),
        sa.UniqueConstraint("grant_id", name=op.f("uq_perk_invitations_grant_id")),
    )
    op.create_index(
        "ix_perk_invitations_seats", "perk_invitations", ["programme_id", "state", "waiting_since", "id"]
    )
    op.create_table(
        "perk_remarks",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["perk_programmes.id"],
            name=op.f("fk_perk_remarks_programme_id_perk_programmes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_perk_remarks_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_perk_remarks")),
        sa.UniqueConstraint(
            "programme_id",
            "customer_id",
            "question",
            name=op.f("uq_perk_remarks_programme_id_customer_id_question"),
        ),
    )
    op.create_index("ix_perk_remarks_customer", "perk_remarks", ["shop_id", "customer_id"])


def downgrade() -> None:
    for table in ("perk_remarks", "perk_invitations"):
        op.drop_table(table)
    op.drop_column("perk_programmes", "preview")
