"""An invitation trial from the draw to the verdict: who is drawn, what Saleor is told, when we look."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db, run_queue
from saleor_influence_app.api.shopper_statement import statement_of
from saleor_influence_app.erasure import objections
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.experiments import trial_results, trials
from saleor_influence_app.experiments.trials import Wanted
from saleor_influence_app.models import (
    AskedBy,
    Category,
    Evidence,
    Exclusion,
    OutboxRow,
    Shop,
    Trial,
    TrialCandidate,
)
from saleor_influence_app.queries import customer, personal_data_export
from saleor_influence_app.queries import trials as queries
from saleor_influence_app.runs import execution
from saleor_influence_app.shops import shops
from saleor_influence_app.sync import customers
from saleor_influence_app.targeting import segments
from scoring.trial_design import draw
from tests.support.remembered import remembered
from tests.support.shop_rows import (
    NOW,
    RESULT,
    put_customers,
    put_order,
    put_run,
    put_shop,
    put_tie,
    put_trial,
)

GUESTS = [f"guest-{number:02}" for number in range(24)]
AFTER = NOW + timedelta(days=31, hours=1)


@pytest.fixture
def shop_id(session: Session) -> int:
    return valued_shop(session)


@remembered
def valued_shop(session: Session) -> int:
    """A shop in which 24 customers may follow anna, and that has been valued."""
    shop_id = put_shop(session)
    put_customers(session, shop_id, "anna", *GUESTS)
    put_order(session, shop_id, "anna")
    for guest in GUESTS:
        put_tie(session, shop_id, "anna", guest)
        for days in (100, 200):
            put_order(session, shop_id, guest, days_ago=days)
    session.commit()
    run_now(shop_id)
    return shop_id


def run_now(shop_id: int, as_of: Any = NOW) -> None:
    with db.transaction() as session:
        run_id = run_queue.ask(session, shop_id)
    assert execution.execute(db.transaction, run_id, as_of=as_of)


def begin(session: Session, shop_id: int, customer_id: str = "anna", **given: Any) -> int:
    found = trials.start(session, shop_id, Wanted(customer_id, **given), made_by="VXNlcjox", now=NOW)
    session.commit()
    return found


def arms(session: Session, trial_id: int) -> dict[str, bool]:
    rows = session.scalars(select(TrialCandidate).where(TrialCandidate.trial_id == trial_id))
    return {row.customer_id: row.invited for row in rows}


def buy(session: Session, shop_id: int, guests: Iterable[str], *, days: float = 3, **given: Any) -> None:
    """These bought so many days after the start."""
    for guest in guests:
        put_order(session, shop_id, guest, days_ago=-days, **given)
    session.commit()


def told_saleor(session: Session, shop_id: int) -> dict[str, list[str]]:
    """The segments that each customer's record is to name."""
    rows = session.scalars(
        select(OutboxRow).where(OutboxRow.shop_id == shop_id, OutboxRow.wanted.is_not(None))
    )
    return {row.customer_id: json.loads((row.wanted or {})["private"]["influence.segments"]) for row in rows}


def guest_refusal(session: Session, shop_id: int, **given: Any) -> str:
    with pytest.raises(InputInvalid) as refused:
        trials.start(session, shop_id, Wanted("anna", **given), made_by="VXNlcjox", now=NOW)
    session.rollback()
    return refused.value.message


def test_half_of_the_guests_are_invited_by_a_lot_that_can_be_drawn_again(
    session: Session, shop_id: int
) -> None:
    trial_id = begin(session, shop_id)

    found, trial = arms(session, trial_id), session.get_one(Trial, trial_id)
    assert sorted(found) == GUESTS
    assert sum(found.values()) == trial.invited == trial.held_out == 12
    assert found == draw(GUESTS, trial.seed)
    assert (trial.rule_version, trial.started_at, trial.ends_at) == ("trial-1", NOW, NOW + timedelta(days=30))
    assert (trial.base_share, trial.made_by) == (0.0, "VXNlcjox")
    assert 0.3 < trial.detectable < 0.5


