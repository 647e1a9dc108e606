"""A small shop's value is new within a minute of its event, whatever large shops have computed."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app import clock, db, run_queue, tasks
from saleor_influence_app.models import Run
from saleor_influence_app.settings import Settings
from saleor_influence_app.shops import task_slots
from tests.support.tellings import make_shop, order, tell, told

Bells = Callable[[], list[tuple[Any, ...]]]


def run_of(session: Session, shop_id: int) -> Run:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Run).where(Run.shop_id == shop_id)).one()


def test_an_event_is_scored_after_the_delay_by_the_next_sweep(session: Session, bells: Bells) -> None:
    shop_id = make_shop(session)
    bells()

    tell(session, shop_id, told("order_created", order("order-1")))

    run = run_of(session, shop_id)
    assert (run.not_before - run.queued_at).total_seconds() <= 10
    assert "runs.execute" not in {name for name, *_ in bells()}  # nothing waits in a worker until it is due
    session.execute(text("UPDATE runs SET not_before = now()"))
    session.commit()
    tasks.runs_sweep()
    assert ("runs.execute", run.id) in bells()


def test_delay_sweep_rest_and_two_short_runs_are_less_than_a_minute() -> None:
    delay = Settings.model_fields["score_delay_seconds"].default
    sweep = clock.schedule()["runs.sweep"]["schedule"]
    # The worst: an event comes while a run of five seconds goes on.
    running = run_queue.SHORT_SECONDS / 2
    assert running + max(delay, run_queue.SHORT_REST * running) + sweep + running < 60


def test_a_worker_does_one_long_run_at_a_time_and_keeps_a_place_for_short_ones(
    session: Session, bells: Bells
) -> None:
    small, large = make_shop(session), make_shop(session)
    session.execute(text("UPDATE backfills SET done = 150000 WHERE shop_id = :id"), {"id": large})
    session.commit()
    with db.transaction() as own:
        wanted = {shop_id: run_queue.request(own, shop_id, kind="full") for shop_id in (small, large)}
    bells()

    with task_slots.hold(db.engine(), tasks._LONG_RUN) as held:
        assert held
        for run_id in wanted.values():
            assert run_id is not None
            tasks.runs_execute(run_id)
        assert run_of(session, large).state == "queued"
        assert run_of(session, small).state != "queued"

    tasks.runs_sweep()
    assert ("runs.execute", wanted[large]) in bells()


def test_a_shop_that_fails_in_a_sweep_stops_no_other(session: Session) -> None:
    shop_ids = [make_shop(session) for _ in range(3)]

    def step(own: Session, shop_id: int) -> None:
        own.execute(text("UPDATE shops SET currency = 'EUR' WHERE id = :id"), {"id": shop_id})
        if shop_id == shop_ids[1]:
            raise RuntimeError("trouble of one shop")

    tasks._for_each(shop_ids, step)

    session.rollback()
    done = session.scalars(text("SELECT id FROM shops WHERE currency = 'EUR' ORDER BY id")).all()
    assert done == [shop_ids[0], shop_ids[2]]


def test_a_night_that_beat_did_not_see_is_caught_up_once(session: Session) -> None:
    shop_ids = [make_shop(session) for _ in range(2)]
    tasks.runs_sweep()  # each has its moment now
    session.execute(text("UPDATE contacts SET full_run_at = now() - interval '1 day'"))
    session.commit()

    tasks.runs_sweep()

    assert {run_of(session, shop_id).kind for shop_id in shop_ids} == {"full"}
    tasks.runs_sweep()
    assert {run_of(session, shop_id).kind for shop_id in shop_ids} == {"full"}
