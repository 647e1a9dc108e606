"""How long things are kept: raw posts, features, and what was only meant to last for a while."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app.social.terms import TERMS

# One statement for each choice, of which shops make few: an index finds what is older than one time.
_CHOSEN = (
    (
        text("SELECT DISTINCT posts_days FROM privacy_settings"),
        text("""
            DELETE FROM posts p USING privacy_settings s
            WHERE s.shop_id = p.shop_id AND s.posts_days = :choice
                AND p.at < now() - make_interval(days => :choice)
        """),
    ),
    (
        text("SELECT DISTINCT features_months FROM privacy_settings"),
        text("""
            DELETE FROM snapshots p USING privacy_settings s
            WHERE s.shop_id = p.shop_id AND s.features_months = :choice
                AND p.at < now() - make_interval(months => :choice)
        """),
    ),
)
_PRUNE = (
    text("""
        DELETE FROM ties t USING privacy_settings s
        WHERE s.shop_id = t.shop_id AND t.origin = 'social'
            AND t.valid_to < now() - make_interval(months => s.features_months)
    """),
    text("DELETE FROM pending_links WHERE expires_at < now()"),
    text("DELETE FROM invitations WHERE expires_at < now()"),
    text("DELETE FROM notices WHERE at < now() - interval '13 months'"),
    text("DELETE FROM erasures WHERE state = 'done' AND finished_at < now() - interval '13 months'"),
    # Proof that a request was answered in time, for as long as claims are mostly heard: three years.
    text("DELETE FROM rights_requests WHERE done_at < now() - interval '36 months'"),
    text("DELETE FROM contests WHERE answered_at < now() - interval '36 months'"),
)
_POSTS = text("""
    DELETE FROM posts p USING profiles f
    WHERE f.id = p.profile_id AND f.network = :network AND p.at < now() - make_interval(days => :days)
""")
_FEATURES = (
    text("""
        DELETE FROM snapshots p USING profiles f
        WHERE f.id = p.profile_id AND f.network = :network AND p.at < now() - make_interval(days => :days)
    """),
    # A tie that goes on is read again with each look at the one who is followed; if nobody looked, it is old.
    text("""
        DELETE FROM ties t
        WHERE t.origin = 'social' AND t.kind = :network
            AND (t.valid_to < now() - make_interval(days => :days)
                OR t.valid_from < now() - make_interval(days => :days) AND NOT EXISTS (
                    SELECT FROM profiles f JOIN snapshots s ON s.profile_id = f.id
                    WHERE f.shop_id = t.shop_id AND f.customer_id = t.source_id AND f.network = :network))
    """),
)
"""After the snapshots that are too old."""


def prune(session: Session) -> None:
    """What is older than the shop's settings allow is gone, and what a network's own terms do not."""
    for choices, statement in _CHOSEN:
        for choice in session.scalars(choices).all():
            session.execute(statement, {"choice": choice})
    for statement in _PRUNE:
        session.execute(statement)
    for network, terms in TERMS.items():
        if terms.posts_days is not None:
            session.execute(_POSTS, {"network": network, "days": terms.posts_days})
        for statement in _FEATURES if terms.features_days is not None else ():
            session.execute(statement, {"network": network, "days": terms.features_days})
