"""How Saleor lists a product that members may buy before everybody, and lists it again as it did before.

First it is read how the product is listed, and that is stored; only then it is changed. So an attempt that
is cut off never takes its own work for what there was before.
"""

from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from saleor_influence_app import fields
from saleor_influence_app.errors import SaleorRefused, SaleorUnreachable
from saleor_influence_app.fields import Json
from saleor_influence_app.models import GrantState, PerkGrant, PerkProgramme, ProgrammeState
from saleor_influence_app.perks.strategies.beta_invite import seats
from saleor_influence_app.saleor.client import SaleorClient
from saleor_influence_app.saleor.mutations import raise_for
from saleor_influence_app.writeback import saleor_writes
from saleor_influence_app.writeback.saleor_writes import Write

PREVIEW = "product_preview"
Shown = Literal["members", "everybody", "as_before"]
_LISTED: dict[Shown, Json] = {
    "members": {"isPublished": True, "visibleInListings": False, "isAvailableForPurchase": True},
    "everybody": {"isPublished": True, "visibleInListings": True, "isAvailableForPurchase": True},
}


class PreviewWriter:
    """The product is unlisted and for sale while the programme runs."""

    def prepare(self, session: Session, write: Write) -> Json | None:
        """Return how the product is to be listed; at first nothing, so that it is looked at."""
        programme = session.get_one(PerkProgramme, write.payload["programme_id"])
        wanted = {name: programme.terms[name] for name in ("product", "channel")}
        shown = _shown(programme)
        if programme.preview is None:
            return None if shown == "as_before" else wanted | {"shown": None}
        before = programme.preview["before"]
        listing = _LISTED[shown] if shown != "as_before" else before
        return wanted | {"shown": shown, "listing": listing}

    def send(self, client: SaleorClient, write: Write, wanted: Json) -> Json:  # noqa: ARG002 - as every writer
        """Say it to Saleor; a product that staff deleted is listed nowhere anyway."""
        if wanted["shown"] is None:
            return {"before": _look(client, wanted)}
        channels = client.execute("channels").get("channels") or ()
        channel_id = next((one["id"] for one in channels if one["slug"] == wanted["channel"]), None)
        if channel_id is None:
            raise SaleorRefused(f"The shop has no channel '{wanted['channel']}'.")
        entry = {"channelId": channel_id, **wanted["listing"]}
        given = {"id": wanted["product"], "input": {"updateChannels": [entry]}}
        answer = client.execute("perk_product_list", given)
        raise_for(answer, "productChannelListingUpdate", but="NOT_FOUND")
        return {"shown": wanted["shown"]}

    def settle(self, session: Session, write: Write, result: Json) -> None:
        """What was before is stored, and the product opened next; once it is open people are invited."""
        programme = session.get_one(PerkProgramme, write.payload["programme_id"], with_for_update=True)
        if "before" in result:
            if programme.preview is None:
                programme.preview = {"before": result["before"]}
            saleor_writes.stage(session, write.shop_id, kind=PREVIEW, writes={write.key: write.payload})
            return
        if result["shown"] == "as_before" or programme.state != ProgrammeState.RUNNING:
            return
        now = datetime.now(UTC)
        programme.preview = {"opened_at": now.isoformat(), **(programme.preview or {})}
        session.flush()
        seats.queue(session, programme, now=now)

    def refuse(self, session: Session, write: Write, reason: str) -> None:
        """Who was to be invited is not, for Saleor's reason."""
        waiting = update(PerkGrant).where(
            PerkGrant.programme_id == write.payload["programme_id"], PerkGrant.state == GrantState.STAGED
        )
        session.execute(waiting.values(state=GrantState.FAILED, error=reason, changed_at=func.now()))


def _shown(programme: PerkProgramme) -> Shown:
    """Return to whom the product is shown: once it was out it stays out."""
    if "public_at" in (programme.preview or {}):
        return "everybody"
    return "members" if programme.state == ProgrammeState.RUNNING else "as_before"


def _look(client: SaleorClient, wanted: Json) -> Json:
    """Return the product's listing, as it is written to restore it; raises SaleorRefused if it is out."""
    product = client.execute("perk_product_listings", {"id": wanted["product"]}).get("product")
    if product is None:
        raise SaleorRefused(f"The shop has no product '{wanted['product']}'.")
    try:
        listings = {one["channel"]["slug"]: one for one in product["channelListings"] or ()}
        listing = listings.get(wanted["channel"])
        if listing is None:
            raise SaleorRefused(
                f"The product has no price in the channel '{wanted['channel']}': give it one, unpublished."
            )
        return _before(listing, wanted["channel"])
    except (KeyError, TypeError, ValueError) as error:
        raise SaleorUnreachable("Saleor's answer about a product's listings is not whole.") from error


def _before(listing: Json, channel: str) -> Json:
    published = listing["publishedAt"]
    is_out = published is None or fields.moment(published) <= datetime.now(UTC)
    if listing["isPublished"] and listing["visibleInListings"] and is_out:
        raise SaleorRefused(
            f"The product is in the lists of '{channel}' already: choose one that is not out yet."
        )
    for_sale = listing["availableForPurchaseAt"]
    return {
        "isPublished": bool(listing["isPublished"]),
        "publishedAt": published,
        "visibleInListings": bool(listing["visibleInListings"]),
        "isAvailableForPurchase": for_sale is not None,
        **({} if for_sale is None else {"availableForPurchaseAt": for_sale}),
    }
