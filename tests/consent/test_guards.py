"""The database itself refuses social data without consent: plain SQL, as anybody with a connection may."""

from collections.abc import Callable

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.support.social_shop import Shop, sql

LINK, SCORE = ("link", "mastodon"), ("score", "mastodon")
PROFILE = """
    INSERT INTO profiles (shop_id, customer_id, network, network_hash, network_id, base_url, api_id, handle,
        url, proof, proven_at)
    VALUES (:shop_id, :customer_id, :network, sha256('x'), 'x', 'x', 'x', 'x', 'x', 'nonce', now())
    RETURNING id
"""
SNAPSHOT = "INSERT INTO snapshots (shop_id, profile_id, at) VALUES (:shop_id, :profile_id, now())"
POST = "INSERT INTO posts (shop_id, profile_id, post_id, at) VALUES (:shop_id, :profile_id, 'p', now())"
TIE = """
    INSERT INTO ties (shop_id, source_id, target_id, kind, origin, valid_from)
    VALUES (:shop_id, :source, :target, :kind, :origin, now())
"""


def put(session: Session, shop: Shop, statement: str, **given: object) -> list[tuple[object, ...]]:
    rows = sql(session, statement, shop_id=shop.shop_id, **given)
    session.commit()
    return rows


def refused(session: Session, shop: Shop, statement: str, **given: object) -> str:
    with pytest.raises(IntegrityError) as error:
        put(session, shop, statement, **given)
    session.rollback()
    return str(error.value.orig).splitlines()[0]


def test_a_profile_without_consent_is_refused(shop: Shop, session: Session) -> None:
    wanted = "a profile needs consent to be linked"
    assert refused(session, shop, PROFILE, customer_id="ines", network="mastodon") == wanted
    shop.agree("mara", LINK)
    assert refused(session, shop, PROFILE, customer_id="ines", network="mastodon") == wanted, (
        "theirs, not Mara's"
    )
    shop.agree("ines", ("link", "bluesky"), ("perks", None))
    assert refused(session, shop, PROFILE, customer_id="ines", network="mastodon") == wanted, (
        "another network"
    )

    shop.agree("ines", LINK)
    assert put(session, shop, PROFILE, customer_id="ines", network="mastodon")


def test_consent_in_another_shop_is_none_in_this_one(shop: Shop, session: Session) -> None:
    from tests.support.shop_rows import put_shop

    shop.agree("ines", LINK)
    other = put_shop(session, "https://two.example/graphql/")
    session.commit()

    with pytest.raises(IntegrityError):
        sql(session, PROFILE, shop_id=other, customer_id="ines", network="mastodon")


def test_a_profile_cannot_be_handed_to_somebody_who_did_not_agree(
    shop: Shop, session: Session, link: Callable[..., int]
) -> None:
    shop.agree("ines", LINK)
    link("ines", "ines")

    refused(session, shop, "UPDATE profiles SET customer_id = 'mara' WHERE shop_id = :shop_id")
    refused(session, shop, "UPDATE profiles SET network = 'bluesky' WHERE shop_id = :shop_id")


@pytest.mark.parametrize("statement", [SNAPSHOT, POST])
def test_nothing_that_was_read_is_taken_without_consent_to_scores(
    shop: Shop, session: Session, link: Callable[..., int], statement: str
) -> None:
    shop.agree("ines", LINK)
    profile_id = link("ines", "ines")

    wanted = "what is read of a profile needs consent to scores"
    assert refused(session, shop, statement, profile_id=profile_id) == wanted
    shop.agree("ines", SCORE)
    put(session, shop, statement, profile_id=profile_id)


def test_a_social_tie_needs_consent_at_both_ends(shop: Shop, session: Session) -> None:
    tie = {"source": "ines", "target": "mara", "kind": "mastodon"}
    shop.agree("ines", LINK, SCORE)
    assert "both ends" in refused(session, shop, TIE, origin="social", **tie)
    shop.agree("mara", LINK)
    assert "both ends" in refused(session, shop, TIE, origin="social", **tie)

    shop.agree("mara", SCORE)
    put(session, shop, TIE, origin="social", **tie)
    assert "both ends" in refused(session, shop, TIE, origin="social", **tie | {"kind": "bluesky"})


def test_a_tie_by_responses_needs_the_consents_that_a_follow_does(shop: Shop, session: Session) -> None:
    tie = {"source": "ines", "target": "mara", "kind": "mastodon:responses"}
    shop.agree("ines", LINK, SCORE)
    assert "both ends" in refused(session, shop, TIE, origin="social", **tie)

    shop.agree("mara", LINK, SCORE)
    put(session, shop, TIE, origin="social", **tie)
    for kind in ("bluesky:responses", "mastodon-responses", ":mastodon"):
        assert "both ends" in refused(session, shop, TIE, origin="social", **tie | {"kind": kind})


def test_other_ties_need_none_and_cannot_become_social(shop: Shop, session: Session) -> None:
    put(session, shop, TIE, origin="staff", source="ines", target="mara", kind="friend")

    refused(session, shop, "UPDATE ties SET origin = 'social' WHERE shop_id = :shop_id")


def test_a_withdrawal_that_leaves_anything_is_refused_at_the_commit(
    shop: Shop, session: Session, link: Callable[..., int]
) -> None:
    shop.agree("ines", LINK, SCORE)
    link("ines", "ines")
    withdrawn = """
        INSERT INTO consents SELECT shop_id, 4, customer_ref, :purpose, 'mastodon', 'withdrawn', '', '', '',
            'Saleor session', false, now(), hash, sha256(hash) FROM consents
        WHERE number = 3 AND shop_id = :shop_id
    """

    assert refused(session, shop, withdrawn, purpose="link") == "what rests on a consent goes with it"
    put(
        session,
        shop,
        "INSERT INTO posts SELECT shop_id, id, 'p', now() FROM profiles WHERE shop_id = :shop_id",
    )
    assert refused(session, shop, withdrawn, purpose="score") == "what rests on a consent goes with it"


@pytest.mark.parametrize("kind", ["mastodon", "mastodon:responses"])
def test_a_withdrawal_that_leaves_a_tie_is_refused_at_the_commit(
    shop: Shop, session: Session, kind: str
) -> None:
    shop.agree("ines", LINK, SCORE)
    shop.agree("mara", LINK, SCORE)
    put(session, shop, TIE, origin="social", source="mara", target="ines", kind=kind)
    withdrawn = """
        INSERT INTO consents SELECT c.shop_id, 5, own.customer_ref, 'score', 'mastodon', 'withdrawn', '', '',
            '', 'Saleor session', false, now(), c.hash, sha256(c.hash)
        FROM consents c JOIN consents own USING (shop_id)
        WHERE c.number = 4 AND own.number = 1 AND shop_id = :shop_id
    """

    assert refused(session, shop, withdrawn) == "what rests on a consent goes with it"
    put(session, shop, "DELETE FROM ties WHERE shop_id = :shop_id")
    put(session, shop, withdrawn)


def test_whom_the_ledger_is_about_cannot_be_dropped_while_anything_rests_on_it(
    shop: Shop, session: Session, link: Callable[..., int]
) -> None:
    shop.agree("ines", LINK, SCORE)
    link("ines", "ines")

    refused(session, shop, "DELETE FROM consent_subjects WHERE shop_id = :shop_id")
