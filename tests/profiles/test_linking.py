"""A shopper links their profile through the real clients, against networks on loopback; nobody else can."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse

from saleor_influence_app import db, settings
from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.profiles import linking, pending_links, revocations, snapshots
from saleor_influence_app.social.http_client import RateLimitedHttp
from sandbox.networks.bluesky import Bluesky
from sandbox.networks.mastodon import Mastodon
from sandbox.networks.people import Person
from tests.support.apis import Api, Heard, running
from tests.support.linking import begin, begun, finish, message, say_yes
from tests.support.social_shop import Shop, sql

LINK, SCORE = ("link", "mastodon"), ("score", "mastodon")


@pytest.fixture
def alma(mastodon: Mastodon) -> Person:
    return mastodon.people.add(Person(number=99, name="alma", about="I knit.", following=12))


def test_a_customer_links_their_mastodon_account_by_signing_in_there(
    shop: Shop, session: Session, mastodon: Mastodon, alma: Person
) -> None:
    shop.agree("ines", LINK)

    answer = finish(shop, "ines", **say_yes(begun(shop, mastodon, "ines"), alma.name))

    assert answer.status_code == 204, answer.text
    [row] = sql(session, "SELECT * FROM profiles")
    assert (row.customer_id, row.network, row.proof, row.state) == ("ines", "mastodon", "oauth", "linked")
    assert row.handle == f"@alma@{mastodon.base_url.removeprefix('http://')}"
    [token] = mastodon.grants.tokens
    assert token not in row.token_encrypted
    assert token in settings.get().fernet.decrypt(row.token_encrypted.encode()).decode()
    shown = shop.as_customer("ines", "GET", "/statement").json()["profiles"][0]
    assert (shown["handle"], shown["proof"]) == (row.handle, "oauth")


def test_a_tick_for_scores_has_the_profile_looked_at_at_once(
    shop: Shop, mastodon: Mastodon, alma: Person, bells: Callable[[], list[tuple[Any, ...]]], session: Session
) -> None:
    shop.agree("ines", LINK)
    finish(shop, "ines", **say_yes(begun(shop, mastodon, "ines"), alma.name))
    bells()

    shop.agree("ines", SCORE)

    [row] = sql(session, "SELECT shop_id FROM profiles")
    assert ("social.snapshot", row.shop_id) in bells()


def test_without_consent_linking_does_not_begin(shop: Shop, mastodon: Mastodon) -> None:
    answer = begin(shop, "ines", network="mastodon", method="oauth", handle=mastodon.base_url)

    assert (answer.status_code, message(answer)) == (422, "Agree to linking this profile first.")


def test_the_app_is_registered_once_at_a_server(shop: Shop, mastodon: Mastodon, alma: Person) -> None:
    assert alma
    shop.agree("ines", LINK)
    shop.agree("mara", LINK)

    for who in ("ines", "mara", "ines"):
        begun(shop, mastodon, who)

    assert len(mastodon.grants.apps) == 1


def test_a_state_works_once(shop: Shop, mastodon: Mastodon, alma: Person) -> None:
    shop.agree("ines", LINK)
    brought = say_yes(begun(shop, mastodon, "ines"), alma.name)
    assert finish(shop, "ines", **brought).status_code == 204

    again = finish(shop, "ines", **brought)

    assert (again.status_code, "finished" in message(again)) == (422, True)


def test_a_state_of_somebody_else_is_worth_nothing(
    shop: Shop, session: Session, mastodon: Mastodon, alma: Person
) -> None:
    """One is tricked into finishing what somebody else began, and so into linking the other's account."""
    shop.agree("ines", LINK)
    shop.agree("mara", LINK)
    theirs = say_yes(begun(shop, mastodon, "mara"), alma.name)
    begun(shop, mastodon, "ines")

    answer = finish(shop, "ines", **theirs)

    assert answer.status_code == 422
    assert sql(session, "SELECT * FROM profiles") == []


@pytest.mark.parametrize("state", ["", "x", "x.y.z", "\u00e9" * 40, "a" * 4000])
def test_a_made_up_state_is_refused_in_words(shop: Shop, mastodon: Mastodon, state: str) -> None:
    shop.agree("ines", LINK)
    begun(shop, mastodon, "ines")

    answer = finish(shop, "ines", state=state, code="code")

    assert answer.status_code == 422
    assert message(answer)


