"""Categories as rows: the tree as last read, and whether an order names one that is not in it."""

from collections.abc import Collection, Iterable
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from webhooks.events import CategoryPayload

REST = timedelta(minutes=10)
"""A shop is asked this often at most, however many orders name categories that we do not know."""

_UPSERT = text("""
INSERT INTO categories AS c (shop_id, category_id, parent_id, name)
SELECT :shop_id, f.* FROM unnest(
    CAST(:category_id AS text[]), CAST(:parent_id AS text[]), CAST(:name AS text[])) AS f
ON CONFLICT (shop_id, category_id) DO UPDATE SET parent_id = excluded.parent_id, name = excluded.name
WHERE (c.parent_id, c.name) IS DISTINCT FROM (excluded.parent_id, excluded.name)
RETURNING c.category_id
""")
_DELETE = text("""
DELETE FROM categories WHERE shop_id = :shop_id AND category_id <> ALL (CAST(:category_id AS text[]))
RETURNING category_id
""")
_NAMES_A_NEW_ONE = text("""
SELECT s.categories_asked_at IS NULL OR s.categories_asked_at < now() - CAST(:rest AS interval)
FROM shops s WHERE s.id = :shop_id AND EXISTS (
    SELECT FROM unnest(CAST(:ids AS text[])) AS named (id)
    WHERE NOT EXISTS (SELECT FROM categories c WHERE c.shop_id = s.id AND c.category_id = named.id))
""")


def replace(session: Session, shop_id: int, listed: Iterable[CategoryPayload]) -> int:
    """The shop's categories are these; the number of those that are new, other or gone."""
    known = {category.id: category for category in listed}
    parents = _parents(known)
    parameters = {
        "shop_id": shop_id,
        "category_id": list(known),
        "parent_id": [parents[one] for one in known],
        "name": [category.name for category in known.values()],
    }
    changed = session.execute(_UPSERT, parameters).all()
    gone = session.execute(_DELETE, {"shop_id": shop_id, "category_id": list(known)}).all()
    return len(changed) + len(gone)


def ask_if_new(session: Session, shop_id: int, named: Collection[str]) -> None:
    """The tree will be read after the commit if one of these is not in it, unless it was a moment ago."""
    parameters = {"shop_id": shop_id, "ids": sorted(named), "rest": REST}
    if named and session.execute(_NAMES_A_NEW_ONE, parameters).scalar():
        db.after_commit(session, "history.categories", shop_id)


def _parents(known: dict[str, CategoryPayload]) -> dict[str, str | None]:
    """Return the parent of each, None where it is not listed or leads back: whoever climbs must arrive."""
    parents = {one: item.parent_id if item.parent_id in known else None for one, item in known.items()}
    for start in sorted(parents):
        passed = {start}
        here = start
        while (above := parents[here]) is not None:
            if above in passed:
                parents[here] = None
                break
            passed.add(above)
            here = above
    return parents
