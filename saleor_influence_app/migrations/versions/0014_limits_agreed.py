"""Each consent stores the limits that were agreed; a shop says which countries it serves."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consents", sa.Column("limits", postgresql.JSONB(), nullable=True))
    op.add_column(
        "privacy_settings",
        sa.Column("countries", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("privacy_settings", "countries")
    op.drop_column("consents", "limits")
