"""A consent for a network ends: the customer keeps what others keep, in a held shop too, and in Saleor."""

import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from saleor_influence_app import db, run_queue
from saleor_influence_app.consent import ledger
from saleor_influence_app.consent.ledger import Decision
from saleor_influence_app.erasure import erasure, objections
from saleor_influence_app.models import AskedBy
from saleor_influence_app.runs import execution, rollback
from saleor_influence_app.shops import shops
from saleor_influence_app.sync import customers
from saleor_influence_app.targeting import condition_sources, segment_rules
from saleor_influence_app.writeback import staging
from tests.support.shop_rows import (
    NOW,
    put_credit,
    put_customers,
    put_evidence,
    put_order,
    put_run,
    put_score,
    put_tie,
)
from tests.support.social_shop import Shop, sql
from tests.support.transactions import until_one_waits

LINK, SCORE = ("link", "mastodon"), ("score", "mastodon")
YOUTUBE = (("link", "youtube"), ("score", "youtube"))
Link = Callable[..., int]
FOLLOWERS = [f"f{number}" for number in range(6)]
OWN_SCORES = {"score": 64, "reach": 70, "amplification": 60, "network": 62, "ambassador": 55}
LONG_AGO = NOW - timedelta(days=900)


def segment(name: str, column: str, threshold: float | str, **about: str) -> dict[str, Any]:
    condition = {"column": column, "operator": ">=", "threshold": threshold, "exit_threshold": None} | about
    made = {"name": name, "title": name, "description": "", "conditions": [condition]}
    return made | {"max_share": 0.05, "needs": None, "order_by": "value"}


SEGMENTS = (
    segment("big", "value", 100.0),
    segment("bigger", "value", 150.0),
    segment("moving", "civ", 1.0),
    segment("known", "reach", 50.0),
    segment("often", "frequency", 3),
)


@pytest.fixture
def valued(shop: Shop, session: Session, link: Link) -> int:
    """Ines was valued by a run that staff went back to: 120 of 180 EUR are their own, 60 by Mastodon."""
    shop_id = shop.shop_id
    put_customers(session, shop_id, *FOLLOWERS)
    session.commit()
    for who in ("ines", *FOLLOWERS):
        shop.agree(who, LINK, SCORE)
        link(who, who)
    for one in SEGMENTS:
        sql(
            session,
            "INSERT INTO segments VALUES (:shop_id, :name, 9, :definition)",
            shop_id=shop_id,
            name=one["name"],
            definition=json.dumps(one),
        )
    model = {"ledger": {"scores_version": "scores-2"}}
    run_id = put_run(session, shop_id, model=model, counts={"customers": 3})
    money = {"clv": 120, "value": 180, "value_low": 110, "value_high": 260}
    influence = {"civ": 60, "civ_low": 30, "civ_high": 80, "net": 210, "influenced": 6, "verdict": "leads"}
    put_score(session, shop_id, "ines", run_id=run_id, frequency=5, **money, **influence, **OWN_SCORES)
    for who, value in (("f0", 150), ("f1", 90)):
        put_score(session, shop_id, who, run_id=run_id, value=value)
    put_evidence(session, shop_id, "ines", run_id=run_id, inferred="leads", verdict="leads")
    for who in FOLLOWERS:
        put_tie(session, shop_id, "ines", who, kind="mastodon", origin="social", valid_from=LONG_AGO)
        put_credit(session, shop_id, "ines", who, run_id=run_id, tie_kind="mastodon")
    put_credit(session, shop_id, "ines", "mara", run_id=run_id)
    sql(
        session,
        "INSERT INTO network_scores VALUES "
        "(:id, 'ines', 'mastodon', :run, 50, 50, 50, 50, 6, 6, 0.5, 1, 1, 1)",
        id=shop_id,
        run=run_id,
    )
    for one in SEGMENTS:
        sql(
            session,
            "INSERT INTO memberships VALUES (:id, :name, 'ines', :run, :at, 'Worth 180.00 EUR.', '[]')",
            id=shop_id,
            name=one["name"],
            run=run_id,
            at=NOW,
        )
    staging.stage(session, shop_id, as_of=NOW)
    sql(session, "UPDATE outbox SET state = 'written', written = wanted")
    sql(session, "UPDATE shops SET held_run_id = :run", run=run_id)
    session.commit()
    return run_id


def of(session: Session, customer_id: str, table: str = "scores") -> Any:
    session.rollback()
    rows = sql(session, f"SELECT * FROM {table} WHERE customer_id = :id", id=customer_id)
    return rows[0] if rows else None


