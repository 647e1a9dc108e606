"""Whether a shop's segments also stand in a filterable attribute, and from when until when."""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, func, or_, text

from saleor_influence_app import db, log
from saleor_influence_app.errors import SaleorRefused, SaleorUnreachable
from saleor_influence_app.models import OutboxState, Shop
from saleor_influence_app.saleor import attributes, versions
from saleor_influence_app.saleor.client import SaleorClient
from saleor_influence_app.saleor.identity import read_identity
from saleor_influence_app.shops import problems
from saleor_influence_app.writeback import staging

logger = log.get(__name__)

RETRY_AFTER = timedelta(minutes=5)

_AGAIN = text(f"""
UPDATE outbox SET written = written || '{{"attribute": null}}', next_attempt_at = now(),
    state = CASE WHEN state = '{OutboxState.WRITTEN}' THEN '{OutboxState.PENDING}' ELSE state END
WHERE shop_id = :shop_id AND written ? 'attribute'
""")
"""An attribute made anew is empty: what stood in the old one is to be written again."""


def prepare(transaction: db.Transaction, shop: Shop, *, client: SaleorClient) -> str | None:
    """Return the attribute's id; made, and every record with a segment staged, where the shop newly can."""
    if shop.segments_attribute_id is not None or not shop.write_back or not _known_there(shop):
        return shop.segments_attribute_id
    try:
        if not _granted(transaction, shop, client=client):
            return None
        attribute_id = attributes.ensure(client)
    except SaleorUnreachable:
        return None  # the write that follows meets the same, and says so
    except SaleorRefused as error:
        with transaction() as session:
            problems.raise_problem(
                session,
                shop.id,
                problems.WRITEBACK_ATTRIBUTE,
                f"Customers cannot be filtered by segment: {error.message}",
            )
        return None
    with transaction() as session:
        session.get_one(Shop, shop.id).segments_attribute_id = attribute_id
        session.flush()
        session.execute(_AGAIN, {"shop_id": shop.id})
        staging.stage(session, shop.id, as_of=datetime.now(UTC))
        problems.resolve_problem(session, shop.id, problems.WRITEBACK_ATTRIBUTE)
    logger.info("attribute.ready", shop_id=shop.id)
    return attribute_id


TO_GO = and_(
    ~Shop.write_back,
    Shop.segments_attribute_id.is_not(None),
    or_(Shop.attribute_retry_at.is_(None), Shop.attribute_retry_at <= func.now()),
)
"""A shop whose attribute is to be removed now."""


def is_to_go(shop: Shop) -> bool:
    """Tell whether the shop's attribute is to be removed now."""
    due = shop.attribute_retry_at is None or shop.attribute_retry_at <= datetime.now(UTC)
    return not shop.write_back and shop.segments_attribute_id is not None and due


def retire(transaction: db.Transaction, shop: Shop, *, client: SaleorClient) -> None:
    """After everything of ours was removed, the attribute itself is gone too, or is tried again soon."""
    if shop.segments_attribute_id is None:
        return
    try:
        attributes.remove(client, shop.segments_attribute_id)
    except (SaleorRefused, SaleorUnreachable) as error:
        logger.warning("attribute.stays", shop_id=shop.id, reason=error.code)
        message = (
            f"The customer attribute '{attributes.SLUG}' could not be removed; it is tried again every "
            f"{RETRY_AFTER.seconds // 60} minutes. {error.message}"
        )
        with transaction() as session:
            session.get_one(Shop, shop.id).attribute_retry_at = datetime.now(UTC) + RETRY_AFTER
            problems.raise_problem(session, shop.id, problems.WRITEBACK_ATTRIBUTE, message)
        return
    with transaction() as session:
        row = session.get_one(Shop, shop.id)
        row.segments_attribute_id = row.attribute_retry_at = None
        problems.resolve_problem(session, shop.id, problems.WRITEBACK_ATTRIBUTE)


def _known_there(shop: Shop) -> bool:
    return versions.parts(shop.saleor_version) >= attributes.SINCE


def _granted(transaction: db.Transaction, shop: Shop, *, client: SaleorClient) -> bool:
    """Tell whether the app has the permission; staff can grant it later, of which no event tells."""
    if attributes.PERMISSION in shop.permissions:
        return True
    identity = read_identity(client)
    if identity is None or attributes.PERMISSION not in identity.permissions:
        return False
    with transaction() as session:
        session.get_one(Shop, shop.id).permissions = sorted(identity.permissions)
    return True
