"""`influence consent verify`: what somebody who may do everything at the database cannot hide."""

# ruff: noqa: E501, ISC004 - statements read best in one piece
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from saleor_influence_app import db
from saleor_influence_app.cli.commands import app
from saleor_influence_app.consent import ledger, ledger_audit, signed_heads, signing
from saleor_influence_app.consent.ledger import BEGINNING
from saleor_influence_app.erasure import erasure
from saleor_influence_app.errors import SettingInvalid
from saleor_influence_app.models import Consent
from saleor_influence_app.shops import installations, shops
from tests.support.consent_audit import sign, tamper
from tests.support.shop_rows import put_shop
from tests.support.social_shop import API_URL, Shop, sql

LINK, SCORE = ("link", "mastodon"), ("score", "mastodon")


@pytest.fixture
def agreed(shop: Shop, signing_on: Path) -> Shop:
    """Two customers with five consents, a head of which is signed."""
    assert signing_on
    shop.agree("ines", LINK, SCORE, ("perks", None))
    shop.agree("mara", LINK, SCORE)
    sign()
    return shop


def withdraw(shop: Shop, customer_id: str, purpose: str, network: str | None) -> None:
    wanted = {"purpose": purpose} | ({"network": network} if network else {})
    answer = shop.as_customer(customer_id, "DELETE", "/consents", params=wanted)
    assert answer.status_code == 204, answer.text


def verify() -> tuple[int, str]:
    done = CliRunner().invoke(app, ["consent", "verify"])
    return done.exit_code, done.output


def found(sentence: str) -> None:
    code, told = verify()
    assert code == 1, told
    assert sentence in told, told
    refused = [one for shop in sign() for one in shop.trouble]
    assert refused, "the signer signs nothing that is not well"


def test_a_signed_chain_that_grew_is_well_and_so_is_one_whose_people_were_erased(
    agreed: Shop, session: Session
) -> None:
    agreed.agree("mara", ("outreach", None))
    withdraw(agreed, "mara", "outreach", None)
    for customer_id in ("ines", "mara"):
        erasure.erase(session, agreed.shop_id, customer_id)
    session.commit()

    code, told = verify()

    assert code == 0, told
    assert f"{API_URL}: 12 rows, newest hash " in told
    assert ", signed up to row 5 on " in told
    assert [one.trouble for one in sign()] == [[]]


def test_whoever_had_withdrawn_everything_is_nameless_by_their_own_erasure(
    agreed: Shop, session: Session
) -> None:
    for purpose, network in (LINK, ("perks", None)):
        withdraw(agreed, "ines", purpose, network)
    before = ledger.verify(session, agreed.shop_id).rows
    erasure.erase(session, agreed.shop_id, "ines")
    session.commit()

    assert verify()[0] == 0
    last = session.scalars(select(Consent).order_by(Consent.number.desc())).first()
    assert last is not None
    assert (last.number, last.action, last.proof) == (before + 1, "withdrawn", "erased")


@pytest.mark.parametrize("cut", [1, 3])
def test_rows_cut_off_at_the_end_are_missed(agreed: Shop, engine: Engine, cut: int) -> None:
    for _ in range(2):  # as in the findings: the newest are withdrawals
        agreed.agree("ines", ("outreach", None))
        withdraw(agreed, "ines", "outreach", None)
    sign()

    tamper(engine, f"DELETE FROM consents WHERE number > 9 - {cut}")

    found(f"the newest {cut} rows are missing: on ")


@pytest.mark.usefixtures("agreed")
def test_a_subject_taken_away_from_consents_that_stand_is_missed(engine: Engine) -> None:
    tamper(engine, "DELETE FROM consent_subjects WHERE customer_id = 'mara'")

    found("row 4 is a consent that stands, and whom it is about was taken away")


