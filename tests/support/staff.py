"""Staff of a shop at the panel, with the permissions that a test gives them."""

from dataclasses import dataclass
from typing import Any

import httpx

from sandbox.tokens import Signer
from tests.support.shop_server import AppClient, claims

API_URL = "https://one.example/graphql/"


NEIGHBOUR_URL = "https://two.example/graphql/"


EVERYTHING = ("MANAGE_USERS", "MANAGE_APPS", "MANAGE_DISCOUNTS")


@dataclass(frozen=True)
class Staff:
    """A staff member at the panel, with these permissions."""

    client: AppClient
    signer: Signer
    api_url: str

    def ask(
        self, method: str, path: str, *, permissions: tuple[str, ...] = EVERYTHING, **options: Any
    ) -> httpx.Response:
        token = self.signer.token(claims(iss=self.api_url, user_permissions=list(permissions)))
        headers = {"authorization-bearer": token, "saleor-api-url": self.api_url}
        return self.client.request(method, path, headers=headers | options.pop("headers", {}), **options)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.ask("GET", path, **options)
