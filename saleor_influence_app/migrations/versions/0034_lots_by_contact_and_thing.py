"""Trials by lots of (contact, thing); their letters are told to the shop's webhook where it asks for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

STATES = {
    "ck_trials_state": ("trials", "state", ("running", "ended", "stopped")),
    "ck_hand_off_deliveries_event": (
        "hand_off_deliveries",
        "event",
        ("grant.created", "grant.taken_back", "segment.entered", "segment.left"),
    ),
}
ADDED = {
    "ck_trials_state": ("planning", "planned", "refused", "starting"),
    "ck_hand_off_deliveries_event": ("letter.drawn",),
}


def upgrade() -> None:
    op.add_column("trials", sa.Column("things", sa.ARRAY(sa.Text()), nullable=True))
    op.add_column("trials", sa.Column("refusal", sa.Text(), nullable=True))
    op.add_column("trials", sa.Column("contacts", sa.Integer(), nullable=True))
    op.add_column("trials", sa.Column("needs", postgresql.JSONB(), nullable=True))
    op.add_column("trials", sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("trials", sa.Column("e_value", sa.Float(), nullable=True))
    op.add_column("trial_guests", sa.Column("told", sa.ARRAY(sa.Text()), nullable=True))
    for name, (table, column, values) in STATES.items():
        _allow(name, table, column, values=(*values, *ADDED[name]))


def downgrade() -> None:
    op.execute("DELETE FROM trials WHERE things IS NOT NULL")
    op.execute("DELETE FROM hand_off_deliveries WHERE event = 'letter.drawn'")
    for name, (table, column, values) in STATES.items():
        _allow(name, table, column, values=values)
    op.drop_column("trial_guests", "told")
    for column in ("e_value", "looked_at", "needs", "contacts", "refusal", "things"):
        op.drop_column("trials", column)


def _allow(name: str, table: str, column: str, *, values: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(name), table)
    quoted = ", ".join(f"'{value}'" for value in values)
    op.create_check_constraint(op.f(name), table, f"{column} IN ({quoted})")