def test_a_state_with_a_changed_signature_is_refused(shop: Shop, mastodon: Mastodon, alma: Person) -> None:
    shop.agree("ines", LINK)
    brought = say_yes(begun(shop, mastodon, "ines"), alma.name)

    answer = finish(shop, "ines", state=brought["state"][:-2] + "xx", code=brought["code"])

    assert answer.status_code == 422


def test_what_is_not_finished_in_ten_minutes_begins_anew(
    shop: Shop, mastodon: Mastodon, alma: Person, http: RateLimitedHttp
) -> None:
    shop.agree("ines", LINK)
    brought = say_yes(begun(shop, mastodon, "ines"), alma.name)
    late = datetime.now(UTC) + timedelta(minutes=10, seconds=1)
    means = linking.LinkContext(transaction=db.transaction, http=http, now=late)

    who = pending_links.Shopper(shop_id=shop.shop_id, customer_id="ines")
    with pytest.raises(InputInvalid, match="took too long"):
        linking.finish_oauth(means, who, **brought)


def test_a_code_that_the_server_does_not_know_links_nothing(
    shop: Shop, session: Session, mastodon: Mastodon, alma: Person
) -> None:
    shop.agree("ines", LINK)
    brought = say_yes(begun(shop, mastodon, "ines"), alma.name)

    answer = finish(shop, "ines", state=brought["state"], code="stolen")

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "NETWORK_REFUSED")
    assert sql(session, "SELECT * FROM profiles") == []


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/linked", "https://shop.example.evil.example/", "https://shop.example@evil/x"],
)
def test_a_browser_is_never_sent_to_a_page_that_the_shop_has_not_named(shop: Shop, address: str) -> None:
    shop.agree("ines", LINK)

    answer = begin(shop, "ines", network="mastodon", method="oauth", handle="m.example", return_url=address)

    assert (answer.status_code, message(answer)) == (422, "return_url is on no page that the shop has named.")


def test_a_nonce_in_a_bluesky_profile_proves_whose_it_is(
    shop: Shop, session: Session, bluesky: Bluesky
) -> None:
    alma = bluesky.people.add(Person(number=7, name="alma", about="Tea."))
    shop.agree("ines", ("link", "bluesky"))
    told = begin(shop, "ines", network="bluesky", method="nonce", handle="@alma.pocket.test").json()

    early = finish(shop, "ines", link_id=told["link_id"])
    assert (early.status_code, "does not say influence-" in message(early)) == (422, True)
    alma.about = f"Tea. {told['put']}"
    assert finish(shop, "mara", link_id=told["link_id"]).status_code == 422, "begun by somebody else"
    assert finish(shop, "ines", link_id=told["link_id"]).status_code == 204
    assert finish(shop, "ines", link_id=told["link_id"]).status_code == 422, "once"

    [row] = sql(session, "SELECT * FROM profiles")
    assert (row.handle, row.proof, row.token_encrypted) == ("alma.pocket.test", "nonce", None)
    assert "Tea" not in str(row)


def test_a_link_in_a_mastodon_profile_proves_whose_it_is(
    shop: Shop, session: Session, mastodon: Mastodon, alma: Person
) -> None:
    shop.agree("ines", LINK)
    handle = f"@alma@{mastodon.base_url.removeprefix('http://')}"
    told = begin(shop, "ines", network="mastodon", method="rel-me", handle=handle).json()
    assert finish(shop, "ines", link_id=told["link_id"]).status_code == 422

    alma.links.append(told["put"])

    assert finish(shop, "ines", link_id=told["link_id"]).status_code == 204
    assert sql(session, "SELECT proof FROM profiles")[0][0] == "rel-me"


def test_of_two_who_prove_one_profile_the_newest_has_it_and_both_are_told(
    shop: Shop, session: Session, mastodon: Mastodon, alma: Person
) -> None:
    for who in ("ines", "mara"):
        shop.agree(who, LINK, SCORE)
        assert finish(shop, who, **say_yes(begun(shop, mastodon, who), alma.name)).status_code == 204

    rows = sql(session, "SELECT customer_id FROM profiles")
    assert [row.customer_id for row in rows] == ["mara"]
    told = {who: shop.as_customer(who, "GET", "/statement").json()["notices"] for who in ("ines", "mara")}
    assert [one["kind"] for one in told["ines"]] == ["profile-moved-away"]
    assert [one["kind"] for one in told["mara"]] == ["profile-moved-here"]


