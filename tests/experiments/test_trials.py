"""A trial by lots of (contact, thing) from the plan to the verdict: who gets which letter, what counts."""

import csv
import io
import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.api.shopper_statement import statement_of
from saleor_influence_app.erasure import objections
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.experiments import candidates, planning, results, trials
from saleor_influence_app.models import AskedBy, Exclusion, OutboxRow, PerkGrant, Run, Shop, Trial
from saleor_influence_app.perks import programmes
from saleor_influence_app.queries import customer, personal_data_export
from saleor_influence_app.queries import customers as listing
from saleor_influence_app.queries import trials as queries
from saleor_influence_app.queries.customer_filter import CustomerFilter
from saleor_influence_app.runs.departed import forget_social_credits
from saleor_influence_app.shops import shops
from saleor_influence_app.sync import customers
from saleor_influence_app.targeting import definitions, segments
from scoring.lots import is_told
from tests.support.lots import (
    CONTACTS,
    THINGS,
    agree,
    begun,
    buy,
    letters,
    lots,
    planned,
    run_now,
    valued_shop,
    without_consents,
)
from tests.support.perks import plan
from tests.support.shop_rows import NOW, put_customers, put_order, put_run, put_tie

AFTER = NOW + timedelta(days=31, hours=1)
SOON = NOW + timedelta(days=5)


@pytest.fixture
def shop_id(session: Session) -> int:
    return valued_shop(session)


def refusal(session: Session, shop_id: int, customer_id: str = "anna") -> str:
    trial = session.get_one(Trial, planned(session, shop_id, customer_id))
    assert trial.state == "refused"
    return trial.refusal or ""


def told_saleor(session: Session, shop_id: int) -> dict[str, list[str]]:
    """The segments that each customer's record is to name."""
    rows = session.scalars(
        select(OutboxRow).where(OutboxRow.shop_id == shop_id, OutboxRow.wanted.is_not(None))
    )
    return {row.customer_id: json.loads((row.wanted or {})["private"]["influence.segments"]) for row in rows}


def named_in(session: Session, shop_id: int, trial_id: int) -> set[str]:
    told = told_saleor(session, shop_id)
    return {who for who, names in told.items() if f"invited-{trial_id}" in names}


def look(session: Session, *, at: object = SOON) -> None:
    results.sweep(db.transaction, now=at)  # type: ignore[arg-type] # a moment
    session.expire_all()


def test_a_plan_says_what_this_senders_contacts_and_things_can_show(session: Session, shop_id: int) -> None:
    trial_id = planned(session, shop_id)

    trial = session.get_one(Trial, trial_id)
    assert (trial.state, trial.contacts, trial.invited, trial.held_out) == ("planned", 24, 36, 36)
    assert [(one["effect"], one["at_once"]) for one in trial.needs or ()] == [
        (0.05, pytest.approx(141, abs=3)),
        (0.02, pytest.approx(388, abs=6)),
        (0.01, pytest.approx(880, abs=12)),
    ]
    assert [one["any_time"] for one in trial.needs or ()] == sorted(
        one["any_time"] for one in trial.needs or ()
    )
    assert 0.15 < trial.detectable < 0.35
    assert letters(session, trial_id) == {}
    said = queries.trial(session, shop_id, trial_id).sentence
    assert said.startswith("24 contacts times 3 things are 72 exposures, half of them told: an effect of ")
    assert named_in(session, shop_id, trial_id) == set()


def test_the_share_that_buys_a_thing_anyway_is_of_as_many_days_before(session: Session, shop_id: int) -> None:
    buy(session, shop_id, [(one, "cup") for one in CONTACTS[:12]], days=-20)
    buy(session, shop_id, [(one, "cup") for one in CONTACTS[12:]], days=-40)

    month = planned(session, shop_id)
    assert session.get_one(Trial, month).base_share == pytest.approx((12 + 1.5) / (72 + 1_000))
    trials.discard(session, shop_id, month)
    session.commit()
    ten_days = planned(session, shop_id, days=10)
    assert session.get_one(Trial, ten_days).base_share == pytest.approx(1.5 / (72 + 1_000))


