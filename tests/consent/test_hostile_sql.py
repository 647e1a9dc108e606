"""Plain SQL by who owns the tables: what the database itself refuses, statement by statement.

What an owner can always do (drop a guard, replace a function) is refused to the app's role (`test_roles`),
and found by `influence consent verify` (`test_audit`).
"""

# ruff: noqa: E501, ISC004 - statements read best in one piece
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.support.consent_sql import REF, WITHDRAWN, consent, tie
from tests.support.shop_rows import put_shop
from tests.support.social_shop import Shop, sql


def score(table: str, customer: str, kind: str = "mastodon") -> str:
    columns = "contacts, reach_contacts, amplification_rate, engaged_contacts, interactions, months"
    more = (", until_run", ", 99") if table.endswith("past") else ("", "")
    return (
        f"INSERT INTO {table} (shop_id, customer_id, kind, run_id, {columns}{more[0]}) "
        f"VALUES (1, '{customer}', '{kind}', 1, 1, 1, 1, 1, 1, 1{more[1]})"
    )


def credit(source: str, customer: str, kind: str = "mastodon", *, past: bool = False) -> str:
    columns = "product_id, days_between, sharers, share, trust, cap, amount, credit, proven"
    more = (", until_run", ", 99") if past else ("", "")
    return (
        f"INSERT INTO credits{'_past' if past else ''} (shop_id, source_id, customer_id, order_id, line_id, run_id, "
        f"tie_kind, {columns}{more[0]}) VALUES (1, '{source}', '{customer}', 'o', 'l', 1, '{kind}', 'p', 1, 1, 1, "
        f"1, 1, 1, 1, true{more[1]})"
    )


def profile(customer: str, network: str) -> str:
    return (
        "INSERT INTO profiles (shop_id, customer_id, network, network_hash, network_id, base_url, api_id, handle, "
        f"url, proof, proven_at) VALUES (1, '{customer}', '{network}', sha256('y'), 'y', 'y', 'y', 'y', 'y', "
        "'nonce', now())"
    )