def test_a_subject_taken_away_after_every_consent_was_withdrawn_is_missed(
    agreed: Shop, engine: Engine
) -> None:
    withdraw(agreed, "mara", "link", "mastodon")
    sign()

    tamper(engine, "DELETE FROM consent_subjects WHERE customer_id = 'mara'")

    found("whom some rows are about was taken away, and no erasure is in the ledger")


@pytest.mark.usefixtures("agreed")
def test_a_shops_row_made_anew_has_another_beginning(session: Session, signer_of: Callable[[], Any]) -> None:
    session.execute(text("DELETE FROM shops"))
    session.commit()
    assert "is gone, and nothing notes that the shop went" in verify()[1]
    shop_id = put_shop(session, API_URL, jwks=signer_of().jwks())
    record(session, shop_id, "ines")
    session.commit()

    found("had another first row: the chain was begun or computed anew")


@pytest.mark.parametrize("how", ["removed", "installed anew"])
def test_a_chain_that_ended_with_its_shop_is_told_and_not_blamed(
    agreed: Shop, session: Session, signer_of: Callable[[], Any], how: str
) -> None:
    if how == "removed":
        installations.purge(session, agreed.shop_id)
        session.commit()
        assert verify()[0] == 0
        shop_id = put_shop(session, API_URL, jwks=signer_of().jwks())
    else:
        installation = installations.Installation(
            api_url=API_URL, app_id="QXBwOjI=", token="t", jwks=signer_of().jwks(), schema_version="3.23",
            saleor_version="3.23.1", permissions=(),
        )  # fmt: skip
        shop_id = installations.store(session, installation)
    record(session, shop_id, "ines")
    session.commit()

    code, told = verify()
    assert code == 0, told
    assert "a chain of 5 rows, signed on " in told
    assert "ended when the shop went or installed the app anew, on " in told
    assert [one.trouble for one in sign()] == [[]]


def test_a_whole_chain_computed_anew_with_an_earlier_date_is_found(
    agreed: Shop, engine: Engine, session: Session
) -> None:
    """By somebody who has the secret key too."""
    key = shops.derived_key(session, agreed.shop_id, "consent chain")
    rows = session.scalars(select(Consent).order_by(Consent.number)).all()
    previous, statements = BEGINNING, []
    for row in rows:
        values = {column.name: getattr(row, column.name) for column in Consent.__table__.columns}
        values |= {
            "at": row.at - timedelta(days=400) if row.number == 1 else row.at,
            "previous_hash": previous,
        }
        digest = ledger.chained(values, key)
        statements.append(
            f"UPDATE consents SET at = '{values['at']}', previous_hash = '\\x{previous.hex()}', "
            f"hash = '\\x{digest.hex()}' WHERE number = {row.number}"
        )
        previous = digest
    session.rollback()
    tamper(engine, *statements)

    with db.transaction() as own:
        assert ledger.verify(own, agreed.shop_id).broken is None, "by itself it is a whole chain"
    found("had another first row: the chain was begun or computed anew")


def test_later_rows_computed_anew_are_found_by_the_row_that_was_signed(
    agreed: Shop, engine: Engine, session: Session
) -> None:
    key = shops.derived_key(session, agreed.shop_id, "consent chain")
    last = session.scalars(select(Consent).order_by(Consent.number.desc())).first()
    assert last is not None
    values = {column.name: getattr(last, column.name) for column in Consent.__table__.columns}
    digest = ledger.chained(values | {"language": "nl"}, key)
    session.rollback()
    tamper(engine, f"UPDATE consents SET language = 'nl', hash = '\\x{digest.hex()}' WHERE number = 5")

    found("row 5 is not the one that was signed on ")


