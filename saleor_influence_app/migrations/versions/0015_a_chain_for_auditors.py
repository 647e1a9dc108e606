"""Signed heads of the consent ledger, and guards on all that rests on consent.

`influence consent verify` compares `FUNCTIONS`, `TRIGGERS` and `CONSTRAINTS` with the database: a condition is
written as PostgreSQL itself prints it.
"""

# ruff: noqa: E501 - one condition of SQL a line
import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

LOCK = 0x0C05F
"""Held by who stores what rests on consents, beside each other, and by who ends consents, alone; after that of
`consents`, under which the chain grows."""
NETWORKS = ("mastodon", "bluesky", "youtube", "instagram", "tiktok", "x", "reddit")
_QUOTED = ", ".join(f"'{name}'::text" for name in NETWORKS)

FUNCTIONS = {
    "hold_consents(shop int, alone bool) RETURNS void LANGUAGE plpgsql": f"""
        BEGIN
            -- A later snapshot would not show what was committed while this waited.
            IF current_setting('transaction_isolation') <> 'read committed' THEN
                RAISE check_violation USING MESSAGE = 'consents, and what rests on them, are stored in READ COMMITTED';
            END IF;
            IF alone THEN
                PERFORM pg_advisory_xact_lock({LOCK}, shop);
            ELSE
                PERFORM pg_advisory_xact_lock_shared({LOCK}, shop);
            END IF;
        END
    """,
    "network_of(kind text) RETURNS text LANGUAGE sql IMMUTABLE": f"""
        SELECT net FROM unnest(ARRAY[{_QUOTED}]) net WHERE net = split_part(lower(btrim(kind)), ':', 1)
    """,  # noqa: S608 - names of networks
    "consents_are_chained() RETURNS trigger LANGUAGE plpgsql": """
        DECLARE last record;
        BEGIN
            PERFORM hold_consents(NEW.shop_id, NEW.action = 'withdrawn');
            SELECT number, hash INTO last FROM consents
            WHERE shop_id = NEW.shop_id ORDER BY number DESC LIMIT 1;
            IF NEW.number <> coalesce(last.number, 0) + 1
                OR NEW.previous_hash <> coalesce(last.hash, decode(repeat('00', 32), 'hex'))
                OR octet_length(NEW.hash) <> 32 OR NEW.hash = NEW.previous_hash THEN
                RAISE check_violation USING MESSAGE = 'a consent continues the chain of its shop';
            END IF;
            IF NEW.at NOT BETWEEN clock_timestamp() - interval '5 minutes' AND clock_timestamp() + interval '5 minutes' THEN
                RAISE check_violation USING
                    MESSAGE = 'a consent is dated by now: compare the clocks of app and database';
            END IF;
            IF NOT EXISTS (SELECT FROM consent_subjects s WHERE s.shop_id = NEW.shop_id
                    AND sha256(s.salt || convert_to(s.customer_id, 'UTF8')) = NEW.customer_ref) THEN
                RAISE check_violation USING MESSAGE = 'a consent is somebody''s';
            END IF;
            IF NEW.action = 'given' AND (NEW.wording = '' OR NEW.wording_version = '' OR NEW.language = '') THEN
                RAISE check_violation USING MESSAGE = 'a consent has the text that was read';
            END IF;
            IF NOT consent_proof_known(NEW.action, NEW.proof) THEN
                RAISE check_violation USING MESSAGE = 'a consent has a known kind of proof';
            END IF;
            RETURN NEW;
        END
    """,
    "consent_proof_known(action text, proof text) RETURNS bool LANGUAGE sql IMMUTABLE": r"""
        SELECT proof ~ '^Saleor session(: not me)?$' OR proof ~ '^(link by e-mail|told to staff)$'
            OR CASE action WHEN 'given' THEN proof ~ '^ownership: (oauth|nonce|rel-me)$'
            ELSE proof ~ '^(withdrawn|not-me|erased|deleted|anonymised|moved|objected|withdrawn before a restore)$'
            END
    """,
    "consents_are_kept() RETURNS trigger LANGUAGE plpgsql": """
        DECLARE kept bool;
        BEGIN
            IF TG_OP = 'TRUNCATE' THEN
                EXECUTE format('SELECT EXISTS (SELECT FROM %I)', TG_TABLE_NAME) INTO kept;
                IF kept THEN
                    RAISE check_violation USING MESSAGE = 'the consent ledger is not emptied';
                END IF;
                RETURN NULL;
            END IF;
            IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM shops WHERE id = OLD.shop_id) THEN
                RETURN OLD;
            END IF;
            RAISE check_violation USING MESSAGE = 'the consent ledger is only ever added to';
        END
    """,
    # Of a salt of another length, the end could be the beginning of another customer's id.
    "subjects_have_a_salt() RETURNS trigger LANGUAGE plpgsql": """
        BEGIN
            IF octet_length(NEW.salt) <> 32 THEN
                RAISE check_violation USING MESSAGE = 'a salt has 32 bytes';
            END IF;
            RETURN NEW;
        END
    """,
    "profile_needs_consent() RETURNS trigger LANGUAGE plpgsql": """
        BEGIN
            -- Whoever withdraws waits for rows of profiles while alone with the consents: nobody waits the other
            -- way round, since no lock is needed for a profile that is here already.
            IF TG_OP = 'INSERT' OR (NEW.shop_id, NEW.customer_id, NEW.network)
                    IS DISTINCT FROM (OLD.shop_id, OLD.customer_id, OLD.network) THEN
                PERFORM hold_consents(NEW.shop_id, false);
            END IF;
            IF NOT consent_given(NEW.shop_id, NEW.customer_id, 'link', NEW.network) THEN
                RAISE check_violation USING MESSAGE = 'a profile needs consent to be linked';
            END IF;
            RETURN NULL;
        END
    """,
    "reading_needs_consent() RETURNS trigger LANGUAGE plpgsql": """
        BEGIN
            PERFORM hold_consents(NEW.shop_id, false);
            IF NOT EXISTS (
                SELECT FROM profiles p WHERE p.id = NEW.profile_id AND p.shop_id = NEW.shop_id
                    AND consent_given(p.shop_id, p.customer_id, 'score', p.network)) THEN
                RAISE check_violation USING MESSAGE = 'what is read of a profile needs consent to scores';
            END IF;
            RETURN NULL;
        END
    """,
    "tie_needs_consent() RETURNS trigger LANGUAGE plpgsql": """
        BEGIN
            IF NEW.origin <> 'social' THEN
                IF network_of(NEW.kind) IS NOT NULL THEN
                    RAISE check_violation USING MESSAGE = 'a tie with the name of a network comes by consent alone';
                END IF;
                RETURN NULL;
            END IF;
            PERFORM hold_consents(NEW.shop_id, false);
            IF NOT (consent_given(NEW.shop_id, NEW.source_id, 'score', split_part(NEW.kind, ':', 1))
                AND consent_given(NEW.shop_id, NEW.target_id, 'score', split_part(NEW.kind, ':', 1))) THEN
                RAISE check_violation USING MESSAGE = 'a social tie needs consent to scores at both ends';
            END IF;
            RETURN NULL;
        END
    """,
    # The next three look at the end of the transaction: a run removes what it computed of who left meanwhile.
    "network_score_needs_consent() RETURNS trigger LANGUAGE plpgsql": """
        DECLARE there bool;
        BEGIN
            PERFORM hold_consents(NEW.shop_id, false);
            IF consent_given(NEW.shop_id, NEW.customer_id, 'score', split_part(NEW.kind, ':', 1)) THEN
                RETURN NULL;
            END IF;
            EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE shop_id = $1 AND customer_id = $2 AND kind = $3)',
                TG_TABLE_NAME) INTO there USING NEW.shop_id, NEW.customer_id, NEW.kind;
            IF there THEN
                RAISE check_violation USING MESSAGE = 'a score by a network needs consent to it';
            END IF;
            RETURN NULL;
        END
    """,
    "credit_needs_consent() RETURNS trigger LANGUAGE plpgsql": """
        DECLARE there bool;
        BEGIN
            PERFORM hold_consents(NEW.shop_id, false);
            IF consent_given(NEW.shop_id, NEW.source_id, 'score', split_part(NEW.tie_kind, ':', 1))
                AND consent_given(NEW.shop_id, NEW.customer_id, 'score', split_part(NEW.tie_kind, ':', 1)) THEN
                RETURN NULL;
            END IF;
            EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE shop_id = $1 AND source_id = $2 AND order_id = $3
                AND line_id = $4 AND tie_kind = $5)', TG_TABLE_NAME)
            INTO there USING NEW.shop_id, NEW.source_id, NEW.order_id, NEW.line_id, NEW.tie_kind;
            IF there THEN
                RAISE check_violation USING MESSAGE = 'a credit by a network needs consent to scores at both ends';
            END IF;
            RETURN NULL;
        END
    """,
    "guest_needs_consent() RETURNS trigger LANGUAGE plpgsql": """
        BEGIN
            PERFORM hold_consents(NEW.shop_id, false);
            IF EXISTS (SELECT FROM trial_guests g JOIN trials t ON t.id = g.trial_id
                WHERE g.trial_id = NEW.trial_id AND g.customer_id = NEW.customer_id AND g.social
                    AND NOT EXISTS (SELECT FROM ties WHERE ties.shop_id = g.shop_id
                        AND ties.source_id = t.customer_id AND ties.target_id = g.customer_id)) THEN
                RAISE check_violation USING MESSAGE = 'who is known through a network needs a tie';
            END IF;
            RETURN NULL;
        END
    """,
    "rests_on_consent(shop int, customer text, net text) RETURNS bool LANGUAGE sql STABLE": """
        SELECT EXISTS (SELECT FROM ties t WHERE t.shop_id = shop AND t.origin = 'social'
                AND t.source_id = customer AND split_part(t.kind, ':', 1) = coalesce(net, split_part(t.kind, ':', 1)))
            OR EXISTS (SELECT FROM ties t WHERE t.shop_id = shop AND t.origin = 'social'
                AND t.target_id = customer AND split_part(t.kind, ':', 1) = coalesce(net, split_part(t.kind, ':', 1)))
            OR EXISTS (SELECT FROM network_scores n WHERE n.shop_id = shop AND n.customer_id = customer
                AND split_part(n.kind, ':', 1) = coalesce(net, split_part(n.kind, ':', 1)))
            OR EXISTS (SELECT FROM network_scores_past n WHERE n.shop_id = shop AND n.customer_id = customer
                AND split_part(n.kind, ':', 1) = coalesce(net, split_part(n.kind, ':', 1)))
            OR EXISTS (SELECT FROM credits c WHERE c.shop_id = shop AND c.source_id = customer
                AND network_of(c.tie_kind) = coalesce(net, network_of(c.tie_kind)))
            OR EXISTS (SELECT FROM credits c WHERE c.shop_id = shop AND c.customer_id = customer
                AND network_of(c.tie_kind) = coalesce(net, network_of(c.tie_kind)))
            OR EXISTS (SELECT FROM credits_past c WHERE c.shop_id = shop AND c.source_id = customer
                AND network_of(c.tie_kind) = coalesce(net, network_of(c.tie_kind)))
            OR EXISTS (SELECT FROM credits_past c WHERE c.shop_id = shop AND c.customer_id = customer
                AND network_of(c.tie_kind) = coalesce(net, network_of(c.tie_kind)))
            OR EXISTS (SELECT FROM trial_guests g JOIN trials t ON t.id = g.trial_id
                WHERE g.shop_id = shop AND g.social AND customer IN (g.customer_id, t.customer_id)
                    AND NOT EXISTS (SELECT FROM ties WHERE ties.shop_id = g.shop_id
                        AND ties.source_id = t.customer_id AND ties.target_id = g.customer_id))
    """,
    "withdrawal_leaves_nothing() RETURNS trigger LANGUAGE plpgsql": """
        DECLARE customer text;
        BEGIN
            IF NEW.action <> 'withdrawn' THEN
                RETURN NULL;
            END IF;
            SELECT s.customer_id INTO customer FROM consent_subjects s
            WHERE s.shop_id = NEW.shop_id
                AND sha256(s.salt || convert_to(s.customer_id, 'UTF8')) = NEW.customer_ref;
            IF customer IS NULL OR consent_given(NEW.shop_id, customer, NEW.purpose, NEW.network) THEN
                RETURN NULL;
            END IF;
            IF EXISTS (SELECT FROM profiles p WHERE p.shop_id = NEW.shop_id AND p.customer_id = customer
                    AND p.network = NEW.network AND (NEW.purpose = 'link' OR NEW.purpose = 'score' AND (
                        EXISTS (SELECT FROM snapshots WHERE profile_id = p.id)
                        OR EXISTS (SELECT FROM posts WHERE profile_id = p.id))))
                OR NEW.purpose = 'score' AND rests_on_consent(NEW.shop_id, customer, NEW.network) THEN
                RAISE check_violation USING MESSAGE = 'what rests on a consent goes with it';
            END IF;
            RETURN NULL;
        END
    """,
    "subjects_are_alone() RETURNS trigger LANGUAGE plpgsql": """
        BEGIN
            -- A shop that goes takes its subjects with it, and waits for nobody while it holds its own row.
            IF EXISTS (SELECT FROM shops WHERE id = OLD.shop_id) THEN
                PERFORM hold_consents(OLD.shop_id, true);
            END IF;
            RETURN OLD;
        END
    """,
    "forgotten_subject_leaves_nothing() RETURNS trigger LANGUAGE plpgsql": """
        BEGIN
            IF EXISTS (SELECT FROM consents c WHERE c.shop_id = OLD.shop_id AND c.action = 'given'
                    AND c.customer_ref = consent_ref(OLD.salt, OLD.customer_id)
                    AND NOT EXISTS (SELECT FROM consents later WHERE later.shop_id = c.shop_id
                        AND later.customer_ref = c.customer_ref AND later.purpose = c.purpose
                        AND later.network IS NOT DISTINCT FROM c.network AND later.number > c.number)) THEN
                RAISE check_violation USING MESSAGE = 'whom a consent that stands is about is kept';
            END IF;
            IF EXISTS (SELECT FROM consent_subjects
                    WHERE shop_id = OLD.shop_id AND customer_id = OLD.customer_id) THEN
                RETURN NULL;
            END IF;
            IF EXISTS (SELECT FROM profiles WHERE shop_id = OLD.shop_id AND customer_id = OLD.customer_id)
                OR rests_on_consent(OLD.shop_id, OLD.customer_id, NULL) THEN
                RAISE check_violation USING MESSAGE = 'what rests on a consent goes with it';
            END IF;
            RETURN NULL;
        END
    """,
}
"""By declaration, in place of those of the same name before."""

