"""The web process: every router, every answer to a failure, one application."""

import gc
import multiprocessing
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from saleor_influence_app import exporters, log, processes, settings, telemetry
from saleor_influence_app.api import (
    contract,
    deliveries,
    failures,
    install,
    metrics,
    panel,
    referral_links,
    shopper_page,
    stop_mails,
)
from saleor_influence_app.api.bounds import Bounds
from saleor_influence_app.api.compression import Compression
from saleor_influence_app.api.cors import ShopperCors
from saleor_influence_app.api.limits import Limits
from saleor_influence_app.api.proxies import Proxies
from saleor_influence_app.api.requests import Requests
from saleor_influence_app.shops import tombstone_copies


@asynccontextmanager
async def _process(_: FastAPI) -> AsyncIterator[None]:
    """Log as the settings say, and keep this machine's folder of tombstones complete, as long as it runs."""
    log.configure(level=settings.get().log_level, as_json=settings.get().log_json)
    exporters.begin("web")
    telemetry.see("start:web")
    gc.freeze()
    gc.enable()  # `cli.process.web` has disabled it
    stop = threading.Event()
    threading.Thread(target=tombstone_copies.watch.keep, args=(stop,), daemon=True).start()
    yield
    stop.set()
    telemetry.OURS.write()
    exporters.end()


def create_app() -> FastAPI:
    """Return the application of the environment's settings; `uvicorn --factory` calls this."""
    given = settings.get()
    app = contract.application(lifespan=_process)
    app.add_middleware(Compression)
    app.add_middleware(Bounds)
    app.add_middleware(ShopperCors)
    app.add_middleware(Limits)
    app.add_middleware(Proxies, trusted=given.trusted_proxies)
    app.add_middleware(Requests)  # the last added is the outermost
    failures.install(app)
    app.include_router(deliveries.router(body_limit=given.webhook_body_limit))
    app.include_router(install.router)
    contract.include(app)
    app.include_router(metrics.router)
    app.include_router(shopper_page.router)
    app.include_router(referral_links.router)
    app.include_router(stop_mails.router)
    app.include_router(panel.router)  # last: it answers every path that is left
    return app


def create_served_app() -> FastAPI:
    """Return the application of a process that ends with the one that started it, if uvicorn did."""
    if (parent := multiprocessing.parent_process()) is not None and parent.pid is not None:
        processes.end_with_parent(parent.pid)
    return create_app()
