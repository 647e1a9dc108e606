"""A worker that can be killed: does each job of its input in a process that dies at a given step.

A step is a statement about to be sent, a commit about to be made, or a commit just made.
"""

import importlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import Session, configure_mappers

from saleor_influence_app import db, deadlines
from saleor_influence_app.hand_off import deliveries, webhook
from saleor_influence_app.hand_off.shop_mail import MailChannel
from saleor_influence_app.models import Shop
from saleor_influence_app.perks import schedule
from saleor_influence_app.perks.strategies import WRITERS
from saleor_influence_app.perks.strategies.referral import rewards
from saleor_influence_app.runs import execution
from saleor_influence_app.saleor.client import open_client
from saleor_influence_app.sync import backfill, id_audit, projection, reconcile
from saleor_influence_app.sync.saleor_pages import Reader
from saleor_influence_app.writeback import saleor_writes


@contextmanager
def small_pages(shop: Shop) -> Iterator[Reader]:
    """A reader of a few rows at a time: many steps of little work."""
    with open_client(shop.api_url, shop.token_encrypted) as client:
        yield Reader(client, shop.schema_version, size=8)


def webhook_told(shop_id: int) -> None:
    with webhook.opened() as channel:
        deliveries.drain(db.transaction, shop_id, channel=channel)


JOBS: dict[str, Callable[[int], object]] = {
    "project": lambda shop_id: projection.project(db.transaction, shop_id, batch=4),
    "customers": lambda shop_id: backfill.work(db.transaction, shop_id, "customers", opener=small_pages),
    "orders": lambda shop_id: backfill.work(db.transaction, shop_id, "orders", opener=small_pages),
    "reconcile": lambda shop_id: reconcile.poll(db.transaction, shop_id, opener=small_pages),
    "run": lambda run_id: execution.execute(db.transaction, run_id),
    "perks": lambda _: schedule.sweep(db.transaction),
    "rewards": lambda _: rewards.sweep(db.transaction),
    "write": lambda shop_id: saleor_writes.drain(db.transaction, shop_id, writers=WRITERS),
    "webhook": webhook_told,
    "mail": lambda shop_id: deliveries.drain(db.transaction, shop_id, channel=MailChannel(open_client)),
    "compare": lambda shop_id: id_audit.compare(db.transaction, shop_id, opener=small_pages),
}


def arm(step: int) -> None:
    """Kill this process, as by `kill -9`, when it comes to the step."""
    taken = 0

    def count(*_: object) -> None:
        nonlocal taken
        taken += 1
        if taken == step:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(db.engine(), "before_cursor_execute", count)
    event.listen(db.engine(), "commit", count)
    event.listen(Session, "after_commit", count)


def read_ahead(job: str) -> None:
    """What every child would otherwise read and set up anew before its first statement."""
    configure_mappers()
    deadlines.trusted()
    if job == "run":
        importlib.import_module("saleor_influence_app.runs.scores")


def main() -> None:
    """Serve until the input ends."""
    for command in sys.stdin:
        job, row_id, step = command.split()
        read_ahead(job)
        child = os.fork()
        if child == 0:
            sys.stdout = sys.stderr
            arm(int(step))
            JOBS[job](int(row_id))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
