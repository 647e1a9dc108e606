"""What the tests of an installation share: a shop's server, its tokens, and requests to the app."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import httpx

from saleor_influence_app import manifest
from saleor_influence_app.saleor.addresses import CheckedTransport
from saleor_influence_app.shops import installations
from sandbox.tokens import Signer

API_URL = "https://shop.example/graphql/"
APP_ID = "QXBwOjE="
TOKEN = "a-token-of-thirty-characters.."
PERMISSIONS = ["MANAGE_ORDERS", "MANAGE_USERS"]


class AppClient:
    """Requests to the application without a server; what goes wrong inside it is answered, not raised."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="https://influence.example") as client:
                return await client.request(method, path, **options)

        return asyncio.run(send())


class Saleor:
    """What a shop's server answers; a test changes what it needs. `asked` holds every request."""

    def __init__(self, signer: Signer) -> None:
        self.signer = signer
        self.identifier: str | None = manifest.app_id()
        self.token = TOKEN
        self.app_id = APP_ID
        self.addresses = ["93.184.216.34"]
        self.asked: list[httpx.Request] = []
        self.graphql: Callable[[httpx.Request], httpx.Response] = self.identify
        self.jwks: Callable[[httpx.Request], httpx.Response] = lambda _: httpx.Response(
            200, json=self.signer.jwks()
        )

    def transport(self) -> httpx.BaseTransport:
        """The way to this server, guarded as in production, with a resolver of ours."""
        return CheckedTransport(
            httpx.MockTransport(self._answer), resolve=lambda *_: self.addresses, allow_private=False
        )

    def identify(self, request: httpx.Request) -> httpx.Response:
        """Answer whose token it is, as Saleor does: 200 and PermissionDenied for a wrong one."""
        if request.headers.get("authorization") != f"Bearer {self.token}":
            error = {"message": "No.", "extensions": {"exception": {"code": "PermissionDenied"}}}
            return httpx.Response(200, json={"data": {"app": None, "shop": None}, "errors": [error]})
        codes = [{"code": code} for code in PERMISSIONS]
        app = {"id": self.app_id, "identifier": self.identifier, "permissions": codes}
        return httpx.Response(200, json={"data": {"app": app, "shop": {"version": "3.23.28"}}})

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.jwks(request) if "jwks" in request.url.path else self.graphql(request)


def installation(signer: Signer, **changed: Any) -> installations.Installation:
    """A proven registration."""
    values: dict[str, Any] = {
        "api_url": API_URL,
        "app_id": APP_ID,
        "token": TOKEN,
        "jwks": signer.jwks(),
        "schema_version": "3.23",
        "saleor_version": "3.23.28",
        "permissions": tuple(PERMISSIONS),
    }
    return installations.Installation(**{**values, **changed})


def claims(**changed: Any) -> dict[str, Any]:
    """The claims of a dashboard token, as Saleor makes them; None takes a claim away."""
    now = time.time()
    made: dict[str, Any] = {
        "iat": now - 1,
        "owner": "saleor",
        "iss": API_URL,
        "exp": now + 300,
        "token": "key",
        "email": "staff@example.com",
        "type": "thirdparty",
        "user_id": "VXNlcjox",
        "is_staff": True,
        "app": APP_ID,
        "permissions": ["MANAGE_USERS"],
        "user_permissions": ["MANAGE_USERS", "MANAGE_APPS"],
    }
    return {key: value for key, value in {**made, **changed}.items() if value is not None}


def headers(token: str, api_url: str = API_URL) -> dict[str, bytes]:
    """What the panel sends."""
    return {"authorization-bearer": token.encode("latin-1"), "saleor-api-url": api_url.encode()}


def register(client: AppClient, body: Any = None, **changed: str) -> httpx.Response:
    """What Saleor posts at an installation."""
    sent = {"saleor-api-url": API_URL, "saleor-schema-version": "3.23", "content-type": "application/json"}
    content = body if isinstance(body, bytes) else json.dumps(body or {"auth_token": TOKEN}).encode()
    given = {name.replace("_", "-"): value for name, value in changed.items()}
    merged = {name: value for name, value in {**sent, **given}.items() if value}
    return client.post("/api/register", content=content, headers=merged)
