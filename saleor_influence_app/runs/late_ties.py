"""How much of the booked money rests on ties that were recorded after the purchase: none should."""

from sqlalchemy import text
from sqlalchemy.orm import Session

# From what is stored, not from what the ledger was told: a tie that is gone since is not looked for. A second
# is left for the days between purchases, which are rounded.
_LATE = text("""
    SELECT CAST(coalesce(sum(c.credit * CAST(e.af AS numeric)), 0) AS float8)
    FROM credits c
    JOIN evidence e ON e.shop_id = c.shop_id AND e.customer_id = c.source_id AND e.topic = ''
        AND e.inferred = 'leads'
    JOIN orders o ON o.shop_id = c.shop_id AND o.order_id = c.order_id
    CROSS JOIN LATERAL (
        SELECT min(greatest(t.valid_from, t.known_at)) AS at FROM ties t
        WHERE t.shop_id = c.shop_id AND t.source_id = c.source_id AND t.target_id = c.customer_id
    ) AS known
    WHERE c.shop_id = :shop_id AND NOT c.proven
        AND known.at > o.created_at - c.days_between * interval '1 day' + interval '1 second'
""")


def booked_late(session: Session, shop_id: int) -> float:
    """Return the inferred money booked in the shop for what was bought before any tie of the two was known.

    In the shop's currency. The order is the follower's; what it followed was bought so many days before.
    """
    return float(session.execute(_LATE, {"shop_id": shop_id}).scalar_one())