def test_saleor_is_told_of_the_invited_and_of_nobody_else_and_only_while_it_runs(
    session: Session, shop_id: int
) -> None:
    trial_id = begin(session, shop_id)
    name = f"invited-{trial_id}"
    invited = {guest for guest, yes in arms(session, trial_id).items() if yes}

    told = told_saleor(session, shop_id)
    assert {guest for guest, names in told.items() if name in names} == invited
    run_now(shop_id)
    session.expire_all()
    assert {guest for guest, names in told_saleor(session, shop_id).items() if name in names} == invited

    trials.stop(session, shop_id, trial_id)
    session.commit()
    session.expire_all()
    assert not any(name in names for names in told_saleor(session, shop_id).values())


def test_the_hidden_attribute_names_the_trial_too(session: Session, shop_id: int) -> None:
    session.get_one(Shop, shop_id).segments_attribute_id = "QXR0cmlidXRlOjE="
    session.commit()

    trial_id = begin(session, shop_id)

    rows = session.scalars(select(OutboxRow).where(OutboxRow.shop_id == shop_id)).all()
    named = {
        row.customer_id for row in rows if f"invited-{trial_id}" in (row.wanted or {}).get("attribute", [])
    }
    assert named == {guest for guest, yes in arms(session, trial_id).items() if yes}


def test_more_of_the_invited_buy_and_the_run_after_it_says_proven_in_a_plain_sentence(
    session: Session, shop_id: int
) -> None:
    trial_id = begin(session, shop_id)
    drawn = arms(session, trial_id)
    invited, held_out = (sorted(one for one in drawn if drawn[one] is arm) for arm in (True, False))
    buy(session, shop_id, [*invited[:9], held_out[0]])

    trial_results.sweep(db.transaction, now=AFTER)
    run_now(shop_id, AFTER)

    session.expire_all()
    found = customer.customer(session, shop_id, "anna")
    proof = "Proven: of 12 invited in this customer's name 9 bought, of 12 held out 1 (p = 0.001)."
    assert (found.verdict, found.verdict_sentence) == ("proven", proof)
    assert (found.crv and found.crv.amount, found.civ) == ("0.00", None)
    shown = queries.trial(session, shop_id, trial_id)
    assert (shown.state, shown.proven, shown.sentence) == ("ended", True, proof)
    assert (shown.invited.bought, shown.held_out.bought) == (9, 1)
    assert shown.difference == pytest.approx(8 / 12)
    assert shown.difference_low is not None
    assert shown.difference_low > 0


def test_without_a_difference_it_says_so_and_proves_nothing(session: Session, shop_id: int) -> None:
    trial_id = begin(session, shop_id)
    drawn = arms(session, trial_id)
    for arm in (True, False):
        buy(session, shop_id, sorted(one for one in drawn if drawn[one] is arm)[:4])

    trial_results.sweep(db.transaction, now=AFTER)
    run_now(shop_id, AFTER)

    session.expire_all()
    shown = queries.trial(session, shop_id, trial_id)
    assert (shown.proven, customer.customer(session, shop_id, "anna").verdict) == (
        False,
        "not enough evidence",
    )
    said = "No difference shown: of 12 invited in this customer's name 4 bought, of 12 held out 4 (p = 0.67)."
    assert shown.sentence == said


def test_nothing_is_looked_at_before_the_day_after_the_end(session: Session, shop_id: int) -> None:
    trial_id = begin(session, shop_id, days=7)
    buy(session, shop_id, GUESTS)

    trial_results.sweep(db.transaction, now=NOW + timedelta(days=7, hours=23))

    session.expire_all()
    shown = queries.trial(session, shop_id, trial_id)
    assert (shown.state, shown.p, shown.invited.bought, shown.difference) == ("running", None, None, None)
    assert shown.sentence == (
        "Running until 8 November 2026: 12 invited in this customer's name, 12 held out; "
        "the result is counted once, on 9 November 2026."
    )
    trial_results.sweep(db.transaction, now=NOW + timedelta(days=8))
    session.expire_all()
    assert session.get_one(Trial, trial_id).invited_bought == 12