def segments_of(session: Session, customer_id: str) -> dict[str, str]:
    session.rollback()
    found = sql(session, "SELECT segment, parts FROM memberships WHERE customer_id = :id", id=customer_id)
    day = NOW.date()
    return {
        row.segment: condition_sources.why_in(row.parts, day=day, currency="EUR").sentence for row in found
    }


def withdraw(shop: Shop, purpose: str = "score", network: str = "mastodon") -> None:
    answer = shop.as_customer("ines", "DELETE", f"/consents?purpose={purpose}&network={network}")
    assert answer.status_code == 204, answer.text


@pytest.mark.parametrize("purpose", ["score", "link"])
@pytest.mark.usefixtures("valued")
def test_a_withdrawal_in_a_held_shop_takes_what_rests_on_the_network_and_leaves_the_rest(
    shop: Shop, session: Session, purpose: str
) -> None:
    withdraw(shop, purpose)

    row = of(session, "ines")
    gone = ("civ", "civ_low", "civ_high", "possible_up_to", "net", "influenced")
    assert [getattr(row, name) for name in gone] == [None] * len(gone)
    assert row.verdict == "not enough evidence"
    assert (row.clv, row.value, row.value_low, row.value_high) == (120, 120, 80, 180), "the own part"
    assert {name: getattr(row, name) for name in OWN_SCORES} == OWN_SCORES, "no network's ties are in them"
    assert row.percentile == 50.0, "150, 120 and 90 EUR"
    assert of(session, "ines", "network_scores") is of(session, "ines", "evidence") is None
    [credit] = sql(session, "SELECT * FROM credits")
    assert credit.tie_kind == "friend"


@pytest.mark.usefixtures("valued")
def test_segments_stay_whose_conditions_the_own_numbers_still_meet(shop: Shop, session: Session) -> None:
    withdraw(shop)

    kept = segments_of(session, "ines")
    assert kept.keys() == {"big", "known", "often"}
    assert kept["big"] == "Worth 120.00 EUR (at least 100.00 EUR).", "the reason says no number of before"
    assert kept["often"] == "", "it stays as it was stored, with no parts: nothing that it asks for has moved"


def test_segments_by_a_score_on_the_network_and_by_a_category_go_with_what_they_asked_for(
    shop: Shop, session: Session, valued: int
) -> None:
    there = segment("there", "network_reach", 40, about="mastodon")
    category = segment("category", "category_verdict", "leads", about="espresso")
    elsewhere = segment("elsewhere", "network_reach", 40, about="bluesky")
    shop.agree("ines", ("link", "bluesky"), ("score", "bluesky"))
    put_evidence(session, shop.shop_id, "ines", run_id=valued, topic="espresso", verdict="leads")
    sql(
        session,
        "INSERT INTO network_scores SELECT shop_id, customer_id, 'bluesky', run_id, 50, 50, 50, 50, "
        "6, 6, 0.5, 1, 1, 1 FROM network_scores",
    )
    given = {"id": shop.shop_id, "run": valued, "at": NOW}
    for one in (there, category, elsewhere):
        named = given | {"name": one["name"], "definition": json.dumps(one)}
        sql(session, "INSERT INTO segments VALUES (:id, :name, 9, :definition)", **named)
        sql(session, "INSERT INTO memberships VALUES (:id, :name, 'ines', :run, :at, 'In.', '[]')", **named)
    session.commit()

    withdraw(shop)

    assert segments_of(session, "ines").keys() == {"big", "known", "often", "elsewhere"}
    assert segments_of(session, "ines")["elsewhere"] == "Reach score on bluesky: 50 (at least 40)."


@pytest.mark.usefixtures("valued")
def test_in_saleor_what_still_holds_is_never_away(shop: Shop, session: Session) -> None:
    before = of(session, "ines", "outbox").wanted["private"]

    withdraw(shop)

    record = of(session, "ines", "outbox")
    now = record.wanted["private"]
    assert record.state == "pending"
    assert json.loads(before["influence.segments"]) == ["big", "bigger", "known", "moving", "often"]
    assert json.loads(now["influence.segments"]) == ["big", "known", "often"]
    assert (before["influence.value"], now["influence.value"]) == ("180.00 EUR", "120.00 EUR")
    assert before["influence.score"] == now["influence.score"] == "64"


