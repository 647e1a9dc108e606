"""How long things are kept: raw posts, features, and what was only meant to last for a while."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_PRUNE = (
    text("""
        DELETE FROM posts p USING privacy_settings s
        WHERE s.shop_id = p.shop_id AND p.at < now() - make_interval(days => s.posts_days)
    """),
    text("""
        DELETE FROM snapshots p USING privacy_settings s
        WHERE s.shop_id = p.shop_id AND p.at < now() - make_interval(months => s.features_months)
    """),
    text("""
        DELETE FROM ties t USING privacy_settings s
        WHERE s.shop_id = t.shop_id AND t.origin = 'social'
            AND t.valid_to < now() - make_interval(months => s.features_months)
    """),
    text("DELETE FROM pending_links WHERE expires_at < now()"),
    text("DELETE FROM invitations WHERE expires_at < now()"),
    text("DELETE FROM notices WHERE at < now() - interval '13 months'"),
    text("DELETE FROM erasures WHERE state = 'done' AND finished_at < now() - interval '13 months'"),
)


def prune(session: Session) -> None:
    """What is older than the shop's settings allow is gone."""
    for statement in _PRUNE:
        session.execute(statement)
