"""A shop with keys of its own, and the app in front of real tables."""

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from saleor_influence_app.api import auth, install
from saleor_influence_app.saleor.client import SaleorClient
from saleor_influence_app.saleor.keys import fetch_keys
from saleor_influence_app.shops import installations
from sandbox.tokens import Signer
from tests.support.shop_server import AppClient, Saleor, installation


@pytest.fixture(scope="session")
def signer() -> Signer:
    """The shop's signing key."""
    return Signer()


@pytest.fixture
def saleor(signer: Signer) -> Saleor:
    """The shop's server."""
    return Saleor(signer)


@pytest.fixture
def app(application: FastAPI, saleor: Saleor) -> FastAPI:
    """The whole application, whose way to Saleor ends at the server above."""
    app = application
    app.dependency_overrides[auth.key_fetcher] = lambda: (
        lambda url: fetch_keys(url, transport=saleor.transport())
    )
    app.dependency_overrides[install.client_opener] = lambda: (
        lambda url, token: SaleorClient(url, token, transport=saleor.transport())
    )
    return app


@pytest.fixture
def client(app: FastAPI) -> AppClient:
    """Requests to the application."""
    return AppClient(app)


@pytest.fixture
def shop_id(session: Session, signer: Signer) -> int:
    """An installed shop."""
    shop_id = installations.store(session, installation(signer))
    session.commit()
    return shop_id
