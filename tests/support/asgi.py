"""A plain synchronous client for an ASGI app: no server, no socket, no lifespan."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class AsgiClient:
    app: Any

    def request(self, method: str, path: str, **keywords: Any) -> httpx.Response:
        return asyncio.run(self._request(method, path, keywords))

    def post(self, path: str, **keywords: Any) -> httpx.Response:
        return self.request("POST", path, **keywords)

    def get(self, path: str, **keywords: Any) -> httpx.Response:
        return self.request("GET", path, **keywords)

    async def _request(self, method: str, path: str, keywords: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="https://app.example") as client:
            return await client.request(method, path, **keywords)