def test_a_result_is_never_found_anew(session: Session, shop_id: int) -> None:
    trial_id = begin(session, shop_id)
    trial_results.sweep(db.transaction, now=AFTER)
    buy(session, shop_id, GUESTS)

    trial_results.sweep(db.transaction, now=AFTER + timedelta(days=1))

    session.expire_all()
    assert session.get_one(Trial, trial_id).invited_bought == 0


def test_only_paid_orders_inside_the_window_count_and_no_refunded_ones(
    session: Session, shop_id: int
) -> None:
    trial_id = begin(session, shop_id)
    buy(session, shop_id, GUESTS[:5], days=-1)
    buy(session, shop_id, GUESTS[5:10], days=30.5)
    buy(session, shop_id, GUESTS[10:15], charged=0, gross=50)
    buy(session, shop_id, GUESTS[15:20], status="CANCELED")
    buy(session, shop_id, GUESTS[20:], days=29.5)

    trial_results.sweep(db.transaction, now=AFTER)

    session.expire_all()
    trial = session.get_one(Trial, trial_id)
    assert (trial.invited_bought or 0) + (trial.held_out_bought or 0) == 4


def test_with_a_category_only_its_products_count(session: Session, shop_id: int) -> None:
    for name, parent in (("cups", None), ("red cups", "cups"), ("plates", None)):
        session.add(Category(shop_id=shop_id, category_id=name, parent_id=parent, name=name))
    session.commit()
    trial_id = begin(session, shop_id, category_id="cups")
    buy(session, shop_id, GUESTS[:4], line={"category_id": "red cups"})
    buy(session, shop_id, GUESTS[4:12], line={"category_id": "plates"})

    trial_results.sweep(db.transaction, now=AFTER)

    session.expire_all()
    trial = session.get_one(Trial, trial_id)
    assert (trial.invited_bought or 0) + (trial.held_out_bought or 0) == 4
    assert queries.trial(session, shop_id, trial_id).category_name == "cups"


def test_the_share_that_buys_anyway_is_of_as_many_days_before(session: Session, shop_id: int) -> None:
    buy(session, shop_id, GUESTS[:6], days=-20)
    buy(session, shop_id, GUESTS[6:12], days=-40)

    assert trials.plan(session, shop_id, Wanted("anna"), now=NOW).base_share == 6 / 24
    assert trials.plan(session, shop_id, Wanted("anna", days=10), now=NOW).base_share == 0


def test_too_few_guests_are_refused_in_words(session: Session, shop_id: int) -> None:
    session.execute(text("DELETE FROM ties WHERE target_id > 'guest-18'"))
    session.commit()

    said = guest_refusal(session, shop_id)

    assert said.startswith("Too few candidates: 19 customers could be drawn, and a trial needs 20")
    assert trials.plan(session, shop_id, Wanted("anna"), now=NOW).detectable is None


def test_where_all_buy_anyway_a_trial_is_refused_in_words(session: Session, shop_id: int) -> None:
    buy(session, shop_id, GUESTS, days=-2)

    said = "100% of their candidates buy in such a time anyway: no invitation could show a difference."
    assert guest_refusal(session, shop_id) == said


def test_one_trial_at_a_time_in_one_name_and_nobody_is_a_guest_in_two(session: Session, shop_id: int) -> None:
    begin(session, shop_id)
    for guest in GUESTS[1:]:
        put_tie(session, shop_id, GUESTS[0], guest)
    session.commit()

    assert guest_refusal(session, shop_id) == "A trial in their name is running already."
    assert trials.plan(session, shop_id, Wanted(GUESTS[0]), now=NOW).candidates == ()


