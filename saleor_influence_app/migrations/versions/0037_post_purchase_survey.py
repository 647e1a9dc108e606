"""The post-purchase survey: one-time links, responses, and ties of whom they name."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

BEFORE, NOW = "origin IN ('orders', 'staff', 'social')", "origin IN ('orders', 'staff', 'social', 'survey')"


def upgrade() -> None:
    op.add_column("shops", sa.Column("survey", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column(
        "shops", sa.Column("survey_days", sa.Integer(), server_default=sa.text("365"), nullable=False)
    )
    op.add_column(
        "ties", sa.Column("is_hidden", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.drop_constraint(op.f("ck_ties_origin"), "ties", type_="check")
    op.create_check_constraint(op.f("ck_ties_origin"), "ties", NOW)
    op.create_table(
        "survey_links",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_survey_links_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "order_id", name=op.f("pk_survey_links")),
    )
    op.create_index("ix_survey_links_expiry", "survey_links", ["expires_at"])
    op.create_table(
        "survey_responses",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("respondent_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("named_id", sa.Text(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "responded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "channel IN ('friend', 'advert', 'search', 'social', 'other', 'nobody')",
            name=op.f("ck_survey_responses_channel"),
        ),
        sa.CheckConstraint("named_id IS NULL OR channel = 'friend'", name=op.f("ck_survey_responses_named")),
        sa.CheckConstraint("named_id <> respondent_id", name=op.f("ck_survey_responses_self")),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_survey_responses_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_responses")),
        sa.UniqueConstraint("shop_id", "order_id", name=op.f("uq_survey_responses_shop_id_order_id")),
    )
    op.create_index("ix_survey_responses_respondent", "survey_responses", ["shop_id", "respondent_id"])
    op.create_index("ix_survey_responses_named", "survey_responses", ["shop_id", "named_id"])
    op.create_index("ix_survey_responses_age", "survey_responses", ["responded_at"])


def downgrade() -> None:
    op.drop_table("survey_responses")
    op.drop_table("survey_links")
    op.execute("DELETE FROM ties WHERE origin = 'survey'")
    op.drop_constraint(op.f("ck_ties_origin"), "ties", type_="check")
    op.create_check_constraint(op.f("ck_ties_origin"), "ties", BEFORE)
    op.drop_column("ties", "is_hidden")
    op.drop_column("shops", "survey_days")
    op.drop_column("shops", "survey")
