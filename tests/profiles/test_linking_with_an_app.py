"""Networks for which the shop brings its own app: the whole way by the real clients, and all that fails."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.profiles import revocations, snapshots
from saleor_influence_app.shops import installations, social_tokens
from saleor_influence_app.social.http_client import RateLimitedHttp
from tests.support.apis import refusal
from tests.support.linking import begin, finish, message
from tests.support.providers import FORMS, Provider, providing, say
from tests.support.social_shop import STOREFRONT, Shop, sql

Bells = Callable[[], list[tuple[Any, ...]]]
LATER = timedelta(days=2)


@pytest.fixture(params=FORMS)
def network(request: pytest.FixtureRequest, off: Shop) -> Iterator[Provider]:
    """Each of them, switched on with the shop's credentials, and Ines agrees to it."""
    with providing(request.param) as provider:
        off.switch_on(**{provider.name: provider.settings})
        off.agree("ines", ("link", provider.name))
        yield provider


def url_of(shop: Shop, network: Provider, who: str = "ines") -> str:
    answer = begin(shop, who, network=network.name, method="oauth")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["url"])


def link(shop: Shop, network: Provider, who: str = "ines") -> None:
    answer = finish(shop, who, **say(url_of(shop, network, who)))
    assert answer.status_code == 204, answer.text


def seen(session: Session, network: Provider, table: str = "profiles") -> Any:
    session.rollback()
    [row] = sql(session, f"SELECT * FROM {table}")
    assert network
    return row


def problems(session: Session) -> dict[str, str]:
    session.rollback()
    return dict(
        tuple(row) for row in sql(session, "SELECT key, message FROM problems WHERE dismissed_at IS NULL")
    )


def look(session: Session, http: RateLimitedHttp, *, now: datetime | None = None) -> None:
    session.rollback()
    [[profile_id]] = sql(session, "SELECT id FROM profiles")
    assert snapshots.take(db.transaction, profile_id, http=http, now=now)


def test_the_whole_way_from_the_shops_credentials_to_a_revoked_token(
    off: Shop, session: Session, network: Provider, http: RateLimitedHttp
) -> None:
    assert "the-shops-secret" not in str(sql(session, "SELECT * FROM privacy_settings"))
    told = off.as_staff("GET", "/privacy-settings").json()["networks"][network.name]
    assert (told["client_id"], told["client_secret"]) == ("the-shops-app", None)

    link(off, network)

    row = seen(session, network)
    assert (row.customer_id, row.network, row.proof, row.state) == ("ines", network.name, "oauth", "linked")
    assert (row.network_id, row.handle) == (network.form.network_id, network.form.handle)
    [access] = network.tokens
    assert access not in row.token_encrypted
    held = social_tokens.open_token(row.token_encrypted)
    assert held is not None
    assert held.access == access
    [proof] = sql(
        session,
        "SELECT proof FROM consents WHERE network = :name ORDER BY number DESC LIMIT 1",
        name=network.name,
    )
    assert "oauth" in proof[0]

    off.agree("ines", ("score", network.name))
    look(session, http)

    snapshot, post = seen(session, network, "snapshots"), seen(session, network, "posts")
    assert (snapshot.followers, snapshot.posts_read, snapshot.engagement_median) == (
        network.form.followers,
        1,
        7.0,
    )
    assert (post.reactions, post.replies) == (5, 2)
    staff = off.as_staff("GET", "/customers/ines/profiles").json()["profiles"][0]
    assert (staff["handle"], staff["proof"], staff["trouble"]) == (network.form.handle, "oauth", None)

    gone = off.as_customer("ines", "DELETE", f"/consents?purpose=link&network={network.name}")

    assert gone.status_code == 204
    session.rollback()
    for table in ("profiles", "snapshots", "posts"):
        assert sql(session, f"SELECT * FROM {table}") == []
    [revocation] = sql(session, "SELECT id FROM revocations")
    assert revocations.revoke(db.transaction, revocation.id, http=http)
    assert bool(network.tokens) is (network.form.revoke is None), "Instagram's API cannot take one back"
    session.rollback()
    assert sql(session, "SELECT * FROM revocations") == []


def test_after_the_shop_has_removed_the_app_its_own_app_revokes_the_token(
    off: Shop, session: Session, network: Provider, http: RateLimitedHttp
) -> None:
    link(off, network)

    with db.transaction() as own:
        installations.purge(own, off.shop_id)

    row = seen(session, network, "revocations")
    assert revocations.revoke(db.transaction, row.id, http=http)
    assert bool(network.tokens) is (network.form.revoke is None)