OF_TESS = "(SELECT id FROM profiles WHERE customer_id = 'tess')"
REFUSED = {
    # What is no consent of anybody, now, by a text that was read
    "a consent of 2020": consent(at="'2020-01-01'"),
    "a consent of a year ago": consent(at="now() - interval '365 days'"),
    "a consent of ten minutes ago": consent(at="now() - interval '10 minutes'"),
    "a consent of tomorrow": consent(at="now() + interval '1 day'"),
    "a consent without a date": consent(at="'infinity'"),
    "a consent by nothing": consent(proof="''"),
    "a consent by hearsay": consent(proof="'they said so'"),
    "a consent by a proof that there is not": consent(proof="'ownership: telepathy'"),
    "a consent by a proof and more": consent(proof="'Saleor session, I think'"),
    "a withdrawal by a proof of ownership": consent(**WITHDRAWN, proof="'ownership: oauth'"),
    "a consent to no text": consent(wording="''"),
    "a consent to no version": consent(wording_version="''"),
    "a consent in no language": consent(language="''"),
    "a consent of a child": consent(age_ok="false"),
    "a consent to something else": consent(purpose="'anything'"),
    "a link without a network": consent(purpose="'link'", network="NULL"),
    "outreach on a network": consent(purpose="'outreach'"),
    "neither yes nor no": consent(action="'perhaps'"),
    "a consent of nobody": consent(customer_ref="sha256('nobody')"),
    # The chain
    "a gap": consent(number="max(number) + 2"),
    "a number that is taken": consent(number="max(number)"),
    "a first row again": consent(number="1", previous_hash=r"'\x" + "00" * 32 + "'"),
    "another row before": consent(previous_hash="sha256('z')"),
    "a hash that is none": consent(hash="'x'::bytea"),
    "the hash of the row before": consent(hash="(array_agg(hash ORDER BY number DESC))[1]"),
    "a yes made a no": "UPDATE consents SET action = 'withdrawn' WHERE number = 1",
    "an earlier date": "UPDATE consents SET at = at - interval '400 days' WHERE number = 1",
    "another text": "UPDATE consents SET wording = 'I agree to all.'",
    "another person": f"UPDATE consents SET customer_ref = {REF.format('mara')} WHERE number = 1",
    "another shop": "UPDATE consents SET shop_id = 2",
    "the newest row away": "DELETE FROM consents WHERE number = (SELECT max(number) FROM consents)",
    "every row away": "DELETE FROM consents",
    "the ledger emptied": "TRUNCATE consents",
    "every shop emptied": "TRUNCATE shops CASCADE",
    "a yes over a no": "INSERT INTO consents SELECT * FROM consents WHERE number = 1 "
    "ON CONFLICT (shop_id, number) DO UPDATE SET action = 'given'",
    # Whom it is about
    "nobody any more": "TRUNCATE consent_subjects",
    "a subject handed on": "UPDATE consent_subjects SET customer_id = 'nobody' WHERE customer_id = 'ines'",
    "another salt": "UPDATE consent_subjects SET salt = sha256('z') WHERE customer_id = 'ines'",
    "a subject away while consents stand": "DELETE FROM consent_subjects WHERE customer_id = 'perky'",
    "a subject away while a profile rests on it": "DELETE FROM consent_subjects WHERE customer_id = 'ines'",
    "a subject away and made anew": "WITH gone AS (DELETE FROM consent_subjects WHERE customer_id = 'perky') "
    "INSERT INTO consent_subjects VALUES (1, 'perkier', sha256('z'))",
    # sha256('…in' || 'es') is that of ines
    "a salt that makes two people one": "INSERT INTO consent_subjects SELECT 1, 'es', salt || 'in'::bytea "
    "FROM consent_subjects WHERE customer_id = 'ines'",
    "a salt of nothing": "INSERT INTO consent_subjects VALUES (1, 'somebody', '')",
    # What rests on consent
    "a profile of nobody": profile("nobody", "mastodon"),
    "a profile on another network": profile("mara", "bluesky"),
    "a profile handed on": "UPDATE profiles SET customer_id = 'nobody' WHERE customer_id = 'ines'",
    "a profile on another network later": "UPDATE profiles SET network = 'bluesky' WHERE customer_id = 'ines'",
    "a snapshot without consent to scores": f"INSERT INTO snapshots (shop_id, profile_id, at) SELECT 1, {OF_TESS}, now()",
    "a post without consent to scores": f"INSERT INTO posts (shop_id, profile_id, post_id, at) SELECT 1, {OF_TESS}, 'p', now()",
    "a snapshot moved": f"UPDATE snapshots SET profile_id = {OF_TESS}",
    "a snapshot of another shop": "INSERT INTO snapshots (shop_id, profile_id, at) "
    "SELECT 2, id, now() FROM profiles WHERE customer_id = 'ines'",
    "a social tie to who did not agree": tie("ines", "tess", "mastodon", "social"),
    "a social tie from who did not agree": tie("tess", "ines", "mastodon", "social"),
    "a social tie on another network": tie("ines", "mara", "bluesky", "social"),
    "a social tie on no network": tie("ines", "mara", "friend", "social"),
    "a network's name by staff": tie("ines", "mara", "mastodon", "staff"),
    "a network's name by orders": tie("ines", "mara", "bluesky", "orders"),
    "a network's responses by staff": tie("ines", "mara", "mastodon:responses", "staff"),
    "a network's name in capitals": tie("ines", "mara", "Mastodon", "staff"),
    "a network's name after a space": tie("ines", "mara", " youtube", "staff"),
    "a friend made a follower": "UPDATE ties SET kind = 'mastodon' WHERE kind = 'friend'",
    "a friend made social": "UPDATE ties SET origin = 'social' WHERE kind = 'friend'",
    "a follow handed on": "UPDATE ties SET target_id = 'tess' WHERE kind = 'mastodon'",
    "a follow called told": "UPDATE ties SET origin = 'staff' WHERE kind = 'mastodon'",
    "a network's score of who did not agree": score("network_scores", "tess"),
    "a network's score by another network": score("network_scores", "ines", "bluesky"),
    "a former score of who did not agree": score("network_scores_past", "tess"),
    "a network's score handed on": "UPDATE network_scores SET customer_id = 'tess'",
    "a network's score moved": "UPDATE network_scores SET kind = 'bluesky'",
    "a credit by a network to who did not agree": credit("tess", "ines"),
    "a credit by a network for who did not agree": credit("ines", "tess", "mastodon:responses"),
    "a former credit by a network": credit("tess", "mara", past=True),
    "a credit made a network's": "UPDATE credits SET tie_kind = 'mastodon' WHERE tie_kind = 'friend'",
    "a guest by a network alone without a tie": "INSERT INTO trial_guests (shop_id, trial_id, customer_id, invited, "
    "drawn_at, social) SELECT 1, id, 'mara', true, now(), true FROM trials",
    # A withdrawal that leaves something
    "a withdrawal that leaves the profile": consent(
        **WITHDRAWN, customer_ref=REF.format("ines"), purpose="'link'"
    ),
    "a withdrawal that leaves a snapshot and ties": consent(**WITHDRAWN, customer_ref=REF.format("ines")),
    "a withdrawal that leaves ties": consent(**WITHDRAWN, customer_ref=REF.format("mara")),
    # A snapshot of the database from before others committed
    "a consent in REPEATABLE READ": f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; {consent()}",
    "a follow in SERIALIZABLE": "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; "
    + tie("mara", "ines", "mastodon", "social"),
}