def test_staff_resellers_and_people_of_one_household_are_no_guests(session: Session, shop_id: int) -> None:
    session.add(Exclusion(shop_id=shop_id, customer_id=GUESTS[0], reason="reseller"))
    session.execute(text("UPDATE customers SET is_staff = true WHERE customer_id = :id"), {"id": GUESTS[1]})
    put_order(session, shop_id, "anna", address_hash=b"home")
    put_order(session, shop_id, GUESTS[2], address_hash=b"home")
    with db.transaction() as other:
        objections.object_(other, shop_id, GUESTS[3], by=AskedBy.SELF)
    session.commit()

    assert trials.plan(session, shop_id, Wanted("anna"), now=NOW).candidates == tuple(GUESTS[4:])


def test_strangers_and_unknown_categories_are_not_found(session: Session, shop_id: int) -> None:
    for wanted in (Wanted("nobody"), Wanted("anna", category_id="none")):
        with pytest.raises(RowMissing):
            trials.start(session, shop_id, wanted, made_by="VXNlcjox", now=NOW)
    with pytest.raises(RowMissing):
        trials.stop(session, shop_id, 4711)


def test_a_stopped_trial_has_no_result_ever(session: Session, shop_id: int) -> None:
    trial_id = begin(session, shop_id)
    trials.stop(session, shop_id, trial_id)
    session.commit()

    trial_results.sweep(db.transaction, now=AFTER)

    session.expire_all()
    shown = queries.trial(session, shop_id, trial_id)
    assert (shown.state, shown.p, shown.proven) == ("stopped", None, None)
    assert shown.sentence.endswith(": no result.")
    with pytest.raises(InputInvalid):
        trials.stop(session, shop_id, trial_id)


def test_who_left_counts_as_not_having_bought_and_in_their_arm(session: Session, shop_id: int) -> None:
    trial_id = begin(session, shop_id)
    drawn = arms(session, trial_id)
    gone, stays = sorted(one for one in drawn if drawn[one])[:2]
    buy(session, shop_id, [gone, stays])
    with db.transaction() as other:
        objections.object_(other, shop_id, gone, by=AskedBy.SELF)

    trial_results.sweep(db.transaction, now=AFTER)

    session.expire_all()
    shown = queries.trial(session, shop_id, trial_id)
    assert (shown.invited.drawn, shown.invited.here, shown.invited.bought) == (12, 11, 1)


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
    put_order(session, shop_id, GUESTS[0], voucher_code="ANNA")
    session.commit()
    run_now(shop_id)

    session.expire_all()
    said = customer.customer(session, shop_id, "anna").verdict_sentence
    assert said.startswith(
        "Proven: of 40 invited in this customer's name 12 bought, of 40 held out 3 (p = 0.010). "
        "1 order with this customer's code."
    )


def test_an_inviter_who_never_bought_is_shown_with_their_proof(session: Session, shop_id: int) -> None:
    put_customers(session, shop_id, "zoe")
    put_trial(session, shop_id, "zoe", **RESULT)
    session.commit()
    run_now(shop_id)

    session.expire_all()
    found = customer.customer(session, shop_id, "zoe")
    assert (found.state, found.verdict, found.orders_count) == ("valued", "proven", 0)


def social(session: Session, shop_id: int, guest: str, *, other: bool) -> None:
    """The guest is known through a network, and through something else as well if `other`."""
    session.execute(
        text("SET session_replication_role = replica")
    )  # no consents here: see `test_trial_consent.py`
    if not other:
        session.execute(text("DELETE FROM ties WHERE target_id = :id"), {"id": guest})
    put_tie(session, shop_id, "anna", guest, kind="mastodon", origin="social")
    session.execute(text("SET session_replication_role = origin"))
    session.commit()


def test_guests_known_by_a_network_alone_are_told_apart(session: Session, shop_id: int) -> None:
    from saleor_influence_app.runs.departed import forget_social_credits

    for guest, other in ((GUESTS[0], False), (GUESTS[1], True)):
        social(session, shop_id, guest, other=other)
    row = {"id": shop_id}
    session.execute(
        text(
            "INSERT INTO privacy_settings VALUES (:id, true, 'x', now(), 16, 30, 12, 'x', 'x', '{}',"
            " '{\"mastodon\": {}}', 'x')"
        ),
        row,
    )
    session.commit()
    trial_id = begin(session, shop_id)
    marked = select(TrialCandidate.customer_id).where(
        TrialCandidate.trial_id == trial_id, TrialCandidate.social
    )
    assert session.scalars(marked).all() == [GUESTS[0]]

    session.execute(text("DELETE FROM ties WHERE origin = 'social'"))
    forget_social_credits(session, shop_id)

    assert sorted(arms(session, trial_id)) == GUESTS[1:]


