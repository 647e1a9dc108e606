"""Installations under way; when a shop's keys were last read; which page could not show the panel."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "registrations",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("api_url", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
    )
    op.create_index(op.f("ix_registrations_api_url"), "registrations", ["api_url"])
    op.add_column("shops", sa.Column("jwks_read_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("shops", sa.Column("blocked_origin", sa.Text(), nullable=True))
    op.add_column("shops", sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for column in ("jwks_read_at", "blocked_origin", "blocked_at"):
        op.drop_column("shops", column)
    op.drop_table("registrations")
