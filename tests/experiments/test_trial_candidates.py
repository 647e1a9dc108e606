"""Guests found in SQL are whom the ledger would trust to follow; of them it says the same who bought."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import ibis
import pyarrow as pa
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app import bulk_copy, db
from saleor_influence_app.erasure import objections
from saleor_influence_app.experiments import candidates, trial_inputs, trials
from saleor_influence_app.experiments.trials import Wanted
from saleor_influence_app.models import AskedBy, Category, Credit, Exclusion, Tie, TrialCandidate
from saleor_influence_app.runs import inputs, scores
from scoring import ledger
from scoring.ledger import pairs
from scoring.ledger.inputs import instant, read_inputs
from scoring.ledger.trials import buyers
from tests.support.laws import law
from tests.support.shop_rows import NOW, put_credit, put_customers, put_order, put_run, put_shop, put_tie

PEOPLE = [f"guest-{number}" for number in range(6)]
ORDER = st.fixed_dictionaries(
    {
        "days_ago": st.sampled_from([-1.0, 0.0, 5.0, 30.0, 40.0]),
        "product": st.sampled_from(["soap", None]),
        "charged": st.sampled_from([0, 20, 50]),
        "gift": st.sampled_from([None, None, None, "is_gift", "is_gift_card"]),
        "category": st.sampled_from([None, "cups", "red cups", "plates"]),
        "at_home": st.integers(0, 9).map(lambda lot: lot == 0),
        "credited": st.integers(0, 4).map(lambda lot: lot == 0),
    }
)
VALID = [(None, None), (None, None), (-10, None), (0, 10), (10, None), (None, 0), (-10, 0)]
"""From when and until when a tie holds, in days from now; a bound at this moment among them."""
PERSON = st.fixed_dictionaries(
    {
        "ties": st.lists(st.sampled_from(VALID), max_size=2),
        "orders": st.lists(ORDER, max_size=4),
        "excluded": st.sampled_from([None] * 6 + ["reseller", "test"]),
    }
)

HOMES = st.sampled_from([{}, {"address_hash": b"home"}])


def put_person(session: Session, shop_id: int, run_id: int, name: str, facts: dict[str, Any]) -> None:
    for place, days in enumerate(facts["ties"]):
        moments = [None if one is None else NOW + timedelta(days=one) for one in days]
        valid = dict(zip(("valid_from", "valid_to"), moments, strict=True))
        put_tie(session, shop_id, "anna", name, kind=f"kind {place}", **valid)
    for one in facts["orders"]:
        line = {"category_id": one["category"]} | ({one["gift"]: True} if one["gift"] else {})
        home = {"address_hash": b"home"} if one["at_home"] else {}
        given_order = {name: one[name] for name in ("days_ago", "product", "charged")}
        order_id = put_order(session, shop_id, name, gross=50, line=line, **given_order, **home)
        if one["credited"]:
            put_credit(session, shop_id, "anna", name, run_id=run_id, order_id=order_id)
    if facts["excluded"]:
        session.add(Exclusion(shop_id=shop_id, customer_id=name, reason=facts["excluded"]))
    session.flush()


def ledger_finds(session: Session, shop_id: int, category_id: str | None) -> tuple[list[str], set[str]]:
    """Whom the library finds in the tables that a run reads."""
    ties = inputs.money_ties(shop_id).where(Tie.source_id == "anna")
    followers = select(Tie.target_id).where(Tie.shop_id == shop_id, Tie.source_id == "anna")
    lines = trial_inputs.purchases(session, shop_id, followers)
    theirs = set(session.scalars(select(Credit.order_id).where(Credit.source_id == "anna")))
    shop = ledger.LedgerInputs(
        purchases=lines.filter(
            pa.array([one not in theirs for one in lines["order_id"].to_pylist()], pa.bool_())
        ),
        ties=bulk_copy.read(session, ties, scores.TIES),
        customers=bulk_copy.read(session, inputs.customers(shop_id), scores.CUSTOMERS),
    )
    found = trusted_followers(shop)
    tree = trial_inputs.categories(session, shop_id)
    bought = buyers(lines, since=NOW - timedelta(days=30), until=NOW, category=(category_id, tree))
    return found, bought.intersection(found)


def trusted_followers(shop: ledger.LedgerInputs) -> list[str]:
    """Whom the ledger trusts to follow anna: tied now, with as many orders and products as it asks for."""
    parameters = ledger.Parameters()
    with ledger.open_engine() as engine, engine.scratch():
        facts = read_inputs(shop, engine, as_of=NOW, parameters=parameters)
        now = ibis.literal(instant(NOW), type="int64")
        tied = pairs.eligible_ties(facts, facts.ties.filter(facts.ties["source_id"] == "anna"))
        tied = tied.filter((tied["valid_from"] <= now) & (now < tied["valid_to"]))
        lines = pairs.participating_lines(facts)
        own = lines.group_by("customer_id").agg(
            orders=lines["order_id"].nunique(), products=lines["product_id"].nunique()
        )
        enough = own.filter(ibis.least(own["orders"], own["products"]) >= parameters.other_orders)
        known = tied.semi_join(enough.rename(target_id="customer_id"), "target_id")
        found: pa.Table = known.select("target_id").distinct().to_pyarrow()
    return sorted(found["target_id"].to_pylist())


@law(30, may=[HealthCheck.function_scoped_fixture])
@given(st.lists(PERSON, min_size=6, max_size=6), st.sampled_from([None, "cups", "red cups"]), HOMES)
def test_guests_in_sql_are_those_of_the_ledger(
    session: Session, people: list[dict[str, Any]], category_id: str | None, home: dict[str, bytes]
) -> None:
    try:
        shop_id = put_shop(session)
        run_id = put_run(session, shop_id)
        put_customers(session, shop_id, "anna", *PEOPLE)
        for name, parent in (("cups", None), ("red cups", "cups"), ("plates", None)):
            session.add(Category(shop_id=shop_id, category_id=name, parent_id=parent, name=name))
        put_order(session, shop_id, "anna", **home)
        for name, facts in zip(PEOPLE, people, strict=True):
            put_person(session, shop_id, run_id, name, facts)

        window = (NOW - timedelta(days=30), NOW)
        found = candidates.find(session, shop_id, "anna", window=window, category_id=category_id)
        expected = ledger_finds(session, shop_id, category_id)
    finally:
        session.rollback()
    assert (list(found.ids), set(found.bought)) == expected


def test_a_guest_needs_what_makes_a_follower_trusted() -> None:
    assert ledger.Parameters().other_orders == candidates.OTHER_ORDERS


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
            objections.object_(leaving, shop_id, names[0], by=AskedBy.SELF)
            starting = pool.submit(start)
            wait_for_a_waiting_lock(session)
        trial_id = starting.result(timeout=60)

    drawn = set(
        session.scalars(select(TrialCandidate.customer_id).where(TrialCandidate.trial_id == trial_id))
    )
    assert drawn == set(names[1:])


def wait_for_a_waiting_lock(session: Session) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    deadline = time.monotonic() + 60
    while session.execute(waiting).scalar_one() == 0:
        assert time.monotonic() < deadline
        session.rollback()
        time.sleep(0.05)
