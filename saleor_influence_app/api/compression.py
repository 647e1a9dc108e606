"""Answers compressed where that gives nothing away: files and what staff read, never what holds a token.

Compression betrays a secret to whoever can put a guess beside it and see the length (BREACH). So shoppers'
answers, which hold addresses with states and invitations, and whatever changes something go out as they are.
"""

import gzip
import mimetypes
from functools import lru_cache
from pathlib import Path

from fastapi import Request
from fastapi.responses import FileResponse
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

SMALLEST = 1_000
"""Bytes; below, a packet is a packet."""
TEXTS = frozenset({".js", ".css", ".html", ".json", ".svg"})
PLAIN = (
    "/api/shopper",
    "/api/webhooks",
    "/api/register",
    "/api/live",
    "/api/ready",
    "/api/health",
    "/assets",
)
"""Paths of answers that stay as they are; files have been compressed already, where they may be."""


class Compression:
    """ASGI middleware: answers to GET are compressed for who takes gzip."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressing = GZipMiddleware(app, minimum_size=SMALLEST, compresslevel=5)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        reads = scope["type"] == "http" and scope["method"] == "GET"
        path = scope.get("path", "")
        plain = not reads or path.startswith(PLAIN) or Path(path).suffix in {".png", ".woff2"}
        await (self._app if plain else self._compressing)(scope, receive, send)


def file_answer(file: Path, request: Request, *, cache: str) -> Response:
    """Return the answer that gives a file: text as Brotli where the build left that, or as gzip.

    gzip is made once a process.
    """
    headers = {"cache-control": cache}
    if file.suffix not in TEXTS:
        return FileResponse(file, headers=headers)
    headers["vary"] = "Accept-Encoding"
    accepted = request.headers.get("accept-encoding", "")
    brotli = file.with_name(f"{file.name}.br")
    if takes(accepted, "br") and brotli.is_file():
        kind = mimetypes.guess_type(file.name)[0]
        return FileResponse(brotli, headers=headers | {"content-encoding": "br"}, media_type=kind)
    if not takes(accepted, "gzip"):
        return FileResponse(file, headers=headers)
    known = file.stat()
    headers |= {"content-encoding": "gzip", "etag": f'"{known.st_mtime_ns:x}-{known.st_size:x}-gzip"'}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    kind = mimetypes.guess_type(file.name)[0]
    return Response(_compressed(file, known.st_mtime_ns), media_type=kind, headers=headers)


def takes(accepted: str, coding: str) -> bool:
    """Say whether a header accept-encoding names the coding without refusing it."""
    for part in accepted.split(",")[:20]:
        name, _, parameter = part.strip().lower().partition(";")
        if name.strip() in {coding, "*"}:
            return parameter.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


@lru_cache(maxsize=64)
def _compressed(file: Path, _changed: int) -> bytes:
    return gzip.compress(file.read_bytes(), 9, mtime=0)
