"""Where perks are told of, what is to be told, and who wants no mail; nothing is told until staff say where.

The database itself puts down what is to be told of a grant: kinds of perk give and take back in statements
of their own, and a process of an earlier version, which knows nothing of this, does so too.
"""

# ruff: noqa: S608 - only names of our own tables are put into statements

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

CHANNELS = "channel IN ('webhook', 'mail')"
EVENTS = "event IN ('grant.created', 'grant.taken_back', 'segment.entered', 'segment.left')"
STATES = "state IN ('pending', 'claimed', 'sent', 'dropped', 'given_up')"
# A customer who declined a perk themselves is not written to about it.
WAYS = """
    JOIN hand_off_settings s ON s.shop_id = e.shop_id
    CROSS JOIN LATERAL (
        SELECT 'webhook' AS channel WHERE s.webhook_url IS NOT NULL AND e.event = ANY (s.webhook_events)
        UNION ALL SELECT 'mail' WHERE s.smtp_host IS NOT NULL AND e.state <> 'declined'
    ) AS way
    WHERE e.customer_id IS NOT NULL AND e.event IS NOT NULL
"""
STAGE = """
    INSERT INTO hand_off_deliveries (shop_id, channel, event, customer_id, grant_id)
    SELECT e.shop_id, way.channel, e.event, e.customer_id, e.id
"""
FUNCTION = f"""
    CREATE FUNCTION grants_are_handed_off() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            {STAGE} FROM (
                SELECT n.*, CASE WHEN n.state = 'given' THEN 'grant.created' END AS event FROM new_rows n
            ) AS e {WAYS};
        ELSE
            {STAGE} FROM (
                SELECT n.*, CASE
                    WHEN n.state = 'given' AND o.state <> 'given' THEN 'grant.created'
                    WHEN o.state = 'given' AND n.state IN ('taken_back', 'declined') THEN 'grant.taken_back'
                END AS event
                FROM new_rows n JOIN old_rows o ON o.id = n.id
            ) AS e {WAYS};
        END IF;
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    op.create_table(
        "hand_off_settings",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("webhook_url", sa.Text(), nullable=True),
        sa.Column("webhook_secret_encrypted", sa.Text(), nullable=True),
        sa.Column("webhook_events", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("smtp_host", sa.Text(), nullable=True),
        sa.Column("smtp_port", sa.Integer(), nullable=True),
        sa.Column("smtp_security", sa.Text(), nullable=True),
        sa.Column("smtp_login", sa.Text(), nullable=True),
        sa.Column("smtp_password_encrypted", sa.Text(), nullable=True),
        sa.Column("sender_address", sa.Text(), nullable=True),
        sa.Column("sender_name", sa.Text(), nullable=True),
        sa.Column("mails_each", sa.Integer(), server_default=sa.text("2"), nullable=False),
        sa.CheckConstraint(
            "smtp_security IN ('starttls', 'tls', 'none')", name=op.f("ck_hand_off_settings_smtp_security")
        ),
        sa.CheckConstraint(
            "(webhook_url IS NULL) = (webhook_secret_encrypted IS NULL)",
            name=op.f("ck_hand_off_settings_webhook_has_a_secret"),
        ),
        sa.CheckConstraint("mails_each >= 1", name=op.f("ck_hand_off_settings_mails_each")),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_hand_off_settings_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_hand_off_settings")),
    )
    _deliveries()
    op.create_table(
        "mail_stops",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_mail_stops_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("shop_id", "customer_id", name=op.f("pk_mail_stops")),
    )
    op.execute(FUNCTION)
    for event, rows in (
        ("INSERT", "NEW TABLE AS new_rows"),
        ("UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
    ):
        op.execute(
            f"CREATE TRIGGER perk_grants_hand_off_{event.lower()} AFTER {event} ON perk_grants "
            f"REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION grants_are_handed_off()"
        )


def _deliveries() -> None:
    op.create_table(
        "hand_off_deliveries",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column(
            "message_id",
            sa.Text(),
            server_default=sa.text("replace(gen_random_uuid()::text, '-', '')"),
            nullable=False,
        ),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=True),
        sa.Column("segment", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "next_attempt_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(CHANNELS, name=op.f("ck_hand_off_deliveries_channel")),
        sa.CheckConstraint(EVENTS, name=op.f("ck_hand_off_deliveries_event")),
        sa.CheckConstraint(STATES, name=op.f("ck_hand_off_deliveries_state")),
        sa.CheckConstraint(
            "(grant_id IS NULL) <> (segment IS NULL)",
            name=op.f("ck_hand_off_deliveries_about_a_grant_or_a_segment"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_hand_off_deliveries_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["perk_grants.id"],
            name=op.f("fk_hand_off_deliveries_grant_id_perk_grants"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_off_deliveries")),
    )
    for name, columns, where in (
        ("pending", ["shop_id", "channel", "next_attempt_at"], "state = 'pending'"),
        ("claimed", ["lease_until"], "state = 'claimed'"),
        ("done", ["done_at"], "done_at IS NOT NULL"),
        ("customer", ["shop_id", "customer_id"], None),
        ("grant", ["grant_id"], None),
    ):
        op.create_index(
            f"ix_hand_off_deliveries_{name}",
            "hand_off_deliveries",
            columns,
            postgresql_where=None if where is None else sa.text(where),
        )


def downgrade() -> None:
    for event in ("insert", "update"):
        op.execute(f"DROP TRIGGER perk_grants_hand_off_{event} ON perk_grants")
    op.execute("DROP FUNCTION grants_are_handed_off()")
    for table in ("mail_stops", "hand_off_deliveries", "hand_off_settings"):
        op.drop_table(table)
