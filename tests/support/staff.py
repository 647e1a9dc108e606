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


def each_of(staff: Staff, path: str, rows: str, **wanted: Any) -> list[Any]:
    """Return all rows of a list, page after page by its cursors."""
    found: list[Any] = []
    page: dict[str, Any] = {"next": None}
    while not found or page["next"] is not None:
        further = {} if page["next"] is None else {"after": page["next"]}
        page = staff.get(path, params=wanted | further).json()
        found += page[rows]
        if not page[rows]:
            break
    return found
