"""Workers killed at any statement while perks are drawn and written: nothing is lost, nothing is doubled."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.consent import ledger, privacy_settings
from saleor_influence_app.consent.ledger import Decision
from saleor_influence_app.models import (
    GrantState,
    OutreachTask,
    PerkArm,
    PerkGrant,
    PerkInvitation,
    PerkProgramme,
    PerkReward,
    PerkTopUp,
    PersonalCode,
    RewardState,
    SaleorWrite,
    Shop,
    TopUpState,
)
from saleor_influence_app.perks import grants, programmes, top_ups
from saleor_influence_app.perks.strategies.discount_code import checkouts
from saleor_influence_app.writeback import saleor_writes
from sandbox import buying
from sandbox.checkouts import Checkout
from sandbox.client import ShopClient
from sandbox.generate import fill
from sandbox.gift_cards import GiftCard
from sandbox.identifiers import global_id
from sandbox.world import Product, ProductListing, User, Variant
from tests.support.history import Worker, kill_at_every_step, mortal_worker
from tests.support.laws import some
from tests.support.perks import BETA_TERMS, CARD_TERMS, CODE_TERMS, REFERRAL_TERMS, plan, put_members
from tests.support.pocket_shop import PERMISSIONS, Pocket, pocket_saleor
from tests.support.shop_rows import put_order
from tests.support.social_shop import SETTINGS
from webhooks.envelopes import CheckoutChange

pytestmark = pytest.mark.usefixtures("engine")
KINDS: dict[str, dict[str, Any]] = {
    "discount_code": {
        "terms": CODE_TERMS
        | {"channels": [{"slug": "default-channel", "currency": "USD", "value": "10"}], "prefix": "KILL"}
    },
    "gift_card": {"terms": CARD_TERMS | {"currency": "USD"}},
    "referral": {
        "terms": REFERRAL_TERMS
        | {"channels": [{"slug": "default-channel", "currency": "USD", "value": "10"}]},
    },
    "outreach": {
        "needs_consent": True,
        "terms": {
            "task": "product",
            "most_in_90_days": 10,
            "gift": {
                "variant_id": global_id("ProductVariant", 1),
                "channel": "default-channel",
                "currency": "USD",
                "cost": "4",
            },
        },
    },
}
_numbers = count(1)


@pytest.fixture(scope="module")
def worker(_environment: None) -> Iterator[Worker]:
    with mortal_worker() as work:
        yield work


@pytest.fixture(scope="module")
def pocket(_environment: None) -> Iterator[Pocket]:
    with pocket_saleor() as pocket:
        pocket.app.permission_codes = PERMISSIONS | {
            "MANAGE_GIFT_CARD",
            "MANAGE_PRODUCTS",
            "MANAGE_CHECKOUTS",
        }
        now = pocket.state.store.clock.now()
        shoes = Product(1, global_id("Product", 1), "Shoes", "shoes", None, now, now)
        shoes.variants = [Variant(global_id("ProductVariant", 1), "", "SHOES", shoes, Decimal(40))]
        pocket.state.store.put_product(shoes)
        yield pocket


@pytest.fixture(scope="module")
def members(pocket: Pocket) -> list[str]:
    return [user.id for user in pocket.people(6)]


def drafted(pocket: Pocket, members: list[str], kind: str, *, hold_out: float = 0.0, **terms: Any) -> int:
    """A shop with a programme that is started and not drawn yet."""
    with db.transaction() as session:
        session.query(Shop).delete()
        shop_id = pocket.put_row(session)
        put_members(session, shop_id, *members)
        agree(session, shop_id, *members)
        given = dict(KINDS.get(kind) or {"terms": BETA_TERMS})
        given["terms"] = given["terms"] | terms
        given["hold_out"] = hold_out
        wanted = plan(kind=kind, title=f"Killed {next(_numbers)}", currency="USD", **given)
        programme_id = programmes.create(session, shop_id, wanted, made_by="staff")
        programmes.start(session, shop_id, programme_id)
    return shop_id


def in_saleor(pocket: Pocket) -> Counter[str]:
    """How often Saleor has each code of ours, and each customer a card."""
    store = pocket.state.store
    codes = [code.code for one in store.vouchers.values() for code in one.codes]
    cards = [f"card of {one.assigned_to.id}" for one in store.gift_cards.values() if one.assigned_to]
    drafts = [
        f"draft for {one.user.id} of {one.total_gross} {len(one.discounts)}"
        for one in store.orders.values()
        if one.status == "DRAFT" and one.user is not None
    ]
    return Counter([*codes, *cards, *drafts])


def agree(session: Session, shop_id: int, *members: str) -> None:
    """They all have ticked that they may be contacted."""
    chosen = privacy_settings.PrivacySettingsInput.model_validate(SETTINGS | {"networks": {"mastodon": {}}})
    privacy_settings.confirm(session, shop_id, chosen, user_id="staff")
    given: dict[str, Any] = {"wording": "I agree.", "version": "2", "language": "en", "age_ok": True}
    limits = {"controller": SETTINGS["controller_name"]}
    yes = Decision(
        purpose="outreach", network=None, action="given", proof=ledger.SESSION, limits=limits, **given
    )
    for one in members:
        ledger.record(session, shop_id, one, decisions=[yes])


def granted(shop_id: int) -> list[PerkGrant]:
    with db.transaction() as session:
        rows = select(PerkGrant).where(PerkGrant.shop_id == shop_id, PerkGrant.arm == PerkArm.GRANTED)
        return list(session.scalars(rows.order_by(PerkGrant.id)))


@pytest.mark.parametrize("kind", KINDS)
@some("stride", 19, 1)
def test_killed_while_writing(
    pocket: Pocket, members: list[str], worker: Worker, *, kind: str, stride: int
) -> None:
    known: Counter[str] = Counter()

    def make() -> int:
        shop_id = drafted(pocket, members, kind)
        assert worker("perks", shop_id, 0) == 0
        known.clear()
        known.update(in_saleor(pocket))
        return shop_id

    for shop_id in kill_at_every_step(worker, "write", make, stride=stride):
        found = granted(shop_id)
        assert found
        assert {one.state for one in found} == {GrantState.GIVEN}
        thing = "draft for {} of 0.00 1" if kind == "outreach" else "card of {}"
        mine = [one.code or thing.format(one.customer_id) for one in found]
        assert in_saleor(pocket) - known == Counter(mine)
        with db.transaction() as session:
            assert session.scalars(select(SaleorWrite.id)).all() == []
            codes = set(session.scalars(select(PersonalCode.code).where(PersonalCode.shop_id == shop_id)))
            assert codes == {one.code for one in found if one.code}


@pytest.fixture
def hidden(pocket: Pocket) -> Product:
    """A product that is not out yet, to be on sale from a day on."""
    store = pocket.state.store
    key, now = store.number("Product"), store.clock.now()
    product = Product(key, global_id("Product", key), "New", f"new-{key}", None, now, now)
    store.put_product(product)
    return product


@some("stride", 11, 3)
def test_killed_while_a_product_is_opened_to_members_and_closed_again(
    pocket: Pocket, members: list[str], worker: Worker, hidden: Product, *, stride: int
) -> None:
    before = ProductListing(is_published=False, available_for_purchase_at=datetime(2040, 1, 1, tzinfo=UTC))
    [channel] = [one for one in pocket.state.store.channels if one.slug == BETA_TERMS["channel"]]

    def opened() -> int:
        hidden.listings = {channel.id: before}
        shop_id = drafted(pocket, members, "beta_invite", products=[hidden.id], seats=2)
        assert worker("perks", shop_id, 0) == 0
        return shop_id

    def closed() -> int:
        shop_id = opened()
        assert worker("write", shop_id, 0) == 0
        with db.transaction() as session:
            [programme_id] = session.scalars(select(PerkProgramme.id).where(PerkProgramme.shop_id == shop_id))
            programmes.end(session, shop_id, programme_id)
        return shop_id

    def states(shop_id: int) -> Counter[str]:
        with db.transaction() as session:
            assert session.scalars(select(SaleorWrite.id)).all() == []
            return Counter(
                session.scalars(select(PerkInvitation.state).where(PerkInvitation.shop_id == shop_id))
            )

    for shop_id in kill_at_every_step(worker, "write", opened, stride=stride):
        now = hidden.listing(channel)
        assert now is not None
        assert (now.is_published, now.visible_in_listings) == (True, False)
        assert {one.state for one in granted(shop_id)} == {GrantState.GIVEN}
        assert states(shop_id) == {"invited": 2, "waiting": len(members) - 2}
    for shop_id in kill_at_every_step(worker, "write", closed, stride=stride):
        assert hidden.listing(channel) == before
        assert states(shop_id) == {"expired": 2, "no_seat": len(members) - 2}


def given(pocket: Pocket, members: list[str], worker: Worker, *, app_applies: bool) -> list[PerkGrant]:
    """Members with codes that Saleor has."""
    shop_id = drafted(pocket, members, "discount_code", app_applies=app_applies)
    for job in ("perks", "write"):
        assert worker(job, shop_id, 0) == 0
    return granted(shop_id)


@some("stride", 13, 1)
def test_killed_while_a_code_is_replaced(
    pocket: Pocket, members: list[str], worker: Worker, stride: int
) -> None:
    known: Counter[str] = Counter()

    def make() -> int:
        first = given(pocket, members, worker, app_applies=False)[0]
        assert first.given_at is not None
        with db.transaction() as session:
            grants.replace_code(session, first.shop_id, first.id, given_at=first.given_at)
        known.clear()
        known.update(in_saleor(pocket))
        return first.shop_id

    for shop_id in kill_at_every_step(worker, "write", make, stride=stride):
        first = granted(shop_id)[0]
        assert first.state == GrantState.GIVEN
        now = in_saleor(pocket)
        assert now - known == Counter([str(first.code)])
        assert known - now == Counter(first.past_codes)
        assert len(first.past_codes) == 1


@some("stride", 13, 1)
def test_killed_while_a_checkout_gets_its_owners_code_and_another_loses_it(
    pocket: Pocket, members: list[str], worker: Worker, stride: int
) -> None:
    store = pocket.state.store
    fill(pocket.state, customers=1, orders=1, seed=2)
    variant = next(iter(store.variants()))
    opened: dict[str, Checkout] = {}

    def make() -> int:
        first = given(pocket, members, worker, app_applies=True)[0]
        for name in ("owner", "stranger"):
            checkout_id = buying.open_checkout(client, [(variant.id, 1)], email=f"{name}@example.com")
            opened[name] = store.checkouts[checkout_id]
        opened["owner"].user = store.find(str(first.customer_id), User)
        assert first.app_code is not None
        buying.add_code(client, opened["stranger"].id, first.app_code)
        for checkout in opened.values():
            told(first.shop_id, checkout)
        return first.shop_id

    with closing(ShopClient(pocket.api_url)) as client:
        for shop_id in kill_at_every_step(worker, "write", make, stride=stride):
            assert opened["owner"].voucher_code == granted(shop_id)[0].app_code
            assert opened["stranger"].voucher_code is None


def told(shop_id: int, checkout: Checkout) -> None:
    change = CheckoutChange(
        typename="CheckoutUpdated",
        issued_at=datetime.now(UTC),
        issuing_principal=None,
        recipient_id="A",
        checkout_id=checkout.id,
        customer_id=None if checkout.user is None else checkout.user.id,
        channel=checkout.channel.slug,
        voucher_code=checkout.voucher_code,
    )
    with db.transaction() as session:
        assert checkouts.look_at(session, shop_id, change)


@some("stride", 5, 1)
def test_killed_while_cards_are_topped_up(
    pocket: Pocket, members: list[str], worker: Worker, stride: int
) -> None:
    store = pocket.state.store

    def make() -> int:
        shop_id = drafted(pocket, members, "gift_card")
        assert worker("perks", shop_id, 0) == 0
        assert worker("write", shop_id, 0) == 0
        [programme_id] = {one.programme_id for one in granted(shop_id)}
        with db.transaction() as session:
            for key in ("first-key", "second-key"):
                added = top_ups.top_up(
                    session, shop_id, programme_id, amount=Decimal(5), key=key, card_id=None
                )
                assert added == len(members)
        return shop_id

    for shop_id in kill_at_every_step(worker, "write", make, stride=stride):
        cards = [store.find(str(one.external_id), GiftCard) for one in granted(shop_id)]
        assert [card.current for card in cards if card is not None] == [Decimal(30)] * len(members)
        with db.transaction() as session:
            assert set(session.scalars(select(PerkTopUp.state))) == {TopUpState.GIVEN}


@some("stride", 7, 1)
def test_killed_while_drawing(pocket: Pocket, members: list[str], worker: Worker, stride: int) -> None:
    for shop_id in kill_at_every_step(
        worker, "perks", lambda: drafted(pocket, members, "discount_code", hold_out=0.2), stride=stride
    ):
        with db.transaction() as session:
            drawn = session.scalars(select(PerkGrant.customer_id).where(PerkGrant.shop_id == shop_id)).all()
            staged = session.scalars(select(SaleorWrite.payload).where(SaleorWrite.shop_id == shop_id)).all()
        assert sorted(map(str, drawn)) == sorted(members)
        assert [one for write in staged for one in write["grant_ids"]] == [one.id for one in granted(shop_id)]


def with_friends(pocket: Pocket, members: list[str], worker: Worker) -> int:
    """A shop whose senders' codes brought a friend's order each, booked, whose return period is over."""
    shop_id = drafted(pocket, members, "referral")
    assert worker("perks", shop_id, 0) == 0
    assert worker("write", shop_id, 0) == 0
    with db.transaction() as session:
        for one in granted(shop_id):
            put_order(session, shop_id, None, voucher_code=one.code, currency="USD")
    assert worker("perks", shop_id, 0) == 0
    return shop_id


def rewarded(shop_id: int) -> list[PerkReward]:
    with db.transaction() as session:
        return list(session.scalars(select(PerkReward).where(PerkReward.shop_id == shop_id)))


@some("stride", 7, 1)
def test_killed_while_rewards_are_decided(
    pocket: Pocket, members: list[str], worker: Worker, stride: int
) -> None:
    for shop_id in kill_at_every_step(
        worker, "rewards", lambda: with_friends(pocket, members, worker), stride=stride
    ):
        found = rewarded(shop_id)
        assert len(found) == len(granted(shop_id)) > 0
        assert {one.state for one in found} == {RewardState.STAGED}
        with db.transaction() as session:
            wanted = select(SaleorWrite.payload).where(SaleorWrite.kind == "referral_reward")
            payloads = session.scalars(wanted).all()
        assert sorted(one["reward_id"] for one in payloads) == sorted(one.id for one in found)


@some("stride", 29, 1)
def test_killed_while_rewards_are_written(
    pocket: Pocket, members: list[str], worker: Worker, stride: int
) -> None:
    known: Counter[str] = Counter()

    def make() -> int:
        shop_id = with_friends(pocket, members, worker)
        assert worker("rewards", shop_id, 0) == 0
        known.clear()
        known.update(in_saleor(pocket))
        return shop_id

    for shop_id in kill_at_every_step(worker, "write", make, stride=stride):
        found = rewarded(shop_id)
        assert {one.state for one in found} == {RewardState.GIVEN}
        senders = Counter(f"card of {one.customer_id}" for one in granted(shop_id))
        assert in_saleor(pocket) - known == senders
        assert len({one.external_id for one in found}) == len(found)


def test_a_gift_that_is_taken_back_leaves_no_draft(
    pocket: Pocket, members: list[str], worker: Worker
) -> None:
    shop_id = drafted(pocket, members, "outreach")
    known = in_saleor(pocket)
    assert worker("perks", shop_id, 0) == 0
    assert worker("write", shop_id, 0) == 0
    first, second, *_ = granted(shop_id)
    assert sum((in_saleor(pocket) - known).values()) == len(granted(shop_id))

    store = pocket.state.store
    sent = store.objects[second.external_id or ""]
    sent.status = "UNFULFILLED"  # staff have completed it
    with db.transaction() as session:
        for one in (first, second):
            grants.take_back(session, shop_id, one.id)
    assert worker("write", shop_id, 0) == 0

    assert first.external_id not in store.objects
    assert second.external_id in store.objects, "a gift that is on its way stays"
    with db.transaction() as session:
        assert session.scalars(select(SaleorWrite.id)).all() == []


def test_a_draft_that_was_begun_before_it_is_taken_back_is_found_and_deleted(
    pocket: Pocket, members: list[str], worker: Worker
) -> None:
    shop_id = drafted(pocket, members, "outreach")
    known = in_saleor(pocket)
    assert worker("perks", shop_id, 0) == 0
    # Killed anywhere on the way: some drafts may be in Saleor that no row here knows.
    for step in range(8, 40, 8):
        worker("write", shop_id, step)
    with db.transaction() as session:
        for one in granted(shop_id):
            grants.take_back(session, shop_id, one.id)
        session.execute(update(SaleorWrite).values(lease_until=func.now() - timedelta(seconds=1)))
        saleor_writes.sweep(session)
        session.execute(update(SaleorWrite).values(next_attempt_at=func.now()))
    assert worker("write", shop_id, 0) == 0

    assert in_saleor(pocket) - known == Counter()


def test_a_gift_that_saleor_refuses_is_no_task(pocket: Pocket, members: list[str], worker: Worker) -> None:
    shop_id = drafted(pocket, members, "outreach")
    with db.transaction() as session:
        terms = {**KINDS["outreach"]["terms"]}
        terms["gift"] = terms["gift"] | {"variant_id": global_id("ProductVariant", 999)}
        session.execute(update(PerkProgramme).values(terms=terms))
    assert worker("perks", shop_id, 0) == 0
    assert worker("write", shop_id, 0) == 0

    found = granted(shop_id)
    assert {one.state for one in found} == {GrantState.FAILED}
    assert all("NOT_FOUND" in (one.error or "") for one in found)
    with db.transaction() as session:
        assert session.scalars(select(OutreachTask.id)).all() == []
