"""Invitation trials that began before lots by (contact, thing): judged still, once, after their window."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.experiments import results
from saleor_influence_app.models import Category, Evidence, Trial
from saleor_influence_app.queries import customer
from saleor_influence_app.queries import trials as queries
from tests.support.lots import CONTACTS, run_now, valued_shop
from tests.support.shop_rows import NOW, RESULT, put_customers, put_order, put_trial

AFTER = NOW + timedelta(days=21, hours=1)
INVITED, HELD_OUT = CONTACTS[:12], CONTACTS[12:]


@pytest.fixture
def shop_id(session: Session) -> int:
    return valued_shop(session)


def running(session: Session, shop_id: int, **given: Any) -> int:
    """One of twelve and twelve, which began ten days ago."""
    guests = {one: one in INVITED for one in CONTACTS}
    trial_id = put_trial(session, shop_id, "anna", guests=guests, invited=12, held_out=12, **given)
    session.commit()
    return trial_id


def test_it_is_judged_once_the_day_after_its_end_and_proves(session: Session, shop_id: int) -> None:
    trial_id = running(session, shop_id)
    for one in (*INVITED[:9], HELD_OUT[0]):
        put_order(session, shop_id, one, days_ago=-3)
    session.commit()

    results.sweep(db.transaction, now=NOW + timedelta(days=20, hours=23))
    session.expire_all()
    shown = queries.trial(session, shop_id, trial_id)
    assert (shown.state, shown.p, shown.invited.bought, shown.difference) == ("running", None, None, None)
    assert shown.sentence == (
        "Running until 21 November 2026: 12 invited in this customer's name, 12 held out; "
        "the result is counted once, on 22 November 2026."
    )
    results.sweep(db.transaction, now=AFTER)
    run_now(shop_id, AFTER)

    session.expire_all()
    proof = "Proven: of 12 invited in this customer's name 9 bought, of 12 held out 1 (p = 0.001)."
    assert customer.customer(session, shop_id, "anna").verdict_sentence == proof
    shown = queries.trial(session, shop_id, trial_id)
    assert (shown.state, shown.proven, shown.sentence) == ("ended", True, proof)
    assert shown.difference == pytest.approx(8 / 12)


def test_without_a_difference_it_says_so_and_is_never_judged_anew(session: Session, shop_id: int) -> None:
    trial_id = running(session, shop_id)
    results.sweep(db.transaction, now=AFTER)
    for one in INVITED:
        put_order(session, shop_id, one, days_ago=-3)
    session.commit()
    results.sweep(db.transaction, now=AFTER + timedelta(days=1))
    run_now(shop_id, AFTER)

    session.expire_all()
    said = "No difference shown: of 12 invited in this customer's name 0 bought, of 12 held out 0 (p = 1)."
    assert queries.trial(session, shop_id, trial_id).sentence == said


def test_with_a_category_only_its_products_count(session: Session, shop_id: int) -> None:
    for name, parent in (("cups", None), ("red cups", "cups"), ("plates", None)):
        session.add(Category(shop_id=shop_id, category_id=name, parent_id=parent, name=name))
    session.commit()
    trial_id = running(session, shop_id, category_id="cups")
    for place, one in enumerate(CONTACTS):
        category = "red cups" if place < 4 else "plates"
        put_order(session, shop_id, one, days_ago=-3, line={"category_id": category})
    session.commit()

    results.sweep(db.transaction, now=AFTER)

    session.expire_all()
    trial = session.get_one(Trial, trial_id)
    assert (trial.invited_bought, trial.held_out_bought) == (4, 0)
    assert queries.trial(session, shop_id, trial_id).category_name == "cups"


def test_a_run_as_of_an_earlier_day_knows_only_the_trials_that_had_ended(
    session: Session, shop_id: int
) -> None:
    trial_id = put_trial(session, shop_id, "anna", **RESULT)
    session.commit()

    for as_of, proof in ((NOW, trial_id), (NOW - timedelta(days=9, seconds=1), None), (NOW, trial_id)):
        run_now(shop_id, as_of)
        session.expire_all()
        found = session.get(Evidence, (shop_id, "anna", ""))
        assert (found and found.trial_id) == proof


def test_a_trial_proves_and_orders_with_the_code_are_said_beside_it(session: Session, shop_id: int) -> None:
    put_trial(session, shop_id, "anna", **RESULT)
    session.execute(
        text("INSERT INTO personal_codes VALUES (:id, 'ANNA', 'anna', '2020-01-01Z')"), {"id": shop_id}
    )
    put_order(session, shop_id, CONTACTS[0], voucher_code="ANNA")
    session.commit()
    run_now(shop_id)

    session.expire_all()
    said = customer.customer(session, shop_id, "anna").verdict_sentence
    assert said.startswith(
        "Proven: of 40 invited in this customer's name 12 bought, of 40 held out 3 (p = 0.010). "
        "1 order with this customer's code."
    )


def test_a_sender_who_never_bought_is_shown_with_their_proof(session: Session, shop_id: int) -> None:
    put_customers(session, shop_id, "zoe")
    put_trial(session, shop_id, "zoe", **RESULT)
    session.commit()
    run_now(shop_id)

    session.expire_all()
    found = customer.customer(session, shop_id, "zoe")
    assert (found.state, found.verdict, found.orders_count) == ("valued", "proven", 0)