@pytest.fixture
def filled(shop: Shop, session: Session, link: Callable[..., int]) -> Session:
    """Ines and Mara agreed to scores, Tess to a link alone, Perky to perks; nobody to nothing."""
    for customer_id in ("ines", "mara"):
        shop.agree(customer_id, ("link", "mastodon"), ("score", "mastodon"))
    shop.agree("tess", ("link", "mastodon"))
    shop.agree("perky", ("perks", None))
    link("ines", "ines")
    link("tess", "tess")
    put_shop(session, "https://two.example/graphql/")
    session.commit()
    for statement in (
        "INSERT INTO snapshots (shop_id, profile_id, at) "
        "SELECT 1, id, now() FROM profiles WHERE customer_id = 'ines'",
        tie("ines", "mara", "mastodon", "social"),
        tie("nobody", "tess", "friend", "staff"),
        "INSERT INTO runs (id, shop_id, kind, state) VALUES (1, 1, 'full', 'queued') ON CONFLICT DO NOTHING",
        score("network_scores", "ines"),
        credit("nobody", "tess", "friend"),
        "INSERT INTO trials (shop_id, customer_id, state, rule_version, seed, started_at, ends_at, made_by, "
        "base_share, detectable, invited, held_out) "
        "VALUES (1, 'nobody', 'running', '1', 1, now(), now() + interval '30 days', 'x', 0.1, 0.1, 1, 1)",
        "INSERT INTO trial_guests (shop_id, trial_id, customer_id, invited, drawn_at, social) "
        "SELECT 1, id, 'tess', true, now(), false FROM trials",
    ):
        sql(session, statement)
    session.commit()
    return session


def test_the_database_refuses_each_of_these_to_who_owns_the_tables(filled: Session) -> None:
    accepted = []
    for name, statement in REFUSED.items():
        try:
            for one in statement.split("; "):
                filled.execute(text(one))
            filled.commit()
        except IntegrityError:
            filled.rollback()
        else:
            accepted.append(name)

    assert accepted == []
    assert len(REFUSED) >= 70


def test_what_consent_allows_is_accepted_beside_all_that(filled: Session) -> None:
    """The refusals above are for what they say, and not for a slip in the statements."""
    for statement in (
        tie("mara", "ines", "mastodon:responses", "social"),
        score("network_scores", "mara"),
        score("network_scores_past", "mara"),
        credit("ines", "mara"),
        credit("ines", "mara", past=True),
        profile("mara", "mastodon"),
        "UPDATE trial_guests SET invited = false",
        consent(),
        "DELETE FROM profiles WHERE customer_id = 'tess'",
        consent(**WITHDRAWN, purpose="'link'", hash="sha256('y')"),
    ):
        sql(filled, statement)
        filled.commit()
