"""The whole way of an installation, between a pocket Saleor and the served app."""

from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.models import Message, Shop
from saleor_influence_app.shops import installations, webhook_registration
from saleor_influence_app.sync import projection
from sandbox.client import ShopClient
from tests.support.pocket_install import GRANTED, Pocket, pocket, wait_for


@pytest.fixture
def saleor(engine: Engine) -> Iterator[Pocket]:
    assert engine
    with pocket() as running:
        yield running


def messages(session: Session, state: str) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Message.slug).where(Message.state == state)))


def shops(session: Session) -> list[Shop]:
    session.rollback()
    return list(session.scalars(select(Shop)))


@pytest.mark.parametrize("version", ["3.21.69", "3.22.67", "3.23.28"])
def test_every_saleor_version_installs_the_app(engine: Engine, session: Session, version: str) -> None:
    assert engine
    with pocket(version) as saleor:
        app_id, message = saleor.install()

        assert message is None
        [shop] = shops(session)
        assert (shop.app_id, shop.api_url, shop.saleor_version) == (app_id, saleor.api_url, version)
        assert shop.permissions == sorted(GRANTED)


def test_the_token_of_the_installed_app_opens_the_panels_api(saleor: Pocket) -> None:
    app_id, _ = saleor.install()
    assert app_id
    given = {"authorization-bearer": saleor.app_token(app_id), "saleor-api-url": saleor.api_url}

    with httpx.Client(base_url=saleor.app_url) as panel:
        assert panel.get("/api/settings", headers=given).status_code == 200
        given["authorization-bearer"] = saleor.shop.staff_token()
        refused = panel.get("/api/settings", headers=given)
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "TOKEN_INVALID")


def test_what_staff_grant_later_is_known_after_the_next_look(saleor: Pocket, session: Session) -> None:
    app_id, _ = saleor.install()
    assert app_id
    [shop] = shops(session)
    saleor.state.apps[app_id].permission_codes |= {"MANAGE_CUSTOMER_TYPES_AND_ATTRIBUTES"}

    installations.look_again(db.transaction, shop.id)

    assert "MANAGE_CUSTOMER_TYPES_AND_ATTRIBUTES" in shops(session)[0].permissions


def test_a_look_at_a_shop_that_does_not_answer_changes_nothing(saleor: Pocket, session: Session) -> None:
    saleor.install()
    [before] = shops(session)
    saleor.state.faults.add("api", "status", value=503)
    installations.look_again(db.transaction, before.id)
    saleor.state.apps.clear()
    installations.look_again(db.transaction, before.id)
    installations.look_again(db.transaction, 999)

    [after] = shops(session)
    assert (after.permissions, after.saleor_version) == (before.permissions, before.saleor_version)


def test_an_app_that_is_not_activated_says_why_it_cannot_be_installed(
    saleor: Pocket, session: Session
) -> None:
    app_id, message = saleor.install(active=False)

    assert app_id is None
    assert message == "The shop does not know this token. (UNKNOWN_APP_ID)"
    assert shops(session) == []


def test_removing_the_app_in_saleor_removes_every_row(saleor: Pocket, session: Session) -> None:
    app_id, _ = saleor.install()
    [shop] = shops(session)

    saleor.shop.do("mutation($id:ID!){appDelete(id:$id){errors{message}}}", id=app_id)
    wait_for(lambda: messages(session, "pending") == ["app_deleted"])
    projection.project(db.transaction, shop.id)

    assert shops(session) == []


def test_switching_the_app_off_and_on_pauses_and_resumes(saleor: Pocket, session: Session) -> None:
    app_id, _ = saleor.install()
    [shop] = shops(session)

    def pending() -> bool:
        session.rollback()
        return bool(session.scalars(select(Message.id).where(Message.state == "pending")).all())

    for mutation, active in (("appDeactivate", False), ("appActivate", True)):
        saleor.shop.do(f"mutation($id:ID!){{{mutation}(id:$id){{errors{{message}}}}}}", id=app_id)
        wait_for(pending)
        projection.project(db.transaction, shop.id)
        assert [one.active for one in shops(session)] == [active]


def test_an_app_installed_again_gets_the_deliveries_of_the_new_installation(
    saleor: Pocket, session: Session
) -> None:
    first, _ = saleor.install()
    saleor.shop.do("mutation($id:ID!){appDelete(id:$id){errors{message}}}", id=first)
    second, _ = saleor.install()

    [shop] = shops(session)
    assert second != first
    assert shop.app_id == second


def test_after_a_change_of_keys_a_delivery_is_accepted(saleor: Pocket, session: Session) -> None:
    app_id, _ = saleor.install()
    [shop] = shops(session)
    shop.jwks_fetched_at = shop.jwks_fetched_at.replace(year=2020)
    session.commit()
    saleor.state.signer.rotate()
    saleor.shop = ShopClient(saleor.api_url, http=saleor.shop.http)

    saleor.shop.do("mutation($id:ID!){appDeactivate(id:$id){errors{message}}}", id=app_id)

    wait_for(lambda: messages(session, "pending"))
    assert [one.jwks for one in shops(session)] == [saleor.state.signer.jwks()]


def changes(session: Session, *, dry_run: bool = False) -> list[tuple[str, str]]:
    session.rollback()
    [upgrade] = webhook_registration.upgrade_all(db.transaction, dry_run=dry_run)
    assert upgrade.trouble is None
    return [(change.do, change.name) for change in upgrade.changes]


def test_a_new_installation_has_the_webhooks_that_it_should(saleor: Pocket, session: Session) -> None:
    saleor.install()

    assert changes(session) == []


def test_webhooks_are_brought_to_this_version_by_name_and_those_switched_off_stay_off(
    saleor: Pocket, session: Session
) -> None:
    app_id, _ = saleor.install()
    assert app_id
    hooks = {hook.name: hook for hook in saleor.state.apps[app_id].webhooks}
    hooks["Order created"].is_active = False
    hooks["Order created"].subscription_query = "subscription { event { __typename } }"
    hooks["Order paid"].name = "Something of an older version"
    foreign = hooks["Customer created"]
    foreign.name, foreign.target_url = "Mine", "https://elsewhere.example/hook"
    expected = [
        ("update", "Order created"),
        ("create", "Order paid"),
        ("create", "Customer created"),
        ("delete", "Something of an older version"),
    ]

    assert sorted(changes(session, dry_run=True)) == sorted(expected)
    assert sorted(changes(session)) == sorted(expected)

    assert changes(session) == []
    after = {hook.name: hook for hook in saleor.state.apps[app_id].webhooks}
    assert not after["Order created"].is_active
    assert "issuedAt" in (after["Order created"].subscription_query or "")
    assert after["Mine"] is foreign
    assert "Something of an older version" not in after


def test_a_shop_that_removed_the_app_unheard_is_named_and_the_others_are_upgraded(saleor: Pocket) -> None:
    saleor.install()
    saleor.state.apps.clear()

    [upgrade] = webhook_registration.upgrade_all(db.transaction)

    assert upgrade.trouble is not None
    assert "removed" in upgrade.trouble
