"""OAuth 2 (RFC 6749) for every network that has it: one class, and `OAuthSettings` for what differs.

State and PKCE verifier come from `oauth_state`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, TypeVar
from urllib.parse import urlencode, urlsplit

from pydantic import Field, TypeAdapter

from saleor_influence_app.social.api_client import ApiClient, ErrorReader, Parsed
from saleor_influence_app.social.failures import Failure, Final, Reason, app_refused, credentials
from saleor_influence_app.social.http_client import ApiRequest, ApiResponse, RateLimitedHttp
from saleor_influence_app.social.network import AccountRef, AuthorizationRequest, Credentials, Token
from saleor_influence_app.social.oauth_state import challenge_of
from saleor_influence_app.social.rate_limiter import Bucket
from saleor_influence_app.social.schemas import Lenient, Schema, Secret

Value = TypeVar("Value")
CREDENTIAL_ERRORS = frozenset({"invalid_grant", "invalid_token"})
APP_ERRORS = frozenset({"invalid_client", "unauthorized_client"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoints:
    """The addresses of one network; all of them can be replaced, for tests and proxies."""

    authorise: str
    token: str
    revoke: str
    api: str

    def moved(self, base_url: str) -> "Endpoints":
        """Return the same paths at another origin, such as a proxy's; these ones for an empty `base_url`."""
        if not base_url:
            return self
        moved = {}
        for name, url in asdict(self).items():
            parts = urlsplit(url)
            moved[name] = f"{base_url}{parts.path}" if parts.netloc else url
        return Endpoints(**moved)


@dataclass(frozen=True, kw_only=True, slots=True)
class OAuthSettings:
    """What OAuth is like at one network."""

    scope: str
    pkce: bool = False
    """RFC 7636. Without it, the state alone ties the answer to the request."""
    basic: bool = False
    """The app sends its id and secret in an Authorization header; else as fields of the form."""
    client_id: str = "client_id"
    """What the network calls the app's id."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Further parameters of the page where the owner agrees."""
    token_parameter: str = ""
    """The API takes the token as this parameter; else in an Authorization header."""
    revoke_as_app: bool = True
    """Revoking takes the app's id and secret."""
    revoke_access_token: bool = False
    """Revoking takes the access token; else the refresh token, if there is one."""
    revoke_type_hint: bool = False
    """Revoking also says which of the two it is."""


class TokenResponse(Schema):
    """The response of a token endpoint."""

    access_token: Secret
    refresh_token: Lenient[Secret] = None
    expires_in: Lenient[Annotated[int, Field(ge=0, le=10**9)]] = None
    """Seconds."""
    scope: Lenient[str] = None

    def token(self, *, now: datetime, renewed: Token | None = None) -> Token:
        """Return the token. A response without a refresh token keeps that of the token that it renews."""
        return Token(
            access=self.access_token,
            refresh=self.refresh_token or (renewed.refresh if renewed else None),
            expires_at=now + timedelta(seconds=self.expires_in) if self.expires_in is not None else None,
            scope=self.scope or "",
        )


TOKEN = TypeAdapter(TokenResponse)


