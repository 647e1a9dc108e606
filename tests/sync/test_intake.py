import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.sync.group_commit import GroupCommit, ProjectionNotifier, ShopLocked
from tests.support.tellings import make_shop, rows
from webhooks.router import Delivery

SECONDS = 20


def delivery(shop_id: int, number: int) -> Delivery:
    body = f"body {number}".encode()
    return Delivery(shop_id, "order_created", body, sha256(body).digest(), None)


class Counted:
    """Transactions, counted; `gate` holds the first of them until it is opened."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.count = 0

    @contextmanager
    def __call__(self) -> Iterator[Session]:
        self.count += 1
        self.entered.set()
        assert self.gate.wait(SECONDS)
        with db.transaction() as session:
            yield session


def test_deliveries_of_many_threads_are_all_stored_and_rung_for(session: Session) -> None:
    shop_id = make_shop(session)
    rung: list[int] = []
    intake = GroupCommit(db.transaction, notify=rung.append)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda number: intake.accept(delivery(shop_id, number % 150)), range(300)))

    assert len(rows(session, "messages", shop_id)) == 150
    assert set(rung) == {shop_id}


def test_those_who_wait_for_a_commit_share_the_next(session: Session) -> None:
    shop_id = make_shop(session)
    counted = Counted()
    intake = GroupCommit(counted, notify=lambda _: None)

    with ThreadPoolExecutor(11) as threads:
        first = threads.submit(intake.accept, delivery(shop_id, 0))
        assert counted.entered.wait(SECONDS)
        others = [threads.submit(intake.accept, delivery(shop_id, number)) for number in range(1, 11)]
        while len(intake._waiting) < 10:
            threading.Event().wait(0.001)
        assert not first.done()
        counted.gate.set()
        for future in (first, *others):
            future.result(SECONDS)

    assert counted.count == 2
    assert len(rows(session, "messages", shop_id)) == 11


def test_nobody_is_told_stored_before_the_commit(session: Session) -> None:
    shop_id = make_shop(session)
    seen: list[int] = []

    @contextmanager
    def breaking() -> Iterator[Session]:
        with db.transaction() as own:
            yield own
            raise OSError("the disk is full")

    def then_count() -> None:
        with pytest.raises(OSError, match="disk"):
            GroupCommit(breaking, notify=seen.append).accept(delivery(shop_id, 1))

    then_count()

    assert rows(session, "messages", shop_id) == []
    assert seen == []


def test_the_intake_works_again_after_trouble(session: Session) -> None:
    shop_id = make_shop(session)
    trouble = [True]

    @contextmanager
    def sometimes() -> Iterator[Session]:
        if trouble:
            raise ConnectionError("PostgreSQL is away")
        with db.transaction() as own:
            yield own

    intake = GroupCommit(sometimes, notify=lambda _: None)
    with ThreadPoolExecutor(8) as threads:
        futures = [threads.submit(intake.accept, delivery(shop_id, number)) for number in range(8)]
        assert all(isinstance(future.exception(SECONDS), ConnectionError) for future in futures)
    trouble.clear()

    intake.accept(delivery(shop_id, 1))

    assert len(rows(session, "messages", shop_id)) == 1


def test_a_delivery_that_cannot_be_stored_spoils_no_other(session: Session) -> None:
    shop_id = make_shop(session)
    purged = shop_id + 1000
    counted = Counted()
    intake = GroupCommit(counted, notify=lambda _: None)

    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(intake.accept, delivery(shop_id, 0))
        assert counted.entered.wait(SECONDS)
        good, bad = (threads.submit(intake.accept, delivery(shop, 1)) for shop in (shop_id, purged))
        while len(intake._waiting) < 2:
            threading.Event().wait(0.001)
        counted.gate.set()
        first.result(SECONDS)
        good.result(SECONDS)
        assert isinstance(bad.exception(SECONDS), IntegrityError)

    assert len(rows(session, "messages", shop_id)) == 2


def test_a_shop_that_is_being_deleted_holds_up_no_delivery_of_another(session: Session) -> None:
    shop_id, going = make_shop(session), make_shop(session)
    counted = Counted()
    intake = GroupCommit(counted, notify=lambda _: None)

    with db.transaction() as deleting, ThreadPoolExecutor(4) as threads:
        deleting.execute(text("DELETE FROM shops WHERE id = :id"), {"id": going})
        first = threads.submit(intake.accept, delivery(shop_id, 0))
        assert counted.entered.wait(SECONDS)
        good, refused = (threads.submit(intake.accept, delivery(shop, 1)) for shop in (shop_id, going))
        while len(intake._waiting) < 2:
            threading.Event().wait(0.001)
        counted.gate.set()
        first.result(SECONDS)
        good.result(SECONDS)  # a lock would be waited for half a minute
        assert isinstance(refused.exception(SECONDS), ShopLocked)

    assert len(rows(session, "messages", shop_id)) == 2


def test_a_bell_that_hangs_or_breaks_delays_nobody_and_rings_again() -> None:
    rung: list[int] = []
    enough = threading.Event()
    hang = threading.Event()

    def send(task: str, shop_id: int) -> None:
        assert task == "facts.project"
        rung.append(shop_id)
        if len(rung) == 1:
            hang.wait(SECONDS)
            raise ConnectionError("Redis is away")
        if 3 in rung:
            enough.set()

    bell = ProjectionNotifier(send)
    bell.notify(1)
    while not rung:
        threading.Event().wait(0.001)
    for shop_id in (2, 2, 2, 3):
        bell.notify(shop_id)
    hang.set()

    assert enough.wait(SECONDS)
    assert sorted(rung) == [1, 2, 3]