def test_every_contact_gets_a_letter_and_a_lot_for_each_thing(session: Session, shop_id: int) -> None:
    trial_id = begun(session, shop_id)

    trial, drawn = session.get_one(Trial, trial_id), letters(session, trial_id)
    assert sorted(drawn) == CONTACTS
    assert drawn == {one: {thing for thing in THINGS if is_told(trial.seed, one, thing)} for one in CONTACTS}
    assert (trial.state, trial.started_at, trial.ends_at) == ("running", NOW, NOW + timedelta(days=30))
    assert trial.invited == sum(map(len, drawn.values()))
    assert trial.invited + trial.held_out == 72
    assert 20 < trial.invited < 52


def test_saleor_is_told_who_gets_the_letter_only_while_the_trial_runs(session: Session, shop_id: int) -> None:
    trial_id = begun(session, shop_id)

    assert named_in(session, shop_id, trial_id) == set(CONTACTS)
    run_now(shop_id)
    session.expire_all()
    assert named_in(session, shop_id, trial_id) == set(CONTACTS)

    trials.stop(session, shop_id, trial_id)
    session.commit()
    session.expire_all()
    assert named_in(session, shop_id, trial_id) == set()


def test_told_things_that_are_bought_prove_at_any_look_and_the_next_run_says_so(
    session: Session, shop_id: int
) -> None:
    trial_id = begun(session, shop_id)
    buy(session, shop_id, [*lots(session, trial_id, told=True)[:10], lots(session, trial_id, told=False)[0]])

    look(session)
    before = queries.trial(session, shop_id, trial_id)
    assert (before.proven, before.invited.bought, before.held_out.bought) == (None, 10, 1)
    assert before.sentence.endswith("; the next run says what that means.")
    assert session.scalar(select(Run.id).where(Run.shop_id == shop_id, Run.state == "queued")) is not None
    run_now(shop_id, SOON)

    session.expire_all()
    shown, found = queries.trial(session, shop_id, trial_id), customer.customer(session, shop_id, "anna")
    trial = session.get_one(Trial, trial_id)
    proof = (
        f"Proven: told that this customer chose a thing, 10 of {trial.invited} bought it; not told, "
        f"1 of {trial.held_out} (e = {trial.e_value or 0:.0f})."
    )
    assert (shown.state, shown.proven, shown.sentence) == ("running", True, proof)
    assert (found.verdict, found.verdict_sentence) == ("proven", proof)
    assert (shown.difference_low or 0) > 0
    assert trial.e_value
    assert trial.e_value >= 20


def test_too_little_is_told_as_not_enough_yet_and_later_as_not_shown(session: Session, shop_id: int) -> None:
    trial_id = begun(session, shop_id)
    trial = session.get_one(Trial, trial_id)
    assert queries.trial(session, shop_id, trial_id).sentence == (
        "Not enough yet: 24 contacts have the letter, and nothing has been counted."
    )
    buy(session, shop_id, [*lots(session, trial_id, told=True)[:2], *lots(session, trial_id, told=False)[:1]])

    look(session)
    counted = (
        f"told that this customer chose a thing, 2 of {trial.invited} bought it; "
        f"not told, 1 of {trial.held_out}"
    )
    said = queries.trial(session, shop_id, trial_id).sentence
    assert said.startswith(f"Not enough yet: {counted} (e = ")
    assert said.endswith("; 20 proves it. Running until 1 December 2026.")
    look(session, at=AFTER)

    shown = queries.trial(session, shop_id, trial_id)
    assert (shown.state, shown.ended_at) == ("ended", AFTER)
    assert shown.sentence.startswith(f"Not shown: {counted} (e = ")
    assert named_in(session, shop_id, trial_id) == set()
    assert session.get_one(Trial, trial_id).p == pytest.approx(min(1, 1 / (shown.e_value or 1)))


def test_what_was_proven_stays_though_later_buyers_were_not_told(session: Session, shop_id: int) -> None:
    trial_id = begun(session, shop_id)
    buy(session, shop_id, lots(session, trial_id, told=True)[:7], days=1)
    buy(session, shop_id, lots(session, trial_id, told=False)[:8], days=2)

    look(session, at=AFTER)

    trial = session.get_one(Trial, trial_id)
    assert (trial.invited_bought, trial.held_out_bought) == (7, 8)
    assert trial.e_value == pytest.approx(31.875)