@dataclass(frozen=True, kw_only=True)
class OAuthNetwork:
    """The part of `network.Network` that is OAuth. A network is a subclass with its `oauth`."""

    oauth: ClassVar[OAuthSettings]

    app: Credentials
    client: ApiClient
    endpoints: Endpoints

    def authorise_url(self, authorization: AuthorizationRequest) -> str:
        """Return the network's page where the owner agrees."""
        params = {
            "response_type": "code",
            self.oauth.client_id: self.app.client_id,
            "redirect_uri": authorization.redirect_uri,
            "scope": self.oauth.scope,
            "state": authorization.state,
        }
        if self.oauth.pkce:
            params["code_challenge"] = challenge_of(authorization.verifier)
            params["code_challenge_method"] = "S256"
        return f"{self.endpoints.authorise}?{urlencode(params | dict(self.oauth.extra))}"

    def exchange(self, code: str, authorization: AuthorizationRequest) -> Token | Failure:
        """Return the token for a code."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": authorization.redirect_uri}
        if self.oauth.pkce:
            form["code_verifier"] = authorization.verifier
        return self._token(form)

    def refresh(self, token: Token) -> Token | Failure:
        """Return the next token."""
        form = {"grant_type": "refresh_token", "refresh_token": token.refresh or ""}
        return self._token(form, renewed=token)

    def revoke(self, token: Token) -> Failure | None:
        """Revoke the token (RFC 7009); None as well if the network does not know it (any more)."""
        kind, value = "access_token", token.access
        if token.refresh and not self.oauth.revoke_access_token:
            kind, value = "refresh_token", token.refresh
        form = {"token": value} | ({"token_type_hint": kind} if self.oauth.revoke_type_hint else {})
        request = ApiRequest(method="POST", url=self.endpoints.revoke, form=form)
        if self.oauth.revoke_as_app:
            request = self._as_app(self.endpoints.revoke, form)
        response = self._app_client().fetch_raw(request)
        if isinstance(response, ApiResponse):  # whatever its body says
            return None
        unknown = isinstance(response, Final) and response.reason is Reason.CREDENTIALS
        return None if unknown else response

    def _get(
        self,
        path: str,
        params: Mapping[str, str],
        account: AccountRef,
        *,
        schema: TypeAdapter[Value],
        client: ApiClient | None = None,
    ) -> Parsed[Value] | Failure:
        """Return what the API has at a path for the account's token."""
        if account.token is None:
            return credentials(self.client.name)
        url, access = f"{self.endpoints.api}/{path}", account.token.access
        request = ApiRequest(url=url, params=params, token=access)
        if self.oauth.token_parameter:  # httpx' log of addresses is off (log.py)
            request = ApiRequest(url=url, params={**params, self.oauth.token_parameter: access})
        return (client or self.client).fetch(request, schema)

    def _token(self, form: Mapping[str, str], *, renewed: Token | None = None) -> Token | Failure:
        answer = self._app_client().fetch(self._as_app(self.endpoints.token, form), TOKEN)
        if isinstance(answer, Failure):
            return answer
        return answer.value.token(now=self.client.http.now(), renewed=renewed)

    def _as_app(self, url: str, form: Mapping[str, str]) -> ApiRequest:
        """Return a request in which the app proves itself."""
        client_id, secret = self.app.client_id, self.app.client_secret
        if self.oauth.basic:
            return ApiRequest(method="POST", url=url, form=form, basic=(client_id, secret))
        own = {self.oauth.client_id: client_id, "client_secret": secret}
        return ApiRequest(method="POST", url=url, form={**form, **own})

    def _app_client(self) -> ApiClient:
        """Return the client for requests in which the app proves itself."""
        return self.client


def client_for(  # noqa: PLR0913, PLR0917 - one call for each network, every part of it differs
    http: RateLimitedHttp,
    name: str,
    app: Credentials,
    endpoints: Endpoints,
    *,
    per_second: float,
    burst: int,
    read_error: ErrorReader,
) -> ApiClient:
    """Return the client of a network; its limits go by the app, so each shop's app has its own bucket."""
    whose = hashlib.sha256(f"{endpoints.api}\0{app.client_id}".encode()).hexdigest()[:16]
    bucket = Bucket(key=f"{name.lower()}:{whose}", per_second=per_second, burst=burst)
    return ApiClient(http=http, name=name, bucket=bucket, read_error=read_error)


def read_oauth_error(status: int, body: object, name: str) -> Failure | None:
    """Return the failure that RFC 6749, 5.2 describes: a token, code or app that is not accepted."""
    error = body.get("error") if isinstance(body, dict) else None
    if status not in {400, 401, 403} or not isinstance(error, str):
        return None
    if error in APP_ERRORS:
        return app_refused(name)
    return credentials(name) if error in CREDENTIAL_ERRORS else None
