"""When we learnt of a tie: before that moment it led nobody, whatever date it was told with."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    known_at = sa.Column(
        "known_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True
    )
    op.add_column("ties", known_at)
    # Orders prove theirs, and networks' begin when they are seen. Of what staff told before, nobody wrote
    # down when; only where they gave no date is the beginning, to a part of a second, that moment.
    op.execute(
        """
        UPDATE ties SET known_at = CASE WHEN origin = 'orders' THEN NULL ELSE valid_from END
        WHERE origin <> 'staff' OR valid_from <> date_trunc('second', valid_from)
        """
    )
    op.execute("UPDATE ties SET known_at = now() WHERE origin <> 'orders' AND known_at IS NULL")
    op.create_check_constraint(op.f("ck_ties_known"), "ties", "origin = 'orders' OR known_at IS NOT NULL")


def downgrade() -> None:
    op.drop_column("ties", "known_at")
