import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from fastapi import FastAPI

from tests.support.asgi import AsgiClient
from tests.support.bodies import (
    APP_ID,
    CUSTOMER_ID,
    OTHER_APP_ID,
    app_body,
    customer_body,
    encode,
    envelope,
    order_body,
)
from tests.support.recorded import Recordings
from tests.support.signing import API_URL, SigningKey, headers_for, signing_key
from webhooks.catalog import BY_SLUG
from webhooks.envelopes import CheckoutEvent, MethodsEvent
from webhooks.router import Delivery, Question, ShopKeys, build_router

LIMIT = 20_000
PATH = "/api/webhooks/saleor/"


@dataclass
class World:
    """The callbacks of a router, and what they were told."""

    shops: dict[str, ShopKeys]
    fresh: ShopKeys | None = None
    trouble: dict[str, Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refetched: list[int] = field(default_factory=list)
    stored: list[Delivery] = field(default_factory=list)
    questions: list[tuple[int, Question]] = field(default_factory=list)

    def keys_of(self, api_url: str) -> ShopKeys | None:
        self._fail("keys_of")
        self.asked.append(api_url)
        return self.shops.get(api_url)

    def refetch_keys(self, shop_id: int) -> ShopKeys | None:
        self._fail("refetch_keys")
        self.refetched.append(shop_id)
        return self.fresh

    def accept(self, delivery: Delivery) -> None:
        self._fail("accept")
        self.stored.append(delivery)

    def reply(self, shop_id: int, event: Question) -> list[Any]:
        self._fail("reply")
        self.questions.append((shop_id, event))
        return [{"id": "perk-1"}]

    def _fail(self, name: str) -> None:
        if name in self.trouble:
            raise self.trouble[name]

    def app(self) -> FastAPI:
        app = FastAPI()
        router = build_router(
            keys_of=self.keys_of,
            refetch_keys=self.refetch_keys,
            accept=self.accept,
            reply=self.reply,
            body_limit=LIMIT,
        )
        app.include_router(router)
        return app


OUR_SHOP = ShopKeys(shop_id=7, app_id=APP_ID, active=True, jwks=signing_key().jwks)


@pytest.fixture
def world() -> World:
    return World({API_URL: OUR_SHOP})


@pytest.fixture
def client(world: World) -> AsgiClient:
    return AsgiClient(world.app())


def post(
    client: AsgiClient, slug: str, body: bytes, key: SigningKey | None = None, **headers: str | None
) -> Any:
    """Post as Saleor does; keywords replace headers, None removes one."""
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    full = headers_for(slug, body, key) | changed
    kept = {name: value for name, value in full.items() if value is not None}
    return client.post(PATH + slug, content=body, headers=kept)


# --- stored


@pytest.mark.parametrize("slug", [slug for slug, one in BY_SLUG.items() if not one.is_sync])
def test_a_genuine_delivery_of_every_event_is_stored_and_answered_with_200(
    client: AsgiClient, world: World, slug: str
) -> None:
    content = {"order": order_body, "app": app_body}.get(slug.partition("_")[0], customer_body)(slug)
    issued_at = datetime.now(UTC) - timedelta(minutes=3)
    body = encode(content | {"issuedAt": issued_at.isoformat()})
    answer = post(client, slug, body)
    assert (answer.status_code, answer.json()["status"]) == (200, "STORED")
    assert world.stored == [Delivery(7, slug, body, sha256(body).digest(), issued_at)]
    assert world.asked == [API_URL]


def test_recorded_deliveries_are_stored_byte_for_byte(recordings: Recordings) -> None:
    world = World({API_URL: ShopKeys(7, APP_ID, active=True, jwks=recordings.jwks)})
    client = AsgiClient(world.app())
    for delivery in recordings.deliveries:
        answer = post(client, delivery.event, delivery.body, saleor_signature=delivery.signature)
        if delivery.event not in BY_SLUG:
            assert answer.status_code == 404
        elif BY_SLUG[delivery.event].is_sync:  # of other subscriptions: one has no currency
            readable = delivery.event == "checkout_filter_shipping_methods"
            assert answer.status_code == (200 if readable else 422)
        elif delivery.event == "app_deleted":  # it was recorded from another installation
            assert answer.status_code == 403
        else:
            assert answer.status_code == 200
            assert world.stored[-1].body == delivery.body
    assert len(world.stored) == 31


def test_a_genuine_body_that_cannot_be_read_is_stored_for_a_person_to_see(
    client: AsgiClient, world: World
) -> None:
    unreadable = [
        b"",
        b"[]",
        b"not json",
        b"\xff\xfe\x00",
        b'{"a":1,"a":2}',
        encode(customer_body() | {"issuedAt": "soon"}),
        encode(customer_body() | {"issuedAt": None}),
        encode(customer_body() | {"issuedAt": (datetime.now(UTC) + timedelta(days=2)).isoformat()}),
        encode(customer_body() | {"issuingPrincipal": "App"}),
    ]
    for body in unreadable:
        assert post(client, "customer_updated", body).status_code == 200, body
    assert [delivery.body for delivery in world.stored] == unreadable
    assert {delivery.issued_at for delivery in world.stored} == {None}


def test_a_readable_envelope_around_a_broken_order_is_stored(client: AsgiClient, world: World) -> None:
    for order in (None, {}, {"lines": 7}, "x"):
        assert post(client, "order_paid", encode(envelope("order_paid", order=order))).status_code == 200
    assert len(world.stored) == 4


def test_deliveries_of_a_paused_shop_are_stored_and_wait(client: AsgiClient, world: World) -> None:
    world.shops[API_URL] = replace(OUR_SHOP, active=False)
    assert post(client, "app_status_changed", encode(app_body(isActive=True))).status_code == 200
    assert post(client, "order_paid", encode(order_body("order_paid"))).status_code == 200
    assert len(world.stored) == 2


def test_a_body_just_at_the_limit_is_stored(client: AsgiClient, world: World) -> None:
    empty = len(encode(customer_body(padding="")))
    body = encode(customer_body(padding="x" * (LIMIT - empty)))
    assert abs(len(body) - LIMIT) <= 3  # a time may print without microseconds
    assert post(client, "customer_updated", body[:LIMIT]).status_code == 200
    assert len(world.stored) == 1


# --- dropped


def test_what_the_app_caused_itself_is_dropped(client: AsgiClient, world: World) -> None:
    own = {"issuingPrincipal": {"__typename": "App", "id": APP_ID}}
    answer = post(client, "customer_updated", encode(customer_body() | own))
    assert (answer.status_code, answer.json()["status"]) == (202, "DROPPED")
    assert world.stored == []


def test_what_another_app_or_a_user_of_the_same_id_caused_is_stored(client: AsgiClient, world: World) -> None:
    principals = [{"__typename": "App", "id": OTHER_APP_ID}, {"__typename": "User", "id": APP_ID}, None]
    for principal in principals:
        body = encode(customer_body() | {"issuingPrincipal": principal})
        assert post(client, "customer_updated", body).status_code == 200
    assert len(world.stored) == 3


def test_the_apps_own_removal_is_never_an_echo(client: AsgiClient, world: World) -> None:
    own = {"issuingPrincipal": {"__typename": "App", "id": APP_ID}}
    for slug in ("app_deleted", "app_status_changed"):
        assert post(client, slug, encode(app_body(slug) | own)).status_code == 200
    assert len(world.stored) == 2


# --- refused


@pytest.mark.parametrize(
    "slug", ["order_exploded", "ORDER_CREATED", "order_created%00", "..", "customer_metadata_updated"]
)
def test_an_event_we_did_not_ask_for_is_404(client: AsgiClient, world: World, slug: str) -> None:
    assert post(client, slug, b"{}").status_code == 404
    assert world.asked == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
def test_only_post_is_allowed(client: AsgiClient, method: str) -> None:
    assert client.request(method, PATH + "order_created").status_code == 405


def test_a_request_without_shop_or_signature_is_refused(client: AsgiClient, world: World) -> None:
    body = encode(customer_body())
    assert post(client, "customer_updated", body, saleor_api_url=None).status_code == 400
    assert post(client, "customer_updated", body, saleor_api_url="").status_code == 400
    assert post(client, "customer_updated", body, saleor_signature=None).status_code == 401
    assert post(client, "customer_updated", body, saleor_signature="").status_code == 401
    assert (world.stored, world.asked) == ([], [])


@pytest.mark.parametrize(
    "api_url",
    ["https://shop.example/graphql", "https://SHOP.example/graphql/", "https://evil.example/", "' OR 1=1 --"],
)
def test_a_shop_that_has_not_installed_the_app_is_403(client: AsgiClient, world: World, api_url: str) -> None:
    answer = post(client, "customer_updated", encode(customer_body()), saleor_api_url=api_url)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "SHOP_UNKNOWN")
    assert world.stored == []


