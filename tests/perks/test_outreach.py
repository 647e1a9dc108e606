"""Outreach: tasks for those alone who agreed to be contacted, each with one owner, gone with the consent."""

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.erasure import erasure, objections
from saleor_influence_app.errors import AppError, InputInvalid
from saleor_influence_app.models import (
    AskedBy,
    Category,
    GrantState,
    OutreachTask,
    PerkProgramme,
    Refusal,
    TaskState,
)
from saleor_influence_app.perks import budgets, grants, programmes, schedule, spending
from saleor_influence_app.perks.strategies.outreach import tasks
from saleor_influence_app.queries import outreach, perk_check, perks, personal_data_export
from tests.support.perks import SEGMENT, grants_of, plan, started
from tests.support.shop_rows import put_customers, put_membership, put_order, put_run
from tests.support.social_shop import Shop, sql

NOTE: dict[str, Any] = {"kind": "outreach", "terms": {"task": "note"}, "hold_out": 0.0, "needs_consent": True}
PEOPLE = ("ines", "mara", "nora")


@pytest.fixture
def agreeing(shop: Shop) -> Shop:
    """A shop with three members of a segment, of whom two agreed to be contacted."""
    with db.transaction() as session:
        put_run(session, shop.shop_id)
        put_customers(session, shop.shop_id, "nora")
        put_membership(session, shop.shop_id, SEGMENT, *PEOPLE)
        sql(session, "UPDATE shops SET permissions = permissions || ARRAY['MANAGE_ORDERS']")
    for name in ("ines", "mara"):
        shop.agree(name, ("outreach", None))
    shop.agree("nora", ("perks", None))
    return shop


def board(shop: Shop, programme_id: int, **options: Any) -> dict[str, Any]:
    answer = shop.as_staff("GET", f"/perks/{programme_id}/outreach", **options)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def task_of(shop: Shop, programme_id: int, customer_id: str) -> int:
    tasks = board(shop, programme_id)["tasks"]
    return next(int(one["id"]) for one in tasks if one["customer_id"] == customer_id)


def states(programme_id: int) -> dict[str | None, str]:
    return {one.customer_id: one.state for one in grants_of(programme_id)}


def test_only_who_agreed_to_be_contacted_is_on_the_board(agreeing: Shop) -> None:
    programme_id = started(agreeing.shop_id, plan(**NOTE))

    found = board(agreeing, programme_id)

    assert [one["customer_id"] for one in found["tasks"]] == ["ines", "mara"]
    assert (found["task"], found["counts"]["suggested"], found["total"]) == ("note", 2, 2)
    due = datetime.fromisoformat(found["tasks"][0]["due_at"])
    assert timedelta(days=13) < due - datetime.now(UTC) < timedelta(days=15)
    with db.transaction() as session:
        draft = programmes.create(
            session, agreeing.shop_id, plan(**NOTE | {"title": "Again"}), made_by="staff"
        )
        warnings = perk_check.check(session, agreeing.shop_id, draft).warnings
    assert any("1 of 3 members have not agreed to be contacted" in one for one in warnings), warnings


def test_who_did_not_agree_to_be_contacted_is_not_given_it_by_hand(agreeing: Shop) -> None:
    programme_id = started(agreeing.shop_id, plan(**NOTE))
    with (
        db.transaction() as session,
        pytest.raises(InputInvalid, match="did not agree to be contacted") as refused,
    ):
        grants.give(session, agreeing.shop_id, programme_id, customer_id="nora")
    assert refused.value.reason == Refusal.NO_CONSENT


def test_a_programme_without_consent_is_refused(agreeing: Shop) -> None:
    with db.transaction() as session, pytest.raises(InputInvalid, match="agreed to be contacted"):
        programmes.create(session, agreeing.shop_id, plan(**NOTE | {"needs_consent": False}), made_by="s")


@pytest.mark.parametrize(
    "terms",
    [
        {"task": "letter"},
        {"task": "product"},
        {"task": "note", "gift": {"variant_id": "v", "channel": "c", "currency": "EUR"}},
        {"task": "note", "due_days": 0},
        {"task": "note", "most_in_90_days": 11},
        {"task": "note", "brief": "two\nlines"},
    ],
    ids=str,
)
def test_terms_that_cannot_be_meant_are_refused(agreeing: Shop, terms: dict[str, Any]) -> None:
    with db.transaction() as session, pytest.raises(InputInvalid, match=r"^terms"):
        programmes.create(session, agreeing.shop_id, plan(**NOTE | {"terms": terms}), made_by="staff")


