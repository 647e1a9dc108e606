"""Orders say what their lines cost at list prices and what was taken off; lines are found by product.

The columns stay empty until Saleor tells of the order again. The index is made beside the app's work.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

COLUMNS = ("list_prices", "line_discounts")
NAME = "ix_order_lines_product"


def upgrade() -> None:
    for name in COLUMNS:
        # Committed before the index is made: there already where that was broken off.
        column = sa.Column(name, JSONB(), server_default=sa.text("'{}'"), nullable=False)
        op.add_column("orders", column, if_not_exists=True)
    with op.get_context().autocommit_block():
        # One that was broken off is there and not valid.
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
        op.execute(f"CREATE INDEX CONCURRENTLY {NAME} ON order_lines (shop_id, product_id)")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
    for name in COLUMNS:
        op.drop_column("orders", name)
