"""Which folder of tombstones is known to be complete: without one nothing is computed or written back."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    now = sa.text("now()")
    moment = sa.DateTime(timezone=True)
    op.add_column("tombstone_folders", sa.Column("joined_at", moment, server_default=now, nullable=False))
    op.add_column("tombstone_folders", sa.Column("trusted_until", moment, nullable=True))
    # Those of before are trusted; each must be seen within minutes, as ever.
    op.execute("UPDATE tombstone_folders SET trusted_until = now() + interval '10 minutes'")


def downgrade() -> None:
    for name in ("trusted_until", "joined_at"):
        op.drop_column("tombstone_folders", name)
