"""While a checkout has somebody else's code that only the app applies, nothing can be sent in it."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, select

from saleor_influence_app import db
from saleor_influence_app.models import SaleorWrite
from saleor_influence_app.perks import programmes
from saleor_influence_app.perks.strategies import WRITERS
from saleor_influence_app.perks.strategies.discount_code import shipping_filter
from saleor_influence_app.writeback import saleor_writes
from sandbox import buying
from sandbox.apps import Webhook
from sandbox.client import ShopClient
from sandbox.generate import fill
from sandbox.identifiers import global_id
from sandbox.listener import Heard, Listener, listening
from sandbox.world import User
from tests.support.perks import grants_of, plan, put_members, started
from tests.support.pocket_shop import PERMISSIONS, Pocket, pocket_saleor
from webhooks.catalog import BY_SLUG, FILTER_METHODS
from webhooks.envelopes import MethodsEvent
from webhooks.events import parse

pytestmark = pytest.mark.usefixtures("engine")
SLUG = FILTER_METHODS.lower()


@pytest.fixture(scope="module")
def pocket() -> Iterator[Pocket]:
    with pocket_saleor() as pocket:
        fill(pocket.state, customers=3, orders=3, seed=2)
        pocket.app.permission_codes = PERMISSIONS | {"MANAGE_CHECKOUTS"}
        yield pocket


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


@pytest.fixture
def hook(pocket: Pocket, listener: Listener) -> Iterator[Webhook]:
    """The app's webhook, off as after an installation."""
    target = f"{listener.url}/api/webhooks/saleor/{SLUG}"
    made = Webhook(
        9,
        global_id("Webhook", 9),
        pocket.app,
        "Checkout filter shipping methods",
        target,
        [],
        BY_SLUG[SLUG].subscription(),
        waited_for=[FILTER_METHODS],
        is_active=False,
    )
    pocket.app.webhooks.append(made)
    yield made
    pocket.app.webhooks.remove(made)


@pytest.fixture
def client(pocket: Pocket) -> Iterator[ShopClient]:
    client = ShopClient(pocket.api_url)
    yield client
    client.close()


@pytest.fixture
def members(pocket: Pocket) -> list[User]:
    return pocket.people(2)


@pytest.fixture
def shop_id(pocket: Pocket, members: list[User], listener: Listener) -> int:
    """The shop, whose Saleor is answered as the app answers it."""
    with db.transaction() as session:
        shop_id = pocket.put_row(session)
        put_members(session, shop_id, *(one.id for one in members))

    def answer(heard: Heard) -> tuple[int, Any]:
        asked = parse(SLUG, heard.body)
        assert isinstance(asked, MethodsEvent)
        with db.transaction() as session:
            return 200, shipping_filter.excluded(session, shop_id, asked)

    listener.replies[SLUG] = answer
    listener.heard.clear()
    return shop_id


def running(shop_id: int, *, app_applies: bool = True) -> int:
    channels = [{"slug": "default-channel", "currency": "USD", "value": "10"}]
    terms = {"discount": "percentage", "app_applies": app_applies, "channels": channels}
    programme_id = started(shop_id, plan(terms=terms, currency="USD", hold_out=0.0))
    told(shop_id)
    return programme_id


def told(shop_id: int) -> None:
    saleor_writes.drain(db.transaction, shop_id, writers=WRITERS)
    with db.transaction() as session:
        assert session.scalars(select(SaleorWrite.error)).all() == []


def basket(pocket: Pocket, client: ShopClient, user: User | None) -> str:
    variant = next(one for one in pocket.state.store.variants() if one.product.kind == "NORMAL")
    checkout = buying.open_checkout(client, [(variant.id, 2)], email="somebody@example.com")
    pocket.state.store.checkouts[checkout].user = user
    return checkout


def code_of(programme_id: int, user: User) -> str:
    [code] = [one.app_code for one in grants_of(programme_id) if one.customer_id == user.id]
    assert code is not None
    return code


def switched(client: ShopClient, checkout: str) -> set[tuple[bool, str]]:
    return {(way["active"], way["message"] or "") for way in buying.ways(client, checkout)}


