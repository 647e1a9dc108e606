"""The post-purchase survey's API: who may respond, once, to what end; what never is told or stored."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import redis
from sqlalchemy import text

from saleor_influence_app import db
from saleor_influence_app.erasure import erasure, objections
from saleor_influence_app.models import AskedBy
from saleor_influence_app.shops import shops
from saleor_influence_app.surveys import links, responses
from tests.support.shop_rows import put_code, put_customers, put_order, put_shop
from tests.support.social_shop import API_URL, STOREFRONT, Shop, sql

NOW = datetime.now(UTC)
SECRET = "unmistakable-friend"
FRIEND = {"channel": "friend", "friend": "ADA-10"}


@pytest.fixture
def asking(off: Shop, redis_url: str) -> Shop:
    """A shop whose survey is on; Ada has a code and an address, Ines ordered, and so did a guest."""
    with redis.Redis.from_url(redis_url) as server:
        for key in server.scan_iter("limit:survey-*"):
            server.delete(key)
    with db.transaction() as session:
        sql(session, "UPDATE shops SET survey = true")
        key = shops.email_key(session, off.shop_id)
        put_customers(session, off.shop_id, "ada", email_hash=shops.email_hash(key, "ada@example.com"))
        put_code(session, off.shop_id, "ADA-10", "ada")
        put_order(session, off.shop_id, "ines", order_id="of-ines", created_at=NOW)
        put_order(session, off.shop_id, None, order_id="of-guest", created_at=NOW, email_hash=b"g" * 32)
    return off


def token_for(asking: Shop, order_id: str, **given: Any) -> str:
    token = f"token-of-{order_id}"
    columns = {"expires": NOW + timedelta(days=1), "used": None, "shop": asking.shop_id} | given
    with db.transaction() as session:
        sql(
            session,
            "INSERT INTO survey_links (shop_id, order_id, token_hash, expires_at, used_at)"
            " VALUES (:shop, :order, :hash, :expires, :used)",
            order=order_id,
            hash=links._hashed(token),
            **columns,
        )
    return token


def by_token(shop: Shop, token: str, body: Any = None, **options: Any) -> httpx.Response:
    headers = {"authorization": f"Order {token}", "saleor-api-url": API_URL} | options.pop("headers", {})
    method = "POST" if body is not None or "content" in options else "GET"
    return shop.client.request(method, "/api/shopper/thanks", headers=headers, json=body, **options)


def by_session(shop: Shop, body: dict[str, Any], customer_id: str = "ines") -> httpx.Response:
    return shop.as_customer(customer_id, "POST", "/thanks", json={"order_id": "of-ines"} | body)


def stored() -> list[Any]:
    with db.transaction() as session:
        columns = "order_id, respondent_id, channel, named_id"
        return [tuple(row) for row in sql(session, f"SELECT {columns} FROM survey_responses ORDER BY id")]


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_customer_names_a_friend_by_code_and_is_asked_once(asking: Shop) -> None:
    question = asking.as_customer("ines", "GET", "/thanks?order_id=of-ines&language=it").json()
    assert question["is_open"]
    assert question["choices"][0] == {"channel": "friend", "text": "Un amico o un\u2019amica"}

    assert by_session(asking, FRIEND).status_code == 204

    assert stored() == [("of-ines", "ines", "friend", "ada")]
    assert code(by_session(asking, {"channel": "advert"})) == (409, "ALREADY_RESPONDED")
    assert not asking.as_customer("ines", "GET", "/thanks?order_id=of-ines").json()["is_open"]


@pytest.mark.parametrize("friend", ["ada-10", "  ADA-10 ", "Ada@Example.com"])
def test_a_guest_names_a_friend_with_the_token_of_their_order(asking: Shop, friend: str) -> None:
    token = token_for(asking, "of-guest")

    assert by_token(asking, token).json()["order_id"] == "of-guest"
    assert by_token(asking, token, {"channel": "friend", "friend": friend}).status_code == 204

    assert stored() == [("of-guest", f"guest:{(b'g' * 32).hex()}", "friend", "ada")]
    assert code(by_token(asking, token, FRIEND)) == (401, "TOKEN_INVALID")


def test_a_linked_handle_names_its_owner_while_profiles_are_on(shop: Shop, link: Any) -> None:
    with db.transaction() as session:
        sql(session, "UPDATE shops SET survey = true")
        put_order(session, shop.shop_id, "ines", order_id="of-ines", created_at=NOW)
    shop.agree("mara", ("link", "mastodon"))
    link("mara", "mara")

    assert by_session(shop, {"channel": "friend", "friend": "Mara@m.example"}).status_code == 204

    assert stored() == [("of-ines", "ines", "friend", "mara")]


@pytest.mark.parametrize("friend", ["", SECRET, f"{SECRET}@example.com", "@", "ines", "100%", "a@b@c"])
def test_what_matches_nobody_is_not_stored_and_answered_alike(asking: Shop, friend: str) -> None:
    answer = by_session(asking, {"channel": "friend", "friend": friend})

    assert (answer.status_code, answer.content) == (204, b"")
    assert stored() == [("of-ines", "ines", "friend", None)]
    with db.transaction() as session:
        for (table,) in sql(session, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
            rows = sql(session, f'SELECT 1 FROM "{table}" t WHERE t::text LIKE :it', it=f"%{SECRET}%")
            assert rows == [], table


def test_nobody_names_themselves_staff_or_who_objects_and_who_objects_names_nobody(asking: Shop) -> None:
    with db.transaction() as session:
        put_code(session, asking.shop_id, "INES", "ines")
        put_code(session, asking.shop_id, "BOSS", "boss")
        put_customers(session, asking.shop_id, "boss", is_staff=True)
        put_order(session, asking.shop_id, "ines", order_id="second", created_at=NOW)
        put_order(session, asking.shop_id, "ines", order_id="third", created_at=NOW)
        put_order(session, asking.shop_id, "mara", order_id="of-mara", created_at=NOW)
        objections.object_(session, asking.shop_id, "mara", by=AskedBy.SELF)
    by_session(asking, {"channel": "friend", "friend": "INES"})
    by_session(asking, {"channel": "friend", "friend": "BOSS", "order_id": "second"})
    by_session(asking, FRIEND | {"order_id": "of-mara"}, "mara")
    with db.transaction() as session:
        objections.object_(session, asking.shop_id, "ada", by=AskedBy.SELF)
    by_session(asking, FRIEND | {"order_id": "third"})

    assert [row[3] for row in stored()] == [None] * 4


def test_forged_used_expired_and_strange_tokens_are_refused(asking: Shop) -> None:
    expired = token_for(asking, "of-ines", expires=NOW - timedelta(seconds=1))
    used = token_for(asking, "of-guest", used=NOW)
    with db.transaction() as session:
        other = put_shop(session, "https://two.example/graphql/", survey=True)
        put_order(session, other, "zoe", order_id="of-zoe", created_at=NOW)
    theirs = token_for(asking, "of-zoe", shop=other)

    for token in (expired, used, theirs, "forged", "x" * 5000, "of-ines"):
        assert code(by_token(asking, token, FRIEND)) == (401, "TOKEN_INVALID"), token
    assert by_token(asking, "", FRIEND).status_code == 401
    assert stored() == []


def test_another_customers_order_an_old_one_and_an_unknown_one_are_nobodys(asking: Shop) -> None:
    with db.transaction() as session:
        old = NOW - timedelta(days=31)
        put_order(session, asking.shop_id, "ines", order_id="old", created_at=old)

    assert code(by_session(asking, FRIEND, "mara")) == (404, "NOT_FOUND")
    assert code(by_session(asking, FRIEND | {"order_id": "none"})) == (404, "NOT_FOUND")
    assert code(by_session(asking, FRIEND | {"order_id": "old"})) == (409, "ALREADY_RESPONDED")
    token = token_for(asking, "of-guest")
    assert code(by_token(asking, token, FRIEND | {"order_id": "of-ines"})) == (422, "INVALID_INPUT")
    assert code(asking.as_customer("ines", "POST", "/thanks", json=FRIEND)) == (422, "INVALID_INPUT")
    assert stored() == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"channel": "rumour"},
        {"channel": None},
        {"channel": "advert", "friend": "ADA-10"},
        {"channel": "friend", "friend": "x" * 321},
        {"channel": "friend", "friend": 7},
        {"channel": "friend", "friend": "ada\0"},
        {"channel": "friend", "friend": "a\u202eda"},
        {"channel": "friend", "note": "hello"},
    ],
)
def test_other_bodies_are_refused_with_a_sentence(asking: Shop, body: dict[str, Any]) -> None:
    answer = by_token(asking, token_for(asking, "of-guest"), body)

    assert answer.status_code == 422
    assert answer.json()["error"]["message"]
    assert stored() == []


def test_a_body_of_a_megabyte_is_not_read(asking: Shop) -> None:
    token = token_for(asking, "of-guest")
    body = b'{"channel": "friend", "friend": "' + b"x" * 1_000_000 + b'"}'
    answer = by_token(asking, token, content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 413
    assert stored() == []


def test_of_two_responses_at_once_one_is_stored(asking: Shop) -> None:
    token = token_for(asking, "of-guest")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: by_token(asking, token, FRIEND).status_code, range(4)))

    assert set(answers) <= {204, 401, 409}
    assert answers.count(204) == 1
    assert len(stored()) == 1


def test_where_the_survey_is_off_or_the_page_is_a_strangers_nobody_responds(asking: Shop) -> None:
    token = token_for(asking, "of-guest")
    strange = by_token(asking, token, FRIEND, headers={"origin": "https://evil.example"})
    assert code(strange) == (403, "PERMISSION_DENIED")
    with db.transaction() as session:
        sql(session, "UPDATE shops SET survey = false")

    assert not by_token(asking, token).json()["is_open"]
    assert code(by_token(asking, token, FRIEND)) == (403, "SURVEY_OFF")
    assert STOREFRONT
    assert stored() == []


def test_who_tries_for_hours_is_told_to_wait(asking: Shop) -> None:
    for _ in range(10):
        by_session(asking, {"channel": "advert"})

    assert code(by_session(asking, {"channel": "advert"})) == (429, "TOO_MANY_ATTEMPTS")


def test_the_respondent_sees_and_deletes_what_they_said_and_never_whether_it_was_known(asking: Shop) -> None:
    by_session(asking, FRIEND)
    statement = asking.as_customer("ines", "GET", "/statement")
    [mine] = statement.json()["survey_responses"]
    export = asking.as_customer("ines", "GET", "/export")

    assert mine["channel"] == "friend"
    assert '"ada"' not in statement.text + export.text
    assert export.json()["holds"]["survey_responses"][0].keys().isdisjoint({"named_id", "agreed_at"})
    assert asking.as_customer("mara", "DELETE", f"/survey-responses/{mine['id']}").status_code == 404
    assert asking.as_customer("ines", "DELETE", f"/survey-responses/{mine['id']}").status_code == 204
    assert stored() == []


def test_who_is_erased_is_in_no_response_whether_they_named_or_were_named(asking: Shop) -> None:
    by_session(asking, FRIEND)
    by_token(asking, token_for(asking, "of-guest"), FRIEND)

    with db.transaction() as session:
        erasure.erase(session, asking.shop_id, "ada")
    assert [row[3] for row in stored()] == [None, None]
    with db.transaction() as session:
        erasure.erase(session, asking.shop_id, f"guest:{(b'g' * 32).hex()}")
        erasure.erase(session, asking.shop_id, "ines")

    assert stored() == []


def test_responses_and_links_go_when_their_time_is_over(asking: Shop) -> None:
    by_session(asking, FRIEND)
    token_for(asking, "of-guest", expires=NOW - timedelta(minutes=1))
    token_for(asking, "long-ago", expires=NOW - timedelta(days=2), used=NOW - timedelta(days=3))
    with db.transaction() as session:
        responses.prune(session)
        assert len(sql(session, "SELECT 1 FROM survey_responses")) == 1
        session.execute(text("UPDATE survey_responses SET responded_at = now() - interval '366 days'"))
        responses.prune(session)

        assert sql(session, "SELECT 1 FROM survey_responses") == []
        [(expired,)] = sql(session, "SELECT order_id FROM survey_links WHERE used_at IS NOT NULL")
        assert expired == "of-guest"
        removed = "SELECT 1 FROM saleor_writes WHERE kind = 'survey_link' AND key = 'of-guest'"
        assert len(sql(session, removed)) == 1


def test_staff_see_channels_with_the_money_of_their_orders(asking: Shop) -> None:
    by_session(asking, FRIEND)
    by_token(asking, token_for(asking, "of-guest"), {"channel": "advert"})

    found = asking.as_staff("GET", "/survey?days=30").json()

    assert (found["is_on"], found["responses"], found["named"], found["agreed"]) == (True, 2, 1, 0)
    counted = {one["channel"]: (one["responses"], one["paid"]) for one in found["channels"]}
    assert counted["friend"] == (1, [{"amount": "50.00", "currency": "EUR"}])
    assert counted["advert"][0] == 1
    assert counted["nobody"] == (0, [])
