"""Which orders a programme's gift cards paid, asked of the cards: orders do not name every card.

Asking goes the way of writes, a page after another, so that it never asks a shop twice at a time.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app.errors import SaleorUnreachable
from saleor_influence_app.fields import Json
from saleor_influence_app.models import PerkProgramme
from saleor_influence_app.perks.strategies.gift_card.writers import tag
from saleor_influence_app.saleor.client import SaleorClient
from saleor_influence_app.writeback import saleor_writes
from saleor_influence_app.writeback.saleor_writes import Write

CARD_USES = "gift_card_uses"
EVERY = timedelta(days=1)
_STORE = text("""
UPDATE perk_grants g SET card_uses = u.uses
FROM jsonb_each(CAST(:found AS jsonb)) AS u (card_id, uses)
WHERE g.shop_id = :shop_id AND g.programme_id = :programme_id AND g.external_id = u.card_id
    AND g.card_uses <> u.uses
""")


class CardUsesReader:
    """A page of a programme's used cards is read."""

    def prepare(self, session: Session, write: Write) -> Json | None:
        """Return which cards are asked for."""
        programme = session.get(PerkProgramme, write.payload["programme_id"])
        if programme is None:
            return None
        return {"tag": tag(programme), "after": write.payload["after"]}

    def send(self, client: SaleorClient, write: Write, wanted: Json) -> Json:  # noqa: ARG002 - as every writer
        """Return what each card of the page paid, by order, and where the next page begins."""
        page = client.execute("perk_gift_card_uses", wanted).get("giftCards")
        try:
            cards = {str(edge["node"]["id"]): _paid(edge["node"]) for edge in page["edges"]}  # type: ignore[index]
            more = page["pageInfo"]  # type: ignore[index]
            return {"cards": cards, "next": str(more["endCursor"]) if more["hasNextPage"] else None}
        except (KeyError, TypeError, InvalidOperation) as error:
            raise SaleorUnreachable("Saleor's answer about gift cards is not whole.") from error

    def settle(self, session: Session, write: Write, result: Json) -> None:
        """Store it; the programme's next look at its orders books it. The next page is asked for."""
        programme_id = write.payload["programme_id"]
        given = {"shop_id": write.shop_id, "programme_id": programme_id}
        session.execute(_STORE, given | {"found": json.dumps(result["cards"])})
        if result["next"] is not None:
            _stage(session, write.shop_id, programme_id, after=result["next"])

    def refuse(self, session: Session, write: Write, reason: str) -> None:
        """The write stays, with its reason; tomorrow asks again."""


def ask(session: Session, programme: PerkProgramme, *, now: datetime) -> None:
    """Once a day the programme's cards are asked for their orders."""
    if programme.cards_read_at is None or programme.cards_read_at <= now - EVERY:
        programme.cards_read_at = now
        _stage(session, programme.shop_id, programme.id, after=None)


def _stage(session: Session, shop_id: int, programme_id: int, *, after: str | None) -> None:
    payload = {"programme_id": programme_id, "after": after}
    saleor_writes.stage(session, shop_id, kind=CARD_USES, writes={str(programme_id): payload})


def _paid(card: Mapping[str, Any]) -> dict[str, str]:
    """Return what the card paid for each order, refunds taken off; what was deleted since has no id."""
    paid: defaultdict[str, Decimal] = defaultdict(Decimal)
    for event in [*card["used"], *card["refunded"]]:
        if event["orderId"] is not None:
            before, after = (
                event["balance"][one]["amount"] for one in ("oldCurrentBalance", "currentBalance")
            )
            paid[str(event["orderId"])] += Decimal(str(before)) - Decimal(str(after))
    return {order_id: f"{max(amount, Decimal(0)):f}" for order_id, amount in paid.items()}
