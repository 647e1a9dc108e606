"""A customer's e-mail address and language, asked for when they are written to and kept nowhere."""

from dataclasses import dataclass, field
from typing import Any

from saleor_influence_app.errors import SaleorUnreachable
from saleor_influence_app.saleor.client import SaleorClient


@dataclass(frozen=True, slots=True)
class CustomerAddress:
    """Where a customer is written to, and in which language, by its code of two letters."""

    email: str = field(repr=False)
    language: str


def read_address(client: SaleorClient, customer_id: str) -> CustomerAddress | None:
    """Return the address; None if the customer is gone, or their account is switched off."""
    user: Any = client.execute("customer_address", {"id": customer_id}).get("user")
    if user is None:
        return None
    try:
        is_active, email = user["isActive"], str(user["email"])
        language = str(user["languageCode"]).partition("_")[0].lower()
    except (KeyError, TypeError) as error:
        raise SaleorUnreachable("Saleor's answer about a customer is not whole.") from error
    return CustomerAddress(email, language) if is_active and email else None
