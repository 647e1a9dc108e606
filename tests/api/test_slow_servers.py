"""However long Saleor and the networks take, health answers and deliveries are stored."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.api import auth, install, shopper_auth
from saleor_influence_app.api.connections import Connection
from saleor_influence_app.api.outside import REGISTRATIONS, SESSIONS, Outside
from saleor_influence_app.consent import privacy_settings
from saleor_influence_app.errors import SaleorUnreachable, ServiceUnavailable
from saleor_influence_app.main import create_app
from saleor_influence_app.models import Message
from saleor_influence_app.saleor.client import SaleorClient
from sandbox.tokens import Signer
from tests.support.bodies import customer_body, encode
from tests.support.pocket_install import wait_for
from tests.support.social_shop import SETTINGS, session_claims
from tests.support.staff import API_URL

WAIT_SECONDS = 240


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The application on a free port, with the connections of production."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, log_config=None, ws="none", lifespan="off", http=Connection)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            wait_for(lambda: server.started, WAIT_SECONDS)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=30)


class Silent:
    """A server that lets everybody wait until it is released."""

    def __init__(self) -> None:
        self.waiting = 0
        self.released = threading.Event()
        self._lock = threading.Lock()

    def __call__(self, *_: Any) -> Any:
        with self._lock:
            self.waiting += 1
        self.released.wait(WAIT_SECONDS)
        raise SaleorUnreachable("It took too long.")


@pytest.fixture
def silent() -> Iterator[Silent]:
    found = Silent()
    yield found
    found.released.set()


@pytest.fixture
def app(engine: Engine, silent: Silent) -> FastAPI:
    """The application whose Saleor is silent."""
    assert engine

    def opener(api_url: str, token: str) -> SaleorClient:
        return SaleorClient(api_url, token, transport=httpx.MockTransport(silent))

    app = create_app()
    app.dependency_overrides[shopper_auth.confirmer] = lambda: silent
    app.dependency_overrides[auth.key_fetcher] = lambda: silent
    app.dependency_overrides[install.client_opener] = lambda: opener
    return app


def test_beside_a_hundred_slow_calls_health_answers_and_a_delivery_is_stored(
    app: FastAPI, silent: Silent, shop_id: int, signers: dict[str, Signer], session: Session
) -> None:
    signer = signers[API_URL]
    with db.transaction() as writing:
        wanted = privacy_settings.PrivacySettingsInput.model_validate(
            SETTINGS | {"networks": {"mastodon": {}}}
        )
        privacy_settings.confirm(writing, shop_id, wanted, user_id="VXNlcjox")
    body = encode(customer_body())
    signed = {"saleor-api-url": API_URL, "saleor-signature": signer.detached(body)}

    with served(app) as url, ThreadPoolExecutor(100) as pool:

        def slow(number: int) -> int:
            headers = {"saleor-api-url": API_URL}
            if number % 3 == 0:
                content = {"auth_token": "a-token"}
                return httpx.post(
                    f"{url}/api/register", json=content, headers=headers, timeout=WAIT_SECONDS
                ).status_code
            token = signer.token(session_claims("ines", token=str(number)))
            headers |= {"authorization": f"Bearer {token}"}
            return httpx.get(f"{url}/api/shopper/about", headers=headers, timeout=WAIT_SECONDS).status_code

        calls = [pool.submit(slow, number) for number in range(100)]
        wait_for(lambda: silent.waiting >= 40, WAIT_SECONDS)  # 32 sessions and 8 registrations: every thread
        began = time.monotonic()
        for path in ("/api/live", "/api/ready", "/api/health", "/about", "/api/manifest"):
            assert httpx.get(f"{url}{path}", timeout=WAIT_SECONDS).status_code == 200, path
        answer = httpx.post(
            f"{url}/api/webhooks/saleor/customer_updated", content=body, headers=signed, timeout=WAIT_SECONDS
        )
        took = time.monotonic() - began
        assert (answer.status_code, len(session.scalars(select(Message.id)).all())) == (200, 1)
        assert not silent.released.is_set(), "all of that while nobody had an answer"
        assert took < 30, "on an idle machine it takes some milliseconds"
        silent.released.set()
        assert {call.result() for call in calls} == {503}
    assert REGISTRATIONS._running == SESSIONS._running == 0


def test_whoever_comes_beyond_those_that_wait_is_told_to_try_later() -> None:
    import asyncio

    few = Outside("few", threads=1, waiting=1)
    release = threading.Event()

    async def three() -> None:
        calls = [asyncio.create_task(few.call(release.wait, 60)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(ServiceUnavailable, match="try again"):
            await few.call(release.wait, 60)
        release.set()
        assert await asyncio.gather(*calls) == [True, True]
        assert await few.call(release.wait, 60)

    asyncio.run(three())
