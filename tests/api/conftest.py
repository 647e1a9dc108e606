"""The whole application on real tables, a shop in it, a neighbour, and staff of both."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from saleor_influence_app import db, run_queue
from saleor_influence_app.api import auth
from saleor_influence_app.runs import execution
from saleor_influence_app.targeting import definitions
from sandbox.tokens import Signer
from tests.support.shop_rows import NOW, put_customers, put_order, put_shop
from tests.support.shop_server import AppClient
from tests.support.staff import API_URL, NEIGHBOUR_URL, Staff


@pytest.fixture
def client(application: FastAPI) -> AppClient:
    """Requests to the application; no shop has newer keys than those stored."""
    app = application
    app.dependency_overrides[auth.key_fetcher] = lambda: lambda _: {"keys": []}
    return AppClient(app)


@pytest.fixture(scope="session")
def signers() -> dict[str, Signer]:
    """Each shop's signing key."""
    return {API_URL: Signer(), NEIGHBOUR_URL: Signer()}


@pytest.fixture
def shop_id(client: AppClient, signers: dict[str, Signer]) -> int:
    """The shop."""
    assert client
    with db.transaction() as session:
        shop_id = put_shop(session, API_URL, jwks=signers[API_URL].jwks())
        definitions.store_defaults(session, shop_id)
    return shop_id


@pytest.fixture
def neighbouring_shop_id(client: AppClient, signers: dict[str, Signer]) -> int:
    """Another shop in the same database."""
    assert client
    with db.transaction() as session:
        shop_id = put_shop(session, NEIGHBOUR_URL, jwks=signers[NEIGHBOUR_URL].jwks())
        definitions.store_defaults(session, shop_id)
    return shop_id


@pytest.fixture
def neighbour_id(neighbouring_shop_id: int) -> int:
    """The same with two customers and a run; one of them has the id of one of the first shop's."""
    shop_id = neighbouring_shop_id
    with db.transaction() as session:
        put_customers(session, shop_id, "often", "theirs")
        put_order(session, shop_id, "often", charged=77_000)
        put_order(session, shop_id, "theirs", charged=5)
        run_id = run_queue.request(session, shop_id, kind="full")
        assert run_id is not None
    assert execution.execute(db.transaction, run_id, as_of=NOW)
    return shop_id


@pytest.fixture
def staff(client: AppClient, signers: dict[str, Signer], shop_id: int) -> Staff:
    """Staff of the shop."""
    assert shop_id
    return Staff(client, signers[API_URL], API_URL)


@pytest.fixture
def neighbours(client: AppClient, signers: dict[str, Signer], neighbour_id: int) -> Staff:
    """Staff of the other shop."""
    assert neighbour_id
    return Staff(client, signers[NEIGHBOUR_URL], NEIGHBOUR_URL)


@pytest.fixture
def people(shop_id: int) -> None:
    """Three customers in the shop, of whom nothing is computed yet."""
    with db.transaction() as session:
        put_customers(session, shop_id, "often", "once", "never")


@pytest.fixture
def valued(shop_id: int) -> Callable[[], int]:
    """A function that fills the shop with three customers and values them; it returns the run's id."""

    def fill() -> int:
        with db.transaction() as session:
            put_customers(session, shop_id, "often", "once", "never")
            for month in range(1, 13):
                put_order(session, shop_id, "often", days_ago=30 * month)
            put_order(session, shop_id, "once", days_ago=400)
            run_id = run_queue.request(session, shop_id, kind="full")
            assert run_id is not None
        assert execution.execute(db.transaction, run_id, as_of=NOW)
        return run_id

    return fill
