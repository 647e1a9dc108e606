"""Invitations to a beta: seats that are never taken twice, a list that moves up, answers that are counted."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from saleor_influence_app import db
from saleor_influence_app.consent import ledger
from saleor_influence_app.erasure import erasure, objections
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.models import (
    AskedBy,
    GrantState,
    InvitationState,
    PerkGrant,
    PerkInvitation,
    PerkProgramme,
    PerkRemark,
    Refusal,
    SaleorWrite,
    Shop,
    WriteState,
)
from saleor_influence_app.perks import grants, lots, programmes, schedule
from saleor_influence_app.perks.strategies import WRITERS
from saleor_influence_app.queries import beta_invites, perks
from saleor_influence_app.writeback import saleor_writes
from sandbox.identifiers import global_id
from sandbox.world import Product, ProductListing
from tests.support.perks import APP, BETA_TERMS, SEGMENT, grants_of, plan, put_members
from tests.support.pocket_shop import PERMISSIONS, Pocket, pocket_saleor
from tests.support.shop_rows import put_customers, put_order, put_run, put_score

pytestmark = pytest.mark.usefixtures("engine")
PEOPLE = [f"member-{number:02}" for number in range(60)]
HIDDEN = ProductListing(is_published=False, visible_in_listings=False)


@pytest.fixture(scope="module")
def pocket(_environment: None) -> Iterator[Pocket]:
    with pocket_saleor() as pocket:
        pocket.app.permission_codes = PERMISSIONS | {"MANAGE_PRODUCTS"}
        yield pocket


@pytest.fixture
def product(pocket: Pocket) -> Product:
    """A product that nobody sees yet."""
    [made] = made_hidden(pocket, 1)
    return made


@pytest.fixture
def shop_id(pocket: Pocket) -> int:
    with db.transaction() as session:
        session.query(Shop).delete()
        shop_id = pocket.put_row(session)
        put_members(session, shop_id, *PEOPLE)
    return shop_id


def told(shop_id: int) -> None:
    """Saleor has been told everything."""
    for _ in range(3):
        saleor_writes.drain(db.transaction, shop_id, writers=WRITERS)


def started(shop_id: int, product: Product, *, terms: dict[str, Any] | None = None, **given: Any) -> int:
    """A beta whose members are drawn, and invited as far as there are seats."""
    wanted = plan(
        kind="beta_invite",
        terms=BETA_TERMS | {"products": [product.id]} | (terms or {}),
        **{"hold_out": 0.0, "currency": "USD"} | given,
    )
    with db.transaction() as session:
        programme_id = programmes.create(session, shop_id, wanted, made_by="staff")
        session.get_one(PerkProgramme, programme_id).seed = 1
        programmes.start(session, shop_id, programme_id)
    schedule.sweep(db.transaction)
    told(shop_id)
    return programme_id


def invitations(programme_id: int) -> dict[str, InvitationState]:
    """Where each customer stands."""
    with db.transaction() as session:
        rows = session.execute(
            select(PerkGrant.customer_id, PerkInvitation.state)
            .join(PerkInvitation, PerkInvitation.grant_id == PerkGrant.id)
            .where(PerkInvitation.programme_id == programme_id)
            .order_by(PerkInvitation.id)
        )
        return {str(customer_id): InvitationState(state) for customer_id, state in rows}


def those(programme_id: int, state: InvitationState) -> list[str]:
    return [one for one, found in invitations(programme_id).items() if found == state]


def grant_id(programme_id: int, customer_id: str) -> int:
    return next(one.id for one in grants_of(programme_id) if one.customer_id == customer_id)


def accept(shop_id: int, programme_id: int, customer_id: str, *, now: datetime | None = None) -> None:
    number = grant_id(programme_id, customer_id)
    with db.transaction() as session:
        grants.accept(session, shop_id, number, customer_id=customer_id, now=now)


def decline(shop_id: int, programme_id: int, customer_id: str) -> None:
    number = grant_id(programme_id, customer_id)
    with db.transaction() as session:
        grants.decline(session, shop_id, number, customer_id=customer_id)


def answer(shop_id: int, programme_id: int, customer_id: str, answers: dict[str, Any]) -> None:
    number = grant_id(programme_id, customer_id)
    with db.transaction() as session:
        grants.answer(session, shop_id, number, customer_id=customer_id, answers=answers)


def together(step: Callable[[str], None], names: list[str]) -> None:
    begin = threading.Barrier(len(names))

    def run(name: str) -> None:
        begin.wait()
        step(name)

    threads = [threading.Thread(target=run, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_as_many_are_invited_as_there_are_seats_by_lot_and_the_others_wait(
    shop_id: int, product: Product
) -> None:
    programme_id = started(shop_id, product)

    assert list(invitations(programme_id)) == lots.in_order(PEOPLE, 1)
    assert those(programme_id, InvitationState.INVITED) == lots.in_order(PEOPLE, 1)[:10]
    assert len(those(programme_id, InvitationState.WAITING)) == 50
    with db.transaction() as session:
        seen = perks.programme(session, shop_id, programme_id)
    assert (seen.counts.given, seen.counts.on_their_way) == (60, 0)
    assert seen.summary == "10 seats to try a product before it is out"


def test_fifty_who_accept_at_once_never_take_more_seats_than_there_are(
    shop_id: int, product: Product
) -> None:
    programme_id = started(shop_id, product, terms={"seats": 7})
    late = datetime.now(UTC) + timedelta(days=8)
    with db.transaction() as session:  # all have let their time pass: whoever comes first gets a seat
        session.query(PerkInvitation).update({"state": InvitationState.EXPIRED})

    together(lambda name: accept(shop_id, programme_id, name, now=late), PEOPLE[:50])

    counts = Counter(invitations(programme_id).values())
    assert counts == {
        InvitationState.ACCEPTED: 7,
        InvitationState.WAITING: 43,
        InvitationState.EXPIRED: 10,
    }


def test_accepted_twice_is_accepted_once(shop_id: int, product: Product) -> None:
    programme_id = started(shop_id, product)
    first = those(programme_id, InvitationState.INVITED)[0]

    together(lambda _: accept(shop_id, programme_id, first), ["once", "and again"])
    with db.transaction() as session:
        at = session.scalars(
            select(PerkInvitation.answered_at).where(PerkInvitation.answered_at.is_not(None))
        )
        [moment] = at.all()
    accept(shop_id, programme_id, first)

    assert those(programme_id, InvitationState.ACCEPTED) == [first]
    with db.transaction() as session:
        again = select(PerkInvitation.answered_at).where(PerkInvitation.answered_at.is_not(None))
        assert session.scalars(again).all() == [moment]


def test_who_declines_an_accepted_seat_gives_it_to_who_waits_and_leaves_no_answers(
    shop_id: int, product: Product
) -> None:
    programme_id = started(shop_id, product)
    first, waits = lots.in_order(PEOPLE, 1)[0], lots.in_order(PEOPLE, 1)[10]
    accept(shop_id, programme_id, first)
    answer(shop_id, programme_id, first, {"1": 5, "3": "I like it."})

    decline(shop_id, programme_id, first)

    found = invitations(programme_id)
    assert (found[first], found[waits]) == (InvitationState.DECLINED, InvitationState.INVITED)
    assert Counter(found.values())[InvitationState.INVITED] == 10
    with db.transaction() as session:
        assert session.scalars(select(PerkRemark.id)).all() == []
        assert set(session.scalars(select(PerkInvitation.answers))) == {None}
    with pytest.raises(InputInvalid):
        accept(shop_id, programme_id, first)


def test_a_seat_that_nobody_answers_for_goes_on_and_who_comes_late_waits_again(
    shop_id: int, product: Product
) -> None:
    programme_id = started(shop_id, product)
    order = lots.in_order(PEOPLE, 1)
    accept(shop_id, programme_id, order[0])
    late = datetime.now(UTC) + timedelta(days=8)

    schedule.sweep(db.transaction, now=late)

    found = invitations(programme_id)
    assert found[order[0]] == InvitationState.ACCEPTED
    assert {found[one] for one in order[1:10]} == {InvitationState.EXPIRED}
    assert {found[one] for one in order[10:19]} == {InvitationState.INVITED}
    accept(shop_id, programme_id, order[1], now=late)
    assert invitations(programme_id)[order[1]] == InvitationState.WAITING
    for one in order[10:19]:
        decline(shop_id, programme_id, one)
    assert invitations(programme_id)[order[1]] == InvitationState.WAITING, "behind those who waited before"


def test_who_objects_or_agrees_no_longer_is_not_invited_and_the_next_one_is(
    shop_id: int, product: Product
) -> None:
    programme_id = started(shop_id, product)
    order = lots.in_order(PEOPLE, 1)
    with db.transaction() as session:
        objections.object_(session, shop_id, order[10], by=AskedBy.SELF)

    decline(shop_id, programme_id, order[0])

    found = invitations(programme_id)
    assert (found[order[10]], found[order[11]]) == (InvitationState.WAITING, InvitationState.INVITED)
    with db.transaction() as session:
        session.get_one(PerkProgramme, programme_id).needs_consent = True
    decline(shop_id, programme_id, order[1])
    assert invitations(programme_id)[order[12]] == InvitationState.WAITING, "nobody has agreed"
    with pytest.raises(InputInvalid) as refused:
        accept(shop_id, programme_id, order[2])
    assert refused.value.reason == Refusal.NO_CONSENT


def test_who_is_erased_leaves_the_seat_and_answers_that_name_nobody(shop_id: int, product: Product) -> None:
    programme_id = started(shop_id, product)
    first = lots.in_order(PEOPLE, 1)[0]
    accept(shop_id, programme_id, first)
    answer(shop_id, programme_id, first, {"1": 4, "2": "Blue", "3": f"Call me, I am {first}."})

    with db.transaction() as session:
        erasure.erase(session, shop_id, first)
    schedule.sweep(db.transaction)

    with db.transaction() as session:
        assert session.scalars(select(PerkRemark.text)).all() == []
        kept = [one for one in session.scalars(select(PerkInvitation.answers)) if one is not None]
        assert kept == [{"1": 4, "2": "Blue"}]
        assert ledger.verify(session, shop_id).broken is None
    assert len(those(programme_id, InvitationState.INVITED)) == 10, "the seat went on"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"9": "no such question"}, "no question 9"),
        ({"one": 1}, "no question one"),
        ({"1": 6}, "whole number from 1 to 5"),
        ({"1": True}, "whole number from 1 to 5"),
        ({"1": "5"}, "whole number from 1 to 5"),
        ({"2": "Green"}, "one of its options"),
        ({"2": 1}, "in words"),
        ({"3": 5}, "in words"),
        ({"3": "x" * 1001}, "1000 letters at most"),
    ],
    ids=str,
)
def test_what_is_no_answer_is_refused_in_words_and_stores_nothing(
    shop_id: int, product: Product, given: dict[str, Any], words: str
) -> None:
    programme_id = started(shop_id, product)
    first = lots.in_order(PEOPLE, 1)[0]
    accept(shop_id, programme_id, first)
    answer(shop_id, programme_id, first, {"1": 3, "3": "Before."})

    with pytest.raises(InputInvalid, match=words):
        answer(shop_id, programme_id, first, given | {"3": "After."} if "3" not in given else given)

    with db.transaction() as session:
        assert session.scalars(select(PerkRemark.text)).all() == ["Before."]
        assert [one for one in session.scalars(select(PerkInvitation.answers)) if one] == [{"1": 3}]


def test_nobody_answers_without_a_seat_or_for_somebody_else(shop_id: int, product: Product) -> None:
    programme_id = started(shop_id, product)
    order = lots.in_order(PEOPLE, 1)
    with pytest.raises(InputInvalid, match="accept first"):
        answer(shop_id, programme_id, order[0], {"1": 3})
    number = grant_id(programme_id, order[0])
    other = order[1]
    with db.transaction() as session:
        for missing in (number, 10**9):
            with pytest.raises(RowMissing):
                grants.accept(session, shop_id, missing, customer_id=other)
            with pytest.raises(RowMissing):
                grants.answer(session, shop_id, missing, customer_id=other, answers={})


def listing(pocket: Pocket, product: Product) -> ProductListing:
    channel = next(one for one in pocket.state.store.channels if one.slug == BETA_TERMS["channel"])
    found = product.listing(channel)
    assert found is not None
    return found


def test_the_product_is_unlisted_while_the_programme_runs_and_as_before_afterwards(
    pocket: Pocket, shop_id: int, product: Product
) -> None:
    programme_id = started(shop_id, product)
    assert (listing(pocket, product).is_published, listing(pocket, product).visible_in_listings) == (
        True,
        False,
    )
    assert listing(pocket, product).available_for_purchase_at is not None

    with db.transaction() as session:
        programmes.pause(session, shop_id, programme_id)
    told(shop_id)
    assert listing(pocket, product) == HIDDEN
    with pytest.raises(InputInvalid) as refused:
        accept(shop_id, programme_id, lots.in_order(PEOPLE, 1)[0])
    assert refused.value.reason == Refusal.EXPIRED

    with db.transaction() as session:
        programmes.start(session, shop_id, programme_id)
    told(shop_id)
    assert listing(pocket, product).is_published
    accept(shop_id, programme_id, lots.in_order(PEOPLE, 1)[0])

    with db.transaction() as session:
        programmes.end(session, shop_id, programme_id)
    told(shop_id)
    assert listing(pocket, product) == HIDDEN
    counts = Counter(invitations(programme_id).values())
    assert counts == {
        InvitationState.ACCEPTED: 1,
        InvitationState.EXPIRED: 9,
        InvitationState.NO_SEAT: 50,
    }


def test_on_its_day_the_product_is_there_for_everybody_and_stays(
    pocket: Pocket, shop_id: int, product: Product
) -> None:
    programme_id = started(shop_id, product, terms={"public_after_days": 14})
    now = datetime.now(UTC)
    schedule.sweep(db.transaction, now=now + timedelta(days=13))
    told(shop_id)
    assert not listing(pocket, product).visible_in_listings

    schedule.sweep(db.transaction, now=now + timedelta(days=14, hours=1))
    told(shop_id)
    assert listing(pocket, product).visible_in_listings
    with db.transaction() as session:
        programmes.end(session, shop_id, programme_id)
    told(shop_id)
    assert listing(pocket, product).visible_in_listings


@pytest.mark.parametrize("wrong", ["listed", "nowhere", "missing"])
def test_a_product_that_is_out_already_or_has_no_price_is_refused_in_words_and_not_touched(
    pocket: Pocket, shop_id: int, product: Product, wrong: str
) -> None:
    channels = [one.id for one in pocket.state.store.channels]
    terms = {}
    words = {"listed": "not out yet", "nowhere": "no price", "missing": "no product"}[wrong]
    if wrong == "listed":
        product.listings = {}
    elif wrong == "nowhere":
        product.listings = dict.fromkeys(channels)
    else:
        terms = {"products": ["UHJvZHVjdDo5OTk5OTk5"]}
    before = dict(product.listings)

    programme_id = started(shop_id, product, terms=terms)

    found = grants_of(programme_id)
    assert {one.state for one in found} == {GrantState.FAILED}
    assert all(words in str(one.error) for one in found)
    assert product.listings == before
    assert invitations(programme_id) == {}
    with db.transaction() as session:
        assert set(session.scalars(select(SaleorWrite.state))) == {WriteState.REFUSED}


def made_hidden(pocket: Pocket, count: int) -> list[Product]:
    """Products that nobody sees yet."""
    store = pocket.state.store
    made = []
    for _ in range(count):
        key, now = store.number("Product"), store.clock.now()
        one = Product(key, global_id("Product", key), f"New {key}", f"new-{key}", None, now, now)
        one.listings = dict.fromkeys((channel.id for channel in store.channels), HIDDEN)
        store.put_product(one)
        made.append(one)
    return made


def test_several_products_are_opened_together_and_closed_together(
    pocket: Pocket, shop_id: int, product: Product
) -> None:
    several = [product, *made_hidden(pocket, 2)]
    programme_id = started(shop_id, product, terms={"products": [one.id for one in several]})

    assert all(listing(pocket, one).is_published for one in several)
    assert len(those(programme_id, InvitationState.INVITED)) == BETA_TERMS["seats"]
    first = lots.in_order(PEOPLE, 1)[0]
    accept(shop_id, programme_id, first)
    with db.transaction() as session:
        later = {"created_at": datetime.now(UTC) + timedelta(days=1), "currency": "USD"}
        put_order(session, shop_id, first, product=several[2].id, **later)
        put_run(session, shop_id)
    schedule.sweep(db.transaction)
    with db.transaction() as session:
        seen = perks.programme(session, shop_id, programme_id)
        assert (seen.uses, seen.summary) == (1, "10 seats to try 3 products before they are out")
        programmes.end(session, shop_id, programme_id)
    told(shop_id)
    assert [listing(pocket, one) for one in several] == [HIDDEN] * 3


def test_of_several_products_none_is_opened_where_one_is_out_already(
    pocket: Pocket, shop_id: int, product: Product
) -> None:
    [out] = made_hidden(pocket, 1)
    out.listings = {}
    programme_id = started(shop_id, product, terms={"products": [product.id, out.id]})

    assert listing(pocket, product) == HIDDEN
    found = grants_of(programme_id)
    assert {one.state for one in found} == {GrantState.FAILED}
    assert all(f"The product {out.name} is in the lists" in str(one.error) for one in found)
    assert invitations(programme_id) == {}


def test_terms_of_one_product_are_read_as_they_were_stored_at_first(
    pocket: Pocket, shop_id: int, product: Product
) -> None:
    programme_id = started(shop_id, product)
    with db.transaction() as session:
        row = session.get_one(PerkProgramme, programme_id)
        terms = {name: value for name, value in row.terms.items() if name != "products"}
        row.terms = terms | {"product": product.id}
        assert row.preview is not None
        row.preview = row.preview | {"before": row.preview["before"][product.id]}
        programmes.end(session, shop_id, programme_id)
    told(shop_id)
    assert listing(pocket, product) == HIDDEN


def test_regular_customers_wait_in_the_same_queue(shop_id: int, product: Product) -> None:
    quiet = [f"quiet-{number:02}" for number in range(20)]
    with db.transaction() as session:
        put_customers(session, shop_id, *quiet)
        for one in quiet:
            put_score(session, shop_id, one, orders_count=3)

    programme_id = started(shop_id, product, most_people=40, open_share=0.5)

    drawn = [str(one.customer_id) for one in grants_of(programme_id)]
    assert sum(one in quiet for one in drawn) == 20
    assert list(invitations(programme_id)) == lots.in_order(drawn, 1)
    invited = those(programme_id, InvitationState.INVITED)
    assert 0 < sum(one in quiet for one in invited) < 10


def test_what_those_with_a_seat_buy_of_the_product_is_booked(shop_id: int, product: Product) -> None:
    programme_id = started(shop_id, product)
    first, second = lots.in_order(PEOPLE, 1)[:2]
    for one in (first, second):
        accept(shop_id, programme_id, one)
    now = datetime.now(UTC)
    before, after = ({"created_at": now + timedelta(days=days), "currency": "USD"} for days in (-1, 1))
    with db.transaction() as session:
        put_order(session, shop_id, first, product=product.id, **after)
        put_order(session, shop_id, first, product=product.id, **before)
        put_order(session, shop_id, second, **after)
        put_order(session, shop_id, lots.in_order(PEOPLE, 1)[59], product=product.id, **after)
        put_run(session, shop_id)
    schedule.sweep(db.transaction)

    with db.transaction() as session:
        seen = perks.programme(session, shop_id, programme_id)
    assert (seen.uses, seen.cost.amount) == (1, "0.00")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"link": "http://shop.example/new"}, "terms.link"),
        ({"link": "javascript:alert(1)"}, "terms.link"),
        ({"seats": 0}, "terms.seats"),
        ({"products": []}, "terms.products"),
        ({"products": ["UHJvZHVjdDox"] * 2}, "names a product twice"),
        ({"products": [f"product-{number}" for number in range(101)]}, "terms.products"),
        ({"answer_days": "7"}, "terms.answer_days"),
        ({"questions": [{"kind": "choice", "text": "Which?", "options": ["One"]}]}, "leaves no choice"),
        ({"questions": [{"kind": "text", "text": "Why?", "options": ["One", "Two"]}]}, "is no choice"),
        ({"questions": [{"kind": "choice", "text": "Which?", "options": ["A", "A"]}]}, "twice"),
        ({"questions": [{"kind": "essay", "text": "Why?"}]}, "terms.questions"),
        ({"questions": [{"kind": "rating", "text": "x" * 201}]}, "terms.questions"),
    ],
    ids=str,
)
def test_terms_that_cannot_be_meant_are_refused_in_words(
    shop_id: int, wrong: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputInvalid, match=words), db.transaction() as session:
        programmes.create(
            session, shop_id, plan(kind="beta_invite", terms=BETA_TERMS | wrong, segment=SEGMENT), made_by="x"
        )


def test_answers_are_counted_side_by_side_and_never_where_fewer_than_five_answered(
    shop_id: int, product: Product
) -> None:
    quiet = [f"quiet-{number:02}" for number in range(20)]
    with db.transaction() as session:
        put_customers(session, shop_id, *quiet)
        for one in quiet:
            put_score(session, shop_id, one, orders_count=3)
    programme_id = started(shop_id, product, terms={"seats": 40}, most_people=40, open_share=0.5)
    members = [one for one in invitations(programme_id) if one in PEOPLE]
    for one in [*members[:6], *quiet[:4]]:
        accept(shop_id, programme_id, one)
    for place, one in enumerate(members[:6]):
        said = ["=1+1", "Zip", "  A pocket. "][place % 3]
        answer(shop_id, programme_id, one, {"1": 5 if place else 2, "2": "Red", "3": said})
    for one in quiet[:4]:
        answer(shop_id, programme_id, one, {"1": 1})

    with db.transaction() as session:
        found = beta_invites.answers(session, shop_id, programme_id)
        rows = beta_invites.as_csv(session, shop_id, programme_id).splitlines()
        with pytest.raises(RowMissing):
            beta_invites.answers(session, shop_id + 1, programme_id)

    assert (found.seats, found.states[InvitationState.ACCEPTED], found.states[InvitationState.INVITED]) == (
        40,
        10,
        30,
    )
    ours, regulars = found.groups
    assert [(one.group, one.invited, one.accepted) for one in found.groups] == [
        ("members", 20, 6),
        ("regulars", 20, 4),
    ]
    rating, colour = ours.questions
    assert [(one.option, one.count) for one in rating.options] == [
        ("1", 0),
        ("2", 1),
        ("3", 0),
        ("4", 0),
        ("5", 5),
    ]
    assert [(one.option, one.share) for one in colour.options] == [("Blue", 0.0), ("Red", 1.0)]
    assert 0.6 < colour.options[1].low < 0.8
    assert [(one.answered, one.options) for one in regulars.questions] == [(None, []), (None, [])]
    assert [one.remarks for one in found.remarks] == [
        ["=1+1", "=1+1", "A pocket.", "A pocket.", "Zip", "Zip"]
    ]
    assert rows.count("What is missing?,,'=1+1") == 2
    assert rows.count("How do you like it?,members,5") == 5
    assert not [row for row in rows if "regulars" in row or "member-" in row]


def test_the_shopper_sees_the_link_and_the_questions_once_they_have_accepted(
    shop_id: int, product: Product
) -> None:
    programme_id = started(shop_id, product)
    first, *_, waits = lots.in_order(PEOPLE, 1)[:11]

    def seen(customer_id: str) -> Any:
        with db.transaction() as session:
            [perk] = perks.of_shopper(session, shop_id, customer_id, base=APP)
        return perk.invitation

    assert (seen(waits).state, seen(waits).link, seen(waits).answer_by) == ("waiting", None, None)
    assert (seen(first).state, seen(first).link, seen(first).questions) == ("invited", None, [])
    assert seen(first).answer_by is not None
    accept(shop_id, programme_id, first)
    answer(shop_id, programme_id, first, {"1": 4, "3": "A pocket."})
    assert (seen(first).state, seen(first).link) == ("accepted", BETA_TERMS["link"])
    assert [one.kind for one in seen(first).questions] == ["rating", "choice", "text"]
    assert seen(first).answers == {"1": 4, "3": "A pocket."}
    with db.transaction() as session:
        programmes.end(session, shop_id, programme_id)
    assert (seen(first).link, seen(first).questions) == (None, [])