@pytest.mark.parametrize("stranger", [True, False])
def test_nothing_can_be_sent_with_somebody_elses_code_until_it_is_taken_off(
    pocket: Pocket,
    client: ShopClient,
    members: list[User],
    hook: Webhook,
    shop_id: int,
    *,
    stranger: bool,
) -> None:
    code = code_of(running(shop_id), members[0])
    assert hook.is_active
    checkout = basket(pocket, client, members[1] if stranger else None)
    buying.add_code(client, checkout, code)

    assert switched(client, checkout) == {(False, shipping_filter.REASONS["en"])}
    [way, *_] = buying.ways(client, checkout)
    with pytest.raises(buying.Refused):
        buying.send_by(client, checkout, way["id"])

    buying.remove_code(client, checkout, code)
    assert switched(client, checkout) == {(True, "")}
    buying.send_by(client, checkout, way["id"])
    buying.pay(client, checkout)
    assert buying.complete(client, checkout)["voucherCode"] is None


def test_its_owner_and_whoever_has_no_or_another_code_are_not_hindered(
    pocket: Pocket, client: ShopClient, members: list[User], hook: Webhook, shop_id: int
) -> None:
    programme_id = running(shop_id)
    assert hook.is_active
    owners, plain = basket(pocket, client, members[0]), basket(pocket, client, None)
    buying.add_code(client, owners, code_of(programme_id, members[0]))
    other = basket(pocket, client, members[1])
    pocket.state.store.checkouts[other].voucher_code = "SUMMER"

    for checkout in (owners, plain, other):
        assert switched(client, checkout) == {(True, "")}
    [way, *_] = buying.ways(client, owners)
    buying.send_by(client, owners, way["id"])
    buying.pay(client, owners)
    assert buying.complete(client, owners)["voucherCode"] is not None


def test_where_the_app_does_not_answer_nobody_is_hindered(
    pocket: Pocket, client: ShopClient, members: list[User], hook: Webhook, shop_id: int, listener: Listener
) -> None:
    code = code_of(running(shop_id), members[0])
    assert hook.is_active
    listener.replies[SLUG] = lambda _: (503, {})
    checkout = basket(pocket, client, members[1])
    buying.add_code(client, checkout, code)

    assert switched(client, checkout) == {(True, "")}


def test_saleor_asks_only_while_such_a_programme_runs(
    pocket: Pocket, client: ShopClient, hook: Webhook, shop_id: int, listener: Listener
) -> None:
    running(shop_id, app_applies=False)
    buying.ways(client, basket(pocket, client, None))
    assert (hook.is_active, listener.heard) == (False, [])

    first, second = running(shop_id), running(shop_id)
    assert hook.is_active
    for programme_id, is_on in ((first, True), (second, False)):
        with db.transaction() as session:
            programmes.pause(session, shop_id, programme_id)
        told(shop_id)
        assert hook.is_active is is_on
    with db.transaction() as session:
        programmes.start(session, shop_id, first)
    told(shop_id)
    assert hook.is_active
    with db.transaction() as session:
        programmes.end(session, shop_id, first)
    told(shop_id)
    assert not hook.is_active


def test_the_reason_is_in_the_checkouts_language_and_asked_of_one_row(
    members: list[User], shop_id: int
) -> None:
    code = code_of(running(shop_id), members[0])
    asked = {
        "typename": "CheckoutFilterShippingMethods",
        "issued_at": "2026-11-29T10:00:00Z",
        "issuing_principal": None,
        "recipient_id": "A",
        "checkout_id": "C",
        "customer_id": members[1].id,
        "voucher_code": code,
        "methods": ["one", "two"],
    }
    for language, words in (("DE_AT", "de"), ("NL", "nl"), ("FR", "en"), (None, "en")):
        with db.transaction() as session:
            statements: list[str] = []
            bind = session.connection()
            event.listen(bind, "before_cursor_execute", lambda *given: statements.append(given[2]))  # noqa: B023
            found = shipping_filter.excluded(
                session, shop_id, MethodsEvent.build(**asked | {"language": language})
            )
        assert len(statements) == 1
        assert found["excluded_methods"] == [
            {"id": one, "reason": shipping_filter.REASONS[words]} for one in ("one", "two")
        ]
