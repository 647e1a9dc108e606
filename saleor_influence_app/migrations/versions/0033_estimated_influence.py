"""What customers are estimated to have caused beside what is booked; which version of the rule speaks."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(precision=20, scale=6)


def upgrade() -> None:
    for table in ("scores", "scores_past", "evidence", "evidence_past"):
        op.add_column(table, sa.Column("civ_estimate", MONEY, nullable=True))
        op.execute(f"UPDATE {table} SET civ_estimate = civ")  # noqa: S608 - version 1 knew one amount
    op.add_column("shops", sa.Column("ledger_rule", sa.Integer(), server_default="1", nullable=False))
    op.alter_column("shops", "ledger_rule", server_default="2")
    op.create_check_constraint(op.f("ck_shops_ledger_rule"), "shops", "ledger_rule IN (1, 2)")


def downgrade() -> None:
    op.drop_column("shops", "ledger_rule")
    for table in ("evidence_past", "evidence", "scores_past", "scores"):
        op.drop_column(table, "civ_estimate")
