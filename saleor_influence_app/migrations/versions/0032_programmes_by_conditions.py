"""Programmes of perks for who meets conditions, without a segment."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("perk_programmes", sa.Column("conditions", postgresql.JSONB(), nullable=True))
    op.create_check_constraint(
        op.f("ck_perk_programmes_whom"), "perk_programmes", "(segment = '') = (conditions IS NOT NULL)"
    )


def downgrade() -> None:
    op.execute("DELETE FROM perk_programmes WHERE conditions IS NOT NULL")
    op.drop_constraint(op.f("ck_perk_programmes_whom"), "perk_programmes")
    op.drop_column("perk_programmes", "conditions")
