"""In which third of values each customer was when a month began: what staff could see when orders came in.

Kept where the shop has switched fair service on, for 13 months, and deleted when it is switched off.
"""

from datetime import datetime

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from saleor_influence_app.models import Band, ScoreBand

# The first run of a month says it. Thirds are of those of whom enough is known to show a value of their own.
_KEEP = text(f"""
INSERT INTO score_bands (shop_id, month, customer_id, band)
SELECT :shop_id, CAST(:month AS date), customer_id, CASE
    WHEN NOT known THEN '{Band.UNKNOWN}' WHEN third = 1 THEN '{Band.LOW}'
    WHEN third = 2 THEN '{Band.MIDDLE}' ELSE '{Band.HIGH}' END
FROM (
    SELECT customer_id, known, ntile(3) OVER (PARTITION BY known ORDER BY value, customer_id) AS third
    FROM (
        SELECT customer_id, value, evidence IN ('some', 'good') AS known FROM scores WHERE shop_id = :shop_id
    ) AS graded
) AS placed
WHERE (SELECT fair_service FROM shops WHERE id = :shop_id)
    AND NOT EXISTS (SELECT FROM score_bands WHERE shop_id = :shop_id AND month = CAST(:month AS date))
""")  # noqa: S608 - put together from our own words
_PRUNE = text("""
DELETE FROM score_bands
WHERE shop_id = :shop_id AND month < CAST(:month AS date) - CAST('13 months' AS interval)
""")


def keep(session: Session, shop_id: int, *, as_of: datetime) -> None:
    """The month of this moment has bands, if it is the shop's first run in it; those of long ago are gone."""
    given = {"shop_id": shop_id, "month": as_of.date().replace(day=1)}
    session.execute(_KEEP, given)
    session.execute(_PRUNE, given)


def forget(session: Session, shop_id: int) -> None:
    """Delete all of the shop's."""
    session.execute(delete(ScoreBand).where(ScoreBand.shop_id == shop_id))
