"""Officer, supervisory authority, operator and transfers, as the privacy papers name them.

Revision ID: 0018
Revises: 0010
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NAMES = ("officer", "authority", "operator", "transfers")


def upgrade() -> None:
    """Upgrade."""
    for name in NAMES:
        op.add_column(
            "privacy_settings", sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)
        )


def downgrade() -> None:
    """Downgrade."""
    for name in reversed(NAMES):
        op.drop_column("privacy_settings", name)