@pytest.mark.parametrize("who", ["guest", "inviter"])
def test_who_is_deleted_leaves_the_trials(session: Session, shop_id: int, who: str) -> None:
    trial_id = begin(session, shop_id)
    gone = GUESTS[0] if who == "guest" else "anna"

    with db.transaction() as other:
        shops.lock_facts(other, shop_id)
        customers.delete(other, shop_id, {gone: NOW})

    session.expire_all()
    left = sorted(arms(session, trial_id))
    assert left == (GUESTS[1:] if who == "guest" else [])
    assert (session.get(Trial, trial_id) is None) == (who == "inviter")


def test_export_and_statement_say_which_lot_somebody_drew_and_when_and_not_in_whose_name(
    session: Session, shop_id: int
) -> None:
    trial_id = begin(session, shop_id)
    drawn = arms(session, trial_id)
    for guest, role in (
        (next(g for g in drawn if drawn[g] is arm), r) for arm, r in ((True, "invited"), (False, "held out"))
    ):
        held = personal_data_export.holdings(session, shop_id, guest)["holds"]["trial_guests"]
        assert [(row["trial_id"], row["invited"], row["drawn_at"]) for row in held] == [
            (trial_id, drawn[guest], NOW.isoformat())
        ]
        [told] = statement_of(session, shop_id, guest).trials
        assert (told.role, told.drawn_at, told.state) == (role, NOW, "running")
        assert "anna" not in told.model_dump_json()
    [own] = statement_of(session, shop_id, "anna").trials
    assert own.role == "in your name"
    assert len(personal_data_export.holdings(session, shop_id, "anna")["holds"]["trials"]) == 1


def test_the_invited_are_listed_by_their_segment_and_see_it_on_their_card(
    session: Session, shop_id: int
) -> None:
    from saleor_influence_app.queries import customers as listing

    trial_id = begin(session, shop_id)
    invited = {guest for guest, yes in arms(session, trial_id).items() if yes}

    page = listing.customers(session, shop_id, sort="value", segment=f"invited-{trial_id}", page=(0, 50))

    assert {row.customer_id for row in page.customers} == invited
    for guest in GUESTS:
        names = [one.name for one in customer.customer(session, shop_id, guest).segments]
        assert (f"invited-{trial_id}" in names) == (guest in invited)


def test_no_segment_of_staff_takes_the_name_of_a_trials(session: Session, shop_id: int) -> None:
    condition = {"column": "revenue", "operator": ">=", "threshold": 1}
    given = {
        "name": "invited-7",
        "title": "x",
        "description": "",
        "conditions": [condition],
        "max_share": 1.0,
    }
    with pytest.raises(InputInvalid, match="invitation trials"):
        segments.save(session, shop_id, given | {"needs": None, "order_by": "value"})


def test_a_paused_shop_waits_with_its_result(session: Session, shop_id: int) -> None:
    trial_id = begin(session, shop_id)
    session.get_one(Shop, shop_id).active = False
    session.commit()

    trial_results.sweep(db.transaction, now=AFTER)

    session.expire_all()
    assert session.get_one(Trial, trial_id).state == "running"


def test_a_held_shop_tells_saleor_of_the_invited_all_the_same(session: Session, shop_id: int) -> None:
    session.get_one(Shop, shop_id).held_run_id = put_run(session, shop_id)
    session.commit()

    trial_id = begin(session, shop_id)

    assert sum(f"invited-{trial_id}" in names for names in told_saleor(session, shop_id).values()) == 12
