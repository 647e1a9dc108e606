"""Nobody who is gone comes back by a run: what it wrote of people who left while it computed goes again."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app.models import COMPUTED_OF_A_CUSTOMER, VERSIONED, Credit
from saleor_influence_app.pipeline import shops
from saleor_influence_app.social.handles import NETWORKS

_COMPUTED = tuple(
    text(f"""
        DELETE FROM {table} AS t
        WHERE t.shop_id = :shop_id AND t.{column} IN (
            SELECT customer_id FROM customers WHERE shop_id = :shop_id AND deleted_at IS NOT NULL
            UNION ALL
            SELECT customer_id FROM outbox WHERE shop_id = :shop_id AND withdrawn)
    """)  # noqa: S608 - names of our own tables
    for table, column in COMPUTED_OF_A_CUSTOMER
)
_RECORDS = text("""
    DELETE FROM outbox o USING customers c
    WHERE o.shop_id = :shop_id AND c.shop_id = o.shop_id
        AND c.customer_id = o.customer_id AND c.deleted_at IS NOT NULL
""")
_UNTIED = tuple(
    text(f"""
        DELETE FROM {table} AS t
        WHERE t.shop_id = :shop_id AND split_part(t.tie_kind, ':', 1) = ANY (:networks) AND NOT EXISTS (
            SELECT FROM ties WHERE ties.shop_id = t.shop_id AND ties.source_id = t.source_id
                AND ties.target_id = t.customer_id AND ties.kind = t.tie_kind)
    """)  # noqa: S608 - names of our own tables
    for table in (Credit.__tablename__, VERSIONED[Credit].name)
)
_UNDRAWN = text("""
    DELETE FROM trial_guests AS g USING trials t
    WHERE g.shop_id = :shop_id AND g.social AND t.id = g.trial_id AND NOT EXISTS (
        SELECT FROM ties WHERE ties.shop_id = g.shop_id
            AND ties.source_id = t.customer_id AND ties.target_id = g.customer_id)
""")
_UNSCORED = text("""
    DELETE FROM network_scores AS t WHERE t.shop_id = :shop_id
        AND NOT consent_given(t.shop_id, t.customer_id, 'score', split_part(t.kind, ':', 1))
""")
"""Former rows went with the withdrawal; what a run computed meanwhile is here."""


def forget_who_left(session: Session, shop_id: int) -> None:
    """Who was deleted or withdrew while we computed has no row; deletions wait from here until we commit."""
    shops.lock_facts(session, shop_id)
    for statement in (*_COMPUTED, _RECORDS, _UNSCORED):
        session.execute(statement, {"shop_id": shop_id})
    forget_social_credits(session, shop_id)


def forget_social_credits(session: Session, shop_id: int) -> None:
    """Nothing rests on a tie of a network that is here no longer: somebody took back consent.

    No row of the ledger, and no place in a trial.
    """
    session.execute(_UNDRAWN, {"shop_id": shop_id})
    for statement in _UNTIED:
        session.execute(statement, {"shop_id": shop_id, "networks": list(NETWORKS)})
