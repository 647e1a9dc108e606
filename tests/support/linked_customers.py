"""Two linked customers with orders, credits and values; what is left of somebody; a restore."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import db, run_queue
from saleor_influence_app.runs import execution
from saleor_influence_app.social.network import Token
from tests.support import backups
from tests.support.remembered import remembered
from tests.support.shop_rows import NOW, put_order
from tests.support.social_shop import Shop, sql

LINK, SCORE = ("link", "mastodon"), ("score", "mastodon")
Link = Callable[..., int]
TIE = """
    INSERT INTO ties (shop_id, source_id, target_id, kind, origin, valid_from, known_at)
    VALUES (:shop_id, 'ines', 'mara', 'mastodon', 'social', :at, :at),
        (:shop_id, 'mara', 'ines', 'mastodon:responses', 'social', :at, :at)
"""


@pytest.fixture
def linked(shop: Shop, session: Session, link: Link) -> None:
    link_both(shop, session, link)


@remembered
def link_both(shop: Shop, session: Session, link: Link) -> None:
    """Ines and Mara are linked and tied, with orders, credits and values, which are written to Saleor."""
    for who in ("ines", "mara"):
        shop.agree(who, LINK, SCORE)
        profile_id = link(who, who, proof="oauth", token=Token(access=f"token-of-{who}"))
        sql(
            session,
            "INSERT INTO snapshots (shop_id, profile_id, at, followers) VALUES (:shop_id, :id, now(), 5)",
            shop_id=shop.shop_id,
            id=profile_id,
        )
    sql(session, TIE, shop_id=shop.shop_id, at=NOW - timedelta(days=300))
    bought = [("ines", 30 + 30 * month, f"p{month}") for month in range(6)]
    bought += [("mara", 25 + 30 * month, f"p{month}") for month in range(6)]
    bought += [("mara", 400 + day, f"q{day}") for day in range(3)]  # of their own accord: they can be trusted
    for who, days, product in bought:
        order_id = put_order(session, shop.shop_id, who, days_ago=days)
        line = "INSERT INTO order_lines VALUES (:shop_id, :order_id, 'l', :product, NULL, 1, 50)"
        sql(session, line, shop_id=shop.shop_id, order_id=order_id, product=product)
    session.commit()
    score(shop)
    with db.transaction() as own:
        own.execute(text("UPDATE outbox SET state = 'written', written = wanted"))


def score(shop: Shop) -> None:
    with db.transaction() as session:
        run_id = run_queue.request(session, shop.shop_id, kind="full")
        session.execute(text("UPDATE runs SET not_before = now() WHERE state = 'queued'"))
    assert run_id is not None
    assert execution.execute(db.transaction, run_id, as_of=NOW)


def left_of(session: Session, customer_id: str) -> dict[str, int]:
    """How many rows name the customer, by table."""
    session.rollback()
    found = {}
    for table, column in sql(
        session,
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND column_name IN ('customer_id', 'source_id', 'target_id')",
    ):
        [[count]] = sql(session, f'SELECT count(*) FROM "{table}" WHERE {column} = :id', id=customer_id)
        if count:
            found[f"{table}.{column}"] = count
    return found


def restore(backup: Path) -> None:
    """The test's own database is the one of the backup."""
    db.engine().dispose()
    backups.restore(backup, db.engine().url.database or "")