def test_a_profile_is_moved_without_killing_the_token_that_both_have(
    shop: Shop, session: Session, link: Callable[..., int]
) -> None:
    """Mastodon gives one and the same token for each authorisation of an account by an app."""
    from saleor_influence_app.social.network import Token

    shop.agree("ines", LINK)
    shop.agree("mara", LINK)
    link("ines", "alma", proof="oauth", token=Token(access="one"))
    link("mara", "alma", proof="oauth", token=Token(access="one"))
    assert sql(session, "SELECT * FROM revocations") == []
    link("mara", "other", proof="oauth", token=Token(access="two"))

    assert len(sql(session, "SELECT * FROM revocations")) == 1


def test_withdrawing_revokes_the_token_at_the_network(
    shop: Shop, session: Session, mastodon: Mastodon, alma: Person, http: RateLimitedHttp
) -> None:
    shop.agree("ines", LINK)
    finish(shop, "ines", **say_yes(begun(shop, mastodon, "ines"), alma.name))
    assert len(mastodon.grants.tokens) == 1

    shop.as_customer("ines", "DELETE", "/consents?purpose=link&network=mastodon")
    [row] = sql(session, "SELECT id FROM revocations")
    mastodon.faults.add("status", 503, match="revoke")
    assert not revocations.revoke(db.transaction, row.id, http=http), "tried again later"
    assert len(sql(session, "SELECT id FROM revocations")) == 1
    http._limiter._server.flushdb()  # as if the pause after the failure were over
    assert revocations.revoke(db.transaction, row.id, http=http)
    assert mastodon.grants.tokens == {}


@pytest.mark.parametrize(
    ("network", "handle"),
    [
        ("mastodon", "@\u0430lma@m.example"),  # a Cyrillic letter
        ("mastodon", "@alma@127.0.0.1"),
        ("mastodon", "@alma@[::1]"),
        ("mastodon", "@alma@localhost"),
        ("mastodon", "https://m.example/about"),
        ("bluesky", "alma"),
        ("bluesky", "https://evil.example/profile/alma.bsky.social"),
        ("bluesky", "alma.bsky.social\u0000"),
        ("bluesky", ""),
    ],
)
def test_a_handle_that_is_none_is_refused_in_words(shop: Shop, network: str, handle: str) -> None:
    shop.agree("ines", ("link", network))

    answer = begin(shop, "ines", network=network, method="nonce", handle=handle)

    assert answer.status_code == 422, answer.text
    assert message(answer)


def test_a_network_that_is_not_switched_on_cannot_be_linked(shop: Shop) -> None:
    answer = begin(shop, "ines", network="x", method="oauth", handle="@alma")

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "SOCIAL_OFF")


def test_a_server_that_is_down_is_told_in_words_and_nothing_is_lost(shop: Shop, mastodon: Mastodon) -> None:
    shop.agree("ines", LINK)
    mastodon.faults.add("status", 503, match="apps")

    answer = begin(
        shop, "ines", network="mastodon", method="oauth", handle=mastodon.base_url.removeprefix("http://")
    )

    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "NETWORK_BUSY")


def test_a_server_that_has_forgotten_this_app_is_told_of_it_anew(
    shop: Shop, session: Session, mastodon: Mastodon, alma: Person
) -> None:
    shop.agree("ines", LINK)
    brought = say_yes(begun(shop, mastodon, "ines"), alma.name)
    mastodon.grants.apps.clear()

    refused = finish(shop, "ines", **brought)

    assert (refused.status_code, "does not accept the app" in message(refused)) == (422, True)
    assert sql(session, "SELECT * FROM problems") == [], "nothing that staff could do"
    assert finish(shop, "ines", **say_yes(begun(shop, mastodon, "ines"), alma.name)).status_code == 204


