"""A run never restores who objected, was erased or deleted: what it wrote of them goes again."""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app.models import VERSIONED, Credit, Purpose
from saleor_influence_app.personal_data.inventory import COMPUTED_OF_A_CUSTOMER
from saleor_influence_app.shops import shops, suppression
from saleor_influence_app.social.networks import NETWORKS
from saleor_influence_app.writeback import staging

_COMPUTED = tuple(
    text(f"""
        DELETE FROM {table} AS t
        WHERE t.shop_id = :shop_id AND t.{column} IN (
            SELECT customer_id FROM customers WHERE shop_id = :shop_id AND deleted_at IS NOT NULL
            UNION ALL
            SELECT customer_id FROM objections WHERE shop_id = :shop_id AND ended_at IS NULL)
    """)
    for table, column in COMPUTED_OF_A_CUSTOMER
)
_NAMES = text(
    " UNION ".join(
        f"SELECT {column} FROM {table} WHERE shop_id = :shop_id AND {column} IS NOT NULL"
        for table, column in COMPUTED_OF_A_CUSTOMER
    )
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
    """)
    for table in (Credit.__tablename__, VERSIONED[Credit].name)
)
_UNDRAWN = text("""
    DELETE FROM trial_guests AS g USING trials t
    WHERE g.shop_id = :shop_id AND g.social AND t.id = g.trial_id AND NOT EXISTS (
        SELECT FROM ties WHERE ties.shop_id = g.shop_id
            AND ties.source_id = t.customer_id AND ties.target_id = g.customer_id)
""")
_UNSCORED = text(f"""
    DELETE FROM network_scores AS t WHERE t.shop_id = :shop_id
        AND NOT consent_given(t.shop_id, t.customer_id, '{Purpose.SCORE}', split_part(t.kind, ':', 1))
""")
"""Former rows went with the withdrawal; what a run computed meanwhile is here."""


def forget_who_left(session: Session, shop_id: int, *, since: datetime) -> None:
    """Delete what was computed of who objects, or was deleted or erased (`since` then) while we computed.

    The caller holds `staging.lock` and `shops.lock_facts`: objections, erasures and deletions wait for it.
    """
    for statement in (*_COMPUTED, _RECORDS, _UNSCORED):
        session.execute(statement, {"shop_id": shop_id})
    for customer_id in _erased(session, shop_id, since):
        staging.drop(session, shop_id, customer_id)
    forget_social_credits(session, shop_id)


def forget_social_credits(session: Session, shop_id: int) -> None:
    """Delete credits and places in trials whose tie of a network was deleted with its consent."""
    session.execute(_UNDRAWN, {"shop_id": shop_id})
    for statement in _UNTIED:
        session.execute(statement, {"shop_id": shop_id, "networks": list(NETWORKS)})


def _erased(session: Session, shop_id: int, since: datetime) -> Iterator[str]:
    """Yield who was erased or deleted since: no row names them but those that the run has just written."""
    if who := suppression.erased_since(session, shop_id, since):
        key = shops.derived_key(session, shop_id, "tombstones")
        for customer_id in session.scalars(_NAMES, {"shop_id": shop_id}).all():
            if suppression.name_of(customer_id, key) in who:
                yield customer_id
