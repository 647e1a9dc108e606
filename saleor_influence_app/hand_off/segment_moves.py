"""Who entered and who left a segment is put down to be told, where a shop's webhook asks for it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.models import HandOffEvent, HandOffSettings

EVENTS = frozenset({HandOffEvent.SEGMENT_ENTERED, HandOffEvent.SEGMENT_LEFT})
TASK = "outbox.webhook"

_NOTE = text("""
CREATE TEMP TABLE members_before ON COMMIT DROP AS
SELECT segment, customer_id FROM memberships
WHERE shop_id = :shop_id AND (CAST(:customer_id AS text) IS NULL OR customer_id = :customer_id)
""")
_STAGE = text("""
WITH members_after AS (
    SELECT segment, customer_id FROM memberships
    WHERE shop_id = :shop_id AND (CAST(:customer_id AS text) IS NULL OR customer_id = :customer_id)
), moved AS (
    SELECT 'segment.entered' AS event, segment, customer_id
    FROM (TABLE members_after EXCEPT TABLE members_before) AS entered
    UNION ALL SELECT 'segment.left', segment, customer_id
    FROM (TABLE members_before EXCEPT TABLE members_after) AS gone
)
INSERT INTO hand_off_deliveries (shop_id, channel, event, customer_id, segment)
SELECT :shop_id, 'webhook', event, customer_id, segment FROM moved WHERE event = ANY (:events)
ORDER BY event DESC, segment, customer_id
""")


@contextmanager
def noted(session: Session, shop_id: int, *, customer_id: str | None = None) -> Iterator[None]:
    """Put down who enters and who leaves within the block, of all or of one, in the same transaction."""
    chosen = session.scalar(select(HandOffSettings.webhook_events).where(HandOffSettings.shop_id == shop_id))
    wanted = sorted(EVENTS.intersection(chosen or ()))
    if not wanted:
        yield
        return
    given = {"shop_id": shop_id, "customer_id": customer_id}
    session.flush()
    session.execute(text("DROP TABLE IF EXISTS pg_temp.members_before"))
    session.execute(_NOTE, given)
    yield
    session.flush()
    if session.connection().execute(_STAGE, given | {"events": wanted}).rowcount:
        db.after_commit(session, TASK, shop_id)