@pytest.mark.parametrize("signature", ["x", "a..b", "..", "a" * 9000, "eyJhbGciOiJub25lIn0.."])
def test_a_wrong_signature_is_401_and_fetches_no_keys(
    client: AsgiClient, world: World, signature: str
) -> None:
    body = encode(customer_body())
    answer = post(client, "customer_updated", body, saleor_signature=signature)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "SIGNATURE_INVALID")
    assert (world.stored, world.refetched) == ([], [])


def test_a_body_changed_on_its_way_is_401(client: AsgiClient, world: World) -> None:
    body = encode(order_body())
    signature = signing_key().sign(body)
    changed = body.replace(b"11.9", b"99.9")
    assert changed != body
    assert post(client, "order_created", changed, saleor_signature=signature).status_code == 401
    assert world.stored == []


@pytest.mark.parametrize(
    "recipient", [{"id": OTHER_APP_ID}, {"id": ""}, {"id": None}, {"id": [APP_ID]}, {}, None, APP_ID]
)
def test_a_genuine_delivery_to_another_app_of_the_shop_is_403(
    client: AsgiClient, world: World, recipient: Any
) -> None:
    answer = post(client, "customer_updated", encode(customer_body() | {"recipient": recipient}))
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "NOT_RECIPIENT")
    assert world.stored == []


