"""Segments that ask for a consent: in by a tick and a run, out the moment it is taken back."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import db, run_queue
from saleor_influence_app.runs import execution
from saleor_influence_app.targeting import segment_preview, segments
from scoring import membership
from tests.support.shop_rows import NOW, put_customers, put_order
from tests.support.social_shop import Shop, sql

PERKS: dict[str, Any] = {
    "name": "perks",
    "title": "Perks",
    "description": "",
    "conditions": [
        {"column": "orders_count", "operator": ">=", "threshold": 1},
        {"column": "consent_perks", "operator": ">=", "threshold": "yes"},
    ],
}


@pytest.fixture
def asking(shop: Shop) -> Shop:
    """A shop with three buyers and a segment of those who agreed to perks."""
    with db.transaction() as session:
        put_customers(session, shop.shop_id, "anna", "bert")
        for name in ("ines", "anna", "bert"):
            put_order(session, shop.shop_id, name)
        segments.save(session, shop.shop_id, PERKS)
    return shop


def run(shop: Shop) -> None:
    with db.transaction() as session:
        run_id = run_queue.ask(session, shop.shop_id)
    assert execution.execute(db.transaction, run_id)


def take_back(shop: Shop, who: str) -> None:
    answer = shop.as_customer(who, "DELETE", "/consents", params={"purpose": "perks"})
    assert answer.status_code == 204, answer.text


def members(session: Session) -> list[str]:
    session.rollback()
    found = sql(session, "SELECT customer_id FROM memberships WHERE segment = 'perks' ORDER BY customer_id")
    return [row.customer_id for row in found]


def test_a_webhook_is_told_who_enters_by_a_run_and_who_leaves_by_taking_it_back(
    asking: Shop, session: Session
) -> None:
    sql(
        session,
        """
        INSERT INTO hand_off_settings (shop_id, webhook_url, webhook_secret_encrypted, webhook_events)
        VALUES (:shop_id, 'https://tool.example', '', '{segment.entered,segment.left}')
        """,
        shop_id=asking.shop_id,
    )
    session.commit()
    asking.agree("ines", ("perks", None))
    run(asking)
    take_back(asking, "ines")

    told = sql(session, "SELECT event, customer_id, segment FROM hand_off_deliveries ORDER BY id")
    of_perks = [(row.event, row.customer_id) for row in told if row.segment == "perks"]
    assert of_perks == [("segment.entered", "ines"), ("segment.left", "ines")]


def test_who_agreed_is_in_with_the_next_run_and_the_preview_says_so_before(
    asking: Shop, session: Session
) -> None:
    run(asking)
    assert members(session) == []
    asking.agree("ines", ("perks", None))
    asking.agree("anna", ("outreach", None))

    found = segment_preview.preview(session, asking.shop_id, PERKS)
    run(asking)

    assert (found["size"], found["agreed"]) == (1, {"perks": 1, "outreach": 0})
    assert members(session) == ["ines"]
    [stored] = sql(session, "SELECT parts FROM memberships WHERE segment = 'perks'")
    told = membership.reason(membership.parts_on(stored.parts, NOW.date()), "EUR")
    assert told == "1 paid order (at least 1); agreed to perks: yes (at least yes)."


def test_a_tick_asks_for_the_run_that_lets_them_in(asking: Shop, session: Session) -> None:
    run(asking)

    asking.agree("anna", ("outreach", None))
    assert not sql(session, "SELECT FROM runs WHERE state = 'queued'")
    asking.agree("anna", ("perks", None))

    session.rollback()
    assert len(sql(session, "SELECT FROM runs WHERE state = 'queued'")) == 1


def test_who_takes_the_consent_back_is_out_at_once_and_their_record_is_to_be_changed(
    asking: Shop, session: Session
) -> None:
    asking.agree("ines", ("perks", None))
    asking.agree("anna", ("perks", None))
    run(asking)
    assert members(session) == ["anna", "ines"]
    session.execute(text("UPDATE outbox SET state = 'written', written = wanted"))
    session.commit()

    take_back(asking, "ines")

    assert members(session) == ["anna"]
    [row] = sql(session, "SELECT wanted, state FROM outbox WHERE customer_id = 'ines'")
    assert row.state == "pending"
    assert "perks" not in str(row.wanted)


def test_a_run_that_goes_back_brings_nobody_back_who_took_the_consent_back(
    asking: Shop, session: Session
) -> None:
    asking.agree("ines", ("perks", None))
    run(asking)
    [earlier] = sql(session, "SELECT max(id) AS id FROM runs WHERE state = 'done'")
    take_back(asking, "ines")
    run(asking)

    answer = asking.as_staff("POST", f"/runs/{earlier.id}/rollback")
    assert answer.status_code == 202, answer.text
    assert execution.execute(db.transaction, answer.json()["id"])

    assert members(session) == []
