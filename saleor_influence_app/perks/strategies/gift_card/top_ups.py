"""How an amount is added to a gift card in Saleor, once.

Saleor adds it under a lock of the card, so that a use in between is not lost. It knows no key for the
request: a note with the top-up's mark goes before, and where an attempt was cut off, the card's history says
whether the amount was added right after it.
"""

from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Session

from saleor_influence_app.errors import SaleorUnreachable
from saleor_influence_app.fields import Json
from saleor_influence_app.models import GrantState, PerkGrant, PerkProgramme, PerkTopUp, TopUpState
from saleor_influence_app.perks.strategy import mark
from saleor_influence_app.saleor.client import SaleorClient
from saleor_influence_app.saleor.mutations import raise_for
from saleor_influence_app.writeback.saleor_writes import Write

TOP_UP = "gift_card_top_up"
NOTE = "Influence tops up "
TAKEN_BACK = "The customer no longer had the card."


class TopUpWriter:
    """An amount is added to a card."""

    def prepare(self, session: Session, write: Write) -> Json | None:
        """Return the card and the amount, while its customer has it."""
        top_up = session.get_one(PerkTopUp, write.payload["top_up_id"], with_for_update=True)
        if top_up.state != TopUpState.STAGED:
            return None
        grant = session.get_one(PerkGrant, top_up.grant_id, with_for_update=True)
        is_theirs = top_up.reward_id is not None or grant.state == GrantState.GIVEN
        if grant.customer_id is None or not is_theirs:
            _fail(top_up, grant, TAKEN_BACK)
            return None
        programme = session.get_one(PerkProgramme, top_up.programme_id)
        note = f"{NOTE}{top_up.amount.normalize():f} {top_up.currency} ({mark(programme)}-{top_up.id})"
        return {"id": top_up.card_id, "amount": str(top_up.amount), "note": note}

    def send(self, client: SaleorClient, write: Write, wanted: Json) -> Json:
        """Add the amount, unless an attempt before added it."""
        if write.is_repeated and _is_added(client, wanted):
            return {}
        answer = client.execute("perk_gift_card_top_up", wanted)
        raise_for(answer, "giftCardAddNote")
        raise_for(answer, "giftCardBalanceAdjust")
        return {}

    def settle(self, session: Session, write: Write, result: Json) -> None:  # noqa: ARG002 - as every writer
        """The card has it."""
        top_up = session.get_one(PerkTopUp, write.payload["top_up_id"], with_for_update=True)
        top_up.state, top_up.error, top_up.changed_at = TopUpState.GIVEN, None, func.now()

    def refuse(self, session: Session, write: Write, reason: str) -> None:
        """The card has nothing more, for Saleor's reason; the budget has its part back."""
        top_up = session.get_one(PerkTopUp, write.payload["top_up_id"], with_for_update=True)
        if top_up.state == TopUpState.STAGED:
            _fail(top_up, session.get_one(PerkGrant, top_up.grant_id, with_for_update=True), reason)


def _fail(top_up: PerkTopUp, grant: PerkGrant, reason: str) -> None:
    top_up.state, top_up.error, top_up.changed_at = TopUpState.FAILED, reason, func.now()
    grant.reserved -= top_up.amount


def _is_added(client: SaleorClient, wanted: Json) -> bool:
    """Say whether the card's history has the amount right after our note; others' changes do not count."""
    card = client.execute("perk_gift_card_history", {"id": wanted["id"]}).get("giftCard")
    if card is None:  # deleted: Saleor will say so
        return False
    try:
        events = sorted(card["events"], key=lambda one: str(one["date"]))
        ours = [(one["message"], _added(one)) for one in events if _is_of_apps(one)]
    except (KeyError, TypeError, InvalidOperation) as error:
        raise SaleorUnreachable("Saleor's answer about the gift card is not whole.") from error
    amount = Decimal(wanted["amount"])
    return any(note == wanted["note"] and added == amount for (note, _), (_, added) in pairwise(ours))


def _is_of_apps(event: Any) -> bool:
    is_note = event["type"] == "NOTE_ADDED" and str(event["message"]).startswith(NOTE)
    return is_note or (event["type"] == "BALANCE_ADJUSTED" and event["user"] is None)


def _added(event: Any) -> Decimal | None:
    if event["type"] != "BALANCE_ADJUSTED":
        return None
    now, before = (
        Decimal(str(event["balance"][one]["amount"])) for one in ("currentBalance", "oldCurrentBalance")
    )
    return now - before
