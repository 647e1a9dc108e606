"""Outreach tasks: what staff do by hand for customers who agreed to be contacted."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outreach_tasks",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="suggested", nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('suggested', 'assigned', 'done', 'answered')", name=op.f("ck_outreach_tasks_state")
        ),
        sa.CheckConstraint(
            "answer IN ('accepted', 'declined', 'thanked')", name=op.f("ck_outreach_tasks_answer")
        ),
        sa.CheckConstraint(
            "(state = 'suggested') = (taken_by IS NULL)", name=op.f("ck_outreach_tasks_taken")
        ),
        sa.CheckConstraint(
            "(state = 'answered') = (answer IS NOT NULL)", name=op.f("ck_outreach_tasks_answered")
        ),
        sa.CheckConstraint("char_length(note) <= 500", name=op.f("ck_outreach_tasks_note")),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_outreach_tasks_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["perk_programmes.id"],
            name=op.f("fk_outreach_tasks_programme_id_perk_programmes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["perk_grants.id"],
            name=op.f("fk_outreach_tasks_grant_id_perk_grants"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreach_tasks")),
        sa.UniqueConstraint("grant_id", name=op.f("uq_outreach_tasks_grant_id")),
    )
    op.create_index("ix_outreach_tasks_programme", "outreach_tasks", ["programme_id", "state", "due_at"])
    op.create_index("ix_outreach_tasks_customer", "outreach_tasks", ["shop_id", "customer_id"])


def downgrade() -> None:
    op.drop_table("outreach_tasks")
