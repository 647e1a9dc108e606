"""What the database refuses: social data without consent, and a consent ledger that is changed."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FUNCTIONS = {
    "consent_ref(salt bytea, customer text) RETURNS bytea LANGUAGE sql IMMUTABLE": """
        SELECT sha256(salt || convert_to(customer, 'UTF8'))
    """,
    "consent_given(shop int, customer text, wanted text, net text) RETURNS bool LANGUAGE sql STABLE": """
        SELECT coalesce((
            SELECT c.action = 'given' FROM consent_subjects s
            JOIN consents c ON c.shop_id = s.shop_id AND c.customer_ref = consent_ref(s.salt, s.customer_id)
            WHERE s.shop_id = shop AND s.customer_id = customer
                AND c.purpose = wanted AND c.network IS NOT DISTINCT FROM net
            ORDER BY c.number DESC LIMIT 1), false)
    """,
    "consents_are_chained() RETURNS trigger LANGUAGE plpgsql": """
        DECLARE last record;
        BEGIN
            SELECT number, hash INTO last FROM consents
            WHERE shop_id = NEW.shop_id ORDER BY number DESC LIMIT 1;
            IF NEW.number <> coalesce(last.number, 0) + 1
                OR NEW.previous_hash <> coalesce(last.hash, decode(repeat('00', 32), 'hex')) THEN
                RAISE check_violation USING MESSAGE = 'a consent continues the chain of its shop';
            END IF;
            RETURN NEW;
        END
    """,
    # A shop's rows go by cascade, when its own row is gone already.
    "consents_are_kept() RETURNS trigger LANGUAGE plpgsql": """
        BEGIN
            IF TG_OP = 'TRUNCATE' THEN
                IF EXISTS (SELECT FROM consents) THEN
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
    "subjects_stay_as_they_are() RETURNS trigger LANGUAGE plpgsql": """
        BEGIN
            RAISE check_violation USING MESSAGE = 'whom consents are about does not change';
        END
    """,
    "profile_needs_consent() RETURNS trigger LANGUAGE plpgsql": """
        BEGIN
            IF NOT consent_given(NEW.shop_id, NEW.customer_id, 'link', NEW.network) THEN
                RAISE check_violation USING MESSAGE = 'a profile needs consent to be linked';
            END IF;
            RETURN NULL;
        END
    """,
    "reading_needs_consent() RETURNS trigger LANGUAGE plpgsql": """
        BEGIN
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
            IF NOT (consent_given(NEW.shop_id, NEW.source_id, 'score', split_part(NEW.kind, ':', 1))
                AND consent_given(NEW.shop_id, NEW.target_id, 'score', split_part(NEW.kind, ':', 1))) THEN
                RAISE check_violation USING MESSAGE = 'a social tie needs consent to scores at both ends';
            END IF;
            RETURN NULL;
        END
    """,
    "withdrawal_leaves_nothing() RETURNS trigger LANGUAGE plpgsql": """
        DECLARE customer text;
        BEGIN
            SELECT s.customer_id INTO customer FROM consent_subjects s
            WHERE s.shop_id = NEW.shop_id AND consent_ref(s.salt, s.customer_id) = NEW.customer_ref;
            IF customer IS NULL OR consent_given(NEW.shop_id, customer, NEW.purpose, NEW.network) THEN
                RETURN NULL;
            END IF;
            IF EXISTS (SELECT FROM profiles p WHERE p.shop_id = NEW.shop_id AND p.customer_id = customer
                    AND p.network = NEW.network AND (NEW.purpose = 'link' OR NEW.purpose = 'score' AND (
                        EXISTS (SELECT FROM snapshots WHERE profile_id = p.id)
                        OR EXISTS (SELECT FROM posts WHERE profile_id = p.id))))
                OR NEW.purpose = 'score' AND EXISTS (SELECT FROM ties t
                    WHERE t.shop_id = NEW.shop_id AND t.origin = 'social'
                        AND split_part(t.kind, ':', 1) = NEW.network
                        AND customer IN (t.source_id, t.target_id)) THEN
                RAISE check_violation USING MESSAGE = 'what rests on a consent goes with it';
            END IF;
            RETURN NULL;
        END
    """,
    "forgotten_subject_leaves_nothing() RETURNS trigger LANGUAGE plpgsql": """
        BEGIN
            IF EXISTS (SELECT FROM profiles WHERE shop_id = OLD.shop_id AND customer_id = OLD.customer_id)
                AND NOT EXISTS (SELECT FROM consent_subjects
                    WHERE shop_id = OLD.shop_id AND customer_id = OLD.customer_id)
                OR EXISTS (SELECT FROM ties t WHERE t.shop_id = OLD.shop_id AND t.origin = 'social'
                    AND t.source_id = OLD.customer_id)
                OR EXISTS (SELECT FROM ties t WHERE t.shop_id = OLD.shop_id AND t.origin = 'social'
                    AND t.target_id = OLD.customer_id) THEN
                RAISE check_violation USING MESSAGE = 'what rests on a consent goes with it';
            END IF;
            RETURN NULL;
        END
    """,
}
"""By declaration. All of them see our tables, whatever the caller's search path is."""

TRIGGERS = [
    ("consents_chained", "BEFORE INSERT ON consents FOR EACH ROW", "consents_are_chained"),
    ("consents_kept", "BEFORE UPDATE OR DELETE ON consents FOR EACH ROW", "consents_are_kept"),
    ("consents_not_emptied", "BEFORE TRUNCATE ON consents FOR EACH STATEMENT", "consents_are_kept"),
    ("subjects_kept", "BEFORE UPDATE ON consent_subjects FOR EACH ROW", "subjects_stay_as_they_are"),
]
IMMEDIATE = "DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW"
DEFERRED = "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
CONSTRAINTS = [
    ("profiles_consent", f"AFTER INSERT OR UPDATE ON profiles {IMMEDIATE}", "profile_needs_consent"),
    ("snapshots_consent", f"AFTER INSERT OR UPDATE ON snapshots {IMMEDIATE}", "reading_needs_consent"),
    ("posts_consent", f"AFTER INSERT OR UPDATE ON posts {IMMEDIATE}", "reading_needs_consent"),
    (
        "ties_consent",
        f"AFTER INSERT OR UPDATE ON ties {IMMEDIATE} WHEN (NEW.origin = 'social')",
        "tie_needs_consent",
    ),
    (
        "consents_withdrawn",
        f"AFTER INSERT ON consents {DEFERRED} WHEN (NEW.action = 'withdrawn')",
        "withdrawal_leaves_nothing",
    ),
    (
        "subjects_forgotten",
        f"AFTER DELETE ON consent_subjects {DEFERRED}",
        "forgotten_subject_leaves_nothing",
    ),
]


def upgrade() -> None:
    for declaration, body in FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION {declaration} SET search_path = public, pg_temp AS $body${body}$body$")
    for name, event, function in TRIGGERS:
        op.execute(f"CREATE TRIGGER {name} {event} EXECUTE FUNCTION {function}()")
    for name, event, function in CONSTRAINTS:
        op.execute(f"CREATE CONSTRAINT TRIGGER {name} {event} EXECUTE FUNCTION {function}()")


def downgrade() -> None:
    for declaration in reversed(FUNCTIONS):
        name = declaration.partition("(")[0]
        op.execute(f"DROP FUNCTION {name} CASCADE")
