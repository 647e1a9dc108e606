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
from saleor_influence_app.models import GrantState, PerkArm, PerkGrant, PersonalCode, SaleorWrite, Shop
from saleor_influence_app.perks import grants, programmes
from saleor_influence_app.perks.strategies.discount_code import checkouts
from sandbox import buying
from sandbox.checkouts import Checkout
from sandbox.client import ShopClient
from sandbox.generate import fill
from sandbox.world import User
from tests.support.history import Worker, kill_at_every_step, mortal_worker
from tests.support.laws import some
from tests.support.perks import CARD_TERMS, CODE_TERMS, plan, put_members
from tests.support.pocket_shop import PERMISSIONS, Pocket, pocket_saleor
from webhooks.envelopes import CheckoutChange

KINDS: dict[str, dict[str, Any]] = {
    "discount_code": {
        "terms": CODE_TERMS
        | {"channels": [{"slug": "default-channel", "currency": "USD", "value": "10"}], "prefix": "KILL"}
    },
    "gift_card": {"terms": CARD_TERMS | {"currency": "USD"}},
}
_numbers = count(1)


@pytest.fixture
def worker(session: Session) -> Iterator[Worker]:  # noqa: ARG001 - its settings are the worker's
    with mortal_worker() as work:
        yield work


@pytest.fixture(scope="module")
def pocket(_environment: None) -> Iterator[Pocket]:
    with pocket_saleor() as pocket:
        pocket.app.permission_codes = PERMISSIONS | {"MANAGE_GIFT_CARD", "MANAGE_CHECKOUTS"}
        yield pocket


@pytest.fixture(scope="module")
def members(pocket: Pocket) -> list[str]:
    return [user.id for user in pocket.people(6)]


def drafted(pocket: Pocket, members: list[str], kind: str, **given: Any) -> int:
    """A shop with a programme that is started and not drawn yet."""
    with db.transaction() as session:
        session.query(Shop).delete()
        shop_id = pocket.put_row(session)
        put_members(session, shop_id, *members)
        wanted = plan(kind=kind, title=f"Killed {next(_numbers)}", currency="USD", **KINDS[kind] | given)
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


def given(pocket: Pocket, members: list[str], worker: Worker, *, app_applies: bool) -> list[PerkGrant]:
    """Members with codes that Saleor has."""
    terms = KINDS["discount_code"]["terms"] | {"app_applies": app_applies}
    shop_id = drafted(pocket, members, "discount_code", terms=terms)
    for job in ("perks", "write"):
        assert worker(job, shop_id, 0) == 0
    return granted(shop_id)


@some("stride", 5, 1)
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


@some("stride", 5, 1)
def test_killed_while_a_checkout_gets_its_owners_code_and_another_loses_it(
    pocket: Pocket, members: list[str], worker: Worker, stride: int
) -> None:
    store = pocket.state.store
    fill(pocket.state, customers=1, orders=1, seed=2)
    client = ShopClient(pocket.api_url)
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

    for shop_id in kill_at_every_step(worker, "write", make, stride=stride):
        assert opened["owner"].voucher_code == granted(shop_id)[0].app_code
        assert opened["stranger"].voucher_code is None
    client.close()


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
