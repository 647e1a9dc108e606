"""The web process: every router, every answer to a failure, one application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from saleor_influence_app import log, settings
from saleor_influence_app.api import contract, deliveries, failures, install, panel, shopper_page
from saleor_influence_app.api.bounds import Bounds
from saleor_influence_app.api.compression import Compression
from saleor_influence_app.api.cors import ShopperCors
from saleor_influence_app.api.proxies import Proxies


@asynccontextmanager
async def _logging(_: FastAPI) -> AsyncIterator[None]:
    log.configure(level=settings.get().log_level, as_json=settings.get().log_json)
    yield


def create_app() -> FastAPI:
    """Return the application of the environment's settings; `uvicorn --factory` calls this."""
    given = settings.get()
    app = contract.application(lifespan=_logging)
    app.add_middleware(Compression)
    app.add_middleware(Bounds)
    app.add_middleware(ShopperCors)
    app.add_middleware(Proxies, trusted=given.trusted_proxies)  # the last is the outermost
    failures.install(app)
    app.include_router(deliveries.router(body_limit=given.webhook_body_limit))
    app.include_router(install.router)
    contract.include(app)
    app.include_router(shopper_page.router)
    app.include_router(panel.router)  # last: it answers every path that is left
    return app
