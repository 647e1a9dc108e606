"""Contacts found in SQL are whom the ledger would trust to follow; of them it says the same who bought."""

from datetime import timedelta
from typing import Any

import ibis
import pyarrow as pa
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app import bulk_copy
from saleor_influence_app.experiments import candidates, invitations
from saleor_influence_app.models import Credit, Exclusion, Tie
from saleor_influence_app.runs import inputs, scores
from scoring import ledger
from scoring.ledger import pairs
from scoring.ledger.inputs import instant, read_inputs
from tests.support.laws import law
from tests.support.lots import agree, switch_on
from tests.support.shop_rows import NOW, put_credit, put_customers, put_order, put_run, put_shop, put_tie
from tests.support.told_facts import TIES

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


def ledger_finds(session: Session, shop_id: int) -> tuple[list[str], int]:
    """Whom the library finds in the tables that a run reads, and how many of them bought soap lately."""
    ties = inputs.money_ties(shop_id).where(Tie.source_id == "anna")
    followers = select(Tie.target_id).where(Tie.shop_id == shop_id, Tie.source_id == "anna")
    lines = invitations.purchases(session, shop_id, followers)
    theirs = set(session.scalars(select(Credit.order_id).where(Credit.source_id == "anna")))
    shop = ledger.LedgerInputs(
        purchases=lines.filter(
            pa.array([one not in theirs for one in lines["order_id"].to_pylist()], pa.bool_())
        ),
        ties=bulk_copy.read(session, ties, TIES),
        customers=bulk_copy.read(session, inputs.customers(shop_id), scores.CUSTOMERS),
    )
    found = trusted_followers(shop)
    bought = {
        row["customer_id"]
        for row in lines.to_pylist()
        if row["product_id"] == "soap"
        and row["net"] > 0
        and not row["is_gift"]
        and NOW - timedelta(days=30) < row["created_at"] <= NOW
    }
    return found, len(bought.intersection(found))


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
@given(st.lists(PERSON, min_size=6, max_size=6), HOMES)
def test_guests_in_sql_are_those_of_the_ledger(
    session: Session, people: list[dict[str, Any]], home: dict[str, bytes]
) -> None:
    try:
        shop_id = put_shop(session)
        run_id = put_run(session, shop_id)
        put_customers(session, shop_id, "anna", *PEOPLE)
        switch_on(session, shop_id)
        agree(session, shop_id, *PEOPLE)
        put_order(session, shop_id, "anna", **home)
        for name, facts in zip(PEOPLE, people, strict=True):
            put_person(session, shop_id, run_id, name, facts)

        window = (NOW - timedelta(days=30), NOW)
        found = candidates.find(session, shop_id, "anna", window=window, things=["soap", "tea"])
        expected = ledger_finds(session, shop_id)
    finally:
        session.rollback()
    assert (list(found.ids), found.bought) == expected


def test_a_guest_needs_what_makes_a_follower_trusted() -> None:
    assert ledger.Parameters().other_orders == candidates.OTHER_ORDERS
