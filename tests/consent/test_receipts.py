"""A receipt of a decision: the person keeps it, and anybody with the app can say whether it is true."""

import json
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OKPKey
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from saleor_influence_app.consent import receipts, signing, wording
from saleor_influence_app.erasure import erasure
from tests.support.command_line import Run
from tests.support.social_shop import API_URL, Shop, sql

LINK, SCORE = ("link", "mastodon"), ("score", "mastodon")


def receipt(shop: Shop, number: int, customer_id: str = "ines") -> dict[str, Any]:
    answer = shop.as_customer(customer_id, "GET", f"/consents/{number}/receipt")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def check(session: Session, given: object) -> receipts.Checked:
    session.rollback()
    return receipts.check(session, json.dumps(given))


def tamper(engine: Engine, statement: str) -> None:
    """Somebody who may do everything at the database, and switches its guards off."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement))


def test_a_receipt_says_who_is_responsible_what_was_read_when_and_where_it_stands(
    shop: Shop, session: Session
) -> None:
    shop.agree("ines", LINK, SCORE)
    shop.as_customer("ines", "DELETE", "/consents?purpose=score&network=mastodon")

    given, withdrawn = receipt(shop, 2)["receipt"], receipt(shop, 3)["receipt"]

    row, end = sql(session, "SELECT * FROM consents WHERE number > 1 ORDER BY number")
    assert given["piiControllers"] == [{"piiController": "Kaffa BV", "contact": "privacy@kaffa.example"}]
    assert (given["decision"], given["purpose"], given["network"]) == ("given", "score", "mastodon")
    assert given["shown"]["text"] == row.wording
    shown = wording.text_hash("score", "mastodon", language="en", text=row.wording)
    assert (given["shown"]["text_hash"], given["shown"]["version"]) == (shown, row.wording_version)
    assert given["limits"] == row.limits
    assert given["consentTimestamp"] == int(row.at.timestamp())
    assert given["row"] == {
        "number": 2,
        "hash": row.hash.hex(),
        "previous_hash": row.previous_hash.hex(),
    }
    assert (withdrawn["decision"], withdrawn["row"]["hash"]) == ("withdrawn", end.hash.hex())
    assert withdrawn["shown"] is None


def test_a_receipt_is_valid_also_after_an_erasure(shop: Shop, session: Session) -> None:
    shop.agree("ines", LINK)
    kept = receipt(shop, 1)
    assert check(session, kept).outcome == "valid"

    erasure.erase(session, shop.shop_id, "ines")
    session.commit()

    assert check(session, kept).words == (
        "The receipt is valid: row 1 of the ledger is the one that it was made of."
    )


def test_nobody_has_a_receipt_of_somebody_elses_decision(shop: Shop) -> None:
    shop.agree("ines", LINK)

    for who, number in (("mara", 1), ("ines", 2), ("ines", 0)):
        assert shop.as_customer(who, "GET", f"/consents/{number}/receipt").status_code in {404, 422}


@pytest.mark.parametrize(
    ("statement", "outcome", "words"),
    [
        ("DELETE FROM consents WHERE number = 2", "cut off", "Row 2 is missing"),
        ("UPDATE consents SET hash = sha256(hash)", "changed", "Row 2 of the ledger is not the one"),
    ],
)
def test_a_receipt_finds_what_a_chain_that_was_cut_or_recomputed_hides(
    shop: Shop, session: Session, engine: Engine, statement: str, *, outcome: str, words: str
) -> None:
    shop.agree("ines", LINK, SCORE)
    kept = receipt(shop, 2)

    tamper(engine, statement)

    found = check(session, kept)
    assert found.outcome == outcome
    assert words in found.words


def test_a_receipt_that_was_altered_or_signed_by_somebody_else_is_none(shop: Shop, session: Session) -> None:
    shop.agree("ines", LINK, SCORE)
    kept, other = receipt(shop, 1), receipt(shop, 2)
    altered = kept | {"receipt": kept["receipt"] | {"decision": "withdrawn"}}
    head, _, tail = kept["signed"].split(".")
    forged = kept | {"signed": signing.sign(kept["receipt"], OKPKey.generate_key("Ed25519"))}
    elsewhere = kept | {"receipt": kept["receipt"] | {"shop": "https://elsewhere.example/graphql/"}}

    assert check(session, altered).outcome == "altered"
    assert check(session, kept | {"signed": other["signed"]}).outcome == "altered"
    assert check(session, kept | {"signed": f"{head}.e30.{tail}"}).outcome == "altered"
    assert check(session, forged).outcome == "unknown key"
    assert check(session, elsewhere).outcome == "unknown shop"
    nothing: Any
    for nothing in ({}, [], "x", {"receipt": {}, "signed": ""}, kept | {"signed": "a.b.c"}):
        assert check(session, nothing).outcome == "unreadable"


def test_the_command_says_in_words_what_a_receipt_is_worth(
    shop: Shop,
    engine: Engine,
    tmp_path: Path,
    run: Run,
) -> None:
    shop.agree("ines", LINK)
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(receipt(shop, 1)), encoding="utf-8")

    def verify(name: Path = file) -> tuple[int, str]:
        done = run("consent", "verify", "--receipt", str(name))
        return done.returncode, done.stdout

    assert verify() == (0, "ok  The receipt is valid: row 1 of the ledger is the one that it was made of.\n")
    tamper(engine, "DELETE FROM consents")
    code, said = verify()
    assert (code, said[:22]) == (1, "BAD Row 1 is missing: ")
    assert API_URL not in said
    assert verify(tmp_path / "nothing.json")[0] == 1
