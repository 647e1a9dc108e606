"""The database refuses a tie of an unknown origin, and a tombstone of an unknown kind.

The rows that are there are looked at without a lock that stops the app's work.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KNOWN = {
    "ties": ("origin", ("orders", "staff", "social")),
    "tombstones": (
        "what",
        ("deleted", "erased", "withdrawn", "objected", "returned", "shop", "replaced"),
    ),
}


def upgrade() -> None:
    for table, (column, values) in KNOWN.items():
        name = f"ck_{table}_{column}"
        quoted = ", ".join(f"'{value}'" for value in values)
        with op.get_context().autocommit_block():
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IN ({quoted})) NOT VALID")
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def downgrade() -> None:
    for table, (column, _) in KNOWN.items():
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{column}")
