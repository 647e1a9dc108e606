"""What workers do: each task is an id, a transaction and one step; it may run twice and out of order."""

import os
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TypeVar

from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.broker import app
from saleor_influence_app.consent import signer
from saleor_influence_app.erasure import erasure, retention
from saleor_influence_app.experiments import planning
from saleor_influence_app.experiments import results as trial_results
from saleor_influence_app.hand_off import deliveries, webhook
from saleor_influence_app.hand_off.shop_mail import MailChannel
from saleor_influence_app.orders import order_retention
from saleor_influence_app.perks import leaks, results, schedule
from saleor_influence_app.perks.strategies.referral import rewards
from saleor_influence_app.profiles import link_failures, network_clients, revocations, snapshots
from saleor_influence_app.queries import customer_exports
from saleor_influence_app.rights import register
from saleor_influence_app.runs import execution
from saleor_influence_app.saleor_writers import WRITERS
from saleor_influence_app.shops import circuit_breaker, installations, shops, task_slots, tombstone_copies
from saleor_influence_app.sync import (
    backfill,
    categories,
    customers,
    drift,
    id_audit,
    inbox,
    projection,
    reconcile,
    saleor_pages,
)
from saleor_influence_app.writeback import flush, saleor_writes

logger = log.get(__name__)

Task = TypeVar("Task", bound=Callable[..., None])

SLOT_WAIT_SECONDS = 2.0
_HISTORY = ("history 1", "history 2")
"""At most two tasks read from one shop at a time, and one writes to it: a slow shop holds no more workers."""
_LONG_RUN = f"long run of {socket.gethostname()} {os.getppid()}"
"""One a worker, whose processes have the same parent."""


def task(name: str) -> Callable[[Task], Task]:
    """Run the function for each task `name`; what comes before the dot is its queue."""

    def register(function: Task) -> Task:
        app.task(name=name)(function)
        return function

    return register


@contextmanager
def _asking(shop_id: int, *names: str) -> Iterator[bool]:
    """Give whether the shop's Saleor may be asked now; if not, the sweep queues it again when it may."""
    named = [f"{name} of shop {shop_id}" for name in names]
    with task_slots.hold(db.engine(), *named, wait_seconds=SLOT_WAIT_SECONDS) as free:
        admitted = False
        if free:
            with db.transaction() as session:
                admitted = circuit_breaker.admits(session, shop_id)
        yield admitted


def _for_each(shop_ids: Iterable[int], step: Callable[[Session, int], None]) -> None:
    """Do the step for each shop in a transaction of its own: one that fails stops no other."""
    for shop_id in shop_ids:
        try:
            with db.transaction() as session:
                step(session, shop_id)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next sweep tries again
            logger.error("sweep.failed", shop_id=shop_id, step=step.__name__, error=type(error).__name__)  # noqa: TRY400


@task("facts.project")
def facts_project(shop_id: int) -> None:
    """The shop's pending messages are in the facts."""
    projection.project(db.transaction, shop_id, slice_seconds=projection.SLICE_SECONDS)


@task("facts.sweep")
def facts_sweep() -> None:
    """Queue the projection of messages that wait; delete old handled ones."""
    with db.transaction() as session:
        for shop_id in inbox.waiting_shops(session):
            db.after_commit(session, "facts.project", shop_id)
    with db.transaction() as session:
        inbox.prune(session)


@task("history.backfill")
def history_backfill(shop_id: int, kind: str) -> None:
    """The shop's history of this kind is read, or a good part of it."""
    with _asking(shop_id, *_HISTORY) as admitted:
        if admitted:
            backfill.work(db.transaction, shop_id, kind, opener=saleor_pages.counted(db.transaction))


@task("history.reconcile")
def history_reconcile(shop_id: int) -> None:
    """What changed in the shop lately is in the facts, or a good part of it."""
    with _asking(shop_id, *_HISTORY) as admitted:
        if admitted:
            opener = saleor_pages.counted(db.transaction)
            reconcile.poll(db.transaction, shop_id, opener=opener, slice_seconds=reconcile.SLICE_SECONDS)


@task("history.compare")
def history_compare(shop_id: int) -> None:
    """The shop's permissions and version are known anew, and every id of it is held against every id here."""
    with _asking(shop_id, *_HISTORY) as admitted:
        if admitted:
            installations.look_again(
                db.transaction, shop_id, opener=circuit_breaker.client(db.transaction, shop_id)
            )
            id_audit.compare(
                db.transaction,
                shop_id,
                opener=saleor_pages.counted(db.transaction),
                rest=drift.REST,
                slice_seconds=id_audit.SLICE_SECONDS,
            )


@task("history.categories")
def history_categories(shop_id: int) -> None:
    """The shop's tree of categories is the one that Saleor has."""
    with _asking(shop_id, *_HISTORY) as admitted:
        if admitted:
            categories.read_categories(db.transaction, shop_id, opener=saleor_pages.counted(db.transaction))


@task("history.prune")
def history_prune(shop_id: int) -> None:
    """Orders that are older than the shop keeps them are sums by month."""
    if order_retention.prune(db.transaction, shop_id):
        with db.transaction() as session:
            projection.request_scores(session, shop_id)


@task("history.sweep")
def history_sweep() -> None:
    """Queue what is due to be read from Saleor, and what nobody works on."""
    for sweep in (backfill.sweep, reconcile.sweep, categories.sweep, drift.sweep):
        with db.transaction() as session:
            sweep(session)


