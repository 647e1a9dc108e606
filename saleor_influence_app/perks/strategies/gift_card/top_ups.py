"""How an amount is added to a gift card in Saleor, once.

Saleor adds it under a lock of the card, so that a use in between is not lost. It knows no key for the
request: a note with the top-up's mark goes before, and where an attempt was cut off, the card's history says
whether this app added the amount right after it. What was cut off may still come, so the next attempt waits.
"""

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import Session

from saleor_influence_app.errors import SaleorUnreachable
from saleor_influence_app.fields import Json
from saleor_influence_app.models import GrantState, PerkGrant, PerkProgramme, PerkTopUp, TopUpState
from saleor_influence_app.perks.strategy import mark
from saleor_influence_app.saleor.client import SaleorClient, failure_of
from saleor_influence_app.saleor.mutations import raise_for
from saleor_influence_app.writeback.saleor_writes import Write

TOP_UP = "gift_card_top_up"
NOTE = "Influence tops up "
TAKEN_BACK = "The customer no longer had the card."
PATIENCE = timedelta(minutes=10)
"""How long Saleor has for a request whose answer did not come, before its card's history is believed."""


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
        try:
            answer = client.execute("perk_gift_card_top_up", wanted)
        except SaleorUnreachable as error:
            wait = max(error.retry_after or 0, PATIENCE.total_seconds())
            raise SaleorUnreachable(error.message, retry_after=wait) from error
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
    """Say whether this app added the amount right after our note; what others did does not count."""
    answer, errors = client.execute_partial("perk_gift_card_history", {"id": wanted["id"]})
    card = answer.get("giftCard")
    if card is None and errors:
        raise failure_of(errors)
    if card is None:  # deleted: Saleor will say so
        return False
    try:
        ours = answer["app"]["id"]
        events = sorted(card["events"], key=lambda one: str(one["date"]))
        mine = [one for one in events if one["app"] is not None and one["app"]["id"] == ours]
        said = [(one["message"], _added(one)) for one in mine]
    except (KeyError, TypeError, InvalidOperation) as error:
        raise SaleorUnreachable("Saleor's answer about the gift card is not whole.") from error
    amount = Decimal(wanted["amount"])
    return any(note == wanted["note"] and added == amount for (note, _), (_, added) in pairwise(said))


def _added(event: Any) -> Decimal | None:
    if event["type"] != "BALANCE_ADJUSTED":
        return None
    now, before = (
        Decimal(str(event["balance"][one]["amount"])) for one in ("currentBalance", "oldCurrentBalance")
    )
    return now - before
