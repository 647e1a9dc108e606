"""How the draft order of a gift comes to be in Saleor, and goes again. Staff look at it and complete it."""

from typing import Any

from sqlalchemy import delete, func
from sqlalchemy.orm import Session

from saleor_influence_app.errors import SaleorRefused
from saleor_influence_app.fields import Json
from saleor_influence_app.models import GrantState, OutreachTask, PerkGrant, PerkProgramme
from saleor_influence_app.perks.strategies.outreach.terms import OutreachTerms
from saleor_influence_app.perks.strategy import mark
from saleor_influence_app.saleor.client import SaleorClient
from saleor_influence_app.saleor.mutations import made_id, raise_for
from saleor_influence_app.writeback.saleor_writes import Write

DRAFT = "gift_draft"
DRAFT_DELETION = "gift_draft_deletion"


class DraftWriter:
    """There is a draft order of the gift for the customer, at full discount."""

    def prepare(self, session: Session, write: Write) -> Json | None:
        """Return the draft, while it is wanted and its customer is there."""
        grant = session.get_one(PerkGrant, write.payload["grant_id"])
        if grant.state != GrantState.STAGED or grant.customer_id is None:
            return None
        programme = session.get_one(PerkProgramme, grant.programme_id)
        gift = OutreachTerms.model_validate(programme.terms).gift
        if gift is None:  # the terms of a started programme never change
            return None
        return {
            "channel": gift.channel,
            "reason": programme.title,
            "input": {
                "user": grant.customer_id,
                "lines": [{"variantId": gift.variant_id, "quantity": 1}],
                "externalReference": _reference(programme, grant),
            },
        }

    def send(self, client: SaleorClient, write: Write, wanted: Json) -> Json:  # noqa: ARG002 - it always looks
        """Make the draft and its discount, as far as an attempt before did not.

        The external reference is unique in Saleor, and so is the discount that a person gave an order.
        """
        found = _find(client, wanted["input"]["externalReference"])
        if found is None:
            given = wanted["input"] | {"channelId": _channel_id(client, wanted["channel"])}
            answer = client.execute("perk_draft_create", {"input": given})
            raise_for(answer, "draftOrderCreate")
            draft_id = made_id(answer, "draftOrderCreate", "order")
        else:
            draft_id = found["id"]
        if found is None or (found["status"] == "DRAFT" and not found["discounts"]):
            discount = {"valueType": "PERCENTAGE", "value": 100, "reason": wanted["reason"]}
            answer = client.execute("perk_draft_discount", {"id": draft_id, "input": discount})
            raise_for(answer, "orderDiscountAdd", but="CANNOT_DISCOUNT")
        return {"draft_id": draft_id}

    def settle(self, session: Session, write: Write, result: Json) -> None:
        """The task has its draft; one that was taken back meanwhile is deleted by the next write."""
        grant = session.get_one(PerkGrant, write.payload["grant_id"], with_for_update=True)
        grant.external_id, grant.changed_at = result["draft_id"], func.now()
        if grant.state == GrantState.STAGED:
            grant.state, grant.given_at, grant.error = GrantState.GIVEN, func.now(), None

    def refuse(self, session: Session, write: Write, reason: str) -> None:
        """There is no gift and no task, for Saleor's reason."""
        grant = session.get_one(PerkGrant, write.payload["grant_id"], with_for_update=True)
        if grant.state == GrantState.STAGED:
            grant.state, grant.error, grant.changed_at = GrantState.FAILED, reason, func.now()
            session.execute(delete(OutreachTask).where(OutreachTask.grant_id == grant.id))


class DraftDeletionWriter:
    """The draft order of a gift is gone; one that staff completed stays, since the gift is on its way."""

    def prepare(self, session: Session, write: Write) -> Json | None:
        """Return by what the draft is found."""
        grant = session.get_one(PerkGrant, write.payload["grant_id"])
        return {"reference": _reference(session.get_one(PerkProgramme, grant.programme_id), grant)}

    def send(self, client: SaleorClient, write: Write, wanted: Json) -> Json:  # noqa: ARG002 - as every writer
        """Delete the draft, if it is one still."""
        found = _find(client, wanted["reference"])
        if found is not None and found["status"] == "DRAFT":
            answer = client.execute("perk_draft_delete", {"id": found["id"]})
            raise_for(answer, "draftOrderDelete", but="NOT_FOUND")
        return {}

    def settle(self, session: Session, write: Write, result: Json) -> None:
        """Nothing is to be stored."""

    def refuse(self, session: Session, write: Write, reason: str) -> None:
        """The write stays, with its reason."""


def _reference(programme: PerkProgramme, grant: PerkGrant) -> str:
    return f"influence-{mark(programme)}-{grant.id}"


def _find(client: SaleorClient, reference: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = client.execute("perk_draft_by_reference", {"reference": reference})[
        "order"
    ]
    return found


def _channel_id(client: SaleorClient, slug: str) -> str:
    known = {one["slug"]: str(one["id"]) for one in client.execute("channels")["channels"] or []}
    if slug not in known:
        raise SaleorRefused(f"The shop has no channel '{slug}' any more.")
    return known[slug]