GUARDS = [
    (
        "CREATE OR REPLACE FUNCTION consent_given(shop int, customer text, wanted text, net text) RETURNS bool "
        "LANGUAGE sql STABLE SET search_path = public, pg_temp AS 'SELECT true'",
        "the function consent_given was replaced",
    ),
    (
        "ALTER FUNCTION consent_given SET search_path = elsewhere, public",
        "the function consent_given was replaced",
    ),
    ("ALTER FUNCTION hold_consents SECURITY DEFINER", "the function hold_consents was replaced"),
    (
        "CREATE FUNCTION network_of(kind varchar) RETURNS text LANGUAGE sql AS 'SELECT null'",
        "more than one function",
    ),
    ("DROP TRIGGER consents_kept ON consents", "the trigger consents_kept on consents is missing"),
    (
        "ALTER TABLE consents DISABLE TRIGGER consents_kept",
        "the trigger consents_kept on consents is switched off",
    ),
    (
        "ALTER TABLE snapshots DISABLE TRIGGER ALL",
        "the trigger snapshots_consent on snapshots is switched off",
    ),
    ("ALTER TABLE consents ENABLE ALWAYS TRIGGER consents_kept", "is switched off"),
    (
        "DROP TRIGGER profiles_consent ON profiles; CREATE CONSTRAINT TRIGGER profiles_consent AFTER INSERT ON "
        "profiles DEFERRABLE FOR EACH ROW EXECUTE FUNCTION profile_needs_consent()",
        "the trigger profiles_consent on profiles was replaced",
    ),
    (
        "DROP TRIGGER credits_consent ON credits; CREATE CONSTRAINT TRIGGER credits_consent AFTER INSERT OR UPDATE "
        "ON credits DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (false) EXECUTE FUNCTION credit_needs_consent()",
        "the trigger credits_consent on credits was replaced",
    ),
    (
        "CREATE TRIGGER away BEFORE INSERT ON consents FOR EACH ROW EXECUTE FUNCTION "
        "suppress_redundant_updates_trigger()",
        "no migration declares the trigger away on consents",
    ),
    (
        "CREATE RULE away AS ON INSERT TO consents DO INSTEAD NOTHING",
        "the table consents are rewritten or hidden",
    ),
    ("ALTER TABLE consents ENABLE ROW LEVEL SECURITY", "the table consents are rewritten or hidden"),
    (
        "ALTER TABLE consents DROP CONSTRAINT ck_consents_age",
        "the constraint ck_consents_age on consents is missing",
    ),
]


@pytest.mark.parametrize(("change", "sentence"), GUARDS)
def test_a_guard_that_was_replaced_or_switched_off_is_found(
    engine: Engine, change: str, sentence: str
) -> None:
    from saleor_influence_app.consent import database_guards

    with Session(engine) as session:  # and is rolled back: other tests need the guards
        assert database_guards.trouble(session) == []
        if "suppress" in change:
            change = change.replace("INSERT", "UPDATE")
        session.execute(text(change))
        assert any(sentence in one for one in database_guards.trouble(session)), database_guards.trouble(
            session
        )
        session.rollback()


@pytest.mark.usefixtures("agreed")
def test_a_guard_that_is_off_is_told_by_the_command_and_stops_the_signer(engine: Engine) -> None:
    try:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE consents DISABLE TRIGGER consents_kept"))
        found("the trigger consents_kept on consents is switched off")
    finally:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE consents ENABLE TRIGGER consents_kept"))
    assert verify()[0] == 0


@pytest.mark.usefixtures("agreed")
def test_heads_deleted_in_the_database_are_known_from_the_folder(engine: Engine) -> None:
    tamper(engine, "DELETE FROM consent_heads", "DELETE FROM consents WHERE number = 5")

    found("the newest 1 rows are missing")


def test_lines_cut_from_the_folder_are_missed_by_the_database_and_by_later_heads(
    agreed: Shop, engine: Engine, signing_on: Path
) -> None:
    agreed.agree("mara", ("perks", None))
    sign()
    [path] = signing_on.glob("*.heads")
    first, second = path.read_text().split()
    path.write_text(f"{second}\n")

    found("CONSENT_ANCHOR_FOLDER lacks 1 heads that were written to it")
    tamper(engine, "DELETE FROM consent_heads")
    found("the head signed before that of ")
    path.write_text(f"{first}\n{second[:-3]}AAA\n")
    found("1 of the signed heads are damaged, or signed by nobody we know")


