"""A referral programme's result counts senders and the people whom they knew at the draw, each once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from saleor_influence_app import db
from saleor_influence_app.models import GrantState, PerkArm, PerkGrant, PerkProgramme, PersonalCode
from saleor_influence_app.perks import circles, programmes, results, schedule, spending
from saleor_influence_app.queries import perks
from tests.support.perks import REFERRAL_TERMS, grants_of, plan, put_members, started
from tests.support.shop_rows import put_customers, put_order, put_shop, put_tie

pytestmark = pytest.mark.usefixtures("engine")
NOW = datetime.now(UTC)
PERMISSIONS = ["MANAGE_DISCOUNTS", "MANAGE_GIFT_CARD", "MANAGE_ORDERS", "MANAGE_USERS"]
SENDERS = ("anna", "bo", "cleo", "dora")


def order(shop_id: int, buyer: str | None, money: int, **given: Any) -> str:
    with db.transaction() as session:
        return put_order(
            session, shop_id, buyer, charged=money, **{"created_at": NOW + timedelta(hours=1)} | given
        )


@pytest.fixture
def shop_id() -> int:
    """Four senders. Anna and Bo know Fee, Anna knows Gus, who has bought once; Cleo knows Anna and Hal."""
    with db.transaction() as session:
        shop_id = put_shop(session, permissions=PERMISSIONS)
        put_members(session, shop_id, *SENDERS)
        put_customers(session, shop_id, "fee", "gus", "hal", "ida")
        for sender, contact in (
            ("anna", "fee"),
            ("bo", "fee"),
            ("anna", "gus"),
            ("cleo", "anna"),
            ("cleo", "hal"),
        ):
            put_tie(session, shop_id, sender, contact)
    for buyer, times in (("fee", 3), ("gus", 1), ("hal", 2)):
        for number in range(times):
            order(shop_id, buyer, 10, created_at=NOW - timedelta(days=40 + number))
    return shop_id


@pytest.fixture
def programme(shop_id: int) -> PerkProgramme:
    wanted = plan(kind="referral", terms=REFERRAL_TERMS, hold_out=0.5, uses_each=5)
    programme_id = started(shop_id, wanted)
    with db.transaction() as session:
        return session.get_one(PerkProgramme, programme_id)


def money_of(programme: PerkProgramme) -> dict[str, float]:
    with db.transaction() as session:
        values = spending.values_of(session, programme, until=NOW + timedelta(days=5))
    return {
        str(one.customer_id): value for one, value in zip(grants_of(programme.id), values.money, strict=True)
    }


def test_a_contact_of_two_senders_is_shared_out_whichever_way_their_lots_fell(
    shop_id: int, programme: PerkProgramme
) -> None:
    order(shop_id, "fee", 60)
    order(shop_id, "gus", 500)  # has not bought often enough to be trusted
    order(shop_id, "anna", 8)
    order(shop_id, "hal", 7)
    assert money_of(programme) == {"anna": 8 + 30, "bo": 30, "cleo": 7, "dora": 0}
    with db.transaction() as session:
        past = spending.past_money(
            session, shop_id, ["anna", "bo"], since=NOW, currency="EUR", with_contacts=True
        )
    assert past == [38, 30]


def test_ties_from_after_the_draw_and_of_networks_do_not_count(
    shop_id: int, programme: PerkProgramme
) -> None:
    with db.transaction() as session:
        put_tie(session, shop_id, "dora", "hal", valid_from=datetime.now(UTC) + timedelta(minutes=5))
    order(shop_id, "hal", 90)
    assert money_of(programme)["dora"] == 0


def test_orders_with_a_senders_code_make_nobody_a_trusted_contact(
    shop_id: int, programme: PerkProgramme
) -> None:
    with db.transaction() as session:
        session.add(
            PersonalCode(
                shop_id=shop_id, code="CLEO", customer_id="cleo", valid_from=NOW - timedelta(days=99)
            )
        )
        session.connection().exec_driver_sql(
            "UPDATE orders SET voucher_code = 'CLEO' WHERE customer_id = 'hal'"
        )
    order(shop_id, "hal", 90)
    assert money_of(programme)["cleo"] == 0


def test_what_codes_bring_from_others_stands_beside_the_result(
    shop_id: int, programme: PerkProgramme
) -> None:
    with db.transaction() as session:
        for one in session.query(PerkGrant).filter(PerkGrant.arm == PerkArm.GRANTED):
            one.state, one.given_at = GrantState.GIVEN, NOW
    granted = [one for one in grants_of(programme.id) if one.arm == PerkArm.GRANTED]
    code = granted[0].code
    order(shop_id, "ida", 25, voucher_code=code)
    order(shop_id, None, 15, voucher_code=code)
    for contact in ("fee", "hal"):
        order(shop_id, contact, 40, voucher_code=code)
    with db.transaction() as session:
        circle = circles.contacts_of(shop_id, circles.senders_of(programme), currency="EUR")
        known = {row.customer_id for row in session.execute(circle) if row.key == granted[0].id}
        programmes.end(session, shop_id, programme.id, now=NOW + timedelta(days=1))
    schedule.sweep(db.transaction)
    results.sweep(db.transaction, now=NOW + timedelta(days=20))

    beside = 2 + len({"fee", "hal"} - known)
    with db.transaction() as session:
        stored = session.get_one(PerkProgramme, programme.id).result
        said = perks.programme(session, shop_id, programme.id).result
    assert stored is not None
    assert stored["beside"]["orders"] == beside
    assert Decimal(stored["beside"]["money"]) == 40 + 40 * (beside - 2)
    assert f"Brought by code beside that, not compared: {beside} orders" in str(said)
