"""A Saleor as the app meets it over HTTP: keys, pages, mutations, and trouble of every kind in between."""

import asyncio
import contextlib
import json
import random
import re
import socket
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from benchmarks.chaos.world import BORN, Json, Shop, World

TROUBLE = 0.04
"""Of the answers, while trouble is on."""
APP = "saleor-influence-app"
PERMISSIONS = ["MANAGE_ORDERS", "MANAGE_USERS"]
_CALL = re.compile(r"(m\d+): (\w+)\(")


class Signer:
    """The key by which the shops sign: bodies as Saleor does, and tokens of staff."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._head = _encoded({"alg": "RS256", "b64": False, "crit": ["b64"], "kid": "k1", "typ": "JWT"})

    def jwks(self) -> Json:
        """Return the key set."""
        numbers = self._key.public_key().public_numbers()
        size = (numbers.n.bit_length() + 7) // 8
        modulus, exponent = numbers.n.to_bytes(size, "big"), numbers.e.to_bytes(3, "big")
        public = {"kty": "RSA", "kid": "k1", "use": "sig", "alg": "RS256", "key_ops": ["verify"]}
        return {"keys": [public | {"n": _plain(modulus), "e": _plain(exponent)}]}

    def signature(self, body: bytes) -> str:
        """Return the detached signature of a delivery (RFC 7797)."""
        return f"{self._head}..{self._sign(f'{self._head}.'.encode() + body)}"

    def token(self, claims: Mapping[str, Any]) -> str:
        """Return a token as the dashboard hands it to an app."""
        text = f"{_encoded({'alg': 'RS256', 'kid': 'k1', 'typ': 'JWT'})}.{_encoded(claims)}"
        return f"{text}.{self._sign(text.encode())}"

    def _sign(self, content: bytes) -> str:
        return _plain(self._key.sign(content, padding.PKCS1v15(), hashes.SHA256()))


class Saleor:
    """All shops, each on a port of its own; `trouble` makes a share of the answers fail."""

    def __init__(self, world: World, signer: Signer, *, seed: int) -> None:
        self.trouble = False
        self.urls: list[str] = []
        self.asked = 0
        self.polls: Counter[int] = Counter()
        """How often each shop, by its port, was asked for what changed, to the end."""
        self._world = world
        self._signer = signer
        self._chance = random.Random(seed)  # noqa: S311 - trouble, not secrets
        self._shops: dict[int, Shop] = {}

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """The shops answer until the block ends; `urls` are their API addresses."""
        sockets = []
        for shop in self._world.shops:
            listener = socket.create_server(("127.0.0.1", 0), backlog=256)
            port = listener.getsockname()[1]
            sockets.append(listener)
            self._shops[port] = shop
            self.polls[port] = 0
            self.urls.append(f"http://127.0.0.1:{port}/graphql/")
        routes = [
            Route("/.well-known/jwks.json", self._keys),
            Route("/graphql/", self._graphql, methods=["POST"]),
        ]
        config = uvicorn.Config(Starlette(routes=routes), log_config=None, access_log=False, lifespan="off")
        server = _Server(config)
        task = asyncio.create_task(server.serve(sockets=sockets))
        try:
            yield
        finally:
            server.should_exit = server.force_exit = True
            await task

    async def _keys(self, _: Request) -> Response:
        return await self._spoiled() or JSONResponse(self._signer.jwks())

    async def _graphql(self, request: Request) -> Response:
        self.asked += 1
        trouble = await self._spoiled()
        if trouble is not None:
            return trouble
        shop = self._shops[request.scope["server"][1]]
        if request.headers.get("authorization") != f"Bearer {shop.token}":
            error = {"message": "No.", "extensions": {"exception": {"code": "PermissionDenied"}}}
            return JSONResponse({"data": None, "errors": [error]})
        asked = await request.json()
        if "FailedDeliveryTimes" in asked["query"]:
            self.polls[request.scope["server"][1]] += 1
        return JSONResponse({"data": answer(shop, asked["query"], asked["variables"])})

    async def _spoiled(self) -> Response | None:
        """Return an answer that says nothing, if it is time for one."""
        if not self.trouble or self._chance.random() > TROUBLE:
            return None
        kind = self._chance.randrange(7)
        if kind == 0:
            await asyncio.sleep(3)
            return None
        failed = {
            "message": "Internal Server Error",
            "extensions": {"exception": {"code": "OperationalError"}},
        }
        spoiled: list[Response] = [
            Response(status_code=503),
            Response(status_code=429, headers={"retry-after": "1"}),
            JSONResponse({"errors": [failed], "data": None}),
            HTMLResponse("<html><h1>We are back soon</h1></html>"),
            Response(b"", media_type="application/json"),
            Response(b'{"data": {"page', media_type="application/json"),
        ]
        return spoiled[kind - 1]


def answer(shop: Shop, text: str, variables: Json) -> Json:
    """Return `data` for one of the app's documents."""
    calls = _CALL.findall(text)
    if calls:
        return {alias: _call(shop, name, alias=alias, variables=variables) for alias, name in calls}
    name = re.sub(r"^(?:\s*#.*\n)*\s*(?:query|mutation)\s+(\w+)[\s\S]*", r"\1", text)
    known: dict[str, Callable[[], Json]] = {
        "AppIdentity": lambda: {"app": _app(shop), "shop": {"version": "3.23.28"}},
        "OrdersPage": lambda: _page(shop, "orders", variables),
        "OrderIds": lambda: _page(shop, "orders", variables),
        "CustomersPage": lambda: _page(shop, "customers", variables),
        "CustomerIds": lambda: _page(shop, "customers", variables),
        "CategoriesPage": lambda: {
            "page": {"pageInfo": {"hasNextPage": False, "endCursor": None}, "edges": []}
        },
        "FailedDeliveries": lambda: _deliveries(shop),
        "FailedDeliveryTimes": lambda: _deliveries(shop),
        "AppWebhooks": lambda: {"app": {"id": shop.app_id, "webhooks": []}},
        "AppProblemCreate": lambda: {"appProblemCreate": {"errors": []}},
        "AppProblemDismiss": lambda: {"appProblemDismiss": {"errors": []}},
    }
    return known[name]()