@pytest.mark.usefixtures("valued")
def test_a_consent_on_which_nothing_rested_changes_no_number_and_no_record(
    shop: Shop, session: Session
) -> None:
    sql(session, "DELETE FROM ties")
    sql(session, "DELETE FROM credits WHERE tie_kind = 'mastodon'")
    session.commit()
    before = [tuple(of(session, "ines", table)) for table in ("scores", "evidence", "outbox")]
    segments = segments_of(session, "ines")

    withdraw(shop)

    assert [tuple(of(session, "ines", table)) for table in ("scores", "evidence", "outbox")] == before
    assert segments_of(session, "ines") == segments
    assert of(session, "ines", "network_scores") is None


@pytest.mark.usefixtures("valued")
def test_ties_of_a_network_that_never_counted_take_no_money_with_them(
    shop: Shop, session: Session, link: Link
) -> None:
    shop.switch_on(mastodon={}, youtube={"client_id": "id", "client_secret": "secret"})
    for who in ("ines", "f0"):
        shop.agree(who, *YOUTUBE)
        link(who, who, network="youtube", network_id=f"UC{who}", base_url="https://youtube.com")
    put_tie(session, shop.shop_id, "ines", "f0", kind="youtube", origin="social", valid_from=LONG_AGO)
    session.commit()
    before = tuple(of(session, "ines"))

    withdraw(shop, network="youtube")

    assert tuple(of(session, "ines")) == before


@pytest.mark.usefixtures("valued")
def test_scores_of_a_run_that_blended_networks_wait_for_a_new_run(shop: Shop, session: Session) -> None:
    sql(session, """UPDATE runs SET model = '{"ledger": {"scores_version": "scores-1"}}'""")
    session.commit()

    withdraw(shop)

    row = of(session, "ines")
    assert [getattr(row, name) for name in OWN_SCORES] == [None] * len(OWN_SCORES)
    assert segments_of(session, "ines").keys() == {"big", "often"}
    assert "influence.score" not in of(session, "ines", "outbox").wanted["private"]


def test_going_back_brings_nothing_again_that_rested_on_the_network(
    shop: Shop, session: Session, valued: int
) -> None:
    """The run's rows are in the past by now, since another run found something else."""
    for table in ("scores", "evidence", "network_scores", "memberships"):
        columns = [row[0] for row in sql(session, COLUMNS, name=table)]
        names = ", ".join(columns)
        sql(
            session,
            f"INSERT INTO {table}_past ({names}, until_run) SELECT {names}, {valued + 100} FROM {table}",
        )
        sql(session, f"DELETE FROM {table} WHERE customer_id <> 'ines'")
    session.commit()

    withdraw(shop)

    past = of(session, "ines", "scores_past")
    assert (past.civ, past.value, past.score) == (None, Decimal(120), 64)
    assert of(session, "ines", "evidence_past") is of(session, "ines", "network_scores_past") is None
    kept = sql(session, "SELECT segment FROM memberships_past WHERE customer_id = 'ines' ORDER BY 1")
    assert [row.segment for row in kept] == ["big", "known", "often"]


COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_name = :name"


def test_who_withdraws_while_a_run_computes_has_nothing_of_it_afterwards(
    shop: Shop, session: Session, valued: int
) -> None:
    """The run had read the ties and writes what followed from them: that goes before anybody sees it."""
    from saleor_influence_app.runs import departed, network_part

    kept = [sql(session, f"SELECT * FROM {table}") for table in ("credits", "network_scores")]
    before = of(session, "ines").value
    withdraw(shop)
    session.rollback()
    with db.transaction() as own:
        own.execute(text("UPDATE scores SET civ = 60, value = 180 WHERE customer_id = 'ines'"))
        own.execute(text("DELETE FROM credits"))
        for row in kept[0]:
            put_credit(own, shop.shop_id, "ines", row.customer_id, run_id=valued, tie_kind=row.tie_kind)
        network_part.take_away_since(own, shop.shop_id, NOW - timedelta(days=1))
        departed.forget_who_left(own, shop.shop_id, since=NOW - timedelta(days=1))

    assert sql(session, "SELECT FROM credits WHERE tie_kind = 'mastodon'") == []
    assert (before, of(session, "ines").value) == (180, 120)


def delete(session: Session, shop_id: int) -> None:
    """As a message of Saleor does."""
    shops.lock_facts(session, shop_id)
    customers.delete(session, shop_id, {"ines": NOW})


