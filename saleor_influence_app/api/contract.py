"""What the panel and its generated client rely on: the JSON routes, and their description as OpenAPI."""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.types import Lifespan

from saleor_influence_app import manifest
from saleor_influence_app.api import (
    codes,
    consent_keys,
    customer_lists,
    customers,
    gift_cards,
    hand_off,
    health,
    influence,
    insights,
    orders,
    outreach,
    overview,
    perks,
    permissions,
    privacy,
    products,
    profiles,
    rights,
    runs,
    segments,
    settings,
    shopper,
    shopper_guest,
    shopper_survey,
    surveys,
    ties,
    trials,
)

TITLE = "Influence"


class ErrorBody(BaseModel):
    """A code for the panel, a sentence for a person."""

    code: str
    message: str
    reason: str | None = None
    """More exactly what, for pages that word it themselves."""


class ErrorAnswer(BaseModel):
    """The one form of failure."""

    error: ErrorBody


FAILURES: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorAnswer, "description": "A sentence for a person"}
    for status in (401, 403, 404, 422, 429, 503)
}


def include(app: FastAPI, *, failures: dict[int | str, dict[str, Any]] | None = None) -> None:
    """The app has every route of the description; `failures` are for its readers, and take memory."""
    for router in routers():
        app.include_router(router, responses=failures)


def routers() -> list[APIRouter]:
    """Return every router whose routes are part of the description."""
    routers = (
        customers,
        customer_lists,
        orders,
        products,
        overview,
        influence,
        insights,
        runs,
        segments,
        codes,
        ties,
        trials,
        perks,
        outreach,
        hand_off,
        settings,
        permissions,
        gift_cards,
        privacy,
        profiles,
        rights,
        shopper,
        consent_keys,
        shopper_guest,
        shopper_survey,
        surveys,
        health,
    )
    return [module.router for module in routers]


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
    include(app, failures=FAILURES)
    return app.openapi()


def _operation_id(route: APIRoute) -> str:
    return route.name
