"""The consent ledger: only ever added to, and whoever changes it at the database is found."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.consent import ledger
from saleor_influence_app.erasure import erasure
from saleor_influence_app.shops import installations
from tests.support.social_shop import Shop, sql, tick

COPY = """
    INSERT INTO consents SELECT shop_id, {number}, customer_ref, purpose, network, action, wording,
        wording_version, language, proof, {age}, at, {previous}, {hash} FROM consents
"""
LINK, SCORE = ("link", "mastodon"), ("score", "mastodon")


def verify(shop: Shop) -> ledger.Verification:
    with db.transaction() as session:
        return ledger.verify(session, shop.shop_id)


def tamper(engine: Engine, statement: str) -> None:
    """Somebody who may do everything at the database, and switches its guards off."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement))


def test_a_consent_holds_what_was_read_to_the_letter_and_how_we_know_who_it_was(
    shop: Shop, session: Session
) -> None:
    answer = shop.as_customer("ines", "POST", "/consents", json=tick("score", "mastodon", language="nl"))
    assert answer.status_code == 422, "scores need a linked profile"
    shop.agree("ines", LINK)
    shop.as_customer("ines", "POST", "/consents", json=tick("score", "mastodon", language="nl"))

    [_, row] = sql(session, "SELECT * FROM consents ORDER BY number")
    assert (row.purpose, row.network, row.action, row.language) == ("score", "mastodon", "given", "nl")
    assert row.wording.startswith("Ik ga ermee akkoord dat Kaffa BV regelmatig van mijn Mastodon-profiel")
    assert "30 dagen" in row.wording
    assert (row.wording_version, row.proof, row.age_ok) == ("2", "Saleor session", True)
    assert "ines" not in str(row)


def test_who_does_not_say_that_they_are_old_enough_cannot_agree(shop: Shop, session: Session) -> None:
    answer = shop.as_customer("ines", "POST", "/consents", json=tick("link", "mastodon", old_enough=False))

    assert answer.status_code == 422
    assert answer.json()["error"]["message"] == "This is for people of 18 or older."
    assert sql(session, "SELECT * FROM consents") == []


def test_the_chain_of_a_shop_is_whole_and_its_hashes_depend_on_each_other(shop: Shop) -> None:
    shop.agree("ines", LINK, SCORE, ("perks", None), ("outreach", None))
    shop.agree("mara", LINK)

    found = verify(shop)
    assert (found.rows, found.broken) == (5, None)
    assert len(found.head) == 64


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE consents SET action = 'withdrawn' WHERE number = 2", "row 2 is not as it was written"),
        ("UPDATE consents SET wording = wording || '.' WHERE number = 1", "row 1 is not as it was written"),
        (
            "UPDATE consents SET at = at + interval '1 microsecond' WHERE number = 2",
            "row 2 is not as it was written",
        ),
        ("UPDATE consents SET customer_ref = sha256('x') WHERE number = 3", "row 3 is not as it was written"),
        ("UPDATE consents SET age_ok = NOT age_ok, action = 'withdrawn' WHERE number = 1", "row 1 is not"),
        ("DELETE FROM consents WHERE number = 1", "row 1 is missing"),
        ("DELETE FROM consents WHERE number = 2", "row 2 is missing"),
        ("UPDATE consents SET hash = sha256(hash) WHERE number = 2", "row 2 is not as it was written"),
        (
            "UPDATE consents SET previous_hash = sha256('y') WHERE number = 3",
            "row 3 does not continue row 2",
        ),
        ("DELETE FROM consents WHERE number = 3", "the newest rows do not know customer mara"),
        ("UPDATE consent_subjects SET salt = sha256('z') WHERE customer_id = 'mara'", "do not know customer"),
    ],
)
def test_any_tampering_is_found_and_the_first_broken_row_named(
    shop: Shop, engine: Engine, change: str, named: str
) -> None:
    shop.agree("ines", LINK, SCORE)
    shop.agree("mara", LINK)

    tamper(engine, change)

    assert named in str(verify(shop).broken)


def test_a_whole_new_chain_by_plain_hashes_is_found_since_the_shops_key_is_in_the_old_one(
    shop: Shop, engine: Engine
) -> None:
    shop.agree("ines", LINK)

    tamper(engine, "UPDATE consents SET action = 'withdrawn', hash = sha256(previous_hash || 'withdrawn')")

    assert verify(shop).broken == "row 1 is not as it was written"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consents SET action = 'withdrawn'",
        "DELETE FROM consents",
        "TRUNCATE consents",
        "TRUNCATE shops CASCADE",
        "UPDATE consent_subjects SET customer_id = 'mara'",
        COPY.format(number=7, age="age_ok", previous="previous_hash", hash="hash"),
        COPY.format(number=2, age="age_ok", previous="previous_hash", hash="hash"),
        COPY.format(number=2, age="false", previous="hash", hash="sha256(hash)"),
    ],
)
def test_plain_sql_can_neither_change_the_ledger_nor_break_its_chain(
    shop: Shop, session: Session, statement: str
) -> None:
    shop.agree("ines", LINK)

    with pytest.raises(DBAPIError) as refused:
        sql(session, statement)

    assert isinstance(refused.value, IntegrityError), refused.value


def test_the_ledger_goes_with_its_shop_alone(shop: Shop, session: Session) -> None:
    shop.agree("ines", LINK)

    installations.purge(session, shop.shop_id)
    session.commit()

    assert sql(session, "SELECT count(*) FROM consents")[0][0] == 0


def test_after_an_erasure_the_chain_is_whole_and_names_nobody(shop: Shop, session: Session) -> None:
    shop.agree("ines", LINK, SCORE)
    shop.agree("mara", LINK)

    erasure.erase(session, shop.shop_id, "ines")
    session.commit()

    found = verify(shop)
    assert (found.rows, found.broken) == (5, None)
    assert [row.customer_id for row in sql(session, "SELECT customer_id FROM consent_subjects")] == ["mara"]
    rows = sql(session, "SELECT action, proof FROM consents WHERE number > 3 ORDER BY number")
    assert [tuple(row) for row in rows] == [("withdrawn", "erased")] * 2


def test_two_who_agree_at_one_moment_are_two_rows_of_one_chain(
    shop: Shop, session: Session, link: Callable[..., int]
) -> None:
    assert link
    decision = ledger.Decision(
        purpose="link",
        network="bluesky",
        action="given",
        wording="w",
        version="1",
        language="en",
        proof=ledger.SESSION,
        age_ok=True,
    )
    from concurrent.futures import ThreadPoolExecutor

    def agree(customer_id: str) -> None:
        with db.transaction() as own:
            ledger.record(own, shop.shop_id, customer_id, decisions=[decision])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(agree, [f"customer-{number}" for number in range(24)]))

    assert sql(session, "SELECT count(*) FROM consents")[0][0] == 24
    assert verify(shop).broken is None