LEAVING: dict[str, Callable[[Session, int], object]] = {
    "withdrawal": lambda own, shop_id: erasure.withdraw(
        own,
        shop_id,
        "ines",
        decision=Decision(purpose="score", network="mastodon", action="withdrawn", proof=ledger.SESSION),
    ),
    "objection": lambda own, shop_id: objections.object_(own, shop_id, "ines", by=AskedBy.SELF),
    "erasure": lambda own, shop_id: erasure.erase(own, shop_id, "ines"),
    "deletion": delete,
}


@pytest.mark.usefixtures("valued")
@pytest.mark.parametrize("kind", LEAVING)
def test_who_leaves_beside_a_run_that_is_writing_waits_for_it_and_neither_fails(
    shop: Shop, session: Session, engine: Engine, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Whatever both write, they lock it in one order: else PostgreSQL would have to end one of them."""
    leaving: list[Future[None]] = []

    def leave() -> None:
        with db.transaction() as own:
            LEAVING[kind](own, shop.shop_id)

    def pause(own: Session, shop_id: int) -> None:  # the run has replaced the rows, and is not done
        leaving.append(pool.submit(leave))
        until_one_waits(engine, leaving[0])
        refused(own, shop_id)

    refused = segment_rules.empty_refused
    monkeypatch.setattr(segment_rules, "empty_refused", pause)
    with ThreadPoolExecutor(1) as pool:
        score(shop)
    monkeypatch.undo()
    leaving[0].result(timeout=60)

    session.rollback()
    assert sql(session, "SELECT FROM runs WHERE state = 'done' AND kind = 'full'")
    assert sql(session, "SELECT FROM network_scores WHERE customer_id = 'ines'") == []


def score(shop: Shop) -> None:
    with db.transaction() as session:
        run_id = run_queue.ask(session, shop.shop_id)
        session.execute(text("UPDATE runs SET not_before = now() WHERE state = 'queued'"))
    assert execution.execute(db.transaction, run_id, as_of=NOW)


def test_switching_a_network_off_or_withdrawing_changes_the_main_score_not_at_all(
    shop: Shop, session: Session, link: Link
) -> None:
    """Six ties by Mastodon beside six that staff told: main scores are those of the six."""
    shop_id = shop.shop_id
    others = [f"g{number}" for number in range(6)]
    put_customers(session, shop_id, *FOLLOWERS, *others)
    session.commit()
    for who in ("ines", *FOLLOWERS):
        shop.agree(who, LINK, SCORE)
        link(who, who)
    for who in FOLLOWERS:
        put_tie(session, shop_id, "ines", who, kind="mastodon", origin="social", valid_from=LONG_AGO)
    for one in others:
        put_tie(session, shop_id, "ines", one, kind="club")
    for month in range(3):
        put_order(session, shop_id, "ines", days_ago=20 + 40 * month, product=f"p{month}")
        for one in (*FOLLOWERS, *others):
            put_order(session, shop_id, one, days_ago=18 + 40 * month, product=f"p{month}")
    for who in (*FOLLOWERS, *others):
        for number in range(4):
            put_order(session, shop_id, who, days_ago=400 + 10 * number)
    session.commit()
    found = []

    def look() -> None:
        row = of(session, "ines")
        inputs = sql(session, "SELECT * FROM evidence WHERE customer_id = 'ines' AND topic = ''")
        apart = sql(session, "SELECT kind, contacts FROM network_scores WHERE customer_id = 'ines'")
        main = {name: getattr(row, name) for name in OWN_SCORES}
        found.append((main, [one.contacts for one in inputs], [tuple(one) for one in apart]))

    score(shop)
    look()
    sql(session, "UPDATE privacy_settings SET enabled = false")
    session.commit()
    score(shop)
    look()
    sql(session, "UPDATE privacy_settings SET enabled = true")
    session.commit()
    withdraw(shop)
    look()
    score(shop)
    look()

    main = found[0][0]
    assert main["reach"] is not None
    assert [one[0] for one in found] == [main] * 4
    assert found[0][1:] == ([6], [("mastodon", 6)])
    assert found[1][1:] == ([6], [])
    assert found[3][1:] == ([6], [])


def test_a_shop_goes_back_and_who_withdrew_meanwhile_stays_in_what_others_are_in(
    shop: Shop, session: Session, valued: int
) -> None:
    withdraw(shop)
    session.rollback()
    with db.transaction() as own:
        back = rollback.go_back(own, shop.shop_id, valued)

    assert execution.execute(db.transaction, back)

    assert segments_of(session, "ines").keys() == {"big", "known", "often"}
    assert of(session, "ines").value == 120