_NOW = "DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW"
_LATER = "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
_SOCIAL_CREDIT = f"{_LATER} WHEN (split_part(new.tie_kind, ':'::text, 1) = ANY (ARRAY[{_QUOTED}]))"
TRIGGERS = [
    ("subjects_salted", "BEFORE INSERT ON consent_subjects FOR EACH ROW", "subjects_have_a_salt"),
    ("subjects_alone", "BEFORE DELETE ON consent_subjects FOR EACH ROW", "subjects_are_alone"),
    ("subjects_not_emptied", "BEFORE TRUNCATE ON consent_subjects FOR EACH STATEMENT", "consents_are_kept"),
]
"""Beside those of `0002`."""
_STORED = "AFTER INSERT OR UPDATE ON"
CONSTRAINTS = [
    ("ties_consent", f"{_STORED} ties {_NOW}", "tie_needs_consent"),
    ("network_scores_consent", f"{_STORED} network_scores {_LATER}", "network_score_needs_consent"),
    ("network_scores_past_consent", f"{_STORED} network_scores_past {_LATER}", "network_score_needs_consent"),
    ("credits_consent", f"{_STORED} credits {_SOCIAL_CREDIT}", "credit_needs_consent"),
    ("credits_past_consent", f"{_STORED} credits_past {_SOCIAL_CREDIT}", "credit_needs_consent"),
    ("trial_guests_consent", f"{_STORED} trial_guests {_LATER} WHEN (new.social)", "guest_needs_consent"),
    ("consents_withdrawn", f"AFTER INSERT ON consents {_LATER}", "withdrawal_leaves_nothing"),
]
"""Two of them in place of those of `0002`, whose condition is in the function now."""


def upgrade() -> None:
    for declaration, body in FUNCTIONS.items():
        op.execute(
            f"CREATE OR REPLACE FUNCTION {declaration} SET search_path = public, pg_temp AS $body${body}$body$"
        )
    op.execute("DROP TRIGGER ties_consent ON ties")
    op.execute("DROP TRIGGER consents_withdrawn ON consents")
    for name, event, function in TRIGGERS:
        op.execute(f"CREATE TRIGGER {name} {event} EXECUTE FUNCTION {function}()")
    for name, event, function in CONSTRAINTS:
        op.execute(f"CREATE CONSTRAINT TRIGGER {name} {event} EXECUTE FUNCTION {function}()")
    op.create_table(
        "consent_heads",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("signed", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stamp", sa.LargeBinary(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name=op.f("fk_consent_heads_shop_id_shops"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_heads")),
    )
    op.create_index("ix_consent_heads_shop_id", "consent_heads", ["shop_id", "id"])


def downgrade() -> None:
    raise NotImplementedError("Guards on consent are not taken away again: restore a backup instead.")