def test_a_mail_that_was_kept_is_enough_to_find_missing_rows(
    agreed: Shop, engine: Engine, signing_on: Path, tmp_path: Path
) -> None:
    [path] = signing_on.glob("*.heads")
    (tmp_path / "mail.eml").write_text(f"From: a\n\nKeep this mail.\n\n{path.read_text()}\n")
    path.unlink()
    tamper(engine, "DELETE FROM consent_heads", "DELETE FROM consents WHERE number = 5")
    with db.transaction() as session:
        assert ledger_audit.of_shop(session, agreed.shop_id, []).trouble == [], (
            "by itself it is a whole chain"
        )

    done = CliRunner().invoke(app, ["consent", "verify", "--anchor", str(tmp_path / "mail.eml")])

    assert done.exit_code == 1
    assert "the newest 1 rows are missing" in done.output
    empty = CliRunner().invoke(app, ["consent", "verify", "--anchor", str(tmp_path / "key.pem")])
    assert "has no signed head in it" in str(empty.exception)


def test_after_a_restore_the_signer_goes_on_once_it_was_told_why(agreed: Shop, engine: Engine) -> None:
    agreed.agree("mara", ("perks", None))
    sign()
    tamper(engine, "DELETE FROM consents WHERE number = 6")  # as the backup has it
    assert any("rows are missing" in one for shop in sign() for one in shop.trouble)

    assert [one.trouble for one in sign(restored="the disk failed on 1 May")] == [[]]

    code, told = verify()
    assert code == 0, told
    assert "rows after 5 are gone (the disk failed on 1 May)" in told
    agreed.agree("ines", ("outreach", None))
    assert [one.trouble for one in sign()] == [[]]
    tamper(engine, "DELETE FROM consents WHERE number = 6")
    found("the newest 1 rows are missing")


@pytest.mark.usefixtures("agreed")
def test_a_key_that_is_not_among_the_public_ones_signs_nothing(tmp_path: Path) -> None:
    (tmp_path / "public.json").write_text(json.dumps({"keys": []}))

    with pytest.raises(SettingInvalid, match="lacks the signer's key"):
        sign(at_once=True)


def test_a_head_names_the_shops_key_of_receipts_and_nobody(agreed: Shop, session: Session) -> None:
    [head] = signed_heads.known(session).heads[API_URL]

    assert head.receipts == signing.public(signing.receipt_key(session, agreed.shop_id))
    assert "ines" not in str(head)
    assert sql(session, "SELECT count(*) FROM consent_heads WHERE filed_at IS NOT NULL")[0][0] == 1
    assert sign()[0].anchored == [], "what has not changed is not signed again"


def record(session: Session, shop_id: int, customer_id: str) -> None:
    decision = ledger.Decision(
        purpose="perks", network=None, action="given", wording="I agree.", version="1", language="en",
        proof=ledger.SESSION, age_ok=True,
    )  # fmt: skip
    ledger.record(session, shop_id, customer_id, decisions=[decision])


@pytest.fixture
def signer_of(shop: Shop) -> Callable[[], Any]:
    return lambda: shop.signer


def test_the_commands_make_a_key_once_sign_and_say_what_was_done(shop: Shop, signing_on: Path) -> None:
    assert signing_on
    shop.agree("ines", LINK)
    run = CliRunner()

    again = run.invoke(app, ["consent", "new-key"])
    assert "There is a key already" in str(again.exception)
    (signing_on.parent / "key.pem").rename(signing_on.parent / "old.pem")
    assert run.invoke(app, ["consent", "new-key"]).output.startswith("Key ")
    first, second = (run.invoke(app, ["consent", "sign"]) for _ in range(2))
    assert (first.exit_code, first.output.splitlines()[-1]) == (0, f"ok  {API_URL}: 1 rows are signed: filed")
    assert (second.exit_code, second.output.splitlines()[-1]) == (0, f"ok  {API_URL}: 1 rows are signed")
