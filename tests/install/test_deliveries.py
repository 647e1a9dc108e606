"""Deliveries around an installation: what passes is to be repeated, what will never be right is refused."""

import logging
import time
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.api import deliveries
from saleor_influence_app.errors import SaleorUnreachable
from saleor_influence_app.main import create_app
from saleor_influence_app.models import Message, Registration, Shop
from saleor_influence_app.shops import installations, pending_installations
from sandbox.tokens import Signer
from tests.support.bodies import customer_body, encode
from tests.support.shop_server import API_URL, APP_ID, AppClient, Saleor, installation, register

OTHER_URL = "https://other.example/graphql/"


@pytest.fixture
def application(engine: Engine) -> FastAPI:
    """An application of this test alone: it remembers what it knows of shops."""
    assert engine
    return create_app()


def deliver(
    client: AppClient, signer: Signer, *, recipient: str = APP_ID, api_url: str = API_URL, **changed: str
) -> tuple[int, str]:
    """Send a delivery as Saleor does; returns status and code."""
    body = encode(customer_body() | {"recipient": {"id": recipient}})
    headers = {"saleor-api-url": api_url, "saleor-signature": signer.detached(body)} | changed
    answer = client.post("/api/webhooks/saleor/customer_updated", content=body, headers=headers)
    found = answer.json()
    return answer.status_code, found["status"] if answer.is_success else found["error"]["code"]


def stored(session: Session) -> int:
    session.rollback()
    return len(session.scalars(select(Message.id)).all())


def under_way(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Registration.api_url)))


def test_a_delivery_during_the_installation_is_to_be_repeated_and_then_stored(
    client: AppClient, session: Session, saleor: Saleor, caplog: pytest.LogCaptureFixture
) -> None:
    early: list[tuple[int, str]] = []

    def identify(request: httpx.Request) -> httpx.Response:
        early.extend([deliver(client, saleor.signer), deliver(client, saleor.signer, api_url=OTHER_URL)])
        return saleor.identify(request)

    saleor.graphql = identify
    with caplog.at_level(logging.WARNING):
        assert register(client).status_code == 200

    assert early == [(503, "UNDECIDED"), (403, "SHOP_UNKNOWN")]
    assert "slug=customer_updated reason=UNDECIDED" in caplog.text
    assert under_way(session) == []
    assert deliver(client, saleor.signer) == (200, "STORED")
    assert stored(session) == 1


def test_after_an_installation_that_failed_the_shop_is_unknown_for_good(
    client: AppClient, session: Session, saleor: Saleor
) -> None:
    saleor.identifier = "another.app"
    assert register(client).status_code == 401

    assert under_way(session) == []
    assert deliver(client, saleor.signer) == (403, "SHOP_UNKNOWN")
    saleor.graphql = lambda _: httpx.Response(503)
    assert register(client).status_code == 503
    assert under_way(session) == []


def test_a_reinstallation_under_way_refuses_nothing_for_good(
    client: AppClient, session: Session, saleor: Saleor, shop_id: int
) -> None:
    """The recipient is the new app already, while the row is that of the old one."""
    assert shop_id
    assert deliver(client, saleor.signer) == (200, "STORED")
    early: list[tuple[int, str]] = []
    saleor.app_id = new = "QXBwOjk="

    def identify(request: httpx.Request) -> httpx.Response:
        early.append(deliver(client, saleor.signer, recipient=new))
        return saleor.identify(request)

    saleor.graphql = identify
    assert register(client).status_code == 200

    assert early == [(503, "UNDECIDED")]
    assert deliver(client, saleor.signer, recipient=new) == (200, "STORED")
    assert deliver(client, saleor.signer, recipient=APP_ID) == (403, "NOT_RECIPIENT")
    assert stored(session) == 1


def test_what_another_process_installed_a_moment_ago_is_known_before_anything_is_refused(
    client: AppClient, session: Session, signer: Signer, shop_id: int
) -> None:
    assert shop_id
    assert deliver(client, signer) == (200, "STORED")
    newer = Signer()
    with db.transaction() as elsewhere:  # this process still takes the old row on trust
        installations.store(elsewhere, installation(newer, app_id="QXBwOjk="))

    assert deliver(client, newer, recipient="QXBwOjk=") == (200, "STORED")
    assert stored(session) == 1, "the old shop's went with it"


def test_a_registration_that_a_killed_process_left_is_over_after_a_while(
    client: AppClient, session: Session, signer: Signer
) -> None:
    pending_installations.begin(session, API_URL)
    session.commit()
    assert deliver(client, signer) == (503, "UNDECIDED")

    session.execute(update(Registration).values(until=Registration.until - timedelta(minutes=3)))
    session.commit()

    assert deliver(client, signer) == (403, "SHOP_UNKNOWN")
    pending_installations.begin(session, OTHER_URL)
    session.commit()
    assert under_way(session) == [OTHER_URL]


