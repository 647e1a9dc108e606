"""Gift cards of a programme: topped up within its budget, once, and booked from what the cards say."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, update

from saleor_influence_app import db
from saleor_influence_app.errors import InputInvalid, RowMissing, SaleorUnreachable
from saleor_influence_app.models import (
    GrantState,
    PerkGrant,
    PerkProgramme,
    PerkRedemption,
    PerkReward,
    PerkTopUp,
    Refusal,
    RewardState,
    SaleorWrite,
    Shop,
    TopUpState,
)
from saleor_influence_app.perks import budgets, grants, programmes, schedule, spending, top_ups
from saleor_influence_app.perks.strategies import WRITERS
from saleor_influence_app.perks.strategies.gift_card.card_uses import CardUsesReader
from saleor_influence_app.perks.strategies.gift_card.top_ups import PATIENCE, TopUpWriter
from saleor_influence_app.queries import perks, rewards
from saleor_influence_app.saleor.client import SaleorClient
from saleor_influence_app.writeback import saleor_writes
from sandbox import buying
from sandbox.benefits import GiftCardBalance
from sandbox.client import ShopClient
from sandbox.generate import fill
from sandbox.gift_card_payments import note
from sandbox.gift_cards import GiftCard
from sandbox.orders import Order
from sandbox.world import Money
from tests.support.perks import CARD_TERMS, REFERRAL_TERMS, grants_of, plan, put_members, started
from tests.support.pocket_shop import PERMISSIONS, Pocket, pocket_saleor
from tests.support.shop_rows import put_order

pytestmark = pytest.mark.usefixtures("engine")
KEY = "of-the-request"


@pytest.fixture(scope="module")
def pocket(_environment: None) -> Iterator[Pocket]:
    with pocket_saleor() as pocket:
        pocket.app.permission_codes = PERMISSIONS | {"MANAGE_GIFT_CARD"}
        fill(pocket.state, customers=3, orders=3, seed=2)
        yield pocket


def drain(shop_id: int) -> int:
    return saleor_writes.drain(db.transaction, shop_id, writers=WRITERS)


@pytest.fixture
def programme(pocket: Pocket) -> PerkProgramme:
    """Three customers each have a card of 20 USD, of a budget of 100 USD."""
    members = [user.id for user in pocket.people(3)]
    with db.transaction() as session:
        session.query(Shop).delete()
        shop_id = pocket.put_row(session)
        put_members(session, shop_id, *members)
    terms = CARD_TERMS | {"currency": "USD"}
    wanted = plan(kind="gift_card", currency="USD", hold_out=0.0, terms=terms, most_money="100")
    programme_id = started(shop_id, wanted)
    drain(shop_id)
    with db.transaction() as session:
        return session.get_one(PerkProgramme, programme_id)


def top_up(programme: PerkProgramme, amount: str, *, card_id: str | None = None, key: str = KEY) -> int:
    with db.transaction() as session:
        return top_ups.top_up(
            session, programme.shop_id, programme.id, amount=Decimal(amount), key=key, card_id=card_id
        )


def cards_of(pocket: Pocket, programme: PerkProgramme) -> list[GiftCard]:
    found = [pocket.state.store.find(str(one.external_id), GiftCard) for one in grants_of(programme.id)]
    return [card for card in found if card is not None]


def money_left(programme: PerkProgramme) -> Decimal | None:
    with db.transaction() as session:
        return budgets.left(session, programme).money


def states() -> dict[str, int]:
    with db.transaction() as session:
        rows = session.execute(select(PerkTopUp.state, func.count().label("total")).group_by(PerkTopUp.state))
        return {row.state: row.total for row in rows}


def test_all_cards_are_topped_up_once_however_often_it_is_asked(
    pocket: Pocket, programme: PerkProgramme
) -> None:
    cards = cards_of(pocket, programme)
    cards[0].current -= Decimal(15)  # it was used

    assert [top_up(programme, "5"), top_up(programme, "5")] == [3, 3]
    assert money_left(programme) == 100 - 3 * 25
    assert drain(programme.shop_id) == 3
    assert drain(programme.shop_id) == 0

    assert [card.current for card in cards] == [10, 25, 25]
    notes = [event.message for card in cards for event in card.events if event.type == "NOTE_ADDED"]
    assert all(str(one).startswith("Influence tops up 5 USD (") for one in notes)
    with db.transaction() as session:
        page = perks.grants(session, programme.shop_id, programme_id=programme.id, page=(0, 9), base="")
    shown = [one.topped_up for one in page.grants]
    assert [(one.given.amount, one.waiting, one.error) for one in shown if one] == [("5.00", 0, None)] * 3
    assert {one.card_id for one in page.grants} == {card.id for card in cards}


def test_one_card_is_topped_up_and_a_card_of_nobody_is_not(pocket: Pocket, programme: PerkProgramme) -> None:
    first, second, _ = cards_of(pocket, programme)
    assert top_up(programme, "7.5", card_id=first.id) == 1
    drain(programme.shop_id)
    assert [first.current, second.current] == [Decimal("27.5"), 20]
    with pytest.raises(RowMissing):
        top_up(programme, "7.5", card_id="R2lmdENhcmQ6OTk5OTk=", key="of-another-request")


def test_beyond_the_budget_no_card_is_topped_up(programme: PerkProgramme) -> None:
    with pytest.raises(InputInvalid) as refused:
        top_up(programme, "13.34")
    assert refused.value.reason == Refusal.BUDGET
    assert "40.00 USD" in str(refused.value)
    assert states() == {}
    assert top_up(programme, "13.33") == 3
    assert money_left(programme) == Decimal("0.01")


def test_a_use_while_it_is_topped_up_is_not_lost(pocket: Pocket, programme: PerkProgramme) -> None:
    card = cards_of(pocket, programme)[0]
    top_up(programme, "5", card_id=card.id)
    card.current -= Decimal(20)  # between our reading of anything and Saleor's adding
    drain(programme.shop_id)
    assert card.current == 5


@pytest.mark.parametrize("cut_off", ["before", "after the note", "after all"])
def test_an_attempt_that_was_cut_off_is_repeated_once(
    pocket: Pocket, programme: PerkProgramme, cut_off: str
) -> None:
    card = cards_of(pocket, programme)[0]
    top_up(programme, "5", card_id=card.id)
    wanted = wanted_by(programme)
    balance = GiftCardBalance(card.current_balance, Money("USD", card.current + 5))
    if cut_off != "before":
        note(pocket.state, card, "NOTE_ADDED", message=wanted["note"], by=pocket.app)
        for other in (
            replace(pocket.app, id="other"),
            pocket.people(1)[0],
            None,
        ):  # the same amount, by others
            note(pocket.state, card, "BALANCE_ADJUSTED", balance=balance, by=other)
    if cut_off == "after all":
        card.current += 5
        note(pocket.state, card, "BALANCE_ADJUSTED", balance=balance, by=pocket.app)
    with db.transaction() as session:
        session.connection().exec_driver_sql("UPDATE saleor_writes SET attempts = 1")

    drain(programme.shop_id)

    assert card.current == 25
    assert states() == {TopUpState.GIVEN: 1}


def test_what_was_cut_off_may_still_come_so_the_next_attempt_waits(
    pocket: Pocket, programme: PerkProgramme
) -> None:
    """Saleor does it after our patience with the answer, and before the history is asked."""
    card = cards_of(pocket, programme)[0]
    top_up(programme, "5", card_id=card.id)
    late: list[Any] = []

    class Deaf(SaleorClient):
        def execute(self, operation_name: str, variables: Any = None) -> Any:
            late.append((operation_name, variables))
            raise SaleorUnreachable("No answer in time.")

    saleor_writes.drain(
        db.transaction, programme.shop_id, writers=WRITERS, opener=lambda url, _: Deaf(url, "token")
    )
    with db.transaction() as session:
        again = session.scalars(select(SaleorWrite.next_attempt_at)).one()
    assert timedelta(minutes=9) < again - datetime.now(UTC) <= PATIENCE
    assert drain(programme.shop_id) == 0
    [(operation, variables)] = late
    with SaleorClient(pocket.api_url, pocket.app.token) as client:
        client.execute(operation, variables)
    with db.transaction() as session:
        session.connection().exec_driver_sql("UPDATE saleor_writes SET next_attempt_at = now()")

    assert drain(programme.shop_id) == 1

    assert card.current == 25
    assert states() == {TopUpState.GIVEN: 1}


def wanted_by(programme: PerkProgramme) -> dict[str, Any]:
    with db.transaction() as session:
        top_up_id = session.scalars(select(PerkTopUp.id)).one()
        write = saleor_writes.Write(
            id=1,
            shop_id=programme.shop_id,
            kind="gift_card_top_up",
            key="",
            payload={"top_up_id": top_up_id},
            version=1,
            attempts=1,
            lease_until=datetime.now(UTC),
        )
        wanted = TopUpWriter().prepare(session, write)
    assert wanted is not None
    return wanted


def test_a_card_that_was_taken_back_or_deleted_leaves_its_part_to_the_budget(
    pocket: Pocket, programme: PerkProgramme
) -> None:
    first, second, _ = cards_of(pocket, programme)
    top_up(programme, "5")
    pocket.state.store.drop_gift_card(second)
    with db.transaction() as session:
        grants.take_back(session, programme.shop_id, grants_of(programme.id)[0].id)

    drain(programme.shop_id)

    assert first.current == 20
    assert not first.is_active
    assert first.assigned_to is None
    assert states() == {TopUpState.FAILED: 2, TopUpState.GIVEN: 1}
    with db.transaction() as session:
        errors = session.scalars(select(PerkTopUp.error).order_by(PerkTopUp.id)).all()
    assert errors[0] == "The customer no longer had the card."
    assert "NOT_FOUND" in str(errors[1])
    assert money_left(programme) == 100 - 20 - 25  # the first is free again, the second's card still counts


def test_other_programmes_and_those_that_ended_top_up_nothing(programme: PerkProgramme) -> None:
    with db.transaction() as session:
        programmes.end(session, programme.shop_id, programme.id)
    with pytest.raises(InputInvalid, match="while their programme runs"):
        top_up(programme, "5")
    codes = started(programme.shop_id, plan(hold_out=0.0))
    with db.transaction() as session, pytest.raises(InputInvalid, match="gives no gift cards"):
        top_ups.top_up(session, programme.shop_id, codes, amount=Decimal(5), key=KEY, card_id=None)


def test_a_senders_reward_is_topped_up_beside_what_is_kept_for_rewards(programme: PerkProgramme) -> None:
    shop_id = programme.shop_id
    terms = REFERRAL_TERMS | {"channels": [{"slug": "default-channel", "currency": "USD", "value": "10"}]}
    wanted = plan(kind="referral", currency="USD", hold_out=0.0, terms=terms, most_money="500", uses_each=2)
    referral_id = started(shop_id, wanted)
    grant = grants_of(referral_id)[0]
    with db.transaction() as session:
        referral = session.get_one(PerkProgramme, referral_id)
        given = {
            "shop_id": shop_id,
            "programme_id": referral_id,
            "grant_id": grant.id,
            "order_id": "friend's",
        }
        given |= {"amount": Decimal(15), "currency": "USD", "due_at": datetime.now(UTC)}
        session.add(PerkReward(**given, state=RewardState.GIVEN, external_id="a card"))
    before = money_left(referral)
    assert before is not None

    assert top_up(referral, "4") == 1

    assert money_left(referral) == before - 4
    with db.transaction() as session:
        [shown] = rewards.of_programme(session, shop_id, referral_id, page=(0, 9)).rewards
    assert shown.card_id == "a card"
    assert shown.topped_up is not None
    assert shown.topped_up.waiting == 1


def ordered(pocket: Pocket, order_id: str) -> Order:
    order: Order | None = pocket.state.store.find(order_id, Order)
    assert order is not None
    return order


def bought(pocket: Pocket, programme: PerkProgramme, card: GiftCard, *, paid: str) -> str:
    """Return the id of an order that the card paid a part of as a transaction, here as in Saleor."""
    variant = next(iter(pocket.state.store.variants()))
    with closing(ShopClient(pocket.api_url)) as client:
        checkout = buying.open_checkout(client, [(variant.id, 9)], email="owner@example.com")
        pocket.state.store.checkouts[checkout].user = card.assigned_to
        if ways := [one for one in buying.ways(client, checkout) if one["active"]]:
            buying.send_by(client, checkout, ways[0]["id"])
        buying.authorize_card(client, checkout, card.code, amount=paid)
        buying.pay(client, checkout, but=Decimal(paid))
        order_id = str(buying.complete(client, checkout)["id"])
    order = ordered(pocket, order_id)
    assert order.gift_cards == []
    given = {"order_id": order.id, "currency": "USD", "created_at": datetime.now(UTC)}
    assert card.assigned_to is not None
    with db.transaction() as session:
        put_order(session, programme.shop_id, card.assigned_to.id, charged=order.charged, **given)
    return order_id


def look(programme: PerkProgramme, *, days: float = 0) -> None:
    """The cards are asked, and what they say is booked."""
    moment = datetime.now(UTC) + timedelta(days=days)
    for _ in range(2):
        schedule.sweep(db.transaction, now=moment)
        drain(programme.shop_id)


def booked(programme: PerkProgramme) -> list[tuple[str, int, Decimal, Decimal, bool]]:
    with db.transaction() as session:
        columns = ("order_id", "uses", "cost", "paid", "by_owner")
        rows = select(*(getattr(PerkRedemption, name) for name in columns))
        ours = PerkRedemption.programme_id == programme.id
        return [tuple(row) for row in session.execute(rows.where(ours).order_by(PerkRedemption.id))]


def test_a_card_used_as_a_transaction_is_booked_once_from_what_the_card_says(
    pocket: Pocket, programme: PerkProgramme
) -> None:
    card = cards_of(pocket, programme)[0]
    order_id = bought(pocket, programme, card, paid="12.5")
    charged = ordered(pocket, order_id).charged
    look(programme)
    assert booked(programme) == []  # the cards were asked today already

    for days in (1.1, 1.2, 2.3):
        look(programme, days=days)

    assert booked(programme) == [(order_id, 1, Decimal("12.5"), charged - Decimal("12.5"), True)]
    with db.transaction() as session:
        [first, *others] = spending.values_of(session, programme, until=datetime.now(UTC)).money
    assert first == pytest.approx(float(charged - Decimal("12.5")))  # nobody paid what the card paid
    assert set(others) == {0.0}


def test_a_refund_onto_the_card_makes_the_use_cheaper(pocket: Pocket, programme: PerkProgramme) -> None:
    card = cards_of(pocket, programme)[0]
    order_id = bought(pocket, programme, card, paid="10")
    look(programme, days=1.1)
    balance = GiftCardBalance(card.current_balance, Money("USD", card.current + 4))
    note(pocket.state, card, "REFUNDED_IN_ORDER", order_id=order_id, balance=balance)
    with db.transaction() as session:
        session.connection().exec_driver_sql("UPDATE orders SET charged = charged - 4")

    look(programme, days=2.2)

    rows = booked(programme)
    more = [sum(Decimal(one[place]) for one in rows[1:]) for place in (1, 2, 3)]
    assert more == [0, -4, 0]


def test_cards_are_read_page_after_page(programme: PerkProgramme) -> None:
    asked = []

    class TwoPages(SaleorClient):
        def execute(self, name: str, variables: Any = None) -> Any:
            assert name == "perk_gift_card_uses"
            asked.append(variables["after"])
            more = {"hasNextPage": variables["after"] is None, "endCursor": "second"}
            return {"giftCards": {"edges": [], "pageInfo": more}}

    look(programme)
    schedule.sweep(db.transaction, now=datetime.now(UTC) + timedelta(days=1.1))
    saleor_writes.drain(
        db.transaction,
        programme.shop_id,
        writers={"gift_card_uses": CardUsesReader()},
        opener=lambda url, _: TwoPages(url, "token"),
    )
    assert asked == [None, "second"]


def test_a_card_that_its_checkout_names_is_not_booked_twice(pocket: Pocket, programme: PerkProgramme) -> None:
    card = cards_of(pocket, programme)[0]
    order_id = bought(pocket, programme, card, paid="6")
    with db.transaction() as session:
        grant = session.scalars(select(PerkGrant).where(PerkGrant.external_id == card.id)).one()
        assert grant.state == GrantState.GIVEN
        session.connection().exec_driver_sql(
            "UPDATE orders SET gift_cards = jsonb_build_object(%s::text, 6)", (card.id,)
        )
        session.execute(update(PerkProgramme).values(cards_read_at=None))
    look(programme, days=1.1)
    charged = ordered(pocket, order_id).charged
    assert booked(programme) == [(order_id, 1, Decimal(6), charged, True)]