def test_who_says_no_at_the_network_can_begin_again_and_staff_see_that_they_wait(
    off: Shop, session: Session, network: Provider
) -> None:
    network.answers_no = True
    brought = say(url_of(off, network))
    assert brought["error"] == "access_denied"
    assert "code" not in brought

    empty = finish(off, "ines", state=brought["state"])

    assert (empty.status_code, message(empty)) == (422, "Give state and code, or link_id.")
    assert sql(session, "SELECT * FROM profiles") == []
    [state] = off.as_staff("GET", "/links").json()["links"]
    assert (state["customer_id"], state["network"], state["state"]) == ("ines", network.name, "waiting")
    network.answers_no = False
    link(off, network)


def test_a_code_that_is_wrong_or_used_is_told_as_such_and_links_nothing(
    off: Shop, session: Session, network: Provider
) -> None:
    brought = say(url_of(off, network))

    answer = finish(off, "ines", state=brought["state"], code="stolen")

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "NETWORK_REFUSED")
    assert "must be linked again" in message(answer)
    assert sql(session, "SELECT * FROM profiles") == []
    assert problems(session) == {}, "nothing that staff could do"


def test_a_state_of_another_network_or_person_is_worth_nothing(
    off: Shop, session: Session, network: Provider
) -> None:
    other = "reddit" if network.name != "reddit" else "x"
    with providing(other) as second:
        off.switch_on(**{one.name: one.settings for one in (network, second)})
        off.agree("ines", ("link", other))
        off.agree("mara", ("link", network.name))
        theirs, elsewhere = say(url_of(off, network)), say(url_of(off, second))

        for who, state, code in (
            ("mara", theirs["state"], theirs["code"]),
            ("ines", elsewhere["state"], theirs["code"]),
        ):
            assert finish(off, who, state=state, code=code).status_code == 422

    assert sql(session, "SELECT * FROM profiles") == []


def test_wrong_credentials_of_the_shop_are_shown_to_staff_and_customer_until_they_are_mended(
    off: Shop, session: Session, network: Provider
) -> None:
    network.secret = "rotated-at-the-network"

    answer = finish(off, "ines", **say(url_of(off, network)))

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "NETWORK_REFUSED")
    assert "does not accept the app" in message(answer)
    [(key, sentence)] = problems(session).items()
    assert (key, "confirm the privacy settings" in sentence) == (f"influence-app-{network.name}", True)
    off.switch_on(**{network.name: network.settings | {"client_secret": "rotated-at-the-network"}})
    assert problems(session) == {}
    link(off, network)


def test_profiles_that_are_linked_outlast_wrong_credentials_of_the_shop(
    off: Shop, session: Session, network: Provider, http: RateLimitedHttp
) -> None:
    if network.name == "instagram":
        pytest.skip("renewing takes no secret there")
    link(off, network)
    off.agree("ines", ("score", network.name))
    network.secret = "rotated-at-the-network"

    look(session, http, now=datetime.now(UTC) + LATER)

    row = seen(session, network)
    assert (row.state, "does not accept the app" in row.trouble) == ("linked", True)
    assert set(problems(session)) == {f"influence-app-{network.name}"}
    off.switch_on(**{network.name: network.settings | {"client_secret": "rotated-at-the-network"}})
    look(session, http, now=datetime.now(UTC) + LATER)
    assert seen(session, network).trouble is None
    assert seen(session, network, "snapshots").followers == network.form.followers


def test_a_permission_that_ended_there_asks_the_customer_to_link_again(
    off: Shop, session: Session, network: Provider, http: RateLimitedHttp
) -> None:
    link(off, network)
    off.agree("ines", ("score", network.name))
    network.tokens.clear()

    look(session, http, now=datetime.now(UTC) + LATER)

    row = seen(session, network)
    assert (row.state, row.next_at) == ("relink", None)
    assert [one["kind"] for one in off.as_customer("ines", "GET", "/statement").json()["notices"]] == [
        "profile-relink"
    ]
    link(off, network)
    assert seen(session, network).state == "linked"


def test_a_token_that_was_renewed_is_kept_when_the_network_fails_right_after(
    off: Shop, session: Session, network: Provider, http: RateLimitedHttp
) -> None:
    """Some take a refresh token once only: to lose the next one is to lose the link."""
    link(off, network)
    off.agree("ines", ("score", network.name))
    [before] = network.tokens
    [path] = list(network.form.reads)[:1]
    good, network.api.answers[path] = network.api.answers[path], refusal(503, {})
    lasting = timedelta(days=60) if network.name == "instagram" else LATER

    look(session, http, now=datetime.now(UTC) + lasting)

    [renewed] = network.tokens
    held = social_tokens.open_token(seen(session, network).token_encrypted)
    assert held is not None
    assert held.access == renewed != before
    network.api.answers[path] = good
    http._limiter._server.flushdb()  # as if the pause after the failure were over
    look(session, http, now=datetime.now(UTC) + 2 * lasting)
    assert seen(session, network).trouble is None