def test_nobody_can_fill_the_table_of_registrations(session: Session, client: AppClient) -> None:
    for number in range(pending_installations.MOST + 20):
        pending_installations.begin(session, f"https://{number}.example/graphql/")
    session.commit()

    assert len(under_way(session)) == pending_installations.MOST
    assert register(client).status_code == 200, "an installation works all the same"


@pytest.mark.parametrize(
    "api_url",
    ["ftp://shop.example/graphql/", "https://shop.example", "https://a b.example/graphql/", "x" * 600],
)
def test_an_address_that_is_not_allowed_is_never_noted(
    client: AppClient, session: Session, api_url: str
) -> None:
    assert register(client, saleor_api_url=api_url).status_code == 403
    assert under_way(session) == []


def test_two_registrations_of_one_address_are_each_under_way_until_they_end(session: Session) -> None:
    first, second = (
        pending_installations.begin(session, API_URL),
        pending_installations.begin(session, API_URL),
    )

    pending_installations.end(session, first)
    assert pending_installations.under_way(session, API_URL)
    pending_installations.end(session, second)
    assert not pending_installations.under_way(session, API_URL)


def test_a_paused_shops_deliveries_are_stored(
    client: AppClient, session: Session, signer: Signer, shop_id: int
) -> None:
    installations.pause(session, shop_id)
    session.commit()

    assert deliver(client, signer) == (200, "STORED")


# --- keys


@pytest.fixture
def unread(session: Session, shop_id: int) -> Session:
    """The last look at the shop's keys was a while ago."""
    assert shop_id
    session.execute(update(Shop).values(jwks_fetched_at=Shop.jwks_fetched_at - timedelta(hours=1)))
    session.commit()
    return session


def asked_of(app: FastAPI, keys: list[object]) -> AppClient:
    """The webhooks alone, with a fetcher that gives or raises these in turn."""

    def fetch(_: str) -> dict[str, object]:
        found = keys.pop(0)
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, dict)
        return found

    app.include_router(deliveries.router(body_limit=100_000, fetch=fetch))
    return AppClient(app)


def test_a_new_key_is_to_be_tried_again_while_saleor_cannot_be_asked(unread: Session) -> None:
    new = Signer()
    client = asked_of(FastAPI(), [SaleorUnreachable("down"), new.jwks()])

    assert deliver(client, new) == (503, "KEY_UNKNOWN")
    assert deliver(client, new) == (503, "KEY_UNKNOWN"), "it was asked a moment ago"
    unread.execute(update(Shop).values(jwks_fetched_at=Shop.jwks_fetched_at - timedelta(hours=1)))
    unread.commit()
    assert deliver(client, new) == (200, "STORED")


def test_a_wrong_shops_delivery_is_refused_for_good_and_asks_nobody(unread: Session) -> None:
    """It is signed by a key that we know: no new key of the named shop can be that one."""
    thief = Signer()
    installations.store(unread, installation(thief, api_url=OTHER_URL))
    unread.commit()
    client = asked_of(FastAPI(), [])

    for _ in range(3):
        assert deliver(client, thief) == (401, "SIGNATURE_INVALID")
    assert deliver(client, thief, api_url=OTHER_URL) == (200, "STORED")
    body_of_another = {"saleor-signature": thief.detached(b"{}")}
    assert deliver(client, thief, **body_of_another)[0] in {401, 503}
    assert stored(unread) == 1


def test_a_silent_shops_keys_hold_up_no_delivery_of_another(unread: Session, signer: Signer) -> None:
    for number in range(12):
        installations.store(unread, installation(Signer(), api_url=f"https://{number}.example/graphql/"))
    unread.execute(update(Shop).values(jwks_fetched_at=Shop.jwks_fetched_at - timedelta(hours=1)))
    unread.commit()
    from concurrent.futures import ThreadPoolExecutor
    from threading import Event

    silent, waiting = Event(), Event()

    def fetch(_: str) -> dict[str, object]:
        waiting.set()
        silent.wait(60)
        raise SaleorUnreachable("at last")

    app = FastAPI()
    app.include_router(deliveries.router(body_limit=100_000, fetch=fetch))
    client = AppClient(app)
    with ThreadPoolExecutor(12) as pool:
        forged = [
            pool.submit(deliver, client, Signer(), api_url=f"https://{number}.example/graphql/")
            for number in range(12)
        ]
        assert waiting.wait(60)
        began = time.monotonic()
        assert deliver(client, signer) == (200, "STORED")
        took = time.monotonic() - began
        silent.set()
        assert {one.result() for one in forged} == {(503, "KEY_UNKNOWN")}
    assert took < 20, "it did not wait for the silent ones, which wait for a minute"
