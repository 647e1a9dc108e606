"""What the panel and its generated client rely on: the JSON routes, and their description as OpenAPI."""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.types import Lifespan

from saleor_influence_app import manifest
from saleor_influence_app.api import health

TITLE = "Influence"


def routers() -> list[APIRouter]:
    """Return every router whose routes are part of the description."""
    return [health.router]


def application(lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """Return an app without routes; it never redirects, and operations are named as our functions."""
    return FastAPI(
        title=TITLE,
        version=manifest.version(),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        generate_unique_id_function=_operation_id,
        separate_input_output_schemas=False,
    )


def describe() -> dict[str, Any]:
    """Return the OpenAPI description of the panel's API."""
    app = application()
    for router in routers():
        app.include_router(router)
    return app.openapi()


def _operation_id(route: APIRoute) -> str:
    return route.name
