"""What has ended, also in the database, and which folders outside of it were seen to hold it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tombstones",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=True),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("network", sa.Text(), nullable=True),
        sa.Column("checksum", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_tombstones_shop_id_shops"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tombstones")),
        sa.UniqueConstraint("checksum", name=op.f("uq_tombstones_checksum")),
    )
    op.create_index("ix_tombstones_who", "tombstones", ["who"])
    op.create_index(
        "ix_tombstones_waiting", "tombstones", ["number"], postgresql_where=sa.text("noted_at IS NULL")
    )
    op.create_table(
        "tombstone_folders",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tombstone_folders")),
    )


def downgrade() -> None:
    op.drop_table("tombstone_folders")
    op.drop_index("ix_tombstones_waiting", table_name="tombstones")
    op.drop_index("ix_tombstones_who", table_name="tombstones")
    op.drop_table("tombstones")
