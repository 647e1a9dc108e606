"""What was granted at a network ends there, even when the shop is gone; and nobody is named meanwhile."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy.orm import Session

from saleor_influence_app import db, settings
from saleor_influence_app.profiles import revocations
from saleor_influence_app.shops import installations, key_rotation, social_tokens
from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.network import Credentials, Token
from sandbox.networks.mastodon import Mastodon
from sandbox.networks.people import Person
from tests.support.linking import begin, begun, finish, say_yes
from tests.support.social_shop import API_URL, STOREFRONT, Shop, sql

LINK = ("link", "mastodon")

OF_NOBODY = {"id", "network", "base_url", "token_encrypted", "attempts", "next_at", "shop_id", "erasure_id"}


@pytest.fixture
def linked(shop: Shop, mastodon: Mastodon) -> Mastodon:
    """Ines has signed in at the server, which holds the token."""
    mastodon.people.add(Person(number=99, name="alma"))
    shop.agree("ines", LINK)
    assert finish(shop, "ines", **say_yes(begun(shop, mastodon, "ines"), "alma")).status_code == 204
    assert len(mastodon.grants.tokens) == 1
    return mastodon


def uninstall(shop: Shop) -> None:
    with db.transaction() as session:
        assert installations.purge(session, shop.shop_id)


def waiting(session: Session) -> list[Any]:
    session.rollback()
    return sql(session, "SELECT * FROM revocations ORDER BY id")


def test_a_shop_that_removes_the_app_is_gone_at_once_and_its_tokens_are_revoked_after(
    shop: Shop, session: Session, linked: Mastodon, http: RateLimitedHttp
) -> None:
    uninstall(shop)

    for table in ("shops", "profiles", "consents", "network_apps", "privacy_settings"):
        assert sql(session, f"SELECT * FROM {table}") == [], table
    [row] = waiting(session)
    assert set(row._fields) == OF_NOBODY
    assert (row.shop_id, row.network, row.base_url) == (None, "mastodon", linked.base_url)
    [token] = linked.grants.tokens
    assert token not in row.token_encrypted

    assert revocations.revoke(db.transaction, row.id, http=http)
    assert linked.grants.tokens == {}
    assert waiting(session) == []


def test_what_waited_to_be_revoked_waits_on_when_the_shop_goes(
    shop: Shop, session: Session, linked: Mastodon, http: RateLimitedHttp
) -> None:
    shop.as_customer("ines", "DELETE", "/consents?purpose=link&network=mastodon")
    [before] = waiting(session)

    uninstall(shop)

    [row] = waiting(session)
    assert (row.id, row.shop_id) == (before.id, None)
    assert revocations.revoke(db.transaction, row.id, http=http)
    assert linked.grants.tokens == {}


def test_an_installation_over_an_earlier_one_revokes_what_the_earlier_one_was_granted(
    shop: Shop, session: Session, linked: Mastodon, http: RateLimitedHttp
) -> None:
    assert shop.shop_id
    again = installations.Installation(
        api_url=API_URL,
        app_id="app",
        token="token",
        jwks={"keys": []},
        schema_version="3.23",
        saleor_version=None,
        permissions=(),
    )
    with db.transaction() as own:
        installations.store(own, again)

    [row] = waiting(session)
    assert revocations.revoke(db.transaction, row.id, http=http)
    assert linked.grants.tokens == {}


def test_the_sweep_rings_for_what_a_shop_left_behind(  # one message, however many there are
    shop: Shop, session: Session, linked: Mastodon, bells: Any, http: RateLimitedHttp
) -> None:
    assert linked
    uninstall(shop)
    sql(session, "UPDATE revocations SET next_at = now() - interval '2 minutes'")
    session.commit()
    bells()

    with db.transaction() as own:
        revocations.sweep(own)

    assert len(waiting(session)) == 1
    assert ("social.revoke",) in bells()
    assert revocations.revoke_due(db.transaction, http=http) == 1
    assert waiting(session) == []


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("status", 503),
        ("status", 400),
        ("status", 403),
        ("status", 404),
        ("page", None),
        ("redirect", "http://a/"),
    ],
)
def test_a_revocation_has_no_end_but_success(
    shop: Shop, session: Session, linked: Mastodon, http: RateLimitedHttp, kind: str, value: Any
) -> None:
    """Case 1: whatever the network answers, the token is worthless in the end, and the waits are bounded."""
    linked.faults.add(kind, value, match="revoke", times=None)
    uninstall(shop)
    [row] = waiting(session)
    for tried in (1, 12, 60):
        sql(session, "UPDATE revocations SET attempts = :tried", tried=tried)
        session.commit()
        assert not revocations.revoke(db.transaction, row.id, http=http)
        [now] = waiting(session)
        assert now.attempts == tried + 1
        assert now.next_at - datetime.now(UTC) <= revocations.BACKOFF.longest
    linked.faults.clear()

    while not revocations.revoke(db.transaction, row.id, http=http):
        time.sleep(0.05)  # the bucket is closed for a while after a failure

    assert linked.grants.tokens == {}
    assert waiting(session) == []


def test_a_token_is_revoked_as_the_app_that_it_was_granted_to(
    shop: Shop, session: Session, linked: Mastodon, http: RateLimitedHttp
) -> None:
    """Each page that a browser comes back to is an app of its own at a Mastodon server."""
    server = linked.base_url.removeprefix("http://")
    for page in ("a", "z"):
        shop.agree("mara", LINK)
        address = f"{STOREFRONT}/{page}"
        begin(shop, "mara", network="mastodon", method="oauth", handle=server, return_url=address)
    assert len(linked.grants.apps) == 3

    shop.as_customer("ines", "DELETE", "/consents?purpose=link&network=mastodon")

    [row] = waiting(session)
    assert revocations.revoke(db.transaction, row.id, http=http)
    assert linked.grants.tokens == {}


def test_a_network_that_was_switched_off_still_hears_that_a_customer_withdrew(
    shop: Shop, session: Session, linked: Mastodon, http: RateLimitedHttp
) -> None:
    shop.switch_on(bluesky={})

    shop.as_customer("ines", "DELETE", "/consents?purpose=link&network=mastodon")

    [row] = waiting(session)
    assert revocations.revoke(db.transaction, row.id, http=http)
    assert linked.grants.tokens == {}


def test_a_token_that_no_key_of_ours_opens_waits_for_the_key(
    shop: Shop, session: Session, linked: Mastodon, http: RateLimitedHttp
) -> None:
    uninstall(shop)
    [row] = waiting(session)
    sql(session, "UPDATE revocations SET token_encrypted = 'gAAAAAbroken'")
    session.commit()

    assert not revocations.revoke(db.transaction, row.id, http=http)
    sql(session, "UPDATE revocations SET token_encrypted = :kept", kept=row.token_encrypted)
    session.commit()

    assert revocations.revoke(db.transaction, row.id, http=http)
    assert linked.grants.tokens == {}


def test_a_new_secret_key_opens_what_a_shop_left_behind(
    shop: Shop, session: Session, linked: Mastodon
) -> None:
    assert linked
    uninstall(shop)
    old, new = settings.get().secret_key.get_secret_value(), Fernet.generate_key().decode()

    assert key_rotation.rotate(db.transaction, [new, old]).unreadable == ()

    [row] = waiting(session)
    assert "alma" not in Fernet(new).decrypt(row.token_encrypted.encode()).decode()


def test_a_token_at_rest_says_what_it_is_and_whose_app_it_was_granted_to() -> None:
    until = datetime(2026, 12, 1, tzinfo=UTC)
    token = Token(access="a", refresh="r", expires_at=until, scope="s")
    app = Credentials(client_id="id", client_secret="secret")

    closed = social_tokens.close(token, app)

    assert (social_tokens.open_token(closed), social_tokens.open_app(closed)) == (token, app)
    assert social_tokens.open_app(social_tokens.close(token, None)) is None
    assert social_tokens.open_token(None) is None
    assert social_tokens.open_app("gAAAAAbroken") is None