def test_a_task_is_taken_done_and_answered(agreeing: Shop) -> None:
    programme_id = started(agreeing.shop_id, plan(**NOTE))
    path = f"/outreach/{task_of(agreeing, programme_id, 'ines')}"

    early = agreeing.as_staff("POST", f"{path}/finish", json={})
    assert (early.status_code, early.json()["error"]["reason"]) == (422, "taken")
    assert agreeing.as_staff("POST", f"{path}/assign").status_code == 204
    assert agreeing.as_staff("POST", f"{path}/release").status_code == 204
    assert agreeing.as_staff("POST", f"{path}/assign").status_code == 204
    assert agreeing.as_staff("POST", f"{path}/assign").status_code == 204, "twice is once"
    [mine] = board(agreeing, programme_id, params={"state": "assigned"})["tasks"]
    assert (mine["is_mine"], mine["done_at"]) == (True, None)
    assert agreeing.as_staff("POST", f"{path}/finish", json={"note": "Sent a card"}).status_code == 204
    assert agreeing.as_staff("POST", f"{path}/release").status_code == 422
    done = {"note": "They rang us", "answer": "thanked"}
    assert agreeing.as_staff("POST", f"{path}/finish", json=done).status_code == 204

    [answered] = board(agreeing, programme_id, params={"state": "answered"})["tasks"]
    assert (answered["note"], answered["answer"]) == ("They rang us", "thanked")
    assert agreeing.as_staff("POST", f"{path}/finish", json={"note": "No"}).status_code == 422


def test_the_time_of_staff_costs_what_the_programme_says_once_a_task_is_done(agreeing: Shop) -> None:
    terms = {"task": "note", "task_cost": "2.5"}
    programme_id = started(agreeing.shop_id, plan(**NOTE | {"terms": terms}, most_money="5"))
    path = f"/outreach/{task_of(agreeing, programme_id, 'ines')}"
    agreeing.as_staff("POST", f"{path}/assign")

    def costs() -> tuple[str, list[float], Decimal | None]:
        with db.transaction() as session:
            programme = session.get_one(PerkProgramme, programme_id)
            money = spending.values_of(session, programme, until=datetime.now(UTC)).money
            shown = perks.programme(session, agreeing.shop_id, programme_id).cost.amount
            return shown, sorted(money), budgets.left(session, programme).money

    assert costs() == ("0.00", [0.0, 0.0], Decimal(0))
    agreeing.as_staff("POST", f"{path}/finish", json={"note": "Sent a card"})
    assert costs() == ("2.50", [-2.5, 0.0], Decimal(0))
    agreeing.as_staff("POST", f"{path}/finish", json={"answer": "thanked"})
    assert costs() == ("2.50", [-2.5, 0.0], Decimal(0))


def test_of_two_who_take_a_task_at_once_one_has_it(agreeing: Shop) -> None:
    programme_id = started(agreeing.shop_id, plan(**NOTE))
    for name in ("ines", "mara"):
        task_id = task_of(agreeing, programme_id, name)
        at_once = threading.Barrier(8)
        told: list[str | None] = []

        def take(by: str, *, task_id: int = task_id, at_once: Any = at_once, told: Any = told) -> None:
            at_once.wait(30)
            try:
                with db.transaction() as session:
                    tasks.assign(session, agreeing.shop_id, task_id, by=by)
                told.append(None)
            except AppError as error:
                told.append(error.reason)

        people = [threading.Thread(target=take, args=(f"staff-{number}",)) for number in range(8)]
        for one in people:
            one.start()
        for one in people:
            one.join(60)
        assert sorted(map(str, told)) == ["None", *["taken"] * 7]


def test_who_takes_the_consent_back_is_off_the_board_at_once(agreeing: Shop, session: Session) -> None:
    programme_id = started(agreeing.shop_id, plan(**NOTE))
    task_id = task_of(agreeing, programme_id, "ines")
    agreeing.as_staff("POST", f"/outreach/{task_id}/assign")

    answer = agreeing.as_customer("ines", "DELETE", "/consents", params={"purpose": "outreach"})

    assert answer.status_code == 204, answer.text
    assert [one["customer_id"] for one in board(agreeing, programme_id)["tasks"]] == ["mara"]
    assert sql(session, "SELECT customer_id FROM outreach_tasks") == [("mara",)]
    assert agreeing.as_staff("POST", f"/outreach/{task_id}/finish", json={}).status_code == 404
    assert agreeing.as_staff("GET", f"/outreach/{task_id}").status_code == 404
    schedule.sweep(db.transaction)
    assert states(programme_id) == {"ines": GrantState.TAKEN_BACK, "mara": GrantState.GIVEN}