@task("runs.execute")
def runs_execute(run_id: int) -> None:
    """The run is done, or failed with its reason; of long ones a worker does one at a time."""
    with db.transaction() as session:
        if execution.is_left_to_command(session, run_id):
            return
        is_long = execution.is_long(session, run_id)
    with task_slots.hold(db.engine(), _LONG_RUN) if is_long else nullcontext(enter_result=True) as free:
        if free:  # else the sweep queues it again
            execution.execute(db.transaction, run_id)


@task("runs.sweep")
def runs_sweep() -> None:
    """Runs of dead workers are queued again; due ones and the night's are queued."""
    with db.transaction() as session:
        execution.sweep(session)
    with db.transaction() as session:
        due = execution.whose_night_came(session)
    _for_each(due, execution.nightly)


@task("runs.trial")
def runs_trial(trial_id: int) -> None:
    """The trial is planned, or its lots are drawn, as its state asks for."""
    planning.work(db.transaction, trial_id)


@task("runs.trials")
def runs_trials() -> None:
    """Trials by lot have been looked at; those whose window is over have their results."""
    trial_results.sweep(db.transaction)


@task("facts.leaks")
def facts_leaks() -> None:
    """Crediting of codes that leak is paused."""
    leaks.sweep(db.transaction)


@task("facts.export")
def facts_export(export_id: int) -> None:
    """The file of customers is written, or a good part of it."""
    customer_exports.write(db.transaction, export_id)


@task("facts.exports")
def facts_exports() -> None:
    """Files that nobody writes are queued; those whose hour is over are gone."""
    with db.transaction() as session:
        customer_exports.sweep(session)


@task("runs.perks")
def runs_perks() -> None:
    """Programmes of perks whose returns are over are judged; those that lose money are paused."""
    results.sweep(db.transaction)


@task("outbox.flush")
def outbox_flush(shop_id: int) -> None:
    """What is due is in the shop's customer records, or a good part of it."""
    with _asking(shop_id, "outbox") as admitted:
        if admitted:
            flush.flush(db.transaction, shop_id, opener=circuit_breaker.client(db.transaction, shop_id))


@task("outbox.write")
def outbox_write(shop_id: int) -> None:
    """What Saleor is to have beside customer records is there, or a good part of it."""
    with _asking(shop_id, "writes") as admitted:
        if admitted:
            opener = circuit_breaker.client(db.transaction, shop_id)
            saleor_writes.drain(db.transaction, shop_id, writers=WRITERS, opener=opener)


@task("outbox.webhook")
def outbox_webhook(shop_id: int) -> None:
    """The shop's webhook was told what is due, or a good part of it."""
    with (
        task_slots.hold(db.engine(), f"webhook of shop {shop_id}", wait_seconds=SLOT_WAIT_SECONDS) as free,
        webhook.opened() as channel,
    ):
        if free:
            deliveries.drain(db.transaction, shop_id, channel=channel)


@task("outbox.mail")
def outbox_mail(shop_id: int) -> None:
    """The shop's customers have the mails that are due, or a good part of them."""
    with _asking(shop_id, "mail") as admitted:
        if admitted:
            opener = circuit_breaker.client(db.transaction, shop_id)
            deliveries.drain(db.transaction, shop_id, channel=MailChannel(opener))


@task("outbox.sweep")
def outbox_sweep() -> None:
    """Rows of dead workers are due again; shops with something due are queued."""
    for sweep in (flush.sweep, saleor_writes.sweep, deliveries.sweep):
        with db.transaction() as session:
            sweep(session)


@task("facts.perks")
def facts_perks() -> None:
    """Programmes of perks are as their days say, newcomers are drawn, uses booked and senders rewarded."""
    schedule.sweep(db.transaction)
    rewards.sweep(db.transaction)


@task("social.snapshot")
def social_snapshot(shop_id: int) -> None:
    """The shop's profiles have been looked at whose time has come and who consent, or a good part of them."""
    with task_slots.hold(db.engine(), f"social of shop {shop_id}", wait_seconds=SLOT_WAIT_SECONDS) as free:
        if free:
            snapshots.take_due(db.transaction, shop_id, http=network_clients.http())


@task("social.revoke")
def social_revoke(*_: int) -> None:
    """Tokens to be revoked are worthless, or will be tried again; an earlier version named one of them."""
    with task_slots.hold(db.engine(), "revocations", wait_seconds=SLOT_WAIT_SECONDS) as free:
        if free:
            revocations.revoke_due(db.transaction, http=network_clients.http())


@task("social.sweep")
def social_sweep() -> None:
    """Whoever asked to be forgotten is; profiles that are due and tokens to be revoked are queued.

    Before, this machine's folder of tombstones is brought up to date: an erasure is done when it is there.
    """
    tombstone_copies.catch_up_here(db.transaction)
    with db.transaction() as session:
        revocations.sweep(session)
    with db.transaction() as session:
        link_failures.sweep(session)
    with db.transaction() as session:
        register.sweep(session)


@task("social.prune")
def social_prune() -> None:
    """What was read is kept as long as the shop says, and no longer."""
    with db.transaction() as session:
        retention.prune(session)
    with db.transaction() as session:
        shop_ids = shops.active_ids(session)
    for shop_id in shop_ids:
        with db.transaction() as session:
            customers.bury(session, shop_id)
            erasure.delete_stray_bodies(session, shop_id)
    _for_each(shop_ids, signer.report)
