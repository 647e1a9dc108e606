"""Whose token it is: the app, its permissions and the version, as the shop itself tells."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from saleor_influence_app.errors import SaleorRefused
from saleor_influence_app.saleor.client import SaleorClient

Name = Annotated[str, Field(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True)
class Identity:
    """The app that a token belongs to; `identifier` is the manifest's id."""

    app_id: str
    identifier: str | None
    permissions: tuple[str, ...]
    saleor_version: str | None


class _Permission(BaseModel):
    code: Name


class _App(BaseModel):
    id: Name
    identifier: str | None = None
    permissions: Annotated[list[_Permission] | None, Field(max_length=200)] = None


class _Shop(BaseModel):
    version: Annotated[str | None, Field(max_length=100)] = None


class _Answer(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    app: _App | None = None
    shop: _Shop | None = None


def read_identity(client: SaleorClient) -> Identity | None:
    """Return who the client's token belongs to, None when it is no app's; raises as the client does."""
    try:
        answer = _Answer.model_validate(client.execute("app_identity"))
    except ValidationError as error:
        raise SaleorRefused(f"{client.api_url} gave no answer that Saleor would give.") from error
    if answer.app is None:
        return None
    return Identity(
        app_id=answer.app.id,
        identifier=answer.app.identifier,
        permissions=tuple(permission.code for permission in answer.app.permissions or ()),
        saleor_version=answer.shop.version if answer.shop else None,
    )
