"""Orders say what was taken off, how they were delivered and which gift cards paid.

Columns of orders that are there stay empty until Saleor tells of the order again. Indexes are made without a
lock that stops the app's work.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MONEY = ("discount", "voucher_discount", "shipping_gross")
TIMES = ("benefits_updated_at", "benefits_seen_at")
INDEXES = {
    "ix_orders_voucher_code": "(shop_id, voucher_code) WHERE voucher_code IS NOT NULL",
    "ix_orders_gift_cards": "USING gin (gift_cards) WHERE gift_cards <> '{}'",
}


def upgrade() -> None:
    columns: list[sa.Column[Any]] = [
        *(sa.Column(name, sa.Numeric(20, 6), nullable=True) for name in MONEY),
        sa.Column("delivery_method", sa.Text(), nullable=True),
        sa.Column("gift_cards", JSONB(), server_default=sa.text("'{}'"), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in TIMES),
    ]
    for column in columns:
        # Committed before the indexes are made: there already where that was broken off.
        op.add_column("orders", column, if_not_exists=True)
    with op.get_context().autocommit_block():
        for name, what in INDEXES.items():
            # One that was broken off is there and not valid.
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON orders {what}")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
    for name in (*MONEY, "delivery_method", "gift_cards", *TIMES):
        op.drop_column("orders", name)