def test_who_objects_is_off_the_board_at_once(agreeing: Shop, session: Session) -> None:
    programme_id = started(agreeing.shop_id, plan(**NOTE))
    task_id = task_of(agreeing, programme_id, "mara")
    with db.transaction() as writing:
        objections.object_(writing, agreeing.shop_id, "mara", by=AskedBy.SELF)

    assert [one["customer_id"] for one in board(agreeing, programme_id)["tasks"]] == ["ines"]
    refused = agreeing.as_staff("POST", f"/outreach/{task_id}/assign")
    assert (refused.status_code, refused.json()["error"]["reason"]) == (422, "no_consent")
    schedule.sweep(db.transaction)
    assert states(programme_id)["mara"] == GrantState.TAKEN_BACK
    assert sql(session, "SELECT customer_id FROM outreach_tasks") == [("ines",)]


def test_an_erasure_leaves_no_task_and_no_note(agreeing: Shop, session: Session) -> None:
    programme_id = started(agreeing.shop_id, plan(**NOTE))
    task_id = task_of(agreeing, programme_id, "ines")
    agreeing.as_staff("POST", f"/outreach/{task_id}/assign")
    agreeing.as_staff("POST", f"/outreach/{task_id}/finish", json={"note": "Their cat is called Mimi"})

    with db.transaction() as writing:
        certificate = erasure.erase(writing, agreeing.shop_id, "ines")
    schedule.sweep(db.transaction)

    assert certificate["deleted"]["outreach_tasks"] == 1
    assert sql(session, "SELECT customer_id, note FROM outreach_tasks") == [("mara", None)]
    assert states(programme_id)[None] == GrantState.TAKEN_BACK


