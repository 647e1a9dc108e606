"""How long things are kept: raw posts, features, and what was only meant to last for a while."""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

from collections import defaultdict

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app.consent import agreements, privacy_settings, retention_periods
from saleor_influence_app.consent.retention_periods import Span
from saleor_influence_app.models import ErasureState, PrivacySettingsRow, Purpose, TieOrigin
from saleor_influence_app.social.networks import NETWORKS
from saleor_influence_app.surveys import responses

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
    text(f"""
        DELETE FROM ties t USING privacy_settings s
        WHERE s.shop_id = t.shop_id AND t.origin = '{TieOrigin.SOCIAL}'
            AND t.valid_to < now() - make_interval(months => s.features_months)
    """),
    text("DELETE FROM pending_links WHERE expires_at < now()"),
    text("DELETE FROM invitations WHERE expires_at < now()"),
    text("DELETE FROM notices WHERE at < now() - interval '13 months'"),
    text(f"""
        DELETE FROM erasures
        WHERE state = '{ErasureState.DONE}' AND finished_at < now() - interval '13 months'
    """),
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
    text(f"""
        DELETE FROM ties t
        WHERE t.origin = '{TieOrigin.SOCIAL}' AND t.kind = :network
            AND (t.valid_to < now() - make_interval(days => :days)
                OR t.valid_from < now() - make_interval(days => :days) AND NOT EXISTS (
                    SELECT FROM profiles f JOIN snapshots s ON s.profile_id = f.id
                    WHERE f.shop_id = t.shop_id AND f.customer_id = t.source_id AND f.network = :network))
    """),
)
"""After the snapshots that are too old."""
# Of those who agreed to a shorter time than the settings have now.
_AGREED = {
    "posts": (
        text("""
            DELETE FROM posts p USING profiles f
            WHERE f.id = p.profile_id AND f.shop_id = :shop_id AND f.network = :network
                AND f.customer_id = ANY (:customers)
                AND p.at < now() - make_interval(months => :months, days => :days)
        """),
    ),
    "features": (
        text("""
            DELETE FROM snapshots p USING profiles f
            WHERE f.id = p.profile_id AND f.shop_id = :shop_id AND f.network = :network
                AND f.customer_id = ANY (:customers)
                AND p.at < now() - make_interval(months => :months, days => :days)
        """),
        text(f"""
            DELETE FROM ties
            WHERE shop_id = :shop_id AND origin = '{TieOrigin.SOCIAL}' AND split_part(kind, ':', 1) = :network
                AND (source_id = ANY (:customers) OR target_id = ANY (:customers))
                AND valid_to < now() - make_interval(months => :months, days => :days)
        """),
    ),
}


def prune(session: Session) -> None:
    """Delete what is older than the settings, what people agreed to and a network's own terms allow."""
    for made, statement in _CHOSEN:
        for choice in session.scalars(made).all():
            session.execute(statement, {"choice": choice})
    for statement in _PRUNE:
        session.execute(statement)
    responses.prune(session)
    for network, one in NETWORKS.items():
        if one.terms.posts_days is not None:
            session.execute(_POSTS, {"network": network, "days": one.terms.posts_days})
        for statement in _FEATURES if one.terms.features_days is not None else ():
            session.execute(statement, {"network": network, "days": one.terms.features_days})
    for shop_id in session.scalars(select(PrivacySettingsRow.shop_id)).all():
        _prune_as_agreed(session, shop_id)


def _prune_as_agreed(session: Session, shop_id: int) -> None:
    """Delete what is older than people agreed to, whatever the shop has set since."""
    chosen = privacy_settings.read(session, shop_id)
    shorter: dict[tuple[str, str, Span], list[str]] = defaultdict(list)
    for one in agreements.given(session, shop_id, chosen=chosen):
        if one.purpose != Purpose.SCORE or one.network is None:
            continue
        for what, now, agreed in (
            ("posts", retention_periods.posts, agreements.posts),
            ("features", retention_periods.features, agreements.features),
        ):
            span = agreed(one.network, chosen, one.limits)
            if span != now(one.network, chosen):
                shorter[what, one.network, span].append(one.customer_id)
    for (what, network, span), customers in shorter.items():
        given = {"shop_id": shop_id, "network": network, "customers": customers, "months": 0, "days": 0}
        for statement in _AGREED[what]:
            session.execute(statement, given | {span.unit: span.number})