def test_only_paid_orders_of_the_thing_inside_the_period_count_once_each(
    session: Session, shop_id: int
) -> None:
    trial_id = begun(session, shop_id)
    pairs = [*lots(session, trial_id, told=True), *lots(session, trial_id, told=False)]
    buy(session, shop_id, pairs[:5], days=-1)
    buy(session, shop_id, pairs[5:10], days=30.5)
    buy(session, shop_id, pairs[10:15], charged=0, gross=50)
    buy(session, shop_id, pairs[15:20], status="CANCELED")
    buy(session, shop_id, pairs[20:25], line={"is_gift": True})
    buy(session, shop_id, [(who, "something else") for who, _ in pairs])
    buy(session, shop_id, [("anna", "cup")])
    for _ in range(2):
        buy(session, shop_id, pairs[30:33], days=29.5)

    look(session, at=AFTER)

    trial = session.get_one(Trial, trial_id)
    assert (trial.invited_bought or 0) + (trial.held_out_bought or 0) == 3


def test_an_order_of_the_same_address_without_an_account_counts(session: Session, shop_id: int) -> None:
    trial_id = begun(session, shop_id)
    who, thing = lots(session, trial_id, told=True)[0]
    session.execute(text("UPDATE customers SET email_hash = 'theirs' WHERE customer_id = :id"), {"id": who})
    put_order(session, shop_id, None, days_ago=-3, product=thing, email_hash=b"theirs")
    session.commit()

    look(session)

    assert session.get_one(Trial, trial_id).invited_bought == 1


def test_too_few_contacts_are_refused_in_words(session: Session, shop_id: int) -> None:
    session.execute(text("DELETE FROM ties WHERE target_id > 'contact-01'"))
    session.commit()

    assert refusal(session, shop_id).startswith(
        "Too few contacts: 2 customers are tied to them, and 2 of these could get the letter."
    )
    assert refusal(session, shop_id, CONTACTS[0]).startswith("Too few contacts: 0 customers are tied to them")


def test_who_did_not_agree_to_be_contacted_gets_no_letter(session: Session, shop_id: int) -> None:
    put_customers(session, shop_id, "quiet")
    put_tie(session, shop_id, "anna", "quiet")
    for days in (100, 200):
        put_order(session, shop_id, "quiet", days_ago=days)
    agree(session, shop_id, CONTACTS[0], action="withdrawn")
    session.commit()

    trial_id = begun(session, shop_id)

    assert sorted(letters(session, trial_id)) == CONTACTS[1:]


def test_who_agrees_no_longer_leaves_at_the_next_look(session: Session, shop_id: int) -> None:
    trial_id = begun(session, shop_id)
    agree(session, shop_id, CONTACTS[0], action="withdrawn")
    session.commit()
    assert CONTACTS[0] not in queries.letters(session, shop_id, trial_id)

    look(session)

    assert sorted(letters(session, trial_id)) == CONTACTS[1:]
    assert named_in(session, shop_id, trial_id) == set(CONTACTS[1:])


def test_staff_resellers_households_and_who_is_held_out_of_a_perk_get_no_letter(
    session: Session, shop_id: int
) -> None:
    session.add(Exclusion(shop_id=shop_id, customer_id=CONTACTS[0], reason="reseller"))
    session.execute(text("UPDATE customers SET is_staff = true WHERE customer_id = :id"), {"id": CONTACTS[1]})
    put_order(session, shop_id, "anna", address_hash=b"home")
    put_order(session, shop_id, CONTACTS[2], address_hash=b"home")
    with db.transaction() as other:
        objections.object_(other, shop_id, CONTACTS[3], by=AskedBy.SELF)
    hold_out(session, shop_id, CONTACTS[4])
    session.commit()

    assert sorted(letters(session, begun(session, shop_id))) == CONTACTS[5:]


def hold_out(session: Session, shop_id: int, customer_id: str) -> None:
    definitions.store_defaults(session, shop_id)
    programme_id = programmes.create(session, shop_id, plan(), made_by="staff")
    given = {"shop_id": shop_id, "programme_id": programme_id, "customer_id": customer_id}
    session.add(PerkGrant(arm="held_out", state="none", is_open=False, drawn_at=NOW, **given))


def test_one_trial_at_a_time_in_one_name_and_nobody_is_drawn_into_two(session: Session, shop_id: int) -> None:
    begun(session, shop_id)
    for contact in CONTACTS[1:]:
        put_tie(session, shop_id, CONTACTS[0], contact)
    session.commit()

    with pytest.raises(InputInvalid, match="planned or running already"):
        planned(session, shop_id)
    session.rollback()
    assert "and 0 of these" in refusal(session, shop_id, CONTACTS[0])