@pytest.mark.parametrize("note", ["x" * 501, "a\0b", "\ud800"], ids=["long", "NUL", "surrogate"])
def test_a_note_that_cannot_be_kept_is_refused(agreeing: Shop, note: str) -> None:
    programme_id = started(agreeing.shop_id, plan(**NOTE))
    task_id = task_of(agreeing, programme_id, "ines")
    agreeing.as_staff("POST", f"/outreach/{task_id}/assign")
    content = b'{"note": "' + note.encode("ascii", "backslashreplace").replace(b"\\x00", b"\\u0000") + b'"}'
    content = content.replace(b"\0", b"\\u0000")
    answer = agreeing.as_staff(
        "POST",
        f"/outreach/{task_id}/finish",
        content=content,
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 422, answer.text
    assert [one["state"] for one in board(agreeing, programme_id)["tasks"]].count("assigned") == 1


def test_a_hostile_note_is_kept_as_text_and_told_to_the_customer(agreeing: Shop) -> None:
    hostile = "<script>alert(1)</script>'; DROP TABLE outreach_tasks; --\n=1+1"
    programme_id = started(agreeing.shop_id, plan(**NOTE))
    task_id = task_of(agreeing, programme_id, "ines")
    agreeing.as_staff("POST", f"/outreach/{task_id}/assign")
    agreeing.as_staff("POST", f"/outreach/{task_id}/finish", json={"note": hostile})

    [kept] = board(agreeing, programme_id, params={"state": "done"})["tasks"]
    assert kept["note"] == hostile
    with db.transaction() as session:
        held = personal_data_export.holdings(session, agreeing.shop_id, "ines")["holds"]["outreach_tasks"]
    assert [row["note"] for row in held] == [hostile]
    assert "taken_by" not in held[0]


def test_a_customer_is_not_turned_to_more_often_than_the_cap_says(agreeing: Shop) -> None:
    first = started(agreeing.shop_id, plan(**NOTE))
    second = started(agreeing.shop_id, plan(**NOTE | {"title": "A call", "terms": {"task": "call"}}))
    assert (len(grants_of(first)), len(grants_of(second))) == (2, 0)

    with db.transaction() as session, pytest.raises(InputInvalid) as refused:
        grants.give(session, agreeing.shop_id, second, customer_id="ines")
    assert refused.value.reason == Refusal.CAP

    twice = {"task": "call", "most_in_90_days": 2}
    third = started(agreeing.shop_id, plan(**NOTE | {"title": "Two", "terms": twice}))
    assert len(grants_of(third)) == 2
    with db.transaction() as session:
        sql(session, "UPDATE perk_grants SET drawn_at = drawn_at - interval '91 days'")
    fourth = started(agreeing.shop_id, plan(**NOTE | {"title": "Next quarter"}))
    assert len(grants_of(fourth)) == 2


def test_with_the_end_goes_what_nobody_has_taken(agreeing: Shop) -> None:
    programme_id = started(agreeing.shop_id, plan(**NOTE))
    task_id = task_of(agreeing, programme_id, "ines")
    agreeing.as_staff("POST", f"/outreach/{task_id}/assign")
    with db.transaction() as session:
        programmes.end(session, agreeing.shop_id, programme_id)

    assert states(programme_id) == {"ines": GrantState.GIVEN, "mara": GrantState.TAKEN_BACK}
    assert [one["customer_id"] for one in board(agreeing, programme_id)["tasks"]] == ["ines"]
    assert agreeing.as_staff("POST", f"/outreach/{task_id}/finish", json={}).status_code == 204


def test_nobody_takes_a_task_while_the_programme_is_paused(agreeing: Shop) -> None:
    programme_id = started(agreeing.shop_id, plan(**NOTE))
    task_id = task_of(agreeing, programme_id, "ines")
    with db.transaction() as session:
        programmes.pause(session, agreeing.shop_id, programme_id)
    assert agreeing.as_staff("POST", f"/outreach/{task_id}/assign").status_code == 422


def test_who_declines_on_their_page_is_off_the_board(agreeing: Shop) -> None:
    programme_id = started(agreeing.shop_id, plan(**NOTE))
    [grant] = [one for one in grants_of(programme_id) if one.customer_id == "ines"]
    with db.transaction() as session:
        grants.decline(session, agreeing.shop_id, grant.id, customer_id="ines")
    assert [one["customer_id"] for one in board(agreeing, programme_id)["tasks"]] == ["mara"]


def test_the_card_says_what_their_orders_say(agreeing: Shop) -> None:
    shop_id = agreeing.shop_id
    joined = datetime.now(UTC) - timedelta(days=3 * 365 + 1)
    with db.transaction() as session:
        sql(session, "UPDATE customers SET date_joined = :at WHERE customer_id = 'ines'", at=joined)
        for key, name in (("tea", "Tea"), ("coffee", "Coffee")):
            session.execute(insert(Category).values(shop_id=shop_id, category_id=key, name=name))
        put_order(session, shop_id, "ines", charged=30, line={"category_id": "coffee"})
        put_order(session, shop_id, "ines", charged=20, line={"category_id": "coffee"})
        put_order(session, shop_id, "ines", charged=45, line={"category_id": "tea"})
        put_order(session, shop_id, "ines", charged=900, status="CANCELED", line={"category_id": "tea"})
    programme_id = started(shop_id, plan(**NOTE))

    told = agreeing.as_staff("GET", f"/outreach/{task_of(agreeing, programme_id, 'ines')}").json()

    assert (told["orders"], told["favourite_category"]) == (3, "Coffee")
    assert told["customer_since"] == joined.date().isoformat()
    assert told["anniversary_years"] == 3
    assert "name" not in told


@pytest.mark.parametrize(
    ("since", "today", "expected"),
    [
        (date(2020, 12, 28), date(2026, 1, 5), (date(2025, 12, 28), 5)),
        (date(2020, 1, 5), date(2025, 12, 28), (date(2026, 1, 5), 6)),
        (date(2024, 2, 29), date(2026, 3, 2), (date(2026, 3, 1), 2)),
        (date(2020, 6, 1), date(2026, 1, 5), None),
        (date(2026, 1, 1), date(2026, 1, 5), None),
    ],
)
def test_an_anniversary_is_the_nearest(since: date, today: date, expected: tuple[date, int] | None) -> None:
    assert outreach.anniversary(since, today) == expected


def test_a_programme_of_another_kind_has_no_board(agreeing: Shop) -> None:
    with db.transaction() as session:
        other = programmes.create(session, agreeing.shop_id, plan(), made_by="staff")
    assert agreeing.as_staff("GET", f"/perks/{other}/outreach").status_code == 422
    assert agreeing.as_staff("GET", "/perks/9999/outreach").status_code == 404


def test_another_shops_task_is_not_there(agreeing: Shop) -> None:
    programme_id = started(agreeing.shop_id, plan(**NOTE))
    task_id = task_of(agreeing, programme_id, "ines")
    with db.transaction() as session, pytest.raises(AppError, match="no such task"):
        tasks.assign(session, agreeing.shop_id + 1, task_id, by="staff")
    with db.transaction() as session:
        row = session.scalars(select(OutreachTask).where(OutreachTask.id == task_id)).one()
        assert row.state == TaskState.SUGGESTED
