"""The doctor says what is wrong and what to do; nothing wrong passes, nothing right is blamed."""

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, select, text, update
from sqlalchemy.orm import Session

from saleor_influence_app import db, telemetry
from saleor_influence_app.models import Backfill, Message, Shop
from saleor_influence_app.operations import doctor
from saleor_influence_app.operations.doctor import DoctorContext, Finding
from saleor_influence_app.shops import panel_frames
from tests.support.command_line import Run
from tests.support.laws import some
from tests.support.pocket_install import Pocket, pocket
from tests.support.shop_rows import put_order


def shops() -> list[Finding]:
    return list(doctor.examine_shops(DoctorContext()))


def wrong() -> list[Finding]:
    return [finding for finding in shops() if not finding.well]


@some("version", "3.23.28", "3.22.67", "3.21.69")
def test_a_fresh_installation_is_well_in_every_version(engine: Engine, version: str) -> None:
    assert engine
    with pocket(version) as saleor:
        saleor.install()

        found = shops()

    assert [finding.message for finding in found if not finding.well] == []
    assert any("GraphQL documents fit" in finding.message for finding in found)
    assert all(finding.subject == saleor.api_url for finding in found)


@pytest.mark.usefixtures("engine")
def test_no_shop_is_no_trouble() -> None:
    assert [finding.well for finding in shops()] == [True]


def test_a_token_that_saleor_no_longer_accepts_is_told_with_what_to_do(saleor: Pocket) -> None:
    saleor.state.apps.clear()

    [finding] = wrong()
    assert "does not accept" in finding.message
    assert "forget --shop" in finding.advice


@pytest.mark.usefixtures("saleor")
def test_a_segment_that_picks_people_for_a_low_value_is_told_with_the_reason() -> None:
    condition = {"column": "percentile", "operator": "<=", "threshold": 10}
    last = {"name": "last", "title": "Last", "description": "", "conditions": [condition]}
    with db.transaction() as session:
        session.execute(
            text("INSERT INTO segments SELECT id, 'last', 9, :definition FROM shops"),
            {"definition": json.dumps(last)},
        )

    [finding] = wrong()

    assert "last is assigned to nobody: nobody may be picked for a low value: percentile" in finding.message
    assert "DELETE /api/segments/last" in finding.advice


def test_a_shop_that_does_not_answer_is_told(saleor: Pocket) -> None:
    saleor.state.faults.add("api", "status", value=503, times=None)

    [finding] = wrong()
    assert "503" in finding.message


def test_a_dashboard_that_could_not_show_the_panel_is_named_with_what_to_do(saleor: Pocket) -> None:
    shown = [finding for finding in shops() if "show the panel" in finding.message]
    assert [(one.well, "DASHBOARD_ORIGINS" in one.advice) for one in shown] == [(True, True)]

    with db.transaction() as session:
        shop_id = session.scalars(select(Shop.id)).one()
        panel_frames.note_blocked(session, shop_id, "https://dash.example")

    [finding] = wrong()
    assert "https://dash.example" in finding.message
    assert "add https://dash.example to DASHBOARD_ORIGINS" in finding.advice
    assert saleor.api_url == finding.subject


def test_a_missing_permission_is_named(saleor: Pocket) -> None:
    [app] = saleor.state.apps.values()
    app.permission_codes -= {"MANAGE_ORDERS"}

    assert any("MANAGE_ORDERS" in finding.message for finding in wrong())


def test_a_permission_granted_later_is_known_after_the_examination(saleor: Pocket, session: Session) -> None:
    [app] = saleor.state.apps.values()
    assert any("cannot be filtered by" in finding.message for finding in shops())
    app.permission_codes |= {"MANAGE_CUSTOMER_TYPES_AND_ATTRIBUTES"}

    assert not any("cannot be filtered by" in finding.message for finding in shops())

    [shop] = session.query(Shop).all()
    assert "MANAGE_CUSTOMER_TYPES_AND_ATTRIBUTES" in shop.permissions


def test_webhooks_that_differ_or_are_off_are_named(saleor: Pocket) -> None:
    [app] = saleor.state.apps.values()
    app.webhooks[0].is_active = False
    assert [finding.message for finding in wrong()] == ["Webhooks are switched off: Order created."]
    app.webhooks[0].target_url = "http://127.0.0.1:9/api/webhooks/saleor/order_created"
    app.webhooks.pop()

    [finding] = wrong()
    assert "influence webhooks migrate" in finding.advice