def test_a_token_that_no_profile_came_of_is_revoked(
    off: Shop, session: Session, network: Provider, http: RateLimitedHttp
) -> None:
    [path] = list(network.form.reads)[:1]
    network.api.answers[path] = refusal(404, {})

    answer = finish(off, "ines", **say(url_of(off, network)))

    assert answer.json()["error"]["code"] == "NETWORK_REFUSED"
    row = seen(session, network, "revocations")
    assert revocations.revoke(db.transaction, row.id, http=http)
    assert bool(network.tokens) is (network.form.revoke is None)


def test_an_account_that_moves_to_another_customer_stays_readable(
    off: Shop, session: Session, network: Provider, http: RateLimitedHttp
) -> None:
    """Where an account has one grant for an app, revoking the former token would end the newer one."""
    link(off, network)
    off.agree("mara", ("link", network.name))
    link(off, network, "mara")

    assert seen(session, network).customer_id == "mara"
    for row in sql(session, "SELECT id FROM revocations"):
        revocations.revoke(db.transaction, row.id, http=http)
    left = sql(session, "SELECT * FROM revocations")
    assert left == [] or network.name not in {"youtube", "tiktok"}
    held = social_tokens.open_token(seen(session, network).token_encrypted)
    assert held is not None
    assert held.access in network.tokens


def test_a_revocation_waits_while_the_shops_credentials_are_wrong(
    off: Shop, session: Session, network: Provider, http: RateLimitedHttp
) -> None:
    if network.form.proves != "basic":
        pytest.skip("it takes the token alone, or says yes whatever the app")
    link(off, network)
    network.secret = "rotated-at-the-network"
    off.as_customer("ines", "DELETE", f"/consents?purpose=link&network={network.name}")
    row = seen(session, network, "revocations")

    assert not revocations.revoke(db.transaction, row.id, http=http)
    off.switch_on(**{network.name: network.settings | {"client_secret": "rotated-at-the-network"}})
    assert revocations.revoke(db.transaction, row.id, http=http)
    assert network.tokens == {}


def test_what_is_deleted_there_is_deleted_here_with_the_next_look(
    off: Shop, session: Session, network: Provider, http: RateLimitedHttp
) -> None:
    link(off, network)
    off.agree("ines", ("score", network.name))
    look(session, http)
    assert seen(session, network, "posts")
    path = list(network.form.reads)[-1]
    nothing: dict[str, Any] = {
        "youtube": {"items": []},
        "instagram": {"data": []},
        "tiktok": {"data": {"videos": [], "has_more": False}, "error": {"code": "ok"}},
        "x": {"meta": {"result_count": 0}},
        "reddit": {"kind": "Listing", "data": {"children": [], "after": None}},
    }
    network.api.answers[path] = nothing[network.name]

    look(session, http, now=datetime.now(UTC) + timedelta(days=1, minutes=1))

    session.rollback()
    assert sql(session, "SELECT * FROM posts") == []


@pytest.mark.parametrize(
    "answer",
    [
        refusal(503, {}),
        refusal(429, {}, retry_after="60"),
        refusal(200, ["not", "documented"]),
        refusal(200, {"access_token": "", "token_type": "bearer"}),
    ],
    ids=["down", "busy", "list", "empty"],
)
def test_a_token_endpoint_that_answers_nonsense_links_nothing_and_says_so(
    off: Shop, session: Session, network: Provider, answer: Any
) -> None:
    brought = say(url_of(off, network))
    network.api.answers[network.form.token] = answer

    refused = finish(off, "ines", **brought)

    assert refused.json()["error"]["code"] in {"NETWORK_BUSY", "NETWORK_REFUSED"}
    assert message(refused)
    assert sql(session, "SELECT * FROM profiles") == sql(session, "SELECT * FROM revocations") == []


def test_the_page_a_customer_comes_back_to_is_one_that_the_shop_has_named(
    off: Shop, network: Provider
) -> None:
    answer = begin(off, "ines", network=network.name, method="oauth", return_url="https://evil.example/x")

    assert answer.status_code == 422
    assert STOREFRONT not in message(answer)