def test_a_genuine_body_does_not_count_at_the_address_of_another_event(
    client: AsgiClient, world: World
) -> None:
    # Stored as a failure it would stand in the way of the same bytes arriving where they belong.
    answer = post(client, "customer_deleted", encode(customer_body("customer_updated")))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "WRONG_EVENT")
    assert world.stored == []


def test_another_shop_cannot_speak_for_ours(client: AsgiClient, world: World) -> None:
    other_url = "https://other.example/graphql/"
    thief = signing_key("thief")
    world.shops[other_url] = ShopKeys(8, APP_ID, active=True, jwks=thief.jwks)
    world.fresh = OUR_SHOP
    body = encode(customer_body())
    assert post(client, "customer_updated", body, thief).status_code == 401
    assert (
        post(
            client, "customer_updated", body, saleor_signature=thief.sign(body, kid=signing_key().kid)
        ).status_code
        == 401
    )
    assert world.stored == []
    assert post(client, "customer_updated", body, thief, saleor_api_url=other_url).status_code == 200
    assert world.stored[0].shop_id == 8


def test_answers_and_logs_repeat_nothing_of_the_body(
    client: AsgiClient, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = encode(customer_body(email="anna@example.com") | {"recipient": {"id": OTHER_APP_ID}})
    texts = [post(client, "customer_updated", body).text]
    world.trouble["accept"] = RuntimeError("INSERT INTO … VALUES ('anna@example.com')")
    texts.append(post(client, "customer_updated", encode(customer_body())).text)
    assert "webhook not stored: slug=customer_updated error=RuntimeError" in caplog.text
    for text in (*texts, caplog.text):
        assert "anna" not in text
        assert CUSTOMER_ID not in text


# --- keys that change


def test_after_a_key_rotation_the_new_key_is_fetched_once_and_the_delivery_stored(
    client: AsgiClient, world: World
) -> None:
    new = signing_key("rotated")
    world.fresh = replace(OUR_SHOP, jwks=new.jwks)
    assert post(client, "customer_updated", encode(customer_body()), new).status_code == 200
    assert world.refetched == [7]


def test_a_key_that_the_fresh_set_lacks_too_is_401_after_one_fetch(client: AsgiClient, world: World) -> None:
    world.fresh = OUR_SHOP
    assert post(client, "customer_updated", encode(customer_body()), signing_key("thief")).status_code == 401
    assert world.refetched == [7]


def test_while_keys_may_not_be_fetched_a_new_key_is_503_so_that_saleor_repeats(
    client: AsgiClient, world: World
) -> None:
    world.fresh = None
    assert post(client, "customer_updated", encode(customer_body()), signing_key("thief")).status_code == 503
    assert world.stored == []


def test_a_known_key_is_never_fetched_again(client: AsgiClient, world: World) -> None:
    post(client, "customer_updated", encode(customer_body()))
    post(client, "customer_updated", encode(customer_body()), saleor_signature="a..b")
    assert world.refetched == []


# --- our own trouble


@pytest.mark.parametrize("step", ["keys_of", "accept"])
@pytest.mark.parametrize("error", [RuntimeError("x"), OSError(28, "No space left on device"), TimeoutError()])
def test_trouble_of_our_own_is_503_so_that_saleor_repeats(
    client: AsgiClient, world: World, step: str, error: Exception
) -> None:
    world.trouble[step] = error
    body = encode(customer_body())
    answer = post(client, "customer_updated", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "UNAVAILABLE")
    del world.trouble[step]
    assert post(client, "customer_updated", body).status_code == 200


def test_keys_that_cannot_be_fetched_are_503(client: AsgiClient, world: World) -> None:
    world.trouble["refetch_keys"] = ConnectionError()
    assert post(client, "customer_updated", encode(customer_body()), signing_key("thief")).status_code == 503


# --- size and order, seen from the server's side


Message = MutableMapping[str, Any]


def call(
    app: FastAPI, chunks: list[bytes], headers: dict[str, str], on_send: Callable[[Message], None]
) -> Awaitable[int]:
    """Run one request through the app; the result is how many chunks it has read."""
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        if taken == len(chunks):
            return {"type": "http.disconnect"}
        taken += 1
        return {"type": "http.request", "body": chunks[taken - 1], "more_body": taken < len(chunks)}

    async def send(message: Message) -> None:
        on_send(message)

    async def run() -> int:
        path = PATH + "customer_updated"
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": raw,
            "server": ("app.example", 443),
            "scheme": "https",
        }
        await app(scope, receive, send)
        return taken

    return run()