def _app(shop: Shop) -> Json:
    return {"id": shop.app_id, "identifier": APP, "permissions": [{"code": code} for code in PERMISSIONS]}


def _page(shop: Shop, kind: str, variables: Json) -> Json:
    nodes, where = shop.nodes(kind), variables.get("where") or {}
    if "ids" in where:
        found = [nodes[one] for one in where["ids"] if one in nodes]
        return _listing(found, more=False, cursor=None, total=len(found))
    sort = "updatedAt" if variables["sortBy"]["field"] == "LAST_MODIFIED_AT" else BORN[kind]
    after = variables.get("after")
    place = tuple(json.loads(after)) if after else None
    since = where.get("updatedAt", {}).get("gte")
    size = variables["first"]
    keys = shop.page(kind, sort=sort, after=place, since=since, size=size)
    cursor = json.dumps(keys[:size][-1]) if keys else None
    found = [nodes[one] for _, one in keys[:size]]
    return _listing(found, more=len(keys) > size, cursor=cursor, total=len(nodes))


def _listing(nodes: list[Json], *, more: bool, cursor: str | None, total: int) -> Json:
    info = {"hasNextPage": more, "endCursor": cursor}
    return {"page": {"totalCount": total, "pageInfo": info, "edges": [{"node": node} for node in nodes]}}


def _deliveries(shop: Shop) -> Json:
    hooks: dict[str, list[Json]] = {}
    for delivery in reversed(shop.given_up):
        hooks.setdefault(delivery["eventType"], []).append({"node": delivery})
    webhooks = [{"id": name, "eventDeliveries": {"edges": edges[:100]}} for name, edges in hooks.items()]
    return {"app": {"id": shop.app_id, "webhooks": webhooks}}


def _call(shop: Shop, name: str, *, alias: str, variables: Json) -> Json | None:
    customer_id = variables[f"{alias}_id"]
    here = customer_id in shop.customers
    if name == "user":
        return {"id": customer_id, "isStaff": False} if here else None
    if not here:
        return {"errors": [{"field": "id", "message": "No such customer.", "code": "NOT_FOUND"}]}
    record = shop.records.setdefault(customer_id, {})
    if name == "updatePrivateMetadata":
        record |= {pair["key"]: pair["value"] for pair in variables[f"{alias}_input"]}
    elif name == "deletePrivateMetadata":
        for key in variables[f"{alias}_keys"]:
            record.pop(key, None)
    return {"errors": []}


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """Ctrl-C is the driver's to see."""
        yield


def _encoded(content: Mapping[str, Any]) -> str:
    return _plain(json.dumps(content).encode())


def _plain(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
