"""A server on loopback that gives prepared answers in documented forms and writes down what it heard."""

import base64
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from saleor_influence_app.social.oauth_client import Endpoints
from sandbox.server import serving


@dataclass(frozen=True)
class Heard:
    """One request."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    json: Any
    token: str | None
    basic: str | None
    agent: str


@dataclass
class Api:
    """What is answered where: a body, a response, or a function of the request."""

    base_url: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)

    def endpoints(self, api: str = "/api") -> Endpoints:
        """All of a network's addresses, here."""
        url = self.base_url
        return Endpoints(
            authorise=f"{url}/authorise", token=f"{url}/token", revoke=f"{url}/revoke", api=f"{url}{api}"
        )

    async def answer(self, request: Request) -> Response:
        """Write the request down and give what was prepared for its path."""
        heard = await _heard(request)
        self.heard.append(heard)
        prepared = self.answers.get(heard.path, JSONResponse({"error": "not prepared"}, 404))
        if callable(prepared) and not isinstance(prepared, Response):
            prepared = prepared(heard)
        return prepared if isinstance(prepared, Response) else JSONResponse(prepared)


async def _heard(request: Request) -> Heard:
    body = (await request.body()).decode()
    kind = request.headers.get("content-type", "")
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return Heard(
        method=request.method,
        path=request.url.path,
        query=dict(request.query_params),
        form=dict(parse_qsl(body)) if "urlencoded" in kind else {},
        json=json.loads(body) if "json" in kind else None,
        token=value if scheme == "Bearer" else None,
        basic=base64.b64decode(value).decode() if scheme == "Basic" else None,
        agent=request.headers.get("user-agent", ""),
    )


def refusal(status: int, body: Any, **headers: str) -> Response:
    """An answer with a status."""
    return JSONResponse(
        body, status, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


@contextmanager
def running() -> Iterator[Api]:
    api = Api()
    app = Starlette(routes=[Route("/{path:path}", api.answer, methods=["GET", "POST"])])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        api.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with serving(app, listener):
            yield api
