"""Value is what is expected; what codes and influence are expected to bring, and money that may follow."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(precision=20, scale=6)
COLUMNS = (
    "follow_on_money",
    *(f"{name}{end}" for name in ("crv_expected", "civ_expected") for end in ("", "_low", "_high")),
)


def upgrade() -> None:
    for table in ("scores", "scores_past"):
        for name in COLUMNS:
            op.add_column(table, sa.Column(name, MONEY, nullable=True))


def downgrade() -> None:
    for table in ("scores_past", "scores"):
        for name in reversed(COLUMNS):
            op.drop_column(table, name)
