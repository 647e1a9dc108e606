"""Workers killed at any statement while perks are drawn and written: nothing is lost, nothing is doubled."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.models import GrantState, PerkArm, PerkGrant, PerkInvitation, PerkProgramme, PerkReward, PersonalCode, RewardState, SaleorWrite, Shop
from saleor_influence_app.perks import programmes
from sandbox.identifiers import global_id
from sandbox.world import Product, ProductListing
from tests.support.history import Worker, kill_at_every_step, mortal_worker
from tests.support.laws import some
from tests.support.perks import BETA_TERMS, CARD_TERMS, CODE_TERMS, REFERRAL_TERMS, plan, put_members
from tests.support.pocket_shop import PERMISSIONS, Pocket, pocket_saleor
from tests.support.shop_rows import put_order

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
}
_numbers = count(1)


@pytest.fixture
def worker(session: Session) -> Iterator[Worker]:  # noqa: ARG001 - its settings are the worker's
    with mortal_worker() as work:
        yield work


@pytest.fixture(scope="module")
def pocket(_environment: None) -> Iterator[Pocket]:
    with pocket_saleor() as pocket:
        pocket.app.permission_codes = PERMISSIONS | {"MANAGE_GIFT_CARD", "MANAGE_PRODUCTS"}
        yield pocket


@pytest.fixture(scope="module")
def members(pocket: Pocket) -> list[str]:
    return [user.id for user in pocket.people(6)]


def drafted(pocket: Pocket, members: list[str], kind: str, **terms: Any) -> int:
    """A shop with a programme that is started and not drawn yet."""
    with db.transaction() as session:
        session.query(Shop).delete()
        shop_id = pocket.put_row(session)
        put_members(session, shop_id, *members)
        given = KINDS.get(kind) or {"terms": BETA_TERMS | terms, "hold_out": 0.0}
        wanted = plan(kind=kind, title=f"Killed {next(_numbers)}", currency="USD", **given)
        programme_id = programmes.create(session, shop_id, wanted, made_by="staff")
        programmes.start(session, shop_id, programme_id)
    return shop_id


def in_saleor(pocket: Pocket) -> Counter[str]:
    """How often Saleor has each code of ours, and each customer a card."""
    store = pocket.state.store
    codes = [code.code for one in store.vouchers.values() for code in one.codes]
    cards = [f"card of {one.assigned_to.id}" for one in store.gift_cards.values() if one.assigned_to]
    return Counter([*codes, *cards])


def granted(shop_id: int) -> list[PerkGrant]:
    with db.transaction() as session:
        rows = select(PerkGrant).where(PerkGrant.shop_id == shop_id, PerkGrant.arm == PerkArm.GRANTED)
        return list(session.scalars(rows.order_by(PerkGrant.id)))


@pytest.mark.parametrize("kind", KINDS)
@some("stride", 5, 1)
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
        mine = [one.code or f"card of {one.customer_id}" for one in found]
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
        shop_id = drafted(pocket, members, "beta_invite", product=hidden.id, seats=2)
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


@some("stride", 4, 1)
def test_killed_while_drawing(pocket: Pocket, members: list[str], worker: Worker, stride: int) -> None:
    for shop_id in kill_at_every_step(
        worker, "perks", lambda: drafted(pocket, members, "discount_code"), stride=stride
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


@some("stride", 4, 1)
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


@some("stride", 5, 1)
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
