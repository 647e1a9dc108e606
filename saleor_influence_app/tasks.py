"""What workers do: each task is an id, a transaction and one step; it may run twice and out of order."""

from collections.abc import Callable
from typing import TypeVar

from saleor_influence_app import db
from saleor_influence_app.broker import app
from saleor_influence_app.pipeline import (
    backfill,
    categories,
    compare,
    drift,
    facts,
    inbox,
    installs,
    outbox,
    reconcile,
    runs,
    shops,
    trials,
)
from saleor_influence_app.pipeline.privacy import (
    following,
    networks,
    retention,
    snapshots,
    tombstone_copies,
    trouble,
)

Task = TypeVar("Task", bound=Callable[..., None])


def task(name: str) -> Callable[[Task], Task]:
    """The function runs when the bell `name` rings; what comes before the dot is its queue."""

    def register(function: Task) -> Task:
        app.task(name=name)(function)
        return function

    return register


@task("facts.project")
def facts_project(shop_id: int) -> None:
    """The shop's pending messages are in the facts."""
    facts.project(db.transaction, shop_id)


@task("facts.sweep")
def facts_sweep() -> None:
    """Messages whose bell was lost are rung for; old handled ones are gone."""
    with db.transaction() as session:
        for shop_id in inbox.waiting_shops(session):
            db.after_commit(session, "facts.project", shop_id)
        inbox.prune(session)


@task("history.backfill")
def history_backfill(shop_id: int, kind: str) -> None:
    """The shop's history of this kind is read, or a good part of it."""
    backfill.work(db.transaction, shop_id, kind)


@task("history.reconcile")
def history_reconcile(shop_id: int) -> None:
    """What changed in the shop lately is in the facts."""
    reconcile.poll(db.transaction, shop_id)


@task("history.compare")
def history_compare(shop_id: int) -> None:
    """The shop's permissions and version are known anew, and every id of it is held against every id here."""
    installs.look_again(db.transaction, shop_id)
    compare.compare(db.transaction, shop_id, rest=drift.REST)


@task("history.categories")
def history_categories(shop_id: int) -> None:
    """The shop's tree of categories is the one that Saleor has."""
    categories.read_categories(db.transaction, shop_id)


@task("history.sweep")
def history_sweep() -> None:
    """Histories, comparisons and trees that nobody works on are rung for."""
    with db.transaction() as session:
        backfill.sweep(session)
        categories.sweep(session)
        drift.sweep(session)


@task("history.reconcile_all")
def history_reconcile_all() -> None:
    """Every shop is rung for to be reconciled."""
    with db.transaction() as session:
        for shop_id in shops.active_ids(session):
            db.after_commit(session, "history.reconcile", shop_id)


@task("history.compare_all")
def history_compare_all() -> None:
    """Every shop is rung for to be compared, and to have its tree of categories read."""
    with db.transaction() as session:
        for shop_id in shops.active_ids(session):
            db.after_commit(session, "history.categories", shop_id)
            db.after_commit(session, "history.compare", shop_id)


@task("runs.execute")
def runs_execute(run_id: int) -> None:
    """The run is done, or failed with its reason."""
    runs.execute(db.transaction, run_id)


@task("runs.sweep")
def runs_sweep() -> None:
    """Runs of dead workers are queued again; due ones are rung for."""
    with db.transaction() as session:
        runs.sweep(session)


@task("runs.trials")
def runs_trials() -> None:
    """Trials whose window is over have their results."""
    trials.sweep(db.transaction)


@task("runs.nightly")
def runs_nightly() -> None:
    """Every shop whose history is read has a full run queued."""
    with db.transaction() as session:
        runs.nightly(session)


@task("outbox.flush")
def outbox_flush(shop_id: int) -> None:
    """What is due is in the shop's customer records, or a good part of it."""
    outbox.flush(db.transaction, shop_id)


@task("outbox.sweep")
def outbox_sweep() -> None:
    """Rows of dead workers are due again; shops with something due are rung for."""
    with db.transaction() as session:
        outbox.sweep(session)


@task("social.snapshot")
def social_snapshot(profile_id: int) -> None:
    """The profile has been looked at, if it was time to and she consents."""
    snapshots.take(db.transaction, profile_id, wire=networks.wire())


@task("social.revoke")
def social_revoke(revocation_id: int) -> None:
    """The token is worthless, or will be tried again."""
    following.revoke(db.transaction, revocation_id, wire=networks.wire())


@task("social.sweep")
def social_sweep() -> None:
    """Whoever asked to be forgotten is; profiles that are due and tokens to be revoked are rung for.

    Before, this machine's folder of tombstones is brought up to date: an erasure is done when it is there.
    """
    tombstone_copies.catch_up_here(db.transaction)
    with db.transaction() as session:
        following.sweep(session)
    with db.transaction() as session:
        trouble.sweep(session)


@task("social.prune")
def social_prune() -> None:
    """What was read is kept as long as the shop says, and no longer."""
    with db.transaction() as session:
        retention.prune(session)