def test_things_of_one_category_are_refused_since_one_is_bought_for_the_other(
    session: Session, shop_id: int
) -> None:
    for thing in ("cup", "plate"):
        put_order(session, shop_id, "anna", product=thing, line={"category_id": "crockery"})
    session.commit()

    with pytest.raises(InputInvalid, match="different categories"):
        planned(session, shop_id)
    session.rollback()
    with pytest.raises(InputInvalid, match="once"):
        planned(session, shop_id, things=("cup", "cup"))


def test_strangers_are_not_found_and_who_objects_is_no_sender(session: Session, shop_id: int) -> None:
    with pytest.raises(RowMissing):
        planned(session, shop_id, "nobody")
    for step in (trials.stop, trials.start, trials.discard):
        with pytest.raises(RowMissing):
            step(session, shop_id, 4711)
    session.rollback()
    with db.transaction() as other:
        objections.object_(other, shop_id, "anna", by=AskedBy.SELF)
    with pytest.raises(InputInvalid, match="objected"):
        planned(session, shop_id)


def test_a_plan_can_be_discarded_and_what_runs_can_only_be_stopped(session: Session, shop_id: int) -> None:
    trials.discard(session, shop_id, planned(session, shop_id))
    session.commit()
    assert session.scalars(select(Trial)).all() == []

    trial_id = begun(session, shop_id)
    for step in (trials.discard, trials.start):
        with pytest.raises(InputInvalid):
            step(session, shop_id, trial_id)
        session.rollback()


def test_a_stopped_trial_keeps_what_was_counted_and_is_counted_no_more(
    session: Session, shop_id: int
) -> None:
    trial_id = begun(session, shop_id)
    buy(session, shop_id, lots(session, trial_id, told=True)[:7])
    look(session)
    trials.stop(session, shop_id, trial_id)
    session.commit()
    buy(session, shop_id, lots(session, trial_id, told=False)[:7])
    look(session, at=AFTER)
    run_now(shop_id, AFTER)

    session.expire_all()
    shown = queries.trial(session, shop_id, trial_id)
    assert (shown.state, shown.invited.bought, shown.held_out.bought) == ("stopped", 7, 0)
    assert (shown.proven, shown.sentence[:8]) == (True, "Proven: ")


def test_who_leaves_while_a_worker_plans_is_not_drawn(session: Session, shop_id: int) -> None:
    """The contacts are found without a lock; under it they are held against who is still here."""
    trial_id = planned(session, shop_id)
    trials.start(session, shop_id, trial_id)
    session.commit()
    found = candidates.find(session, shop_id, "anna", window=(NOW - timedelta(days=30), NOW), things=THINGS)
    session.rollback()
    with db.transaction() as other:
        objections.object_(other, shop_id, CONTACTS[0], by=AskedBy.SELF)
        agree(other, shop_id, CONTACTS[1], action="withdrawn")
    assert set(CONTACTS[:2]) <= set(found.ids)

    trial = session.get_one(Trial, trial_id)
    assert planning._still_here(session, trial, found.ids) == CONTACTS[2:]


def test_work_that_was_done_is_not_done_again_and_a_dead_workers_is_found_by_the_sweep(
    session: Session, shop_id: int
) -> None:
    wanted = trials.Wanted("anna", THINGS)
    trial_id = trials.plan(session, shop_id, wanted, made_by="VXNlcjox", now=NOW)
    session.commit()

    look(session, at=NOW)

    assert session.get_one(Trial, trial_id).state == "planned"
    trials.start(session, shop_id, trial_id)
    session.commit()
    for _ in range(2):
        planning.work(db.transaction, trial_id, now=NOW)
    session.expire_all()
    assert sorted(letters(session, trial_id)) == CONTACTS


def test_the_letters_as_csv_say_for_each_contact_and_thing_whether_it_was_chosen(
    session: Session, shop_id: int
) -> None:
    trial_id = begun(session, shop_id)

    rows = list(csv.DictReader(io.StringIO(queries.letters(session, shop_id, trial_id).lstrip("\ufeff"))))

    drawn = letters(session, trial_id)
    assert {(row["customer_id"], row["product_id"]): row["chosen"] for row in rows} == {
        (who, thing): "yes" if thing in drawn[who] else "no" for who in CONTACTS for thing in THINGS
    }
    assert {(row["sender_id"], row["trial_id"]) for row in rows} == {("anna", str(trial_id))}
    trials.stop(session, shop_id, trial_id)
    session.commit()
    assert queries.letters(session, shop_id, trial_id).count("\n") == 1


