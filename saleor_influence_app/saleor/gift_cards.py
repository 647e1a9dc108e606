"""Gift cards: who bought one, who used it, and who alone may use it."""

from dataclasses import dataclass
from typing import Any

from saleor_influence_app.errors import RowMissing, SaleorUnreachable
from saleor_influence_app.saleor import operations, versions
from saleor_influence_app.saleor.client import SaleorClient

PERMISSION = "MANAGE_GIFT_CARD"


@dataclass(frozen=True, slots=True)
class GiftCardPeople:
    """Ids of customers; None: nobody, or somebody without an account."""

    bought_by: str | None
    used_by: str | None
    assigned_to: str | None


def read_people(client: SaleorClient, gift_card_id: str, *, saleor_version: str | None) -> GiftCardPeople:
    """Return whose the card is; raises RowMissing for one that is not there, else as the client does."""
    knows = versions.reaches(saleor_version, operations.since("gift_card_people"))
    name = "gift_card_people" if knows else "gift_card_people_before_assignment"
    card = client.execute(name, {"id": gift_card_id}).get("giftCard")
    if card is None:
        raise RowMissing("There is no such gift card in this shop.")
    if not isinstance(card, dict):
        raise SaleorUnreachable("Saleor's answer about the gift card is not whole.")
    return GiftCardPeople(*(_id_of(card.get(who)) for who in ("createdBy", "usedBy", "assignedTo")))


def _id_of(node: Any) -> str | None:
    found = node.get("id") if isinstance(node, dict) else None
    return found if isinstance(found, str) and found else None