@pytest.fixture
def example(mastodon: Mastodon) -> Iterator[Api]:
    """The domain of the handles: it says by WebFinger where its accounts live."""
    with running() as domain:
        mastodon.domain = domain.base_url.removeprefix("http://")

        def elsewhere(heard: Heard) -> RedirectResponse:
            query = urlencode({"resource": heard.query["resource"]})
            return RedirectResponse(f"{mastodon.base_url}{heard.path}?{query}", 301)

        domain.answers["/.well-known/webfinger"] = elsewhere
        yield domain


@pytest.mark.parametrize("typed", ["@Alma@{domain}", "acct:alma@{domain}", "@alma@{server}"])
def test_case_10_an_account_whose_server_has_another_name_is_linked_and_keeps_its_handle(
    shop: Shop,
    session: Session,
    mastodon: Mastodon,
    alma: Person,
    example: Api,
    http: RateLimitedHttp,
    typed: str,
) -> None:
    assert example
    handle = typed.format(domain=mastodon.domain, server=mastodon.base_url.removeprefix("http://"))
    shop.agree("ines", LINK, SCORE)
    told = begin(shop, "ines", network="mastodon", method="oauth", handle=handle)
    assert told.status_code == 201, told.text
    assert told.json()["url"].startswith(mastodon.base_url)

    assert finish(shop, "ines", **say_yes(told.json()["url"], alma.name)).status_code == 204

    query = "SELECT id, handle, base_url, network_id FROM profiles"
    [row] = sql(session, query)
    assert row.handle == f"@alma@{mastodon.domain}"
    assert row.base_url == mastodon.base_url
    assert row.network_id == f"{mastodon.base_url}/users/alma", (
        "what followers of all servers are compared by"
    )
    session.rollback()
    assert snapshots.take(db.transaction, row.id, http=http)
    assert sql(session, query)[0].handle == f"@alma@{mastodon.domain}", "and a look does not change it"


def test_case_10_holds_for_proof_by_a_link_as_well(
    shop: Shop, session: Session, mastodon: Mastodon, alma: Person, example: Api
) -> None:
    assert example
    shop.agree("ines", LINK)
    handle = f"@alma@{mastodon.domain}"
    told = begin(shop, "ines", network="mastodon", method="rel-me", handle=handle).json()
    alma.links.append(told["put"])

    assert finish(shop, "ines", link_id=told["link_id"]).status_code == 204

    assert sql(session, "SELECT handle FROM profiles")[0].handle == handle


def test_who_signs_in_there_as_somebody_else_has_the_other_ones_handle(
    shop: Shop, session: Session, mastodon: Mastodon, alma: Person, example: Api
) -> None:
    """The domain was asked about one account; of another one, the server alone has spoken."""
    assert alma
    assert example
    mastodon.people.add(Person(number=98, name="bo"))
    shop.agree("ines", LINK)
    told = begin(shop, "ines", network="mastodon", method="oauth", handle=f"@alma@{mastodon.domain}").json()

    assert finish(shop, "ines", **say_yes(told["url"], "bo")).status_code == 204

    server = mastodon.base_url.removeprefix("http://")
    assert sql(session, "SELECT handle FROM profiles")[0].handle == f"@bo@{server}"


def test_a_domain_cannot_claim_an_account_of_another_server(
    shop: Shop, mastodon: Mastodon, alma: Person, example: Api
) -> None:
    assert alma
    assert example
    claimed, mastodon.domain = mastodon.domain, None
    actor = {"rel": "self", "type": "application/activity+json", "href": f"{mastodon.base_url}/users/alma"}
    example.answers["/.well-known/webfinger"] = {"subject": f"acct:alma@{claimed}", "links": [actor]}
    shop.agree("ines", LINK)

    answer = begin(shop, "ines", network="mastodon", method="rel-me", handle=f"@alma@{claimed}")

    assert (answer.status_code, "does not confirm it" in message(answer)) == (422, True)


def test_the_address_of_another_network_is_refused_with_its_name(shop: Shop) -> None:
    shop.agree("ines", LINK)

    answer = begin(
        shop, "ines", network="mastodon", method="nonce", handle="https://www.tiktok.com/@alma?lang=it"
    )

    assert (answer.status_code, answer.json()["error"]["reason"]) == (422, "other-network:TikTok")