def test_a_document_that_the_shop_would_refuse_is_named(
    saleor: Pocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    from saleor_influence_app.saleor import operations

    assert saleor
    # no document of ours is wrong: one has to be made wrong
    monkeypatch.setattr(operations, "text_of", lambda _: "query AppIdentity { app { nonsense } }")
    found = [doctor._documents(shop, client, identity) for shop, client, identity in examined(saleor)]

    assert [finding.well for finding in found] == [False]
    assert "nonsense" in found[0].message


def test_documents_are_checked_although_saleor_tells_enum_defaults_as_strings(saleor: Pocket) -> None:
    from saleor_influence_app.saleor.client import SaleorClient

    class RealSaleor(SaleorClient):
        """3.23.28 tells `User.avatar(format: = "ORIGINAL")` of an enum."""

        def execute_document(self, *given: Any, **options: Any) -> dict[str, Any]:
            told = super().execute_document(*given, **options)
            types = {kind["name"]: kind for kind in told["__schema"]["types"]}
            enum = next(name for name, kind in types.items() if kind["enumValues"] and name[0] != "_")
            argument = {
                "name": "format",
                "type": {"kind": "ENUM", "name": enum},
                "defaultValue": '"ORIGINAL"',
            }
            types["User"]["fields"][0]["args"].append(argument)
            return told

    [(shop, _, identity)] = examined(saleor)
    with RealSaleor(saleor.api_url) as client:
        finding = doctor._documents(shop, client, identity)

    assert finding.well, finding.message


def examined(saleor: Pocket) -> Iterator[tuple[Any, Any, Any]]:
    from saleor_influence_app.saleor.client import SaleorClient
    from saleor_influence_app.saleor.identity import Identity

    with db.transaction() as session, SaleorClient(saleor.api_url) as client:
        for shop in session.query(Shop):
            yield shop, client, Identity(shop.app_id, None, (), "3.23.28")


def test_what_waits_too_long_or_failed_here_is_told(saleor: Pocket, session: Session) -> None:
    assert saleor
    [shop] = session.query(Shop).all()
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    for number, state in enumerate(("pending", "pending", "failed", "done")):
        given = {"slug": "order_created", "body_hash": bytes([number]), "state": state}
        session.add(Message(shop_id=shop.id, received_at=long_ago, **given))
    row = session.get_one(Backfill, (shop.id, "orders"))
    row.state, row.error = "failed", "Saleor denied permission"
    session.commit()

    told = " ".join(finding.message for finding in wrong())

    assert "2 webhook messages wait" in told
    assert "1 webhook messages could not be understood" in told
    assert "history of orders could not be read: Saleor denied permission" in told


def test_orders_of_before_discounts_were_asked_for_are_counted_with_what_to_do(
    saleor: Pocket, session: Session
) -> None:
    [shop] = session.query(Shop).all()
    put_order(session, shop.id, None)
    put_order(session, shop.id, None, benefits_updated_at=datetime.now(UTC))
    session.commit()

    [finding] = [one for one in shops() if "orders do not say" in one.message]

    assert finding.well
    assert finding.message.startswith("1 orders do not say what was taken off")
    assert finding.advice == f"Read them again: ./influence backfill --shop {saleor.api_url} --restart"


def test_a_paused_shop_is_left_alone(saleor: Pocket, session: Session) -> None:
    session.execute(update(Shop).values(active=False))
    session.commit()
    saleor.state.apps.clear()

    assert wrong() == []


def test_a_token_of_another_secret_key_is_told_and_the_next_shop_is_still_examined(
    saleor: Pocket, session: Session
) -> None:
    assert saleor
    session.execute(update(Shop).values(token_encrypted="gAAAAAbroken"))
    session.commit()

    [finding] = wrong()
    assert "SECRET_KEY" in finding.message


def house(engine: Engine) -> dict[str, Finding]:
    return {finding.subject: finding for finding in doctor.examine_house(engine)}


def test_database_migrations_and_broker_are_well_and_no_worker_is_told(engine: Engine) -> None:
    found = house(engine)

    assert found["database"].well
    assert found["migrations"].well
    assert found["broker"].well
    assert not found["workers"].well
    assert "serve --only worker" in found["workers"].advice
    assert "serve --only beat" in found["beat"].advice


def test_beat_is_well_while_it_looks_at_its_clock(engine: Engine) -> None:
    telemetry.see("beat")
    assert telemetry.OURS.write()
    assert house(engine)["beat"].well

    long_ago = telemetry.Telemetry(clock=lambda: time.time() - 300)
    long_ago.see("beat")
    assert long_ago.write()
    finding = house(engine)["beat"]
    assert not finding.well
    assert re.search(r"30\d s ago", finding.message)
    with telemetry.connect() as client:
        client.delete(telemetry.SIGNS)


@pytest.mark.usefixtures("engine")
def test_a_database_that_is_away_is_told_without_a_traceback() -> None:
    away = create_engine("postgresql+psycopg://127.0.0.1:1/none", connect_args={"connect_timeout": 1})

    finding = house(away)["database"]

    assert not finding.well
    assert finding.message.startswith("DATABASE_URL")


def test_the_command_ends_with_1_when_something_is_to_be_mended(run: Run, saleor: Pocket) -> None:
    assert saleor
    done = run("doctor")

    assert done.returncode == 1
    assert "BAD workers" in done.stdout
    assert "ok  migrations" in done.stdout
    assert f"ok  {saleor.api_url}: The token is good" in done.stdout
    assert done.stdout.rstrip().endswith("2 to mend.")
    assert "Traceback" not in done.stderr
