"""How gift cards come to be in Saleor, and are switched off."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func
from sqlalchemy.orm import Session

from saleor_influence_app.errors import SaleorUnreachable
from saleor_influence_app.fields import Json
from saleor_influence_app.models import GrantState, PerkGrant, PerkProgramme
from saleor_influence_app.perks.strategies.gift_card.terms import GiftCardTerms
from saleor_influence_app.perks.strategy import mark
from saleor_influence_app.saleor.client import SaleorClient
from saleor_influence_app.saleor.mutations import made_id, raise_for
from saleor_influence_app.writeback import saleor_writes
from saleor_influence_app.writeback.saleor_writes import Write

CARD = "gift_card"
CARD_WITHDRAWAL = "gift_card_withdrawal"
MARK = "influence.grant"
"""Key of the card's metadata by which a card of an attempt that was cut off is found."""


class CardWriter:
    """A card is assigned to the customer."""

    def prepare(self, session: Session, write: Write) -> Json | None:
        """Return the card, while it is wanted and its customer is there."""
        grant = session.get_one(PerkGrant, write.payload["grant_id"])
        if grant.state != GrantState.STAGED or grant.customer_id is None:
            return None
        programme = session.get_one(PerkProgramme, grant.programme_id)
        terms = GiftCardTerms.model_validate(programme.terms)
        return card_of(programme, terms, customer_id=grant.customer_id, name=str(grant.id))

    def send(self, client: SaleorClient, write: Write, wanted: Json) -> Json:
        """Make the card, unless an attempt before made it."""
        return {"card_id": make(client, wanted, is_repeated=write.is_repeated)}

    def settle(self, session: Session, write: Write, result: Json) -> None:
        """The customer has the card; one that was taken back meanwhile is switched off again."""
        grant = session.get_one(PerkGrant, write.payload["grant_id"], with_for_update=True)
        grant.external_id, grant.changed_at = result["card_id"], func.now()
        if grant.state == GrantState.STAGED:
            grant.state, grant.given_at, grant.error = GrantState.GIVEN, func.now(), None
        else:
            payload = {"card_id": result["card_id"]}
            saleor_writes.stage(session, write.shop_id, kind=CARD_WITHDRAWAL, writes={str(grant.id): payload})

    def refuse(self, session: Session, write: Write, reason: str) -> None:
        """The customer has nothing, for Saleor's reason."""
        grant = session.get_one(PerkGrant, write.payload["grant_id"], with_for_update=True)
        if grant.state == GrantState.STAGED:
            grant.state, grant.error, grant.changed_at = GrantState.FAILED, reason, func.now()


class CardWithdrawalWriter:
    """A card is switched off and assigned to nobody."""

    def prepare(self, session: Session, write: Write) -> Json | None:  # noqa: ARG002 - as every writer
        """Return the card."""
        return write.payload

    def send(self, client: SaleorClient, write: Write, wanted: Json) -> Json:  # noqa: ARG002 - as every writer
        """Switch it off first; a card that staff deleted is gone anyway."""
        given = {"id": wanted["card_id"]}
        answer = client.execute("perk_gift_card_deactivate", given)
        raise_for(answer, "giftCardDeactivate", but="NOT_FOUND")
        raise_for(client.execute("perk_gift_card_unassign", given), "giftCardUnassignUser", but="NOT_FOUND")
        return {}

    def settle(self, session: Session, write: Write, result: Json) -> None:
        """Nothing is to be stored."""

    def refuse(self, session: Session, write: Write, reason: str) -> None:
        """The write stays, with its reason."""


def card_of(programme: PerkProgramme, terms: GiftCardTerms, *, customer_id: str, name: str) -> Json:
    """Return a card for the customer, to be made once by this name within the programme."""
    card: Json = {
        "balance": {"amount": str(terms.amount), "currency": terms.currency},
        "assignedTo": customer_id,
        "isActive": True,
        "addTags": ["influence", tag(programme)],
        "note": programme.title,
        "metadata": [{"key": MARK, "value": f"{mark(programme)}-{name}"}],
    }
    if terms.valid_days is not None:
        expires = datetime.now(UTC).date() + timedelta(days=terms.valid_days)
        card["expiryDate"] = expires.isoformat()
    return card


def tag(programme: PerkProgramme) -> str:
    """Return the word that all cards of the programme have in Saleor."""
    return f"influence-{programme.id}"


def make(client: SaleorClient, card: Json, *, is_repeated: bool) -> str:
    """Return the id of the card, which an attempt before may have made."""
    card_id = _find(client, card["metadata"][0]) if is_repeated else None
    if card_id is not None:
        return card_id
    answer = client.execute("perk_gift_card_create", {"input": card})
    raise_for(answer, "giftCardCreate")
    return made_id(answer, "giftCardCreate", "giftCard")


def _find(client: SaleorClient, mark: Json) -> str | None:
    answer = client.execute("perk_gift_card_by_mark", {"metadata": [mark]})
    try:
        edges = answer["giftCards"]["edges"]
        return str(edges[0]["node"]["id"]) if edges else None
    except (KeyError, TypeError) as error:
        raise SaleorUnreachable("Saleor's answer about gift cards is not whole.") from error
