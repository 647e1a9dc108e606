"""Whom no step by which the shop learns may touch, and what a run keeps of the steps it found."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app import db, run_queue
from saleor_influence_app.consent import ledger
from saleor_influence_app.consent.ledger import Decision
from saleor_influence_app.erasure import erasure, objections
from saleor_influence_app.experiments import trials
from saleor_influence_app.models import (
    AskedBy,
    Customer,
    Exclusion,
    LearningStep,
    MailStop,
    PerkGrant,
    PerkProgramme,
    Run,
    Shop,
    SurveyLink,
    SurveyResponse,
)
from saleor_influence_app.perks.strategies import outreach, referral
from saleor_influence_app.runs import execution, scores, step_limits
from tests.support.laws import some
from tests.support.lots import agree, switch_on
from tests.support.remembered import remembered
from tests.support.shop_rows import NOW, put_customers, put_order, put_shop, put_tie, put_trial
from tests.support.social_shop import SETTINGS
from tests.support.stepping import AtStep

pytestmark = pytest.mark.usefixtures("engine")
EVERYBODY = frozenset({"anna", "berta", "cleo"})
TODAY = datetime.now(UTC)


def agree_to_perks(session: Session, shop_id: int, *customer_ids: str) -> None:
    said: dict[str, Any] = {"version": "3", "language": "en", "age_ok": True, "wording": "I agree."}
    limits = {"controller": SETTINGS["controller_name"]}
    perks = Decision(
        purpose="perks", network=None, proof=ledger.SESSION, action="given", limits=limits, **said
    )
    for one in customer_ids:
        ledger.record(session, shop_id, one, decisions=[perks])


@remembered
def agreeing_shop() -> int:
    """Three customers who agreed to perks and to be contacted."""
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_customers(session, shop_id, *EVERYBODY, "dora")
        switch_on(session, shop_id)
        agree(session, shop_id, *sorted(EVERYBODY))
        agree_to_perks(session, shop_id, *sorted(EVERYBODY))
    return shop_id


def put_grant(session: Session, shop_id: int, customer_id: str, **given: Any) -> None:
    """A perk of theirs; `programme` are columns of its programme."""
    columns = {
        "kind": "referral", "title": "Friends", "segment": "loyal", "terms": {}, "hold_out": 0, "seed": 1,
        "state": "running", "starts_at": NOW, "ends_at": NOW + timedelta(days=900), "currency": "EUR",
        "made_by": "VXNlcjox",
    } | given.pop("programme", {})  # fmt: skip
    programme = PerkProgramme(shop_id=shop_id, **columns)
    session.add(programme)
    session.flush()
    grant = {"arm": "granted", "state": "given", "drawn_at": TODAY, "is_open": False} | given
    session.add(PerkGrant(shop_id=shop_id, programme_id=programme.id, customer_id=customer_id, **grant))
    session.flush()


def object_(session: Session, shop_id: int) -> None:
    objections.object_(session, shop_id, "anna", by=AskedBy.SELF)


def exclude(session: Session, shop_id: int) -> None:
    session.add(Exclusion(shop_id=shop_id, customer_id="anna", reason="test"))


def stop_mail(session: Session, shop_id: int) -> None:
    session.add(MailStop(shop_id=shop_id, customer_id="anna"))


def become_staff(session: Session, shop_id: int) -> None:
    session.get_one(Customer, (shop_id, "anna")).is_staff = True


def give_a_perk(session: Session, shop_id: int) -> None:
    put_grant(
        session, shop_id, "anna", programme={"kind": "discount_code"}, drawn_at=TODAY - timedelta(days=89)
    )


def hold_out(session: Session, shop_id: int) -> None:
    long_ago = {"drawn_at": TODAY - timedelta(days=400), "arm": "held_out", "state": "none"}
    put_grant(session, shop_id, "anna", programme={"kind": "discount_code"}, **long_ago)


def write_a_letter(session: Session, shop_id: int) -> None:
    put_trial(session, shop_id, "dora", guests={"anna": True}, state="running")


@some("act", object_, exclude, stop_mail, become_staff, give_a_perk, hold_out, write_a_letter, every=1)
def test_no_step_touches_them(act: Any) -> None:
    shop_id = agreeing_shop()
    with db.transaction() as session:
        before = step_limits.allowed(session, shop_id)
        act(session, shop_id)
        session.flush()

        after = step_limits.allowed(session, shop_id)

    assert (before.links, before.names, before.letters) == (EVERYBODY, EVERYBODY, EVERYBODY)
    without = EVERYBODY - {"anna"}
    assert (after.links, after.letters) == (without, without)
    assert after.names == without - ({"dora"} if act is write_a_letter else set())


def test_a_perk_of_long_ago_does_not_count() -> None:
    shop_id = agreeing_shop()
    with db.transaction() as session:
        ended = {"state": "ended", "ended_at": NOW, "kind": "discount_code"}
        put_grant(session, shop_id, "anna", programme=ended, drawn_at=TODAY - timedelta(days=91))

        assert step_limits.allowed(session, shop_id).links == EVERYBODY


def test_who_has_not_agreed_gets_neither_link_nor_letter() -> None:
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_customers(session, shop_id, *EVERYBODY)
        nobody = step_limits.allowed(session, shop_id)
        switch_on(session, shop_id)
        agree(session, shop_id, "anna")
        agree_to_perks(session, shop_id, "berta")

        some_did = step_limits.allowed(session, shop_id)

    assert nobody == step_limits.Allowed(*[frozenset[str]()] * 3)
    assert some_did == step_limits.Allowed(frozenset({"berta"}), frozenset({"anna"}), frozenset({"anna"}))


def test_where_a_programme_asks_for_no_agreement_a_link_needs_none_and_who_has_one_needs_no_other() -> None:
    shop_id = agreeing_shop()
    with db.transaction() as session:
        put_grant(
            session,
            shop_id,
            "berta",
            programme={"needs_consent": False},
            drawn_at=TODAY - timedelta(days=200),
        )

        assert step_limits.allowed(session, shop_id).links == {"anna", "cleo", "dora"}
        assert step_limits.allowed(session, shop_id, among=["dora", "berta"]).links == {"dora"}


def test_who_has_as_many_perks_as_the_shop_allows_gets_no_link() -> None:
    shop_id = agreeing_shop()
    with db.transaction() as session:
        old = {"drawn_at": TODAY - timedelta(days=200), "programme": {"kind": "discount_code"}}
        put_grant(session, shop_id, "anna", **old)
        session.get_one(Shop, shop_id).most_perks = 1
        session.flush()

        allowed = step_limits.allowed(session, shop_id)

    assert allowed.links == {"berta", "cleo"}
    assert allowed.letters == EVERYBODY


def test_no_letters_go_in_the_name_of_whose_trial_is_open_and_none_where_twenty_are() -> None:
    shop_id = agreeing_shop()
    with db.transaction() as session:
        put_trial(session, shop_id, "anna", state="planned", things=["cup", "pot"])
        assert step_limits.allowed(session, shop_id).names == {"berta", "cleo"}

        for place in range(trials.MOST):
            put_trial(session, shop_id, f"sender {place}", state="running")
        assert step_limits.allowed(session, shop_id).names == frozenset()


def test_what_is_said_twice_is_the_same() -> None:
    assert step_limits.MOST_TRIALS == trials.MOST
    assert step_limits._OPEN_TRIALS == trials.OPEN
    assert referral.STRATEGY.kind == step_limits.REFERRAL
    assert timedelta(days=outreach.strategy.CAP_DAYS) == step_limits.QUIET


def test_what_links_and_questions_brought_is_counted() -> None:
    shop_id = agreeing_shop()
    with db.transaction() as session:
        put_order(session, shop_id, "dora", created_at=TODAY - timedelta(days=3))
        put_order(session, shop_id, "dora", created_at=TODAY - timedelta(days=99))
        put_grant(session, shop_id, "berta")
        at = {"made_at": TODAY, "expires_at": TODAY}
        session.add_all(SurveyLink(shop_id=shop_id, order_id=f"o{place}", **at) for place in range(3))
        who = {"order_id": "o1", "respondent_id": "anna", "channel": "friend", "named_id": "cleo"}
        session.add(SurveyResponse(shop_id=shop_id, **who))
        session.flush()

        seen = step_limits.seen(session, shop_id)
        session.get_one(Shop, shop_id).survey = True
        session.flush()

        assert (seen.links_given, seen.friends, seen.asked, seen.named, seen.question) == (1, 0, 3, 1, 1)
        assert step_limits.seen(session, shop_id).question == 0


# What a run keeps


@remembered
def knowing_shop() -> int:
    """Anna has seven contacts who agreed to be contacted; all buy the same, one after another."""
    contacts = [f"contact {place}" for place in range(7)]
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_customers(session, shop_id, "anna", "zoe", *contacts)
        switch_on(session, shop_id)
        agree(session, shop_id, "anna", *contacts)
        agree_to_perks(session, shop_id, "zoe", *contacts)
        for place, name in enumerate(["anna", *contacts, "zoe"]):
            for month in range(1, 5):
                product = f"p{month}" if place % 2 else f"own {place} {month}"
                put_order(session, shop_id, name, days_ago=40 * month - place, product=product)
            put_order(
                session, shop_id, name, days_ago=12 - place / 10, product="p1" if name == "anna" else "cup"
            )
        for name in contacts:
            put_tie(session, shop_id, "anna", name)
    return shop_id


def run_now(shop_id: int, transaction: Any = db.transaction) -> int:
    with db.transaction() as session:
        run_id = run_queue.ask(session, shop_id)
    assert execution.execute(transaction, run_id, as_of=NOW)
    return run_id


def steps_of(shop_id: int) -> list[LearningStep]:
    with db.transaction() as session:
        rows = session.scalars(
            select(LearningStep).where(LearningStep.shop_id == shop_id).order_by(LearningStep.position)
        ).all()
        session.expunge_all()
        return list(rows)


def test_a_run_keeps_the_steps_it_found_and_how_much_is_known() -> None:
    shop_id = knowing_shop()

    run_id = run_now(shop_id)

    steps = steps_of(shop_id)
    assert {step.run_id for step in steps} == {run_id}
    assert {step.kind for step in steps} >= {"trial", "link"}
    [trial] = [step for step in steps if step.kind == "trial"]
    assert trial.customer_id == "anna"
    with db.transaction() as session:
        found = session.get_one(Run, run_id).model["finder"]
    assert 0 < found["known"] < found["after"] < 1
    assert found["after"] == pytest.approx(found["known"] + sum(step.gain for step in steps[:10]))


def test_the_next_run_replaces_them_and_an_earlier_result_brings_none() -> None:
    shop_id = knowing_shop()
    first = run_now(shop_id)
    second = run_now(shop_id)
    assert {step.run_id for step in steps_of(shop_id)} == {second}

    with db.transaction() as session:
        scores.write_steps(session, shop_id, None, run_id=first)

    assert steps_of(shop_id) == []


@some("leave", object_, lambda session, shop_id: erasure.erase(session, shop_id, "anna"))
def test_who_leaves_while_a_run_computes_is_in_no_step(leave: Any) -> None:
    shop_id = knowing_shop()

    def act() -> None:
        with db.transaction() as session:
            leave(session, shop_id)

    worker = AtStep("writing", act)
    run_now(shop_id, worker)

    assert worker.happened
    steps = steps_of(shop_id)
    assert steps
    assert "anna" not in {step.customer_id for step in steps}


@some("leave", object_, lambda session, shop_id: erasure.erase(session, shop_id, "anna"))
def test_the_steps_of_who_leaves_go_with_them(leave: Any) -> None:
    shop_id = knowing_shop()
    run_now(shop_id)
    assert "anna" in {step.customer_id for step in steps_of(shop_id)}

    with db.transaction() as session:
        leave(session, shop_id)

    assert "anna" not in {step.customer_id for step in steps_of(shop_id)}
