from hashlib import sha256

import pytest
import redis
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import db, settings
from saleor_influence_app.sync import inbox
from tests.support.tellings import make_shop, only, order, rows, told
from webhooks.router import Delivery


@pytest.fixture
def facts_queue() -> redis.Redis:
    """The broker, its queue of projections empty."""
    client = redis.Redis.from_url(settings.get().redis_url.get_secret_value())
    client.delete("facts")
    return client


def delivery(shop_id: int, body: bytes = b'{"a": 1}') -> Delivery:
    return Delivery(shop_id, "order_created", body, sha256(body).digest(), None)


def test_a_repeated_delivery_is_stored_once(session: Session) -> None:
    shop_id = make_shop(session)

    assert inbox.store(session, delivery(shop_id)) is True
    assert inbox.store(session, delivery(shop_id)) is False
    session.commit()

    assert only(session, "messages", shop_id)["body"] == b'{"a": 1}'


def test_the_same_bytes_are_another_message_in_another_shop(session: Session) -> None:
    here, there = make_shop(session), make_shop(session)

    assert inbox.store(session, delivery(here)) is True
    assert inbox.store(session, delivery(there)) is True


def test_the_bell_rings_after_the_commit_and_not_after_a_rollback(
    session: Session, facts_queue: redis.Redis
) -> None:
    shop_id = make_shop(session)

    inbox.store(session, delivery(shop_id))
    session.rollback()
    assert facts_queue.llen("facts") == 0

    inbox.store(session, delivery(shop_id))
    assert facts_queue.llen("facts") == 0
    session.commit()
    assert facts_queue.llen("facts") == 1
    facts_queue.close()


def test_lost_deliveries_are_messages_unless_they_arrived_after_all(session: Session) -> None:
    shop_id = make_shop(session)
    slug, body = told("order_created", order())
    inbox.store(session, Delivery(shop_id, slug, body, sha256(body).digest(), None))

    new = inbox.store_lost(session, shop_id, [(slug, body.decode()), (slug, "something \ud800 else")])
    session.commit()

    assert new == 1
    assert len(rows(session, "messages", shop_id)) == 2


def test_waiting_shops_are_those_with_pending_messages(session: Session) -> None:
    idle, busy = make_shop(session), make_shop(session)
    for shop_id in (idle, busy):
        inbox.store(session, delivery(shop_id))
    session.execute(text("UPDATE messages SET state = 'done' WHERE shop_id = :shop"), {"shop": idle})

    assert inbox.waiting_shops(session) == [busy]


def test_handled_messages_go_after_the_retention_and_pending_ones_never(session: Session) -> None:
    shop_id = make_shop(session)
    for number, state in enumerate(("done", "failed", "pending", "done")):
        inbox.store(session, delivery(shop_id, str(number).encode()))
        session.execute(
            text(
                "UPDATE messages SET state = :state, handled_at = now() - :age * interval '1 day' "
                "WHERE id = (SELECT max(id) FROM messages)"
            ),
            {"state": state, "age": 29 if number == 3 else 31},
        )

    assert inbox.prune(session) == 2
    session.commit()

    assert sorted(row["state"] for row in rows(session, "messages", shop_id)) == ["done", "pending"]


def test_a_batch_is_bounded_in_bytes_as_well_as_in_messages(session: Session) -> None:
    shop_id = make_shop(session)
    for number in range(5):
        inbox.store(session, delivery(shop_id, str(number).encode() * 3_000_000))
    session.commit()

    with db.transaction() as own:
        assert len(inbox.claim(own, shop_id, limit=100)) == 2
        assert len(inbox.claim(own, shop_id, limit=1)) == 1


def test_old_messages_are_deleted_oldest_first_and_so_many_at_a_time(session: Session) -> None:
    """A backlog of a month would hold the table for minutes otherwise."""
    shop_id = make_shop(session)
    session.execute(
        text("""
            INSERT INTO messages (shop_id, slug, body_hash, state, handled_at)
            SELECT :shop_id, 'order_created', sha256(n::text::bytea), 'done', now() - n * interval '1 day'
            FROM generate_series(25, 39) n
        """),
        {"shop_id": shop_id},
    )
    session.commit()

    left = []
    for _ in range(3):
        inbox.prune(session, limit=4)
        session.commit()
        left.append(
            session.execute(
                text("SELECT count(*), max(extract(day FROM now() - handled_at))::int FROM messages")
            ).one()
        )

    assert [tuple(row) for row in left] == [(11, 35), (7, 31), (5, 29)]
