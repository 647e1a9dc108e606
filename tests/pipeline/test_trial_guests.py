"""Who is drawn for a trial: nobody who has left meanwhile, and by the ledger's own bar."""

import time
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.erasure import objections
from saleor_influence_app.experiments import guests, trials
from saleor_influence_app.experiments.trials import Wanted
from saleor_influence_app.models import TrialGuest
from scoring import ledger
from tests.shop_rows import NOW, put_customers, put_order, put_shop, put_tie


def test_a_guest_needs_what_makes_a_follower_trusted() -> None:
    assert ledger.Parameters().other_orders == guests.OTHER_ORDERS


def test_who_leaves_between_the_plan_and_the_draw_is_not_drawn(session: Session) -> None:
    """Whoever withdraws holds the lock; the trial, planned meanwhile, waits for it and looks again."""
    names = [f"guest-{number:02}" for number in range(24)]
    shop_id = put_shop(session)
    put_customers(session, shop_id, "anna", *names)
    for name in names:
        put_tie(session, shop_id, "anna", name)
        for days in (100, 200):
            put_order(session, shop_id, name, days_ago=days)
    session.commit()

    def start() -> int:
        with db.transaction() as own:
            return trials.start(own, shop_id, Wanted("anna"), made_by="VXNlcjox", now=NOW)

    with ThreadPoolExecutor(1) as pool:
        with db.transaction() as leaving:
            objections.object_(leaving, shop_id, names[0], by="self")
            starting = pool.submit(start)
            wait_for_a_waiting_lock(session)
        trial_id = starting.result(timeout=60)

    drawn = set(session.scalars(select(TrialGuest.customer_id).where(TrialGuest.trial_id == trial_id)))
    assert drawn == set(names[1:])


def wait_for_a_waiting_lock(session: Session) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    deadline = time.monotonic() + 60
    while session.execute(waiting).scalar_one() == 0:
        assert time.monotonic() < deadline
        session.rollback()
        time.sleep(0.05)
