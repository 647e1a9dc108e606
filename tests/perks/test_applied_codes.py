"""Codes that the app alone applies, in checkouts of a pocket Saleor: their owner's, and everybody else's."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from saleor_influence_app import db
from saleor_influence_app.errors import PermissionMissing
from saleor_influence_app.models import GrantState, PerkGrant, PersonalCode, SaleorWrite
from saleor_influence_app.perks import grants, programmes, schedule
from saleor_influence_app.perks.strategies import WRITERS
from saleor_influence_app.perks.strategies.discount_code import checkouts
from saleor_influence_app.perks.strategy import Bind
from saleor_influence_app.queries import codes as personal_codes
from saleor_influence_app.queries import perks
from saleor_influence_app.writeback import saleor_writes
from sandbox import buying
from sandbox.apps import App, Webhook
from sandbox.checkouts import Checkout
from sandbox.client import ShopClient
from sandbox.events import Occurrence, body_of
from sandbox.generate import fill
from sandbox.world import User
from tests.support.perks import APP, grants_of, plan, put_members, started
from tests.support.pocket_shop import PERMISSIONS, Pocket, pocket_saleor
from tests.support.shop_rows import put_customers, put_order
from webhooks.catalog import BY_SLUG
from webhooks.events import CheckoutChange, parse

pytestmark = pytest.mark.usefixtures("engine")
LEAST = "30"


@pytest.fixture(scope="module")
def pocket() -> Iterator[Pocket]:
    with pocket_saleor() as pocket:
        fill(pocket.state, customers=3, orders=3, seed=2)
        pocket.app.permission_codes = PERMISSIONS | {"MANAGE_CHECKOUTS"}
        yield pocket


@pytest.fixture
def client(pocket: Pocket) -> Iterator[ShopClient]:
    client = ShopClient(pocket.api_url)
    yield client
    client.close()


@pytest.fixture
def members(pocket: Pocket) -> list[User]:
    return pocket.people(3)


@pytest.fixture
def shop_id(pocket: Pocket, members: list[User]) -> int:
    with db.transaction() as session:
        shop_id = pocket.put_row(session)
        put_members(session, shop_id, *(one.id for one in members))
    return shop_id


def applied(shop_id: int, **given: Any) -> int:
    """A running programme whose codes are in Saleor, and known to the app alone."""
    channels = [{"slug": "default-channel", "currency": "USD", "value": "10", "min_spent": LEAST}]
    terms = {"discount": "percentage", "app_applies": True, "channels": channels}
    values: dict[str, Any] = {"terms": terms, "currency": "USD", "hold_out": 0.0}
    programme_id = started(shop_id, plan(**values | given))
    assert drained(shop_id) == 2  # the codes, and that Saleor asks about shipping
    return programme_id


def drained(shop_id: int) -> int:
    done = saleor_writes.drain(db.transaction, shop_id, writers=WRITERS)
    with db.transaction() as session:
        assert session.scalars(select(SaleorWrite.error)).all() == []
    return done


def basket(pocket: Pocket, client: ShopClient, user: User | None, *, pieces: int = 5) -> Checkout:
    """An open checkout; with five pieces it is worth more than the least."""
    variant = min(pocket.state.store.variants(), key=lambda one: abs(one.price - 10))
    checkout_id = buying.open_checkout(client, [(variant.id, pieces)], email="somebody@example.com")
    checkout = pocket.state.store.checkouts[checkout_id]
    checkout.user = user
    return checkout


def told(pocket: Pocket, shop_id: int, checkout: Checkout, *, by: App | None = None) -> bool:
    """Saleor says that the checkout was changed, by the app's own subscription."""
    slug = "checkout_updated"
    hook = Webhook(9, "W", pocket.app, "Checkouts", "", [], BY_SLUG[slug].subscription())
    now = datetime.now(UTC)
    body = body_of(pocket.state, hook, Occurrence(slug.upper(), now, "3.23.28", by, pocket.app, checkout))
    change = parse(slug, json.dumps(body).encode())
    assert isinstance(change, CheckoutChange)
    with db.transaction() as session:
        return checkouts.look_at(session, shop_id, change)


def secret_of(programme_id: int, user: User) -> str:
    [code] = [one.app_code for one in grants_of(programme_id) if one.customer_id == user.id]
    assert code is not None
    return code


def test_the_code_is_put_into_its_owners_checkout_once_the_basket_meets_the_terms(
    pocket: Pocket, client: ShopClient, members: list[User], shop_id: int
) -> None:
    programme_id = applied(shop_id)
    checkout = basket(pocket, client, members[0], pieces=1)

    assert told(pocket, shop_id, checkout)
    assert drained(shop_id) == 1
    assert checkout.voucher_code is None

    checkout.lines[0].quantity = 5
    for _ in range(2):
        told(pocket, shop_id, checkout)
        drained(shop_id)
    assert checkout.voucher_code == secret_of(programme_id, members[0])
    assert not told(pocket, shop_id, checkout)


def test_another_code_that_the_customer_chose_stays(
    pocket: Pocket, client: ShopClient, members: list[User], shop_id: int
) -> None:
    applied(shop_id)
    checkout = basket(pocket, client, members[0])
    told(pocket, shop_id, checkout)
    checkout.voucher_code = "SUMMER"

    assert drained(shop_id) == 1
    assert checkout.voucher_code == "SUMMER"
    assert not told(pocket, shop_id, checkout)


