"""A shop that does not answer is left alone for growing times, and asked once whether it does again."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import db, tasks
from saleor_influence_app.errors import SaleorUnreachable
from saleor_influence_app.models import Contact, Problem
from saleor_influence_app.shops import circuit_breaker, schedules, task_slots
from tests.support.tellings import make_shop

Bells = Callable[[], list[tuple[Any, ...]]]


class Saleor(ThreadingHTTPServer):
    """Answers every request with this status, and counts them."""

    status = 500
    headers: dict[str, str]
    count = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.headers = {}


class _Handler(BaseHTTPRequestHandler):
    server: Saleor

    def do_POST(self) -> None:
        self.server.count += 1
        self.rfile.read(int(self.headers["content-length"]))
        body = b'{"data": {"app": null}}'
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def saleor() -> Iterator[Saleor]:
    with Saleor() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def shop_id(saleor: Saleor, session: Session) -> int:
    shop_id = make_shop(session)
    url = f"http://127.0.0.1:{saleor.server_port}/graphql/"
    session.execute(text("UPDATE shops SET api_url = :url WHERE id = :id"), {"url": url, "id": shop_id})
    session.commit()
    return shop_id


def ask(session: Session, shop_id: int, *, times: int = 1) -> None:
    """Ask as a task does; trouble that passes is nothing new."""
    session.rollback()
    url, token = session.execute(
        text("SELECT api_url, token_encrypted FROM shops WHERE id = :id"), {"id": shop_id}
    ).one()
    session.rollback()
    with circuit_breaker.client(db.transaction, shop_id)(url, token) as client:
        for _ in range(times):
            try:
                client.execute_document("{ app { id } }")
            except SaleorUnreachable:
                continue


def contact(session: Session, shop_id: int) -> Contact:
    session.rollback()
    session.expire_all()
    return session.get_one(Contact, shop_id)


def may_ask(shop_id: int) -> bool:
    with db.transaction() as session:
        return circuit_breaker.admits(session, shop_id)


def let_time_pass(session: Session, shop_id: int) -> None:
    session.execute(
        text("UPDATE contacts SET wait_until = now() - interval '1 s' WHERE shop_id = :id"), {"id": shop_id}
    )
    session.commit()


def problems(session: Session, shop_id: int) -> list[str]:
    session.rollback()
    found = session.query(Problem).filter(Problem.shop_id == shop_id, Problem.dismissed_at.is_(None))
    return [row.key for row in found]


def test_three_failures_in_a_row_open_the_circuit_and_nothing_more_is_sent(
    saleor: Saleor, session: Session, shop_id: int
) -> None:
    ask(session, shop_id, times=2)
    assert may_ask(shop_id)
    saleor.status = 200
    ask(session, shop_id)
    saleor.status = 502

    ask(session, shop_id, times=5)

    assert saleor.count == 6
    assert not may_ask(shop_id)
    assert circuit_breaker.SILENT in problems(session, shop_id)


def test_after_the_wait_one_task_asks_and_its_failure_doubles_the_wait(
    saleor: Saleor, session: Session, shop_id: int
) -> None:
    ask(session, shop_id, times=3)
    assert saleor.count == 3
    waits = []
    for _ in range(7):
        let_time_pass(session, shop_id)
        assert may_ask(shop_id)
        assert not may_ask(shop_id), "of several that ask after a silence one may"
        ask(session, shop_id, times=3)
        until = contact(session, shop_id).wait_until
        assert until is not None
        waits.append((until - datetime.now(UTC)).total_seconds())

    assert saleor.count == 10, "one request for each attempt"
    assert [round(wait / 30) for wait in waits] == [2, 4, 8, 16, 30, 30, 30]


def test_the_first_answer_closes_the_circuit(saleor: Saleor, session: Session, shop_id: int) -> None:
    ask(session, shop_id, times=3)
    let_time_pass(session, shop_id)
    assert may_ask(shop_id)
    saleor.status = 200

    ask(session, shop_id)

    assert may_ask(shop_id)
    assert may_ask(shop_id)
    assert problems(session, shop_id) == []
    assert contact(session, shop_id).failures == 0


def test_a_task_that_died_while_it_asked_is_followed_by_another(session: Session, shop_id: int) -> None:
    ask(session, shop_id, times=3)
    let_time_pass(session, shop_id)
    assert may_ask(shop_id)

    let_time_pass(session, shop_id)

    assert may_ask(shop_id)


def test_a_pause_that_saleor_asks_for_keeps_every_task_away_and_is_no_failure(
    saleor: Saleor, session: Session, shop_id: int
) -> None:
    saleor.status, saleor.headers = 429, {"retry-after": "40"}

    ask(session, shop_id)

    assert not may_ask(shop_id)
    assert contact(session, shop_id).failures == 0
    assert problems(session, shop_id) == []


def test_no_sweep_rings_for_a_shop_that_is_silent(session: Session, shop_id: int, bells: Bells) -> None:
    other = make_shop(session)
    for one in (shop_id, other):
        session.execute(text("UPDATE backfills SET state = 'waiting' WHERE kind = 'orders'"))
        session.execute(
            text("INSERT INTO problems (shop_id, key, message) VALUES (:id, 'key', 'message')"), {"id": one}
        )
    session.commit()
    ask(session, shop_id, times=3)
    bells()

    tasks.history_sweep()
    tasks.outbox_sweep()

    rung = bells()
    assert {name for name, *_ in rung} >= {"history.backfill", "history.reconcile", "outbox.flush"}
    assert {arguments[0] for _, *arguments in rung} == {other}


def test_a_silent_shop_costs_a_task_three_requests_and_the_next_ones_none(
    saleor: Saleor, shop_id: int
) -> None:
    tasks.history_reconcile(shop_id)
    assert saleor.count == circuit_breaker.LIMIT

    tasks.history_reconcile(shop_id)
    tasks.history_compare(shop_id)
    tasks.history_categories(shop_id)
    tasks.outbox_flush(shop_id)

    assert saleor.count == circuit_breaker.LIMIT


def test_two_tasks_read_from_a_shop_at_a_time_and_a_dead_worker_frees_its_slot(session: Session) -> None:
    engine = db.engine()
    names = ("history 1 of shop 7", "history 2 of shop 7")

    with task_slots.hold(engine, *names) as first, task_slots.hold(engine, *names) as second:
        assert (first, second) == (True, True)
        with task_slots.hold(engine, *names) as third:
            assert not third
    with task_slots.hold(engine, *names) as again:
        assert again
        killed = text(
            "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
            "WHERE l.locktype = 'advisory' AND d.datname = current_database()"  # others test there, too
        )
        session.execute(killed)
        session.commit()
        with task_slots.hold(engine, names[0], wait_seconds=20) as freed:
            assert freed


def test_shops_are_due_by_their_own_moments_a_few_at_a_time(session: Session, bells: Bells) -> None:
    shop_ids = [make_shop(session) for _ in range(3 * schedules.MOST_AT_ONCE)]
    bells()

    rung = []
    for _ in range(4):  # beat stood still for a day, and starts again
        tasks.history_sweep()
        now = [arguments[0] for name, *arguments in bells() if name == "history.reconcile"]
        assert len(now) <= schedules.MOST_AT_ONCE
        for shop_id in now:
            with db.transaction() as own:
                schedules.put_off(own, shop_id, reconcile_at=datetime.now(UTC) + timedelta(minutes=5))
        rung += now

    assert sorted(rung) == shop_ids


def test_the_night_is_spread_over_hours_and_a_night_without_beat_is_caught_up() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    moments = sorted(schedules.next_night(shop_id, now=noon) for shop_id in range(1, 201))
    gaps = [later - earlier for earlier, later in pairwise(moments)]

    assert moments[0] >= datetime(2026, 3, 2, 1, tzinfo=UTC)
    assert moments[-1] < datetime(2026, 3, 2, 5, tzinfo=UTC)
    assert max(gaps) < timedelta(minutes=4)
    assert all(schedules.next_night(7, now=moment) > moment for moment in moments)
