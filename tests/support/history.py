"""A pocket Saleor full of history, readers that can be watched, and workers that die."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.hand_off import deliveries
from saleor_influence_app.models import Backfill, Shop
from saleor_influence_app.saleor.client import SaleorClient, open_client
from saleor_influence_app.sync import backfill
from saleor_influence_app.sync.saleor_pages import Reader
from saleor_influence_app.writeback import saleor_writes
from sandbox import generate
from tests.support.pocket_shop import Pocket, pocket_saleor
from tests.support.tellings import rows

KINDS = ("customers", "orders")
SIZE = {"customers": 230, "orders": 310}

Worker = Callable[[str, int, int], int]
"""Does a job for a row in a process that dies at a step; 0: at none."""
KILLED = -9

Meddle = Callable[[str, Mapping[str, Any]], None]


@contextmanager
def filled_pocket(version: str = "3.23.28", *, size: Mapping[str, int] = SIZE) -> Iterator[Pocket]:
    """A pocket Saleor with a few pages of customers and orders."""
    with pocket_saleor(version) as pocket:
        generate.fill(pocket.state, customers=size["customers"], orders=size["orders"], seed=3)
        yield pocket


def put_shop(session: Session, pocket: Pocket, *, history: str = "waiting", **given: Any) -> int:
    """The row of the pocket's shop, its history in this state, committed."""
    session.execute(text("DELETE FROM shops WHERE api_url = :url"), {"url": pocket.api_url})
    shop_id = pocket.put_row(session, **given)
    for kind in KINDS:
        session.add(Backfill(shop_id=shop_id, kind=kind, state=history))
    session.commit()
    return shop_id


class _Watched(SaleorClient):
    """A client that tells of each call before it is made."""

    def __init__(self, client: SaleorClient, meddle: Meddle) -> None:
        self._client = client
        self._meddle = meddle

    def execute(self, operation_name: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        self._meddle(operation_name, variables or {})
        return self._client.execute(operation_name, variables)


def impatient(meddle: Meddle = lambda *_: None) -> Callable[[Shop], Any]:
    """An opener of readers that do not sleep; `meddle` sees every call."""

    @contextmanager
    def opener(shop: Shop) -> Iterator[Reader]:
        with open_client(shop.api_url, shop.token_encrypted) as client:
            yield Reader(_Watched(client, meddle), shop.schema_version, sleep=lambda _: None)

    return opener


def scripted(answers: Callable[[str, Mapping[str, Any]], dict[str, Any]]) -> Callable[[Shop], Any]:
    """An opener of readers of a Saleor that answers so."""

    class Script(SaleorClient):
        def __init__(self) -> None: ...

        def execute(self, operation_name: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
            return answers(operation_name, variables or {})

    @contextmanager
    def opener(shop: Shop) -> Iterator[Reader]:
        yield Reader(Script(), shop.schema_version, sleep=lambda _: None)

    return opener


def backfill_row(session: Session, shop_id: int, kind: str) -> Backfill:
    session.rollback()
    session.expire_all()
    return session.get_one(Backfill, (shop_id, kind))


def expire_leases() -> None:
    """As if the time of dead workers' leases had passed, and the clock had looked."""
    with db.transaction() as session:
        for table in ("backfills", "saleor_writes", "hand_off_deliveries"):
            session.execute(
                text(f"UPDATE {table} SET lease_until = now() - interval '1 s' WHERE lease_until IS NOT NULL")
            )
        saleor_writes.sweep(session)
        deliveries.sweep(session)


@contextmanager
def mortal_worker() -> Iterator[Callable[[str, int, int], int]]:
    """Give a function (job, shop, step): the job's exit status, -9 if killed at that step (0: never)."""
    script = Path(__file__).with_name("mortal.py")
    root = script.parents[2]
    with subprocess.Popen(
        [sys.executable, script],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        requests, answers = process.stdin, process.stdout
        assert requests is not None
        assert answers is not None

        def work(job: str, shop_id: int, step: int) -> int:
            requests.write(f"{job} {shop_id} {step}\n")
            requests.flush()
            return int(answers.readline())

        yield work
        requests.close()


def assert_equal_to(pocket: Pocket, session: Session, shop_id: int) -> None:
    """What is here is what is there, to the last field that both have."""
    orders = {row["order_id"]: row for row in rows(session, "orders", shop_id)}
    there = [order for order in pocket.state.store.orders.values() if order.status != "DRAFT"]
    assert orders.keys() == {order.id for order in there}
    for one in there:
        here = orders[one.id]
        assert (here["number"], here["status"], here["charge_status"]) == (
            one.number,
            one.status,
            one.charge_status,
        )
        assert (here["created_at"], here["updated_at"]) == (one.created, one.updated_at)
        assert (here["customer_id"], here["currency"]) == (one.user.id if one.user else None, one.currency)
        assert (here["gross"], here["net"]) == (one.total.gross.amount, one.total.net.amount)
    lines = {
        (row["order_id"], row["line_id"]): row["quantity"] for row in rows(session, "order_lines", shop_id)
    }
    assert lines == {(one.id, line.id): line.quantity for one in there for line in one.lines}
    customers = {row["customer_id"]: row for row in rows(session, "customers", shop_id)}
    assert customers.keys() == {user.id for user in pocket.state.store.users.values() if not user.is_staff}
    assert all(
        customers[user.id]["updated_at"] == user.updated_at
        for user in pocket.state.store.users.values()
        if not user.is_staff
    )


@pytest.fixture
def pocket() -> Iterator[Pocket]:
    with filled_pocket() as pocket:
        yield pocket


@pytest.fixture
def read_shop(pocket: Pocket, session: Session) -> int:
    """The pocket's shop, its history read."""
    shop_id = put_shop(session, pocket)
    for kind in KINDS:
        backfill.work(db.transaction, shop_id, kind)
    session.execute(text("DELETE FROM runs"))
    session.commit()
    return shop_id


def kill_at_every_step(worker: Worker, job: str, prepare: Callable[[], int], *, stride: int) -> Iterator[int]:
    """Give the shop after each death and recovery, until the job has no step left to die at."""
    for step in range(1, 1000, stride):
        shop_id = prepare()
        status = worker(job, shop_id, step)
        if status == 0:
            assert step > max(10, stride), "too few steps: the killer does not see the statements"
            return
        assert status == KILLED
        expire_leases()
        assert worker(job, shop_id, 0) == 0
        yield shop_id