@pytest.mark.parametrize("stranger", [True, False])
def test_the_code_is_taken_off_everybody_elses_checkout(
    pocket: Pocket, client: ShopClient, members: list[User], shop_id: int, *, stranger: bool
) -> None:
    programme_id = applied(shop_id)
    code = secret_of(programme_id, members[0])
    checkout = basket(pocket, client, pocket.people(1)[0] if stranger else None)
    buying.add_code(client, checkout.id, code)
    assert checkout.voucher_code == code

    for _ in range(2):
        told(pocket, shop_id, checkout)
        drained(shop_id)

    assert checkout.voucher_code is None


def test_a_member_has_their_own_code_in_place_of_another_members(
    pocket: Pocket, client: ShopClient, members: list[User], shop_id: int
) -> None:
    programme_id = applied(shop_id)
    checkout = basket(pocket, client, members[1])
    buying.add_code(client, checkout.id, secret_of(programme_id, members[0]))

    told(pocket, shop_id, checkout)
    drained(shop_id)
    assert checkout.voucher_code is None

    told(pocket, shop_id, checkout)
    drained(shop_id)
    assert checkout.voucher_code == secret_of(programme_id, members[1])


def test_a_checkout_that_became_its_owners_meanwhile_keeps_the_code(
    pocket: Pocket, client: ShopClient, members: list[User], shop_id: int
) -> None:
    programme_id = applied(shop_id)
    code = secret_of(programme_id, members[0])
    checkout = basket(pocket, client, None)
    buying.add_code(client, checkout.id, code)
    told(pocket, shop_id, checkout)
    checkout.user = members[0]

    assert drained(shop_id) == 1
    assert checkout.voucher_code == code


def test_nothing_is_put_in_once_it_was_used_paused_or_taken_back(
    pocket: Pocket, client: ShopClient, members: list[User], shop_id: int
) -> None:
    programme_id = applied(shop_id)
    [first, second, _] = grants_of(programme_id)
    with db.transaction() as session:
        given: dict[str, Any] = {"voucher_code": first.app_code, "discount": 5, "currency": "USD"}
        put_order(session, shop_id, first.customer_id, order_id="used", **given)
        grants.take_back(session, shop_id, second.id)
    schedule.sweep(db.transaction)
    by_id = {one.id: one for one in members}

    assert not told(pocket, shop_id, basket(pocket, client, by_id[str(first.customer_id)]))
    assert not told(pocket, shop_id, basket(pocket, client, by_id[str(second.customer_id)]))
    with db.transaction() as session:
        programmes.pause(session, shop_id, programme_id)
    assert not any(told(pocket, shop_id, basket(pocket, client, one)) for one in members)


def test_nobody_is_shown_the_code(shop_id: int) -> None:
    programme_id = applied(shop_id)

    with db.transaction() as session:
        shown = perks.grants(session, shop_id, programme_id=programme_id, base=APP, page=(0, 20)).grants
        theirs = perks.of_shopper(session, shop_id, str(shown[0].customer_id), base=APP)
        owned = personal_codes.personal_codes(session, shop_id, page=(0, 20))
        assert session.scalars(select(PersonalCode.code)).all() == []
        secrets = session.scalars(select(PerkGrant.app_code)).all()
    assert all(secrets)
    assert {one.state for one in shown} == {GrantState.GIVEN}
    assert [(one.code, one.app_applies) for one in theirs] == [(None, True)]
    told_words = " ".join(one.model_dump_json() for one in [*shown, *theirs, owned])
    assert not any(str(secret) in told_words for secret in secrets)


def test_an_order_of_a_stranger_with_the_code_is_booked_as_a_strangers_and_credited_to_nobody(
    shop_id: int, members: list[User]
) -> None:
    programme_id = applied(shop_id)
    code = secret_of(programme_id, members[0])
    with db.transaction() as session:
        put_customers(session, shop_id, "stranger")
        put_order(
            session, shop_id, "stranger", order_id="leak", voucher_code=code, discount=5, currency="USD"
        )
    schedule.sweep(db.transaction)

    with db.transaction() as session:
        shown = perks.programme(session, shop_id, programme_id)
        page = perks.grants(session, shop_id, programme_id=programme_id, base=APP, page=(0, 20)).grants
    assert (shown.uses, shown.uses_by_others, shown.bind) == (1, 1, Bind.NEARLY)
    [used] = [one for one in page if one.uses]
    assert (used.customer_id, used.uses_by_others) == (members[0].id, 1)


def test_it_starts_only_where_the_app_may_change_checkouts(pocket: Pocket, members: list[User]) -> None:
    with db.transaction() as session:
        shop_id = pocket.put_row(session, permissions=sorted(PERMISSIONS))
        put_members(session, shop_id, *(one.id for one in members))
        terms = {
            "discount": "percentage",
            "app_applies": True,
            "channels": [{"slug": "default-channel", "currency": "USD", "value": "10"}],
        }
        wanted = plan(terms=terms, currency="USD")
        programme_id = programmes.create(session, shop_id, wanted, made_by="staff")
        with pytest.raises(PermissionMissing, match="MANAGE_CHECKOUTS"):
            programmes.start(session, shop_id, programme_id)
