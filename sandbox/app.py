"""The ASGI application: GraphQL, the key set, the faults, and the admin page."""

import asyncio
import csv
import io
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from sandbox.faults import FaultInvalid
from sandbox.gateway import Gateway
from sandbox.selling import make_older
from sandbox.state import State
from sandbox.untied import place_due

PAGES = Path(__file__).with_name("dashboard")


def create_app(state: State) -> Starlette:
    """The application of one sandbox; it closes the sandbox when it ends."""
    views = _Views(state, Gateway(state))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(state.close)

    app = Starlette(
        routes=[
            Route("/graphql/", views.graphql, methods=["POST"]),
            Route("/.well-known/jwks.json", views.jwks),
            Route("/sandbox/faults", views.faults, methods=["GET", "POST", "DELETE"]),
            Route("/sandbox/older-orders", views.older_orders, methods=["POST"]),
            Route("/sandbox/coming", views.coming, methods=["POST"]),
            Route("/sandbox/waiting", views.waiting),
            Route("/sandbox/personal-codes", views.personal_codes),
            Route("/sandbox/ties.csv", views.ties),
            Route("/sandbox/planted", views.planted),
            Mount("/dashboard/static", StaticFiles(directory=PAGES)),
            Route("/dashboard/{path:path}", views.page),
            Route("/", views.home),
        ],
        # Like a Saleor with ALLOWED_GRAPHQL_ORIGINS=*: the panel asks it from another origin.
        middleware=[
            Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
        ],
        lifespan=lifespan,
    )
    # Saleor answers /graphql without the slash with 404.
    app.router.redirect_slashes = False
    return app


class _Broken(Response):
    """An answer that ends before it is complete: the server then closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": bytes(self.body), "more_body": True})


def _database_away(status: int) -> Response:
    """What a real Saleor answers then: the failure hides inside of a success."""
    error = {
        "message": "Internal Server Error",
        "extensions": {"exception": {"code": "OperationalError"}},
    }
    return JSONResponse({"errors": [error], "data": None}, status_code=status or 200)


_BROKEN: dict[str, Callable[[int], Response]] = {
    "drop": lambda _: _Broken(b'{"data": {"sh', media_type="application/json"),
    "status": lambda status: JSONResponse({"error": "A fault of the sandbox"}, status_code=status or 503),
    "database": _database_away,
    "page": lambda _: HTMLResponse("<html><body><h1>We are back soon</h1></body></html>"),
    "empty": lambda _: Response(b"", media_type="application/json"),
    "half": lambda _: Response(b'{"data": {"page": {"edges": [{"no', media_type="application/json"),
}


@dataclass(frozen=True)
class _Views:
    """What is answered where."""

    state: State
    gateway: Gateway

    async def graphql(self, request: Request) -> Response:
        body = await request.body()
        refusal = await self._fail(body)
        if refusal is not None:
            return refusal
        token = request.headers.get("authorization") or request.headers.get("authorization-bearer")
        if token and " " not in token:
            token = f"Bearer {token}"
        if not request.headers.get("content-type", "").startswith("application/json"):
            body = b"{}"
        status, answer = await run_in_threadpool(self.gateway.answer_body, body, token)
        return Response(
            json.dumps(answer, separators=(",", ":")), status_code=status, media_type="application/json"
        )

    async def _fail(self, body: bytes) -> Response | None:
        for fault in self.state.faults.due("api", body.decode(errors="replace")):
            if fault.kind == "slow":
                await asyncio.sleep(fault.value)
            else:
                return _BROKEN[fault.kind](round(fault.value))
        return None

    async def jwks(self, _request: Request) -> Response:
        return JSONResponse(self.state.signer.jwks())

    async def faults(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.state.faults.clear()
        elif request.method == "POST":
            try:
                wanted: dict[str, Any] = await request.json()
                self.state.faults.add(str(wanted.pop("where", "")), str(wanted.pop("kind", "")), **wanted)
            except (FaultInvalid, ValueError, AttributeError, TypeError) as error:
                return JSONResponse({"error": str(error)}, status_code=422)
        return JSONResponse({"pending": [vars(fault) for fault in self.state.faults.pending]})

    async def older_orders(self, request: Request) -> Response:
        """These orders were made so many days before: a shop has a past that no mutation gives it."""
        wanted: dict[str, Any] = await request.json()
        with self.state.lock:
            for order_id in wanted["ids"]:
                make_older(self.state, self.state.store.objects[order_id], days=wanted["days"])
        return JSONResponse({})

    async def coming(self, request: Request) -> Response:
        """What was to come up to a moment is bought, up to the first order that its buyer has to make.

        The moment has come for this process too: clocks are moved one after another.
        """
        until = datetime.fromisoformat((await request.json())["until"])

        def placed() -> dict[str, Any]:
            while datetime.now(UTC) < until:
                time.sleep(0.005)
            with self.state.lock:
                return place_due(self.state, until)

        return JSONResponse(await run_in_threadpool(placed))

    async def waiting(self, _request: Request) -> Response:
        """How many deliveries and other things are still to be done."""
        return JSONResponse({"waiting": self.state.worker.waiting})

    async def personal_codes(self, _request: Request) -> Response:
        """What a merchandiser's own list would say: whose each friends' code is."""
        with self.state.lock:
            return JSONResponse(self.state.store.personal_codes)

    async def ties(self, _request: Request) -> Response:
        """What the merchandiser's own list of who knows whom would say, as a file to import."""
        with self.state.lock:
            rows = list(self.state.store.ties)
        sink = io.StringIO()
        writer = csv.writer(sink, lineterminator="\n")
        writer.writerow(("source", "target", "kind", "weight", "valid_from", "valid_to"))
        writer.writerows(
            (source, target, "import", 1, since.isoformat(), "") for source, target, since in rows
        )
        return Response(sink.getvalue(), media_type="text/csv")

    async def planted(self, _request: Request) -> Response:
        """What nobody knows in a real shop: who leads others in the world that this one was made from."""
        with self.state.lock:
            return JSONResponse(self.state.store.planted)

    async def page(self, _request: Request) -> Response:
        return FileResponse(PAGES / "index.html")

    async def home(self, _request: Request) -> Response:
        return RedirectResponse("/dashboard/")
