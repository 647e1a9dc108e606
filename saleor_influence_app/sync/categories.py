"""The shop's tree of categories: read whole at the start, every day, and when an order names a new one.

Webhooks about categories would need MANAGE_PRODUCTS, which the app does not ask for. Whatever goes wrong here
leaves the tree as it was and stops nothing else.
"""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.errors import SaleorRefused, SaleorUnreachable
from saleor_influence_app.models import Shop
from saleor_influence_app.shops import circuit_breaker, shops
from saleor_influence_app.shops.schedules import MOST_AT_ONCE
from saleor_influence_app.sync import category_tree, projection
from saleor_influence_app.sync.category_tree import REST
from saleor_influence_app.sync.saleor_pages import Page, ReaderOpener, open_reader
from webhooks.events import CategoryPayload, PayloadInvalid

logger = log.get(__name__)

DUE_AFTER = timedelta(hours=24)
MOST = 50_000
"""Categories of one shop: a listing without an end must not fill the memory."""


def read_categories(transaction: db.Transaction, shop_id: int, *, opener: ReaderOpener = open_reader) -> bool:
    """The tree here is that of Saleor; False if it could not be read, or was asked for a moment ago.

    Scores are asked for if the tree changed. After trouble the sweep tries again soon.
    """
    with transaction() as session:
        shop = shops.load(session, shop_id)
        if shop is None or not _claim(session, shop_id):
            return False
    try:
        with opener(shop) as reader:
            listed = _readable(shop_id, reader.everything("categories_page"))
    except (SaleorUnreachable, SaleorRefused) as error:
        logger.warning("categories.not_read", shop_id=shop_id, reason=type(error).__name__)
        with transaction() as session:
            _make_due(session, shop_id)
        return False
    with transaction() as session:
        shops.lock_facts(session, shop_id)
        # A shop of nothing is more likely trouble over there than a reason to delete.
        changed = category_tree.replace(session, shop_id, listed) if listed else 0
        if changed:
            projection.request_scores(session, shop_id)
    logger.info("categories.read", shop_id=shop_id, listed=len(listed), changed=changed)
    return True


def sweep(session: Session) -> None:
    """Shops whose tree was never read, or not for a day, are queued."""
    asked_at = Shop.categories_asked_at
    due = select(Shop.id).where(
        Shop.active,
        or_(asked_at.is_(None), asked_at < func.now() - DUE_AFTER),
        Shop.id.not_in(circuit_breaker.silent()),
    )
    for shop_id in session.scalars(due.order_by(asked_at.asc().nulls_first()).limit(MOST_AT_ONCE)):
        db.after_commit(session, "history.categories", shop_id)


def _claim(session: Session, shop_id: int) -> bool:
    """Tell whether nobody asked lately; now we do. The row itself is the rate limit."""
    asked_at = Shop.categories_asked_at
    claimed = session.execute(
        update(Shop)
        .where(Shop.id == shop_id, or_(asked_at.is_(None), asked_at < func.now() - REST))
        .values(categories_asked_at=func.now())
        .returning(Shop.id)
    )
    return claimed.scalar() is not None


def _make_due(session: Session, shop_id: int) -> None:
    soon = func.now() - (DUE_AFTER - REST)
    session.execute(update(Shop).where(Shop.id == shop_id).values(categories_asked_at=soon))


def _readable(shop_id: int, pages: Iterable[Page]) -> list[CategoryPayload]:
    """Return the categories of the pages; one that cannot be understood is left out."""
    found: list[CategoryPayload] = []
    for page in pages:
        for node in page.nodes:
            try:
                found.append(CategoryPayload.of(node))
            except PayloadInvalid as error:
                logger.warning("categories.unreadable", shop_id=shop_id, reason=error.reason)
        if len(found) > MOST:
            raise SaleorRefused(f"Saleor lists more than {MOST:,} categories.")
    return found
