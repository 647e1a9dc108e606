"""Referral links: friends' orders are rewarded once their return period is over, and only friends' orders."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from saleor_influence_app import db, settings
from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.models import (
    CodeLeak,
    Customer,
    GrantState,
    Order,
    PerkGrant,
    PerkProgramme,
    PerkReward,
    PersonalCode,
    Refusal,
    RewardState,
    SaleorWrite,
    Shop,
    Tie,
)
from saleor_influence_app.perks import grants, programmes, schedule
from saleor_influence_app.perks.strategies import WRITERS
from saleor_influence_app.perks.strategies.referral import rewards
from saleor_influence_app.queries.rewards import of_programme as rewards_of
from saleor_influence_app.runs import derived_ties
from saleor_influence_app.shops import shops
from saleor_influence_app.writeback import saleor_writes
from tests.support.perks import REFERRAL_TERMS, grants_of, plan, put_members, started
from tests.support.pocket_shop import PERMISSIONS as PERMISSIONS_IN_POCKET
from tests.support.pocket_shop import TOKEN, Pocket, pocket_saleor
from tests.support.shop_rows import EMAIL_KEY, put_customers, put_order, put_shop

pytestmark = pytest.mark.usefixtures("engine")
NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=15)
PERMISSIONS = ["MANAGE_DISCOUNTS", "MANAGE_GIFT_CARD", "MANAGE_ORDERS", "MANAGE_USERS"]
SENDERS = ("anna", "bo", "cleo")


def address(email: str) -> dict[str, Any]:
    """The hashes that a row has for an address."""
    key = EMAIL_KEY.encode()
    return {"email_hash": shops.email_hash(key, email), "mailbox_hash": shops.mailbox_hash(key, email)}


@pytest.fixture
def shop_id() -> int:
    """A shop with three members of a segment, each with an address of their own."""
    with db.transaction() as session:
        shop_id = put_shop(session, permissions=PERMISSIONS)
        put_members(session, shop_id, *SENDERS)
        for one in SENDERS:
            given = address(f"{one}@example.com")
            session.connection().exec_driver_sql(
                "UPDATE customers SET email_hash = %s, mailbox_hash = %s WHERE customer_id = %s",
                (given["email_hash"], given["mailbox_hash"], one),
            )
    return shop_id


def running(shop_id: int, **given: Any) -> int:
    """A programme of referral links whose codes Saleor has."""
    wanted = plan(**{"kind": "referral", "terms": REFERRAL_TERMS, "hold_out": 0.0, "uses_each": 5} | given)
    programme_id = started(shop_id, wanted)
    with db.transaction() as session:
        of = PerkGrant.programme_id == programme_id
        session.execute(update(PerkGrant).where(of).values(state=GrantState.GIVEN, given_at=NOW))
        for one in session.scalars(select(PerkGrant).where(of)):
            row = {"shop_id": shop_id, "code": one.code, "customer_id": one.customer_id}
            session.add(PersonalCode(**row, valid_from=NOW - timedelta(days=1)))
        session.query(SaleorWrite).delete()
    return programme_id


def code_of(programme_id: int, sender: str) -> str:
    return next(str(one.code) for one in grants_of(programme_id) if one.customer_id == sender)


def ordered(shop_id: int, code: str | None, customer_id: str | None, **given: Any) -> str:
    """An order of today; whoever it is of has an account."""
    with db.transaction() as session:
        if customer_id is not None and session.get(Customer, (shop_id, customer_id)) is None:
            put_customers(session, shop_id, customer_id)
        columns = {"voucher_code": code, "created_at": NOW, "discount": 5} | given
        return put_order(session, shop_id, customer_id, **columns)


def look(now: datetime = NOW) -> None:
    schedule.sweep(db.transaction)
    rewards.sweep(db.transaction, now=now)


def outcome(order_id: str) -> tuple[str, str | None]:
    with db.transaction() as session:
        row = session.scalars(select(PerkReward).where(PerkReward.order_id == order_id)).one()
        return row.state, row.refusal


def staged() -> list[int]:
    with db.transaction() as session:
        rows = select(SaleorWrite.payload).where(SaleorWrite.kind == "referral_reward")
        return sorted(one["reward_id"] for one in session.scalars(rows))


def test_a_friends_order_is_rewarded_once_and_after_the_return_period(shop_id: int) -> None:
    programme_id = running(shop_id)
    order = ordered(shop_id, code_of(programme_id, "anna"), "friend", **address("friend@example.com"))

    look()
    assert outcome(order) == (RewardState.WAITING, None)
    look(NOW + timedelta(days=13))
    assert (outcome(order), staged()) == ((RewardState.WAITING, None), [])
    for _ in range(3):
        look(LATER)

    assert outcome(order) == (RewardState.STAGED, None)
    assert len(staged()) == 1
    with db.transaction() as session:
        row = session.scalars(select(PerkReward)).one()
        assert (row.amount, row.currency) == (Decimal(15), "EUR")


def test_an_order_that_is_not_paid_or_has_another_code_brings_nothing(shop_id: int) -> None:
    programme_id = running(shop_id)
    unpaid = ordered(shop_id, code_of(programme_id, "anna"), "friend", charged=0, gross=50)
    ordered(shop_id, "SUMMER", "other")
    look(LATER)
    with db.transaction() as session:
        assert session.scalars(select(PerkReward)).all() == []
        session.execute(update(Order).where(Order.order_id == unpaid).values(charged=50))
    look(LATER)
    assert outcome(unpaid) == (RewardState.STAGED, None)


@pytest.mark.parametrize(
    ("whose", "email"),
    [
        ("anna", "anna@example.com"),
        ("second-account", "anna+friend@example.com"),
        (None, "anna@example.com"),
        (None, "anna+guest@example.com"),
    ],
    ids=["the same account", "another account of the mailbox", "a guest", "a guest with a tag"],
)
def test_senders_are_not_rewarded_for_orders_of_their_own(
    shop_id: int, whose: str | None, email: str
) -> None:
    programme_id = running(shop_id)
    order = ordered(shop_id, code_of(programme_id, "anna"), whose, **address(email))
    look()
    assert outcome(order) == (RewardState.REFUSED, Refusal.NOT_THEIRS)


def test_dots_in_a_mailbox_that_ignores_them_do_not_make_a_friend(shop_id: int) -> None:
    programme_id = running(shop_id)
    ordered(shop_id, None, "anna", created_at=NOW - timedelta(days=90), **address("an.na@gmail.com"))
    order = ordered(shop_id, code_of(programme_id, "anna"), "dotted", **address("a.nn.a+x@gmail.com"))
    look()
    assert outcome(order) == (RewardState.REFUSED, Refusal.NOT_THEIRS)


@pytest.mark.parametrize("mark", ["address_hash", "payment_hash"])
def test_the_senders_household_is_not_a_friend(shop_id: int, mark: str) -> None:
    programme_id = running(shop_id)
    ordered(shop_id, None, "anna", created_at=NOW - timedelta(days=90), **{mark: b"of anna"})
    code = code_of(programme_id, "anna")
    same = ordered(shop_id, code, "partner", **{mark: b"of anna"})
    other = ordered(shop_id, code, "friend", **{mark: b"another"})
    look()
    assert outcome(same) == (RewardState.REFUSED, Refusal.HOUSEHOLD)
    assert outcome(other) == (RewardState.WAITING, None)


def test_one_household_of_friends_is_rewarded_once(shop_id: int) -> None:
    programme_id = running(shop_id)
    code = code_of(programme_id, "anna")
    first = ordered(shop_id, code, "friend", address_hash=b"there")
    second = ordered(shop_id, code, "flatmate", address_hash=b"there", created_at=NOW + timedelta(hours=1))
    look(LATER)
    look(LATER)
    assert outcome(first) == (RewardState.STAGED, None)
    assert outcome(second) == (RewardState.REFUSED, Refusal.HOUSEHOLD)


@pytest.mark.parametrize("by", ["account", "mailbox"])
def test_who_ordered_before_is_no_new_friend_and_a_friend_counts_once(shop_id: int, by: str) -> None:
    programme_id = running(shop_id)
    code = code_of(programme_id, "anna")
    before = {"created_at": NOW - timedelta(days=200)}
    if by == "account":
        ordered(shop_id, None, "known", **before)
        order = ordered(shop_id, code, "known")
    else:
        ordered(shop_id, None, None, **before, **address("known@example.com"))
        order = ordered(shop_id, code, None, **address("known+again@example.com"))
    new = ordered(shop_id, code, "new")
    again = ordered(shop_id, code, "new", created_at=NOW + timedelta(hours=1))
    cancelled = ordered(shop_id, None, "hasty", status="CANCELED", **before)
    after_cancelling = ordered(shop_id, code, "hasty")
    assert cancelled
    look()
    assert outcome(order) == (RewardState.REFUSED, Refusal.NOT_NEW)
    assert outcome(new) == (RewardState.WAITING, None)
    assert outcome(again) == (RewardState.REFUSED, Refusal.NOT_NEW)
    assert outcome(after_cancelling) == (RewardState.WAITING, None)


def test_a_friends_order_makes_a_tie_as_with_every_personal_code(shop_id: int) -> None:
    programme_id = running(shop_id)
    ordered(shop_id, code_of(programme_id, "anna"), "friend")
    with db.transaction() as session:
        derived_ties.derive(session, shop_id)
        ties = session.execute(select(Tie.source_id, Tie.target_id, Tie.kind)).all()
    assert ties == [("anna", "friend", "code")]


def test_two_who_use_each_others_codes_are_not_rewarded(shop_id: int) -> None:
    programme_id = running(shop_id)
    one = ordered(shop_id, code_of(programme_id, "anna"), "bo")
    look()
    assert outcome(one) == (RewardState.WAITING, None)
    other = ordered(shop_id, code_of(programme_id, "bo"), "anna", created_at=NOW + timedelta(days=1))
    look(LATER)
    assert outcome(one) == (RewardState.REFUSED, Refusal.RING)
    assert outcome(other) == (RewardState.REFUSED, Refusal.RING)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "CANCELED"},
        {"status": "PARTIALLY_RETURNED"},
        {"charged": Decimal(0)},
        {"charged": Decimal(20)},
    ],
    ids=str,
)
def test_an_order_that_is_given_back_in_time_brings_nothing(shop_id: int, change: dict[str, Any]) -> None:
    programme_id = running(shop_id)
    order = ordered(shop_id, code_of(programme_id, "anna"), "friend")
    look()
    with db.transaction() as session:
        session.execute(update(Order).where(Order.order_id == order).values(**change))
    look(LATER)
    assert outcome(order) == (RewardState.REFUSED, Refusal.RETURNED)
    assert staged() == []


def test_a_refund_after_the_reward_is_shown_and_set_off_against_the_next(shop_id: int) -> None:
    programme_id = running(shop_id)
    code = code_of(programme_id, "anna")
    first = ordered(shop_id, code, "friend")
    look(LATER)
    with db.transaction() as session:
        session.execute(update(Order).where(Order.order_id == first).values(charged=Decimal(0)))
    look(LATER)
    second, third = ordered(shop_id, code, "second"), ordered(shop_id, code, "third")
    for _ in range(2):
        look(LATER)
    assert outcome(first) == (RewardState.STAGED, None)
    assert outcome(second) == (RewardState.REFUSED, Refusal.SET_OFF)
    assert outcome(third) == (RewardState.STAGED, None)
    with db.transaction() as session:
        row = session.scalars(select(PerkReward).where(PerkReward.order_id == first)).one()
        assert row.returned_at == LATER


def test_a_code_that_leaks_brings_no_reward_for_the_burst(shop_id: int) -> None:
    programme_id = running(shop_id)
    code = code_of(programme_id, "anna")
    order = ordered(shop_id, code, "friend")
    with db.transaction() as session:
        row = {"shop_id": shop_id, "code": code, "customer_id": "anna", "reason": "STRANGERS"}
        session.add(CodeLeak(**row, since=NOW - timedelta(hours=1), found_at=NOW))
    look()
    assert outcome(order) == (RewardState.WAITING, None)
    look(LATER)
    assert outcome(order) == (RewardState.REFUSED, Refusal.LEAK_PAUSED)


def test_who_gave_the_perk_up_is_not_rewarded(shop_id: int) -> None:
    programme_id = running(shop_id)
    grant = next(one for one in grants_of(programme_id) if one.customer_id == "anna")
    order = ordered(shop_id, grant.code, "friend")
    look()
    with db.transaction() as session:
        grants.decline(session, shop_id, grant.id, customer_id="anna")
    look(LATER)
    assert outcome(order) == (RewardState.REFUSED, Refusal.EXPIRED)


def test_the_budget_ends_rewards(shop_id: int) -> None:
    # Of 70 each 20 are kept for the one sender: 5 off an order of 50, and 15 for it.
    programme_id = running(shop_id, most_money="39", uses_each=1, most_people=1)
    [grant] = grants_of(programme_id)
    with db.transaction() as session:
        session.execute(update(PerkGrant).values(reserved=Decimal(20)))
        programme = session.get_one(PerkProgramme, programme_id)
        programme.uses_each = 5
    orders = [
        ordered(shop_id, grant.code, f"friend-{number}", created_at=NOW + timedelta(minutes=number))
        for number in range(3)
    ]
    look(LATER)
    states = [outcome(one) for one in orders]
    # 39 less three discounts of 5 leave 24: one reward.
    assert states == [(RewardState.STAGED, None), *[(RewardState.REFUSED, Refusal.BUDGET)] * 2]


def test_fifty_workers_give_a_sender_no_more_than_the_cap(shop_id: int) -> None:
    programme_id = running(shop_id, uses_each=3)
    code = code_of(programme_id, "anna")
    orders = [ordered(shop_id, code, f"friend-{number}") for number in range(20)]
    schedule.sweep(db.transaction)
    begin = threading.Barrier(50)

    def decide() -> None:
        begin.wait()
        with db.transaction() as session:
            rewards.decide(session, programme_id, now=LATER)

    threads = [threading.Thread(target=decide) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = [outcome(one) for one in orders]
    assert found.count((RewardState.STAGED, None)) == 3
    assert found.count((RewardState.REFUSED, Refusal.CAP)) == 17
    assert len(staged()) == 3


def test_what_a_programme_keeps_of_its_budget_holds_the_rewards(shop_id: int) -> None:
    terms = REFERRAL_TERMS | {
        "discount": "fixed",
        "channels": [{"slug": "default-channel", "currency": "EUR", "value": "5"}],
    }
    programme_id = running(shop_id, terms=terms, uses_each=2, most_money="99")
    assert [one.reserved for one in grants_of(programme_id)] == [Decimal(40)] * 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"reward": "0"}, "terms.reward"),
        ({"return_days": 0}, "terms.return_days"),
        ({"return_days": 61}, "terms.return_days"),
        ({"reward_days": 0}, "terms.reward_days"),
        ({"channels": []}, "terms.channels"),
    ],
    ids=str,
)
def test_terms_that_cannot_be_meant_are_refused_in_words(
    shop_id: int, wrong: dict[str, Any], words: str
) -> None:
    wanted = plan(kind="referral", terms=REFERRAL_TERMS | wrong)
    with pytest.raises(InputInvalid, match=words), db.transaction() as session:
        programmes.create(session, shop_id, wanted, made_by="staff")


@pytest.fixture(scope="module")
def pocket(_environment: None) -> Iterator[Pocket]:
    with pocket_saleor() as pocket:
        pocket.app.permission_codes = PERMISSIONS_IN_POCKET | {"MANAGE_GIFT_CARD"}
        yield pocket


def test_saleor_has_the_friends_voucher_and_then_the_senders_card(pocket: Pocket) -> None:
    [sender] = pocket.people(1)
    with db.transaction() as session:
        shop_id = pocket.put_row(session)
        put_members(session, shop_id, sender.id)
    channels = [{"slug": "default-channel", "currency": "USD", "value": "10"}]
    terms = REFERRAL_TERMS | {"channels": channels, "reward_days": 90}
    given = {"kind": "referral", "currency": "USD", "hold_out": 0.0, "title": "Bring a friend"}
    programme_id = started(shop_id, plan(**given, terms=terms, most_uses=40, uses_each=5))
    assert saleor_writes.drain(db.transaction, shop_id, writers=WRITERS) == 1

    [voucher] = [one for one in pocket.state.store.vouchers.values() if one.name]
    assert [one.code for one in voucher.codes] == [code_of(programme_id, sender.id)]
    assert (voucher.single_use, voucher.apply_once_per_customer, voucher.usage_limit) == (False, True, 40)
    order = ordered(shop_id, code_of(programme_id, sender.id), None, currency="USD", **address("f@x.example"))
    look(LATER)
    assert saleor_writes.drain(db.transaction, shop_id, writers=WRITERS) == 1
    assert saleor_writes.drain(db.transaction, shop_id, writers=WRITERS) == 0

    [card] = pocket.state.store.gift_cards.values()
    assert (card.assigned_to, card.initial, card.currency) == (sender, Decimal(15), "USD")
    assert card.expiry_date is not None
    assert outcome(order) == (RewardState.GIVEN, None)


def test_a_card_that_saleor_refuses_is_shown_with_its_reason(pocket: Pocket, shop_id: int) -> None:
    programme_id = running(shop_id)
    order = ordered(shop_id, code_of(programme_id, "anna"), "friend")
    look(LATER)
    with db.transaction() as session:
        session.execute(
            update(Shop)
            .where(Shop.id == shop_id)
            .values(
                api_url=pocket.api_url, token_encrypted=settings.get().fernet.encrypt(TOKEN.encode()).decode()
            )
        )
    # Anna is nobody in this Saleor.
    assert saleor_writes.drain(db.transaction, shop_id, writers=WRITERS) == 1
    assert outcome(order) == (RewardState.FAILED, None)
    with db.transaction() as session:
        assert rewards_of(session, shop_id, programme_id, page=(0, 5)).rewards[0].why