def test_contacts_known_by_a_network_alone_are_told_apart_and_go_with_its_tie(
    session: Session, shop_id: int
) -> None:
    without_consents(session)
    session.execute(text("DELETE FROM ties WHERE target_id = :id"), {"id": CONTACTS[0]})
    for contact in CONTACTS[:2]:
        put_tie(session, shop_id, "anna", contact, kind="mastodon", origin="social")
    session.execute(text("SET session_replication_role = origin"))
    session.commit()
    trial_id = begun(session, shop_id)
    marked = text("SELECT customer_id FROM trial_guests WHERE social")
    assert list(session.scalars(marked)) == [CONTACTS[0]]

    session.execute(text("DELETE FROM ties WHERE origin = 'social'"))
    forget_social_credits(session, shop_id)

    assert sorted(letters(session, trial_id)) == CONTACTS[1:]


@pytest.mark.parametrize("who", ["contact", "sender"])
def test_who_is_deleted_leaves_the_trials(session: Session, shop_id: int, who: str) -> None:
    trial_id = begun(session, shop_id)
    gone = CONTACTS[0] if who == "contact" else "anna"

    with db.transaction() as other:
        shops.lock_facts(other, shop_id)
        customers.delete(other, shop_id, {gone: NOW})

    session.expire_all()
    assert sorted(letters(session, trial_id)) == (CONTACTS[1:] if who == "contact" else [])
    assert (session.get(Trial, trial_id) is None) == (who == "sender")


def test_export_and_statement_say_what_the_lots_said_and_not_in_whose_name(
    session: Session, shop_id: int
) -> None:
    assert statement_of(session, shop_id, "anna").trials == []
    trial_id = begun(session, shop_id)
    drawn = letters(session, trial_id)

    for contact in CONTACTS[:3]:
        [held] = personal_data_export.holdings(session, shop_id, contact)["holds"]["trial_guests"]
        assert (held["trial_id"], set(held["told"])) == (trial_id, drawn[contact])
        [told] = statement_of(session, shop_id, contact).trials
        assert (told.role, told.drawn_at, told.state) == ("letter", NOW, "running")
        assert told.things == {thing: thing in drawn[contact] for thing in THINGS}
        assert "anna" not in told.model_dump_json()
    [own] = statement_of(session, shop_id, "anna").trials
    assert own.role == "in your name"
    assert len(personal_data_export.holdings(session, shop_id, "anna")["holds"]["trials"]) == 1


def test_contacts_are_listed_by_the_segment_of_their_letter(session: Session, shop_id: int) -> None:
    trial_id = begun(session, shop_id)

    asked = CustomerFilter(segment=f"invited-{trial_id}")
    page = listing.customers(session, shop_id, sort="value", asked=asked, after=None, limit=50)

    assert {row.customer_id for row in page.customers} == set(CONTACTS)
    names = [one.name for one in customer.customer(session, shop_id, CONTACTS[0]).segments]
    assert f"invited-{trial_id}" in names


def test_no_segment_of_staff_takes_the_name_of_a_trials(session: Session, shop_id: int) -> None:
    condition = {"column": "revenue", "operator": ">=", "threshold": 1}
    given = {
        "name": "invited-7",
        "title": "x",
        "description": "",
        "conditions": [condition],
        "max_share": 1.0,
    }
    with pytest.raises(InputInvalid, match="trials"):
        segments.save(session, shop_id, given | {"needs": None, "order_by": "value"})


def test_a_paused_shop_waits_and_a_held_one_tells_saleor_all_the_same(session: Session, shop_id: int) -> None:
    session.get_one(Shop, shop_id).held_run_id = put_run(session, shop_id)
    session.commit()
    trial_id = begun(session, shop_id)
    assert named_in(session, shop_id, trial_id) == set(CONTACTS)
    session.get_one(Shop, shop_id).active = False
    session.commit()

    look(session, at=AFTER)

    assert session.get_one(Trial, trial_id).state == "running"
