"""Saleor asks for the manifest and hands over a token; anybody may try, so the token must prove itself."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.exc import SQLAlchemyError

from saleor_influence_app import db, log, manifest, settings
from saleor_influence_app.api.auth import key_fetcher, transactions
from saleor_influence_app.api.base_url import addresses
from saleor_influence_app.api.failures import as_app_error
from saleor_influence_app.api.outside import REGISTRATIONS
from saleor_influence_app.errors import InputInvalid, SaleorPermissionMissing, SaleorRefused
from saleor_influence_app.saleor.addresses import AddressForbidden, allowed_origin
from saleor_influence_app.saleor.client import SMALL_ANSWER, SaleorClient
from saleor_influence_app.saleor.identity import Identity, read_identity
from saleor_influence_app.saleor.versions import major_minor
from saleor_influence_app.shops import installations, panel_frames, pending_installations
from saleor_influence_app.targeting import definitions

logger = log.get(__name__)
router = APIRouter()
LOGO = Path(__file__).with_name("static") / "logo.png"
PROOF_SECONDS = 8.0
"""Saleor waits 18 seconds for the answer to a registration; two calls of ours must fit into that."""
OpenWithToken = Callable[[str, str], SaleorClient]


class AppUnknown(SaleorRefused):
    """The token is not one that the shop gave to this app."""

    code = "UNKNOWN_APP_ID"
    status = 401


class _Registration(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    auth_token: Annotated[str, Field(min_length=1, max_length=512, pattern=r"^[\x21-\x7e]+$")]


def client_opener() -> OpenWithToken:
    """FastAPI dependency: how a shop is called with a token that is to be proven."""
    return lambda api_url, token: SaleorClient(api_url, token, timeout=PROOF_SECONDS, limit=SMALL_ANSWER)


async def body_of(request: Request) -> bytes:
    """FastAPI dependency: the raw body, since even a broken one gets an answer in Saleor's form."""
    return await request.body()


@dataclass(frozen=True, slots=True)
class InstallContext:
    """FastAPI dependency: what a registration needs of the world."""

    transaction: Annotated[db.Transaction, Depends(transactions)]
    fetch: Annotated[installations.FetchKeys, Depends(key_fetcher)]
    opener: Annotated[OpenWithToken, Depends(client_opener)]


@router.get("/api/manifest", include_in_schema=False)
def get_manifest(
    request: Request,
    saleor_schema_version: Annotated[str | None, Header()] = None,
    customer_attributes: Annotated[bool, Query(alias="customer-attributes")] = False,  # noqa: FBT002 - a query
) -> JSONResponse:
    """Answer the manifest for the Saleor version that asks."""
    document = manifest.render(
        addresses(request), schema_version=saleor_schema_version, customer_attributes=customer_attributes
    )
    return JSONResponse(document, headers={"cache-control": "no-store", "vary": "saleor-schema-version"})


@router.get("/logo.png", include_in_schema=False)
def get_logo() -> FileResponse:
    """Answer the logo; Saleor takes it only when it is exactly image/png."""
    return FileResponse(LOGO, media_type="image/png", headers={"cache-control": "public, max-age=86400"})


@router.post("/api/register", include_in_schema=False)
async def register(
    request: Request, body: Annotated[bytes, Depends(body_of)], context: Annotated[InstallContext, Depends()]
) -> JSONResponse:
    """Store the shop whose token proves itself; a shop that is there already starts anew."""
    try:
        await REGISTRATIONS.call(_register, request, body, context)
    except Exception as caught:
        error = as_app_error(caught)
        if error is None:
            raise
        logger.warning("shop.not_installed", reason=error.code)
        return JSONResponse(
            # staff read the message alone, and look the code up in docs/install.md
            {
                "success": False,
                "error": {"code": error.code, "message": f"{error.message} ({error.code})"},
            },
            error.status,
        )
    shown = ", ".join(panel_frames.allowed(request.headers["saleor-api-url"]))
    return JSONResponse(
        {
            "success": True,
            "message": f"Dashboards at {shown} show Influence; others show a blank page (DASHBOARD_ORIGINS).",
        }
    )


def _register(request: Request, body: bytes, context: InstallContext) -> None:
    api_url = request.headers.get("saleor-api-url")
    if not api_url:
        raise InputInvalid("The header saleor-api-url is missing.")
    allowed_origin(api_url, settings.get().allowed_domain_pattern)
    try:
        token = _Registration.model_validate_json(body).auth_token
    except ValidationError:
        raise InputInvalid('The body is not {"auth_token": "…"}.') from None
    with context.transaction() as session:
        number = pending_installations.begin(session, api_url)
    try:
        installation = _proven(request, context, api_url, token=token)
        with context.transaction() as session:
            shop_id = installations.store(session, installation)
            definitions.store_defaults(session, shop_id)
            pending_installations.end(session, number)
    except BaseException:
        with suppress(SQLAlchemyError), context.transaction() as session:
            pending_installations.end(session, number)
        raise


def _proven(
    request: Request, context: InstallContext, api_url: str, *, token: str
) -> installations.Installation:
    """Return what the shop itself says of the app whose token this is, and its keys."""
    identity = _prove(context.opener, api_url, token)
    return installations.Installation(
        api_url=api_url,
        app_id=identity.app_id,
        token=token,
        jwks=context.fetch(api_url),
        schema_version=_schema_version(request, identity),
        saleor_version=identity.saleor_version,
        permissions=identity.permissions,
    )


def _prove(opener: OpenWithToken, api_url: str, token: str) -> Identity:
    """Return whose token it is, as the shop says; any app of the shop has one, so it must be ours."""
    try:
        with opener(api_url, token) as client:
            identity = read_identity(client)
    except AddressForbidden:
        raise
    except SaleorPermissionMissing as error:
        raise AppUnknown("The shop does not know this token.") from error
    except SaleorRefused as error:
        raise AppUnknown(f"The shop could not confirm the token: {error.message}") from error
    if identity is None:
        raise AppUnknown("The token is not one of an app.")
    if identity.identifier != manifest.app_id():
        raise AppUnknown("The token is one of another app.")
    return identity


def _schema_version(request: Request, identity: Identity) -> str:
    version = request.headers.get("saleor-schema-version") or identity.saleor_version
    return ".".join(map(str, major_minor(version)))
