"""A withdrawal beside a snapshot that is not committed yet, in both orders: never both in the end."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.consent import ledger
from saleor_influence_app.consent.ledger import Decision
from saleor_influence_app.erasure import erasure
from tests.support.consent_sql import REF, WITHDRAWN, consent, tie
from tests.support.social_shop import Shop, sql
from tests.support.transactions import WAIT_SECONDS, until_one_waits

ENDED = consent(**WITHDRAWN, customer_ref=REF.format("ines"))
STORED = {
    "snapshot": "INSERT INTO snapshots (shop_id, profile_id, at) SELECT 1, id, now() FROM profiles",
    "tie": tie("mara", "ines", "mastodon", "social"),
}


@pytest.fixture
def agreed(shop: Shop, link: Callable[..., int]) -> Shop:
    for customer_id in ("ines", "mara"):
        shop.agree(customer_id, ("link", "mastodon"), ("score", "mastodon"))
    link("ines", "ines")
    return shop


def run(connection: Connection, statement: str) -> None:
    connection.execute(text(statement))
    connection.commit()


@pytest.mark.parametrize("what", STORED)
def test_a_withdrawal_waits_for_what_is_being_stored_and_is_refused_for_leaving_it(
    agreed: Shop, engine: Engine, session: Session, what: str
) -> None:
    with engine.connect() as first, engine.connect() as second, ThreadPoolExecutor(1) as pool:
        first.execute(text(STORED[what]))
        withdrawal = pool.submit(run, second, ENDED)
        until_one_waits(engine, withdrawal)
        first.commit()
        with pytest.raises(IntegrityError, match="what rests on a consent goes with it"):
            withdrawal.result(timeout=WAIT_SECONDS)
        second.rollback()

    assert ("score", "mastodon") in ledger.given(session, agreed.shop_id, "ines")


@pytest.mark.parametrize("what", STORED)
def test_what_is_being_stored_waits_for_a_withdrawal_and_is_refused(
    agreed: Shop, engine: Engine, session: Session, what: str
) -> None:
    with engine.connect() as first, engine.connect() as second, ThreadPoolExecutor(1) as pool:
        first.execute(text(ENDED))
        storing = pool.submit(run, second, STORED[what])
        until_one_waits(engine, storing)
        first.commit()
        with pytest.raises(IntegrityError, match="consent to scores"):
            storing.result(timeout=WAIT_SECONDS)
        second.rollback()

    assert ("score", "mastodon") not in ledger.given(session, agreed.shop_id, "ines")
    assert sql(session, "SELECT FROM snapshots") == sql(session, "SELECT FROM ties") == []


def test_the_apps_own_withdrawal_waits_and_takes_what_was_stored_meanwhile(
    agreed: Shop, engine: Engine, session: Session
) -> None:
    def withdraw() -> None:
        ended = Decision(purpose="score", network="mastodon", action="withdrawn", proof=ledger.SESSION)
        with db.transaction() as own:
            erasure.withdraw(own, agreed.shop_id, "ines", decision=ended)

    with engine.connect() as first, ThreadPoolExecutor(1) as pool:
        first.execute(text(STORED["snapshot"]))
        withdrawal = pool.submit(withdraw)
        until_one_waits(engine, withdrawal)
        first.commit()
        withdrawal.result(timeout=WAIT_SECONDS)

    assert ("score", "mastodon") not in ledger.given(session, agreed.shop_id, "ines")
    assert sql(session, "SELECT FROM snapshots") == []


def test_a_subject_that_is_being_forgotten_gets_nothing_new(
    agreed: Shop, engine: Engine, session: Session
) -> None:
    """As an erasure does it: withdrawn, forgotten, and a profile that comes at the same moment is refused."""
    assert agreed
    with db.transaction() as own:
        erasure.forget(own, agreed.shop_id, ["ines"], reason="erased")
        with ThreadPoolExecutor(1) as pool, engine.connect() as second:
            again = STORED["tie"]
            storing = pool.submit(run, second, again)
            until_one_waits(engine, storing)
            own.commit()
            with pytest.raises(IntegrityError, match="both ends"):
                storing.result(timeout=WAIT_SECONDS)
            second.rollback()
    assert sql(session, "SELECT FROM ties") == []
