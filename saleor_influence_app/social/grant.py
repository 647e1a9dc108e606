"""The part of OAuth 2 (RFC 6749) that the networks have in common: codes and tokens at a token endpoint."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from pydantic import Field, TypeAdapter

from saleor_influence_app.social.answers import Failure
from saleor_influence_app.social.line import Line, app_refused, credentials
from saleor_influence_app.social.network import Credentials, Token
from saleor_influence_app.social.shapes import Secret, Shape, Told
from saleor_influence_app.social.wire import Ask, Reply

Shaped = TypeVar("Shaped")
CREDENTIAL_ERRORS = frozenset({"invalid_grant", "invalid_token"})
APP_ERRORS = frozenset({"invalid_client", "unauthorized_client"})


class TokenShape(Shape):
    """The answer of a token endpoint."""

    access_token: Secret
    refresh_token: Told[Secret] = None
    expires_in: Told[Annotated[int, Field(ge=0, le=10**9)]] = None
    scope: Told[str] = None


_TOKEN = TypeAdapter(TokenShape)


def url(endpoint: str, params: Mapping[str, str]) -> str:
    """Return an address for a browser."""
    return f"{endpoint}?{urlencode(params)}"


def token(
    line: Line,
    endpoint: str,
    form: Mapping[str, str],
    *,
    basic: Credentials | None = None,
    kept: Token | None = None,
) -> Token | Failure:
    """Return the token that an endpoint gives for a form; `kept` is the one that it renews."""
    answer = line.read(Ask(method="POST", url=endpoint, form=form, basic=_pair(basic)), _TOKEN)
    if isinstance(answer, Failure):
        return answer
    return of(answer.value, now=line.wire.now(), kept=kept)


def of(shape: TokenShape, *, now: datetime, kept: Token | None = None) -> Token:
    """Return the token in an answer; networks that do not rotate refresh tokens leave them out."""
    return Token(
        access=shape.access_token,
        refresh=shape.refresh_token or (kept.refresh if kept else None),
        expires_at=now + timedelta(seconds=shape.expires_in) if shape.expires_in is not None else None,
        scope=shape.scope or "",
    )


def revoke(
    line: Line, endpoint: str, form: Mapping[str, str], *, basic: Credentials | None = None
) -> Failure | None:
    """Make a token worthless (RFC 7009); what the answer's body says does not matter."""
    reply = line.accepted(Ask(method="POST", url=endpoint, form=form, basic=_pair(basic)))
    return None if isinstance(reply, Reply) else reply


def refusal(status: int, body: object, name: str) -> Failure | None:
    """Read the error format of RFC 6749, 5.2: a token, code or app that is not taken."""
    error = body.get("error") if isinstance(body, dict) else None
    if status not in {400, 401, 403} or not isinstance(error, str):
        return None
    if error in APP_ERRORS:
        return app_refused(name)
    return credentials(name) if error in CREDENTIAL_ERRORS else None


def _pair(app: Credentials | None) -> tuple[str, str] | None:
    return (app.client_id, app.client_secret) if app is not None else None
