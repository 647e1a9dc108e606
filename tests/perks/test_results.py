"""What a programme brought: judged once, by lot, and paused where it loses money."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from saleor_influence_app import db
from saleor_influence_app.models import PerkArm, PerkProgramme, ProgrammeState
from saleor_influence_app.perks import programmes, results
from saleor_influence_app.queries import perks
from scoring.perk_design import Standing
from tests.support.perks import SHIPPING_TERMS, grants_of, plan, put_members, started
from tests.support.shop_rows import put_order, put_shop

pytestmark = pytest.mark.usefixtures("engine")
PEOPLE = [f"member-{number:03}" for number in range(160)]
SHIPPING: dict[str, Any] = {"kind": "shipping", "terms": SHIPPING_TERMS, "hold_out": 0.4}


@pytest.fixture
def shop_id() -> int:
    """A shop with 160 members, each of whom bought for 20 to 60 EUR last month."""
    with db.transaction() as session:
        shop_id = put_shop(session, permissions=["MANAGE_SHIPPING", "MANAGE_ORDERS", "MANAGE_USERS"])
        put_members(session, shop_id, *PEOPLE)
        for number, name in enumerate(PEOPLE):
            put_order(
                session,
                shop_id,
                name,
                charged=20 + number % 41,
                created_at=datetime.now(UTC) - timedelta(days=20),
            )
    return shop_id


def bought(shop_id: int, programme_id: int, *, more: int) -> None:
    """Everybody buys for about 40 EUR, and those granted for so much more."""
    with db.transaction() as session:
        for number, grant in enumerate(grants_of(programme_id)):
            extra = more if grant.arm == PerkArm.GRANTED else 0
            put_order(
                session,
                shop_id,
                grant.customer_id,
                charged=Decimal(30 + number % 21 + extra),
                created_at=grant.drawn_at + timedelta(hours=1),
            )


def ended(shop_id: int, programme_id: int) -> datetime:
    moment = datetime.now(UTC) + timedelta(days=1)
    with db.transaction() as session:
        programmes.end(session, shop_id, programme_id, now=moment)
    return moment


def shown(shop_id: int, programme_id: int) -> str | None:
    with db.transaction() as session:
        return perks.programme(session, shop_id, programme_id).result


def test_a_programme_that_brings_more_is_shown_to_pay_once_returns_are_known(shop_id: int) -> None:
    programme_id = started(shop_id, plan(**SHIPPING))
    bought(shop_id, programme_id, more=12)
    moment = ended(shop_id, programme_id)

    results.sweep(db.transaction, now=moment)
    assert str(shown(shop_id, programme_id)).startswith("It is judged once, on ")
    assert effect(shop_id) == (None, None)
    results.sweep(db.transaction, now=moment + timedelta(days=15))

    said = str(shown(shop_id, programme_id))
    assert said.endswith("it pays.")
    assert "EUR a member, 90% interval" in said
    with db.transaction() as session:
        stored = session.get_one(PerkProgramme, programme_id).result
        assert stored is not None
        assert stored["money"]["low"] <= 12 <= stored["money"]["high"]
    assert effect(shop_id) == (f"{stored['money']['point']:.2f}", Standing.PAYS)


def effect(shop_id: int) -> tuple[str | None, Standing | None]:
    """As the list of programmes shows the newest."""
    with db.transaction() as session:
        one = perks.programmes_of(session, shop_id, page=(0, 1)).programmes[0]
    return None if one.net_effect is None else one.net_effect.amount, one.standing


def test_one_without_effect_is_not_shown_and_is_looked_at_once(shop_id: int) -> None:
    programme_id = started(shop_id, plan(**SHIPPING))
    bought(shop_id, programme_id, more=0)
    moment = ended(shop_id, programme_id) + timedelta(days=15)
    results.sweep(db.transaction, now=moment)
    said = str(shown(shop_id, programme_id))
    assert "not shown" in said

    bought(shop_id, programme_id, more=100)
    results.sweep(db.transaction, now=moment + timedelta(days=1))

    assert shown(shop_id, programme_id) == said


def test_too_few_say_nothing(shop_id: int) -> None:
    programme_id = started(shop_id, plan(**SHIPPING, most_people=10))
    moment = ended(shop_id, programme_id)
    results.sweep(db.transaction, now=moment + timedelta(days=15))
    assert "not enough evidence" in str(shown(shop_id, programme_id))
    assert effect(shop_id) == (None, Standing.TOO_FEW)


def test_one_that_loses_money_is_paused_and_once_resumed_left_to_staff(shop_id: int) -> None:
    programme_id = started(shop_id, plan(**SHIPPING))
    bought(shop_id, programme_id, more=-25)
    later = datetime.now(UTC) + timedelta(days=2)

    results.sweep(db.transaction, now=later)

    with db.transaction() as session:
        programme = session.get_one(PerkProgramme, programme_id)
        assert (programme.state, programme.loss_seen_at) == (ProgrammeState.PAUSED, later)
        programmes.start(session, shop_id, programme_id)
    results.sweep(db.transaction, now=later + timedelta(days=1))
    with db.transaction() as session:
        assert session.get_one(PerkProgramme, programme_id).state == ProgrammeState.RUNNING