def run_call(app: FastAPI, chunks: list[bytes], headers: dict[str, str]) -> tuple[int, int]:
    """The status and how many chunks were read."""
    statuses: list[int] = []
    taken = asyncio.run(_awaited(call(app, chunks, headers, lambda m: statuses.append(m.get("status", 0)))))
    return statuses[0], taken


async def _awaited(work: Awaitable[int]) -> int:
    return await work


def test_an_announced_size_above_the_limit_is_413_before_a_byte_is_read(world: World) -> None:
    for size in (str(LIMIT + 1), "9" * 4000):
        assert run_call(world.app(), [b"x"] * 9, {"content-length": size}) == (413, 0)


def test_a_stream_is_413_as_soon_as_it_exceeds_the_limit(world: World) -> None:
    chunks = [b"x" * (LIMIT // 4)] * 1000
    for headers in ({}, {"content-length": "10"}, {"content-length": "-1"}, {"content-length": "\u0661"}):
        assert run_call(world.app(), chunks, headers) == (413, 5)
    assert (world.asked, world.stored) == ([], [])


def test_a_body_in_many_pieces_is_put_together(world: World) -> None:
    body = encode(customer_body())
    pieces = [body[at : at + 1] for at in range(len(body))]
    assert run_call(world.app(), pieces, headers_for("customer_updated", body))[0] == 200
    assert world.stored[0].body == body


def test_a_sender_that_hangs_up_half_way_leaves_nothing(world: World) -> None:
    body = encode(customer_body())

    async def hang_up() -> list[int]:
        statuses: list[int] = []
        app = world.app()
        scope_headers = headers_for("customer_updated", body)
        work = call(app, [body[:10], b""], scope_headers, lambda m: statuses.append(m.get("status", 0)))
        await work
        return statuses

    statuses = asyncio.run(hang_up())
    assert statuses[0] == 401  # half a body fits no signature
    assert world.stored == []


def test_the_delivery_is_stored_before_the_answer_begins(world: World) -> None:
    body = encode(customer_body())
    stored_when_answered: list[int] = []

    def on_send(_: Message) -> None:
        stored_when_answered.append(len(world.stored))

    asyncio.run(_awaited(call(world.app(), [body], headers_for("customer_updated", body), on_send)))
    assert stored_when_answered[0] == 1


def test_a_slow_database_holds_up_one_request_and_not_the_others(world: World) -> None:
    both_wait = threading.Barrier(2, timeout=20)  # a second request that had to wait would break it

    def accept(_: Delivery) -> None:
        both_wait.wait()

    router = build_router(
        keys_of=world.keys_of, refetch_keys=world.refetch_keys, accept=accept, reply=world.reply
    )
    app = FastAPI()
    app.include_router(router)
    statuses: list[int] = []

    async def two() -> None:
        bodies = [encode(customer_body(id=f"VXNlcjo{n}")) for n in range(2)]
        calls = [
            call(
                app,
                [body],
                headers_for("customer_updated", body),
                lambda m: statuses.append(m.get("status", 0)),
            )
            for body in bodies
        ]
        await asyncio.gather(*calls)

    asyncio.run(two())
    assert [status for status in statuses if status] == [200, 200]


# --- answered

QUESTION = "shipping_list_methods_for_checkout"


def checkout_body(**given: Any) -> dict[str, Any]:
    """What Saleor asks about the checkout of a customer."""
    checkout = {"id": "Q2hlY2tvdXQ6MQ==", "user": {"id": "VXNlcjox"}}
    checkout |= {"channel": {"slug": "default-channel", "currencyCode": "EUR"}} | given
    return envelope(QUESTION) | {"checkout": checkout}


def test_a_question_about_shipping_methods_tells_code_owner_and_methods(
    client: AsgiClient, world: World
) -> None:
    slug = "checkout_filter_shipping_methods"
    checkout = {"id": "Q2hlY2tvdXQ6MQ==", "user": None, "voucherCode": "QUIET", "languageCode": "DE"}
    body = envelope(slug) | {"checkout": checkout, "shippingMethods": [{"id": "one"}, {"id": "two"}]}

    assert post(client, slug, encode(body)).status_code == 200
    [(shop_id, event)] = world.questions
    assert isinstance(event, MethodsEvent)
    assert (shop_id, event.customer_id, event.voucher_code, event.language, event.methods) == (
        7,
        None,
        "QUIET",
        "DE",
        ("one", "two"),
    )
    assert world.stored == []


def test_a_question_is_answered_at_once_and_nothing_is_stored(client: AsgiClient, world: World) -> None:
    answer = post(client, QUESTION, encode(checkout_body()))

    assert (answer.status_code, answer.json()) == (200, [{"id": "perk-1"}])
    [(shop_id, event)] = world.questions
    assert isinstance(event, CheckoutEvent)
    assert (shop_id, event.customer_id, event.channel, event.currency) == (
        7,
        "VXNlcjox",
        "default-channel",
        "EUR",
    )
    assert world.stored == []


def test_a_guest_asks_too(client: AsgiClient, world: World) -> None:
    assert post(client, QUESTION, encode(checkout_body(user=None))).status_code == 200
    assert [event.customer_id for _, event in world.questions] == [None]


@pytest.mark.parametrize(
    "wrong",
    [{"channel": None}, {"user": {"id": 7}}, {"user": "somebody"}, {"id": None}, {"channel": {"slug": "x"}}],
    ids=str,
)
def test_a_question_that_cannot_be_understood_gets_no_answer(
    client: AsgiClient, world: World, wrong: dict[str, Any]
) -> None:
    answer = post(client, QUESTION, encode(checkout_body(**wrong)))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "UNREADABLE")
    assert world.questions == []


def test_a_question_of_nobody_or_for_another_app_is_refused(client: AsgiClient, world: World) -> None:
    body = encode(checkout_body())
    assert post(client, QUESTION, body, saleor_signature=None).status_code == 401
    assert post(client, QUESTION, encode(customer_body("customer_updated"))).status_code == 400
    other = encode(checkout_body() | {"recipient": {"id": "QXBwOjk5"}})
    assert post(client, QUESTION, other).json()["error"]["code"] == "NOT_RECIPIENT"
    assert world.questions == []


def test_trouble_with_an_answer_is_a_503_which_saleor_passes_over(client: AsgiClient, world: World) -> None:
    world.trouble["reply"] = RuntimeError("the database is away")
    assert post(client, QUESTION, encode(checkout_body())).status_code == 503
